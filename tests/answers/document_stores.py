"""Plausible wrong answers to the exercises of the section on document stores."""

KNOWN = {"id", "tailnum", "day", "kind", "text", "severity", "severty"}


def _refuses_unknown(record):
    if record.keys() - KNOWN:
        raise ValueError("unknown field")


def _zero_for_unknown(record):
    _refuses_unknown(record)
    grade = record.get("severity", record.get("severty", 0))
    rest = {field: value for field, value in record.items() if field != "severty"}
    return {**rest, "severity": grade}


def _changes_the_record(record):
    _refuses_unknown(record)
    record["severity"] = record.pop("severty", record.get("severity"))
    return record


def _keeps_known_only(record):
    known = ("id", "tailnum", "day", "kind", "text")
    grade = record.get("severity", record.get("severty"))
    return {**{f: record[f] for f in known if f in record}, "severity": grade}


def _refuses_incomplete(record):
    _refuses_unknown(record)
    if KNOWN - {"severity", "severty"} - record.keys():
        raise ValueError("missing field")
    rest = {field: value for field, value in record.items() if field != "severty"}
    return {**rest, "severity": record.get("severity", record.get("severty"))}


def _fills_in_what_is_missing(record):
    _refuses_unknown(record)
    today = {field: record.get(field) for field in KNOWN - {"severty"}}
    return {**today, "severity": record.get("severity", record.get("severty"))}


def _takes_the_grade_out(record):
    _refuses_unknown(record)
    grade = record.pop("severity", record.pop("severty", None))
    return {**record, "severity": grade}


VOUCHER = {
    "voucher": 7,
    "booking": "K4TZ",
    "day": "2013-07-10",
    "flight": "2013-07-10 UA 1545 EWR",
    "items": [{"kind": "meal", "euros": 15}, {"kind": "taxi", "euros": 40}],
}


def design(
    flight="flight TEXT PRIMARY KEY, departure TEXT NOT NULL",
    voucher="voucher INTEGER PRIMARY KEY, booking TEXT NOT NULL, day TEXT NOT NULL",
    link="flight TEXT NOT NULL REFERENCES flights (flight)",
    item="voucher INTEGER NOT NULL REFERENCES vouchers (voucher), kind TEXT NOT NULL",
    euros="euros REAL NOT NULL CHECK (euros > 0)",
    key="PRIMARY KEY (voucher, kind)",
    end="STRICT",
):
    """Return the right design, but for the parts that are given."""
    last = f", {key}" if key else ""
    schema = f"""CREATE TABLE flights ({flight}) {end};
        CREATE TABLE vouchers ({voucher}, {link}) {end};
        CREATE TABLE items ({item}, {euros}{last}) {end};"""
    return {"document": VOUCHER, "schema": schema}


def graded(
    severe="SUM(CASE WHEN severity >= 4 THEN 1 ELSE 0 END)",
    ungraded="COUNT(*) - COUNT(severity)",
    rest="GROUP BY kind ORDER BY kind",
    remarks="COUNT(*)",
):
    """Return the right query, but for the parts that are given."""
    return f"""SELECT kind, {remarks} AS remarks, {severe} AS severe,
        {ungraded} AS ungraded FROM remark {rest}"""


WRONG = {
    "read-remark": [
        _zero_for_unknown,  # turns "nobody graded it" into the mildest grade
        _changes_the_record,  # mends the caller's record instead of a copy
        _takes_the_grade_out,  # returns a copy, but robs the caller's record
        lambda record: record.get("severity", record.get("severty")),  # grade alone
        _keeps_known_only,  # drops an unknown field in silence
        _refuses_incomplete,  # takes a missing field for an unknown one
        _fills_in_what_is_missing,  # invents fields that the record never had
    ],
    "embed-or-reference": [
        {**design(), "document": VOUCHER | {"flight": {"departure": "15:00"}}},
        {**design(), "document": VOUCHER | {"departure": "15:00"}},  # embeds the flight
        {**design(), "document": VOUCHER | {"items": ["7 meal", "7 taxi"]}},  # refers
        {**design(), "document": VOUCHER | {"items": VOUCHER["items"][:1]}},  # one lost
        {**design(), "document": VOUCHER | {"voucher": "7"}},  # a text
        {**design(), "document": [VOUCHER]},
        {"document": VOUCHER},
        design(voucher="voucher INTEGER PRIMARY KEY, booking TEXT NOT NULL"),  # no day
        design(  # no number
            voucher="voucher INTEGER UNIQUE, booking TEXT NOT NULL, day TEXT NOT NULL"
        ),
        design(
            flight="flight TEXT NOT NULL PRIMARY KEY, departure TEXT UNIQUE NOT NULL"
        ),
        design(link="flight TEXT NOT NULL"),  # a voucher may point to no flight
        design(link="flight TEXT REFERENCES flights (flight)"),  # or to nothing
        design(item="voucher INTEGER NOT NULL, kind TEXT NOT NULL"),  # an orphan item
        design(key=""),  # two meals on one voucher
        design(key="PRIMARY KEY (voucher)"),  # one item a voucher
        design(key="PRIMARY KEY (kind)"),  # one meal for all
        design(euros="euros REAL CHECK (euros > 0)"),  # an unknown amount
        design(euros="euros REAL NOT NULL CHECK (euros >= 0)"),  # an item for nothing
        design(euros="euros INTEGER NOT NULL CHECK (euros > 0)"),  # no half euros
        design(flight="flight TEXT, departure TEXT NOT NULL, UNIQUE (flight)"),
        design()["schema"],  # hands over the schema alone
    ],
    "graded-kinds": [
        graded(rest="WHERE severity >= 4 GROUP BY kind ORDER BY kind"),  # loses kinds
        graded(severe="SUM(severity >= 4)"),  # NULL where nobody graded
        graded(severe="COUNT(severity >= 4)"),  # counts all that are graded
        graded(severe="SUM(CASE WHEN severity > 4 THEN 1 ELSE 0 END)"),  # fives only
        graded(ungraded="COUNT(severity)"),  # the graded
        graded(ungraded="SUM(CASE WHEN severity = NULL THEN 1 ELSE 0 END)"),  # never
        graded(remarks="COUNT(severity)"),  # leaves the ungraded out
        graded(rest="GROUP BY kind ORDER BY remarks DESC"),  # another order
    ],
}

ALSO_RIGHT = {
    "embed-or-reference": [
        design(
            voucher="voucher INTEGER NOT NULL UNIQUE, booking TEXT NOT NULL, "
            "day TEXT NOT NULL",
            flight="flight TEXT NOT NULL PRIMARY KEY, departure TEXT NOT NULL",
        ),
        design(
            end="", flight="flight TEXT NOT NULL PRIMARY KEY, departure ANY NOT NULL"
        ),
        design(
            flight="departure TEXT NOT NULL, flight TEXT NOT NULL UNIQUE",
            key="UNIQUE (kind, voucher)",
            euros="euros NUMERIC NOT NULL CHECK (0 < euros)",
            end="",
        ),
    ],
    "graded-kinds": [
        graded(
            severe="COUNT(CASE WHEN severity IN (4, 5) THEN 1 END)",
            ungraded="SUM(CASE WHEN severity IS NULL THEN 1 ELSE 0 END)",
        ),
        graded(severe="COALESCE(SUM(severity >= 4), 0)"),
        graded(severe="COUNT(*) FILTER (WHERE severity >= 4)"),
    ],
}
