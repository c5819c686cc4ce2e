"""Plausible wrong answers to the exercises of the section on document stores."""

import numpy as np


def _slope_only(sizes, seconds):
    return np.polyfit(np.log10(sizes), np.log10(seconds), 1)[0]


def _line_through_the_raw_numbers(sizes, seconds):
    slope, start = np.polyfit(sizes, seconds, 1)
    middle = np.median(sizes)
    return float((slope * 10 * middle + start) / (slope * middle + start))


def _first_and_last_only(sizes, seconds):
    (small, fast), (large, slow) = (
        min(zip(sizes, seconds, strict=True)),
        max(zip(sizes, seconds, strict=True)),
    )
    return 10 ** (np.log(slow / fast) / np.log(large / small))


def _axes_exchanged(sizes, seconds):
    return 10 ** np.polyfit(np.log10(seconds), np.log10(sizes), 1)[0]


def _e_instead_of_ten(sizes, seconds):
    return float(np.exp(np.polyfit(np.log(sizes), np.log(seconds), 1)[0]))


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


def _last_writer_wins(connection, remark_id, text, seen_version):
    with connection:
        changed = connection.execute(
            "UPDATE remark SET text = ?, version = version + 1 WHERE id = ?",
            (text, remark_id),
        )
    return changed.rowcount == 1


def _any_remark_of_the_version(connection, remark_id, text, seen_version):
    with connection:
        changed = connection.execute(
            "UPDATE remark SET text = ?, version = version + 1 WHERE version = ?",
            (text, seen_version),
        )
    return changed.rowcount == 1


def _version_stays(connection, remark_id, text, seen_version):
    with connection:
        changed = connection.execute(
            "UPDATE remark SET text = ? WHERE id = ? AND version = ?",
            (text, remark_id, seen_version),
        )
    return changed.rowcount == 1


def _never_commits(connection, remark_id, text, seen_version):
    changed = connection.execute(
        "UPDATE remark SET text = ?, version = version + 1"
        " WHERE id = ? AND version = ?",
        (text, remark_id, seen_version),
    )
    return changed.rowcount == 1


def _looks_then_writes(connection, remark_id, text, seen_version):
    look = "SELECT version FROM remark WHERE id = ?"
    with connection:
        row = connection.execute(look, (remark_id,)).fetchone()
        if row is None or row[0] != seen_version:
            return False
        connection.execute(
            "UPDATE remark SET text = ?, version = ? WHERE id = ?",
            (text, seen_version + 1, remark_id),
        )
    return True


def _looks_then_writes_and_trips(connection, remark_id, text, seen_version):
    look = "SELECT version FROM remark WHERE id = ?"
    with connection:
        if connection.execute(look, (remark_id,)).fetchone()[0] != seen_version:
            return False
        connection.execute(
            "UPDATE remark SET text = ?, version = version + 1 WHERE id = ?",
            (text, remark_id),
        )
    return True


WRONG = {
    "tenfold-time": [
        _slope_only,  # takes the exponent for the factor
        _line_through_the_raw_numbers,  # fits without logarithms
        _first_and_last_only,  # lets two noisy points decide
        _axes_exchanged,  # asks how the size grows with the time
        _e_instead_of_ten,  # mixes natural logarithms with a factor of ten
    ],
    "read-remark": [
        _zero_for_unknown,  # turns "nobody graded it" into the mildest grade
        _changes_the_record,  # mends the caller's record instead of a copy
        _keeps_known_only,  # drops an unknown field in silence
        _refuses_incomplete,  # takes a missing field for an unknown one
        _fills_in_what_is_missing,  # invents fields that the record never had
    ],
    "save-version": [
        _last_writer_wins,  # never looks at the version
        _any_remark_of_the_version,  # forgets which remark was meant
        _version_stays,  # compares versions that nobody raises
        _never_commits,  # leaves the transaction open
        _looks_then_writes,  # leaves a gap between comparing and changing
        _looks_then_writes_and_trips,  # and does not expect a missing remark
    ],
}
