"""A small database like that of the pages on databases, for their checkers."""

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np

from nordlys.checks import expect

SCHEMA = """
    CREATE TABLE airlines (carrier TEXT PRIMARY KEY, name TEXT NOT NULL);
    CREATE TABLE planes (tailnum TEXT PRIMARY KEY, seats INTEGER);
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
    );
"""
FLYING = {"B6": "JetBlue Airways", "DL": "Delta Air Lines Inc.", "UA": "United"}
AIRLINES = {**FLYING, "HA": "Hawaiian Airlines Inc."}  # flies nowhere
DESTINATIONS = ["ATL", "BOS", "HNL", "SFO"]


def expect_sql(text: object) -> None:
    """Reject an answer that is no text."""
    expect(isinstance(text, str), "give the text of the SQL, not its result")


def run_script(connection: sqlite3.Connection, text: object) -> None:
    """Run the reader's statements, with foreign keys on.

    Raises:
        AssertionError: if they are no text, or SQLite refuses one.
    """
    expect_sql(text)
    connection.execute("PRAGMA foreign_keys = ON")
    try:
        connection.executescript(text)
    except sqlite3.Error as problem:
        raise AssertionError(f"SQLite says: {problem}") from problem


def random_flights(rng: np.random.Generator, size: int = 90) -> list[tuple]:
    """Return random flights; Delta never cancels, and nothing is late to HNL."""
    rows = []
    for number in range(size):
        carrier = list(FLYING)[number % len(FLYING)]
        dest = DESTINATIONS[number // 3 % len(DESTINATIONS)]
        date = f"2013-{rng.integers(2, 13):02}-{rng.integers(1, 29):02}"
        departure = int(rng.integers(5, 24)) * 100
        delay = int(rng.integers(-20, 90 if dest == "HNL" else 400))
        late: tuple = (delay, delay - int(rng.integers(0, 30)))
        fate = rng.random()
        if carrier != "DL" and (fate < 0.3 or number < len(FLYING)):
            late = (None, None)
        elif fate > 0.9 or number in range(3, 6):  # diverted
            late = (delay, None)
        rows.append(
            (date, carrier, 100 + number, "JFK", dest, None, departure, *late, 900, "")
        )
    return rows


def fill(connection: sqlite3.Connection, flights: list[tuple]) -> None:
    """Create the tables, store airlines and flights, and switch foreign keys on."""
    connection.executescript(SCHEMA)
    connection.executemany("INSERT INTO airlines VALUES (?, ?)", AIRLINES.items())
    marks = ", ".join("?" * 11)
    connection.executemany(f"INSERT INTO flights VALUES ({marks})", flights)
    connection.commit()
    connection.execute("PRAGMA foreign_keys = ON")


def kept(path: Path, table: str = "decisions") -> set[tuple]:
    """Return the rows that another connection sees."""
    with closing(sqlite3.connect(path)) as other:
        return set(other.execute(f"SELECT * FROM {table}"))
