"""Checks of the exercises of the section on relational databases."""

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import numpy as np

from nordlys.checks import exercise

SCHEMA = """
    CREATE TABLE airlines (carrier TEXT PRIMARY KEY, name TEXT NOT NULL);
    CREATE TABLE flights (
        flight_date TEXT, carrier TEXT REFERENCES airlines (carrier),
        flight INTEGER, origin TEXT, dest TEXT NOT NULL, tailnum TEXT,
        sched_dep_time INTEGER NOT NULL, dep_delay INTEGER, arr_delay INTEGER,
        distance INTEGER, time_hour TEXT,
        PRIMARY KEY (flight_date, carrier, flight, origin)
    );
    CREATE TABLE decisions (
        flight_date TEXT, carrier TEXT, flight INTEGER, origin TEXT,
        act INTEGER NOT NULL CHECK (act IN (0, 1)),
        PRIMARY KEY (flight_date, carrier, flight, origin),
        FOREIGN KEY (flight_date, carrier, flight, origin) REFERENCES flights
            ON DELETE CASCADE
    );
"""
AIRLINES = {"B6": "JetBlue Airways", "DL": "Delta Air Lines Inc.", "UA": "United"}
DESTINATIONS = ["ATL", "BOS", "HNL", "SFO"]


def _flights(rng: np.random.Generator, size: int = 90) -> list[tuple]:
    """Return random flights; Delta never cancels, and nothing is late to HNL."""
    rows = []
    for number in range(size):
        carrier = list(AIRLINES)[number % len(AIRLINES)]
        dest = DESTINATIONS[number // 3 % len(DESTINATIONS)]
        date = f"2013-{rng.integers(1, 13):02}-{rng.integers(1, 29):02}"
        departure = int(rng.integers(5, 24)) * 100
        delay = int(rng.integers(-20, 90 if dest == "HNL" else 400))
        late: tuple = (delay, delay)
        if carrier != "DL" and rng.random() < 0.3:
            late = (None, None)
        rows.append(
            (date, carrier, 100 + number, "JFK", dest, None, departure, *late, 900, "")
        )
    return rows


def _fill(connection: sqlite3.Connection, flights: list[tuple]) -> None:
    connection.executescript(SCHEMA)
    connection.executemany("INSERT INTO airlines VALUES (?, ?)", AIRLINES.items())
    marks = ", ".join("?" * 11)
    connection.executemany(f"INSERT INTO flights VALUES ({marks})", flights)
    connection.commit()
    connection.execute("PRAGMA foreign_keys = ON")


def _answer(sql: object, flights: list[tuple], columns: list[str]) -> list[tuple]:
    """Run the reader's query on ``flights`` and return its rows."""
    assert isinstance(sql, str), "give the text of the query, not its result"
    with closing(sqlite3.connect(":memory:")) as connection:
        _fill(connection, flights)
        try:
            cursor = connection.execute(sql)
        except sqlite3.Error as problem:
            raise AssertionError(f"SQLite says: {problem}") from problem
        assert cursor.description, "the text has to be a SELECT"
        got = [column[0] for column in cursor.description]
        assert got == columns, f"the columns should be {columns}, not {got}"
        return cursor.fetchall()


@exercise("1.9")
def cancelled_by_airline(answer: object, rng: np.random.Generator) -> None:
    """Check the list of airlines with their flights and cancelled flights."""
    flights = _flights(rng)
    rows = _answer(answer, flights, ["name", "flights", "cancelled"])
    expected = {}
    for flight in flights:
        count, cancelled = expected.get(flight[1], (0, 0))
        expected[flight[1]] = (count + 1, cancelled + (flight[7] is None))
    names = {row[0] for row in rows}
    missing = set(AIRLINES.values()) - names
    assert not missing, (
        f"{', '.join(sorted(missing))} should be in the list too: "
        "does a condition throw whole airlines out?"
    )
    assert len(rows) == len(AIRLINES), "one row an airline, no more"
    for carrier, name in AIRLINES.items():
        got = next(row[1:] for row in rows if row[0] == name)
        assert got[0] == expected[carrier][0], f"the number of flights of {name} is off"
        assert got[1] == expected[carrier][1], (
            f"{name} has another number of cancelled flights than {got[1]}: "
            "how does SQL treat a comparison with NULL, and what does COUNT count?"
        )
    cancelled = [row[2] for row in rows]
    assert cancelled == sorted(cancelled, reverse=True), "most cancelled first, please"


@exercise("1.10")
def first_late_flight(answer: object, rng: np.random.Generator) -> None:
    """Check the first very late flight of each destination."""
    flights = _flights(rng)
    # Two late flights on one morning, so that the date alone does not decide.
    for number, departure in ((900, 900), (901, 600)):
        flights.append(
            ("2013-01-01", "UA", number, "JFK", "BOS", None, departure, 9, 500, 900, "")
        )
    # The very first flight to Atlanta is on time, so the order of steps matters.
    flights.append(("2013-01-01", "UA", 902, "JFK", "ATL", None, 500, 0, 0, 900, ""))
    rows = _answer(answer, flights, ["dest", "flight_date", "carrier", "flight"])
    late = [flight for flight in flights if (flight[8] or 0) > 120]
    expected = {}
    for flight in sorted(late, key=lambda row: (row[0], row[6], row[1], row[2])):
        expected.setdefault(flight[4], (flight[4], *flight[:3]))
    got = [row[0] for row in rows]
    assert len(got) == len(set(got)), "a destination appears more than once"
    missing, extra = set(expected) - set(got), set(got) - set(expected)
    assert not missing, (
        f"{', '.join(sorted(missing))} had a flight that late and is not listed: "
        "which step comes first, the filter or the ranking?"
    )
    assert not extra, f"{', '.join(sorted(extra))} had no flight that late"
    for row in rows:
        assert tuple(row) == expected[row[0]], (
            f"for {row[0]} another flight was the first one that late: "
            "look at the order, and at what is being ordered"
        )


def _kept(path: Path) -> set[tuple]:
    with closing(sqlite3.connect(path)) as other:
        return set(other.execute("SELECT * FROM decisions"))


@exercise("1.11")
def overrule(answer: object, rng: np.random.Generator) -> None:
    """Check that a batch is stored wholly or not at all, and that the last one wins."""
    assert callable(answer), "give the function itself, without calling it"
    flights = _flights(rng, size=30)
    first = [(*flight[:4], int(rng.integers(0, 2))) for flight in flights]
    second = [(*row[:4], 1 - row[4]) for row in first]
    bad_rows = [("2013-07-10", "XX", 1, "JFK", 1), (*first[0][:4], 7)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "check.db")
        with closing(sqlite3.connect(path, timeout=1)) as connection:
            _fill(connection, flights)
            answer(connection, first)
            assert _kept(path) == set(first), (
                "after one batch a second connection does not see exactly its rows: "
                "is everything committed?"
            )
            answer(connection, first)
            assert _kept(path) == set(first), "the same batch again changed something"
            answer(connection, second)
            assert _kept(path) == set(second), "the second batch should overrule"
            for bad in bad_rows:
                middle = int(rng.integers(1, len(first)))
                batch = [*first[:middle], bad, *first[middle:]]
                try:
                    answer(connection, batch)
                except sqlite3.IntegrityError:
                    refused = True
                else:
                    refused = False
                seen = set(connection.execute("SELECT * FROM decisions"))
                assert seen == _kept(path) == set(second), (
                    "a refused row in the middle, and part of its batch was kept"
                )
                assert refused, "a row was refused, and the caller did not learn of it"
