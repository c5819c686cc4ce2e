"""Checks of the exercises of the section on document stores."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from copy import deepcopy
from typing import Any

import numpy as np

from nordlys.checks import exercise, expect
from nordlys.checks.desk_tables import expect_sql, run_script

FIELDS = ("id", "tailnum", "day", "kind", "text", "severity")


def _remark(rng: np.random.Generator, form: str) -> dict[str, Any]:
    record: dict[str, Any] = {
        "id": int(rng.integers(1, 10_000)),
        "tailnum": f"N{rng.integers(100, 999)}UA",
        "day": f"2013-{rng.integers(1, 13):02d}-{rng.integers(1, 29):02d}",
        "kind": str(rng.choice(["cabin", "technical", "crew"])),
        "text": "seat does not recline",
    }
    if form:
        record[form] = int(rng.integers(1, 6))
    return record


def _in_todays_form(answer: Callable[[dict], dict], record: dict, name: str) -> None:
    """Expect the record's own fields, and its grade under today's name."""
    given = deepcopy(record)
    try:
        got = answer(given)
    except ValueError as refusal:
        raise AssertionError(
            f"{name} was refused ({refusal}); only a field that nobody knows may be."
        ) from refusal
    except KeyError as missing:
        raise AssertionError(
            f"{name} stopped your function, which looks for {missing}; a field that "
            "is missing is no error."
        ) from missing
    expect(given == record, f"{name} was changed; build a new dictionary.")
    expect(got is not given, f"{name} was handed back; build a new dictionary.")
    expect(isinstance(got, dict), f"{name}: return a dictionary.")
    wanted = {field: value for field, value in record.items() if field != "severty"}
    wanted["severity"] = record.get("severity", record.get("severty"))
    expect(
        set(got) == set(wanted),
        f"{name}: expected the fields {sorted(wanted)}, got {sorted(map(str, got))}.",
    )
    for field, value in wanted.items():
        same = got[field] == value and (value is not None or got[field] is None)
        expect(same, f"{name}: {field} should be {value!r}, not {got[field]!r}.")


@exercise("read-remark")
def read_remark(answer: Callable[[dict], dict], rng: np.random.Generator) -> None:
    """Try the three known forms of a remark, whole or not, and unknown fields."""
    expect(callable(answer), "hand over the function read_remark itself.")
    for form in ("severity", "severty", "") * 3:
        record = _remark(rng, form)
        name = f"a remark with '{form}'" if form else "a remark without a severity"
        _in_todays_form(answer, record, name)
        absent = str(rng.choice(FIELDS[:-1]))
        del record[absent]
        _in_todays_form(answer, record, f"{name} and without '{absent}'")
    for field in ("sevrity", "colour"):
        for form in ("severity", "severty", ""):
            record = {**_remark(rng, form), field: 3}
            try:
                answer(record)
            except ValueError:
                continue
            except KeyError as problem:
                raise AssertionError(
                    f"the unknown field '{field}' raises KeyError, not ValueError."
                ) from problem
            raise AssertionError(f"the unknown field '{field}' was let through.")


DOCUMENT = {"voucher": 7, "booking": "K4TZ", "day": "2013-07-10"}
FLIGHT = "2013-07-10 UA 1545 EWR"
ITEMS = [{"kind": "meal", "euros": 15}, {"kind": "taxi", "euros": 40}]
TABLES = {
    "flights": ["flight", "departure"],
    "vouchers": ["voucher", "booking", "day", "flight"],
    "items": ["voucher", "kind", "euros"],
}


@exercise("embed-or-reference")
def embed_or_reference(answer: object, rng: np.random.Generator) -> None:
    """Look at the voucher's document, and fill the tables with good and bad rows."""
    expect(isinstance(answer, dict), "hand over the dictionary design")
    missing = {"document", "schema"} - set(answer)
    expect(not missing, f"design has no entry {' and no '.join(sorted(missing))}")
    _voucher_document(answer["document"])
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        _voucher_tables(connection, answer["schema"])
        _voucher_rows(connection, rng)


def _voucher_document(document: object) -> None:
    """Expect the items inside and of the flight no more than its key."""
    expect(isinstance(document, dict), "the document is one dictionary")
    fields = [*DOCUMENT, "flight", "items"]
    expect(
        set(document) == set(fields),
        f"the fields of the document should be {sorted(fields)}, not "
        f"{sorted(map(str, document))}",
    )
    for field, value in DOCUMENT.items():
        got = document[field]
        expect(got == value, f"{field} should be {value!r}, not {got!r}")
    expect(
        document["flight"] == FLIGHT,
        "many vouchers belong to one flight, and its departure can change: what does "
        f"a voucher need of it, so that nobody has to change it? Its key is {FLIGHT!r}",
    )
    items = document["items"]
    expect(
        isinstance(items, list) and all(isinstance(item, dict) for item in items),
        "the items are read together with their voucher: put a list of dictionaries "
        "inside",
    )
    told = sorted(map(repr, map(_plain, items)))
    expect(
        told == sorted(map(repr, map(_plain, ITEMS))),
        f"the items should be {ITEMS}, each with kind and euros, not {items}",
    )


def _plain(item: dict) -> list:
    """Return an item's fields in one order, with amounts as decimals."""
    pairs = sorted(item.items(), key=str)
    return [(k, float(v) if isinstance(v, int) else v) for k, v in pairs]


def _voucher_tables(connection: sqlite3.Connection, schema: object) -> None:
    """Make the reader's tables and look at their columns."""
    run_script(connection, schema)
    for table, columns in TABLES.items():
        rows = connection.execute("SELECT name FROM pragma_table_info(?)", (table,))
        got = [name for (name,) in rows]
        expect(
            sorted(got) == sorted(columns),
            f"the columns of {table} should be {columns}, not {got}",
        )


def _voucher_rows(connection: sqlite3.Connection, rng: np.random.Generator) -> None:
    """Insert good rows, which are stored, and bad ones, which are refused."""
    seven, eight = sorted(rng.choice(np.arange(1, 900), 2, replace=False).tolist())
    flights = {"flight": FLIGHT, "departure": "15:00"}
    voucher = {"voucher": seven, "booking": "K4TZ", "day": "2013-07-10"}
    voucher |= {"flight": FLIGHT}
    meal = {"voucher": seven, "kind": "meal", "euros": 15}
    for table, row, told in (
        ("flights", flights, "a flight"),
        ("flights", flights | {"flight": "2013-07-12 UA 1545 EWR"}, "another flight"),
        ("vouchers", voucher, "a voucher of this flight"),
        ("vouchers", voucher | {"voucher": eight}, "a second voucher of this flight"),
        ("items", meal, "a meal"),
        ("items", meal | {"kind": "taxi", "euros": 40}, "a taxi beside the meal"),
        ("items", meal | {"voucher": eight}, "a meal on another voucher"),
        ("items", meal | {"voucher": eight, "kind": "hotel", "euros": 0.5}, "0.5 euro"),
    ):
        expect(_stored(connection, table, row), f"{told} should be stored: {row}")
    nobody = max(seven, eight) + 1
    bad = [
        ("flights", flights, "the same flight again"),
        ("vouchers", voucher, "the same voucher again"),
        ("items", meal | {"euros": 20}, "a second meal on one voucher"),
        ("items", meal | {"kind": "bus", "euros": 0}, "an item for 0 euros"),
        ("items", meal | {"voucher": nobody}, "an item of no voucher"),
        (
            "vouchers",
            voucher | {"voucher": nobody, "flight": "2013-07-10 UA 9 EWR"},
            "a voucher of no flight",
        ),
    ]
    new = {
        "flights": flights | {"flight": "2013-07-11 UA 1545 EWR"},
        "vouchers": voucher | {"voucher": nobody},
        "items": meal | {"kind": "bus"},
    }
    for table, columns in TABLES.items():
        for column in columns:
            if (table, column) != ("vouchers", "voucher"):  # counted by SQLite itself
                row = new[table] | {column: None}
                told = f"in {table} an unknown {column}"
                bad.append((table, row, f"{told} (which SQLite lets into some keys)"))
    for table, row, told in bad:
        expect(not _stored(connection, table, row), f"{told} should be refused: {row}")
    _stored(connection, "vouchers", new["vouchers"] | {"voucher": None})
    unknown = connection.execute("SELECT 1 FROM vouchers WHERE voucher IS NULL")
    expect(not unknown.fetchall(), "in vouchers an unknown voucher should be refused")


def _stored(connection: sqlite3.Connection, table: str, row: dict) -> bool:
    """Insert a row; say whether the rules let it in."""
    names = ", ".join(row)
    marks = ", ".join(f":{name}" for name in row)
    try:
        connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", row)
    except sqlite3.IntegrityError:
        return False
    except sqlite3.Error as problem:
        raise AssertionError(f"SQLite says: {problem}") from problem
    return True


@exercise("graded-kinds")
def graded_kinds(answer: object, rng: np.random.Generator) -> None:
    """Try the query in both databases, on kinds that nobody graded and on others."""
    import duckdb

    expect_sql(answer)
    rows = []
    for kind in rng.permutation(["cabin", "catering", "crew", "technical", "toilet"]):
        for _ in range(int(rng.integers(4, 12))):
            grade = None if rng.random() < 0.3 else int(rng.integers(1, 6))
            rows.append([str(kind), grade])
    rows += [["wheel", None], ["window", 3], ["wing", 4], ["wing", 5], ["wing", None]]
    rows = [rows[place] for place in rng.permutation(len(rows))]
    expected = [
        (
            kind,
            sum(row[0] == kind for row in rows),
            sum(row[0] == kind and (row[1] or 0) >= 4 for row in rows),
            sum(row[0] == kind and row[1] is None for row in rows),
        )
        for kind in sorted({row[0] for row in rows})
    ]
    for name, connect in (("SQLite", sqlite3.connect), ("DuckDB", duckdb.connect)):
        with closing(connect(":memory:")) as store:
            _graded_in(name, store, answer, rows, expected)


def _graded_in(
    name: str, store: Any, sql: str, rows: list[list], expected: list[tuple]
) -> None:
    """Run the query in one database and compare."""
    store.execute(
        "CREATE TABLE remark (id INTEGER, day TEXT, tailnum TEXT, kind TEXT, "
        "text TEXT, severity INTEGER)"
    )
    for number, (kind, grade) in enumerate(rows, 1):
        row = [number, "2013-10-02", "N14228", kind, "smell of oil", grade]
        store.execute("INSERT INTO remark VALUES (?, ?, ?, ?, ?, ?)", row)
    try:
        cursor = store.execute(sql)
        got = [tuple(row) for row in cursor.fetchall()]
        columns = [column[0] for column in cursor.description or ()]
    except Exception as problem:
        first = str(problem).splitlines()[0]
        raise AssertionError(f"{name} says: {first}") from problem
    wanted = ["kind", "remarks", "severe", "ungraded"]
    expect(columns == wanted, f"the columns should be {wanted}, not {columns}")
    kinds, right = [row[0] for row in got], [row[0] for row in expected]
    expect(
        set(kinds) == set(right),
        f"in {name} these kinds are missing: {sorted(set(right) - set(kinds))}; does a "
        "condition throw them out?",
    )
    expect(kinds == right, f"in {name}: one row for each kind, in their order, please")
    for row, wish in zip(got, expected, strict=True):
        expect(
            row == wish,
            f"in {name} the row of {wish[0]} is {row}, and should be {wish}: what does "
            "an unknown severity do in your sums and counts?",
        )
