"""Checks of the exercises of the section on relational databases."""

import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np

from nordlys.checks import exercise, expect

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
    );
"""
FLYING = {"B6": "JetBlue Airways", "DL": "Delta Air Lines Inc.", "UA": "United"}
AIRLINES = {**FLYING, "HA": "Hawaiian Airlines Inc."}  # flies nowhere
DESTINATIONS = ["ATL", "BOS", "HNL", "SFO"]


def _flights(rng: np.random.Generator, size: int = 90) -> list[tuple]:
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


def _fill(connection: sqlite3.Connection, flights: list[tuple]) -> None:
    connection.executescript(SCHEMA)
    connection.executemany("INSERT INTO airlines VALUES (?, ?)", AIRLINES.items())
    marks = ", ".join("?" * 11)
    connection.executemany(f"INSERT INTO flights VALUES ({marks})", flights)
    connection.commit()
    connection.execute("PRAGMA foreign_keys = ON")


def _answer(sql: object, flights: list[tuple], columns: list[str]) -> list[tuple]:
    """Run the reader's query on ``flights`` and return its rows."""
    expect(isinstance(sql, str), "give the text of the query, not its result")
    with closing(sqlite3.connect(":memory:")) as connection:
        _fill(connection, flights)
        try:
            cursor = connection.execute(sql)
        except sqlite3.Error as problem:
            raise AssertionError(f"SQLite says: {problem}") from problem
        expect(cursor.description, "the text has to be a SELECT")
        got = [column[0] for column in cursor.description]
        expect(got == columns, f"the columns should be {columns}, not {got}")
        return cursor.fetchall()


@exercise("cancelled-flights")
def cancelled_by_airline(answer: object, rng: np.random.Generator) -> None:
    """Check the list of airlines with their flights and cancelled flights."""
    flights = _flights(rng)
    rows = _answer(answer, flights, ["name", "flights", "cancelled"])
    names = [row[0] for row in rows]
    missing = set(FLYING.values()) - set(names)
    expect(
        not missing,
        f"{', '.join(sorted(missing))} should be in the list too: "
        "does a condition throw whole airlines out?",
    )
    expect(
        AIRLINES["HA"] not in names,
        f"{AIRLINES['HA']} has no flight in these data: has the join a condition, and "
        "does it keep airlines without a flight?",
    )
    expect(len(names) == len(set(names)), "one row an airline, no more")
    for carrier, name in FLYING.items():
        own = [flight for flight in flights if flight[1] == carrier]
        count, cancelled = next(row[1:] for row in rows if row[0] == name)
        expect(
            count == len(own),
            f"{name} made {len(own)} flights, and you count {count}: does a "
            "condition drop flights, or does the join double them?",
        )
        expect(
            cancelled == sum(flight[7] is None for flight in own),
            f"{name} has another number of cancelled flights than {cancelled}: "
            "which column is empty for a cancelled flight but not for a diverted one, "
            "how does SQL treat a comparison with NULL, and what does COUNT count?",
        )
    cancelled = [row[2] for row in rows]
    expect(cancelled == sorted(cancelled, reverse=True), "most cancelled first, please")


def _routes(rng: np.random.Generator) -> list[tuple]:
    """Return random flights on routes of which one begins on the first of April."""
    last = [("2013-03-31", 30), ("2013-04-01", 300), ("2013-07-10", None)]
    rows = []
    for origin in ("EWR", "JFK", "LGA"):
        for hour in (6, 12, 20):
            for carrier in FLYING:
                late = [15, 16, None, *rng.integers(-30, 90, rng.integers(1, 5))]
                days = [
                    f"2013-{month:02}-{rng.integers(1, 29):02}"
                    for month in rng.integers(1, 4, len(late))
                ]
                made = [*zip(days, late, strict=True), *last]
                if (origin, hour, carrier) == ("LGA", 12, "B6"):
                    made = last[1:]
                for date, arrival in made:
                    key = (date, carrier, 100 + len(rows), origin)
                    departure = 100 * hour + int(rng.choice([0, 29, 45, 59]))
                    delay = None if rng.random() < 0.1 else int(rng.integers(-9, 60))
                    late_by = None if arrival is None or delay is None else int(arrival)
                    times = (departure, delay, late_by)
                    rows.append((*key, "BOS", None, *times, 900, ""))
    return rows


@exercise("risk-rates")
def rates_by_route(answer: object, rng: np.random.Generator) -> None:
    """Check the share of bad flights by airport, hour and airline before April."""
    flights = _routes(rng)
    columns = ["origin", "hour", "carrier", "risk", "flights"]
    rows = _answer(answer, flights, columns)
    bad: dict[tuple, list[bool]] = {}
    for date, carrier, _, origin, _, _, departure, _, arrival, *_ in flights:
        if date < "2013-04-01":
            fate = arrival is None or arrival > 15
            bad.setdefault((origin, departure // 100, carrier), []).append(fate)
    for row in rows:
        expect(
            isinstance(row[1], int) and row[1] < 24,
            f"an hour should be a whole number from 0 to 23, not {row[1]!r}: the "
            "service looks for keys such as 'EWR 6 UA'",
        )
    got = [row[:3] for row in rows]
    expect(
        len(got) == len(set(got)),
        "an airport, hour and airline come more than once: by what do you group?",
    )
    missing, extra = set(bad) - set(got), set(got) - set(bad)
    for route in sorted(missing, key=str):
        expect(False, f"{route} is missing, or stands at another hour")
    for route in sorted(extra, key=str):
        expect(False, f"{route} has no departure before 1 April at that hour")
    for *route, risk, count in rows:
        name, fates = " ".join(map(str, route)), bad[tuple(route)]
        expect(
            count == len(fates),
            f"{name} has {len(fates)} departures before 1 April, and you count "
            f"{count}: does a condition drop flights, or let later ones in?",
        )
        expect(
            isinstance(risk, float) and np.isclose(risk, np.mean(fates)),
            f"the risk of {name} is not {risk}: when is a flight bad, what becomes of "
            "a missing delay, and what does / do between whole numbers?",
        )


def _kept(path: Path) -> set[tuple]:
    """Return the decisions that another connection sees."""
    with closing(sqlite3.connect(path)) as other:
        return set(other.execute("SELECT * FROM decisions"))


@exercise("overrule-decisions")
def overrule(answer: object, rng: np.random.Generator) -> None:
    """Check that a batch is stored wholly or not at all, and that the last one wins."""
    expect(callable(answer), "give the function itself, without calling it")
    flights = _flights(rng, size=30)
    first = [(*flight[:4], int(rng.integers(0, 2))) for flight in flights]
    half = rng.permutation(len(first))[: len(first) // 2]
    second = [(*first[place][:4], 1 - first[place][4]) for place in half]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "check.db")
        with closing(sqlite3.connect(path, timeout=1)) as connection:
            _fill(connection, flights)
            answer(connection, first)
            _expect_stored(connection, path, set(first))
            answer(connection, first)
            expect(_kept(path) == set(first), "the same batch again changed something")
            answer(connection, second)
            newest = {row[:4]: row for row in first + second}
            kept, keys = _kept(path), {row[:4] for row in _kept(path)}
            expect(
                keys == set(newest),
                "after a second batch, decisions on flights that it does not name "
                "are gone",
            )
            expect(kept == set(newest.values()), "the second batch should overrule")
            _try_refusals(answer, connection, path, [*newest.values()], rng)


def _expect_stored(
    connection: sqlite3.Connection, path: Path, rows: set[tuple]
) -> None:
    """Expect a first batch in the table, for this connection and for others."""
    own = set(connection.execute("SELECT * FROM decisions"))
    expect(own == rows, "flights without an earlier decision are missing, or altered")
    expect(
        _kept(path) == rows,
        "after one batch a second connection does not see exactly its rows: "
        "is everything committed?",
    )


def _try_refusals(
    answer: Callable,
    connection: sqlite3.Connection,
    path: Path,
    before: list[tuple],
    rng: np.random.Generator,
) -> None:
    """Expect that a batch with a wrong row changes nothing and raises."""
    turned = [(*row[:4], 1 - row[4]) for row in before]
    for bad in (("2013-07-10", "XX", 1, "JFK", 1), (*before[0][:4], 7)):
        middle = int(rng.integers(1, len(turned)))
        refused = False
        try:
            answer(connection, [*turned[:middle], bad, *turned[middle:]])
        except Exception:  # the reader may wrap SQLite's own
            refused = True
        seen = set(connection.execute("SELECT * FROM decisions"))
        expect(
            seen == _kept(path) == set(before),
            "a refused row in the middle, and part of its batch was kept, or "
            "something else is gone",
        )
        expect(refused, "a row was refused, and the caller did not learn of it")
