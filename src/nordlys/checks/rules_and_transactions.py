"""Checks of the exercises of the section on rules and transactions."""

import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import numpy as np

from nordlys.checks import exercise, expect
from nordlys.checks.desk_tables import fill, kept, random_flights, run_script


def _columns(connection: sqlite3.Connection, table: str, columns: list[str]) -> None:
    """Expect a table with these columns in this order."""
    rows = connection.execute("SELECT name FROM pragma_table_info(?)", (table,))
    got = [name for (name,) in rows]
    expect(got, f"there is no table {table}")
    expect(got == columns, f"the columns of {table} should be {columns}, not {got}")


def _stored(connection: sqlite3.Connection, sql: str, row: tuple) -> bool:
    """Try to insert a row; say whether the rules let it in, and take it back."""
    try:
        connection.execute(sql, row)
    except sqlite3.IntegrityError:
        return False
    except sqlite3.Error as problem:
        raise AssertionError(f"SQLite says: {problem}") from problem
    finally:
        connection.rollback()
    return True


@exercise("calls-schema")
def schema_of_calls(answer: object, rng: np.random.Generator) -> None:
    """Check that good calls are stored and bad ones refused."""
    insert = "INSERT INTO calls VALUES (?, ?, ?, ?)"
    hour = f"2013-07-10T{rng.integers(10, 20)}:05Z"
    with closing(sqlite3.connect(":memory:")) as connection:
        run_script(connection, answer)
        _columns(connection, "desks", ["faa"])
        _columns(connection, "calls", ["number", "origin", "begins", "minutes"])
        desks = {faa for (faa,) in connection.execute("SELECT faa FROM desks")}
        expect(desks == {"EWR", "JFK", "LGA"}, "the desks are EWR, JFK and LGA")
        for minutes in (0, int(rng.integers(1, 120)), 120, None):
            expect(
                _stored(connection, insert, (7, "JFK", hour, minutes)),
                f"a call of {minutes} minutes should be stored (None: it goes on)",
            )
        with connection:
            connection.execute(insert, (1, "EWR", hour, 5))
        expect(
            _stored(connection, insert, (2, "EWR", hour, 5)),
            "a second call, of another number and else the same, should be stored",
        )
        with suppress(sqlite3.IntegrityError):  # or SQLite itself gives a number
            connection.execute(insert, (None, "LGA", hour, 5))
        unnumbered = connection.execute("SELECT 1 FROM calls WHERE number IS NULL")
        expect(not unnumbered.fetchall(), "a call without a number was stored")
        connection.rollback()
        bad = {
            "a second call with the same number": (1, "JFK", hour, 5),
            "a call at an airport without a desk": (2, "XXX", hour, 5),
            "a call without an airport": (2, None, hour, 5),
            "a call without a beginning": (2, "JFK", None, 5),
            "a call of 121 minutes": (2, "JFK", hour, 121),
            "a call of -1 minutes": (2, "JFK", hour, -1),
            "a call of 'ten' minutes": (2, "JFK", hour, "ten"),
        }
        for what, row in bad.items():
            expect(not _stored(connection, insert, row), f"{what} was stored")


def _in_place(lon: float | None) -> bool:
    return lon is None or -180 <= lon <= -60 or 170 <= lon <= 180


@exercise("lost-signs")
def positions(answer: object, rng: np.random.Generator) -> None:
    """Check that impossible longitudes are refused, and stored as unknown."""
    good = [-180, -60, 170, 180, *rng.uniform(-170, -65, 4), rng.uniform(171, 179)]
    bad = [-59, 0, 169, *rng.uniform(10, 160, 3)]
    delivered = [
        (f"A{number:02}", f"Airport {number}", float(rng.uniform(18, 71)), float(lon))
        for number, lon in enumerate(rng.permutation([*good, *bad]))
    ]
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(
            "CREATE TABLE raw_airports (faa TEXT, name TEXT, lat REAL, lon REAL)"
        )
        with connection:
            connection.executemany(
                "INSERT INTO raw_airports VALUES (?, ?, ?, ?)", delivered
            )
        run_script(connection, answer)
        _columns(connection, "positions", ["faa", "name", "lat", "lon"])
        got = {row[0]: row for row in connection.execute("SELECT * FROM positions")}
        expect(
            set(got) == {row[0] for row in delivered},
            "every airport should be there once, also those in the wrong place",
        )
        for faa, name, lat, lon in delivered:
            wanted = (
                (faa, name, lat, lon) if _in_place(lon) else (faa, name, None, None)
            )
            expect(
                got[faa] == wanted,
                f"an airport at {lat:.0f}, {lon:.0f} was stored as {got[faa][2:]}",
            )
        insert = "INSERT INTO positions VALUES (?, ?, ?, ?)"
        for lon in (*good, *bad, -181, 181, None):
            row = ("NEW", "New", 40.0, None if lon is None else float(lon))
            stored = _stored(connection, insert, row)
            told = "stored" if stored else "refused"
            expect(
                stored == _in_place(lon),
                f"a new airport at longitude {lon} was {told} by the rules",
            )


@exercise("spend-budget")
def spend(answer: object, rng: np.random.Generator) -> None:
    """Check that a decision and its payment happen both or not at all."""
    expect(callable(answer), "give the function itself, without calling it")
    days = ["2013-07-10", "2013-07-11"]
    flights = [
        (days[number % 2], *flight[1:])
        for number, flight in enumerate(random_flights(rng, size=12))
    ]
    unpaid = ("2013-07-12", *flights[0][1:])
    keys = {day: [flight[:4] for flight in flights if flight[0] == day] for day in days}
    euros = {days[0]: 20, days[1]: 10 * int(rng.integers(5, 9))}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "check.db")
        with closing(sqlite3.connect(path, timeout=1)) as connection:
            fill(connection, [*flights, unpaid])
            connection.execute("""CREATE TABLE budget (day TEXT PRIMARY KEY,
                euros INTEGER NOT NULL CHECK (euros >= 0))""")
            with connection:
                connection.executemany(
                    "INSERT INTO budget VALUES (?, ?)", euros.items()
                )
            done: list[tuple] = []
            for key in (keys[days[0]][0], keys[days[1]][0], keys[days[0]][1]):
                answer(connection, key)
                done.append(key)
                euros[key[0]] -= 10
                _expect_state(connection, path, done, euros, f"after acting on {key}")
            refused = {
                "the budget of the day is spent": keys[days[0]][2],
                "there is a decision already": keys[days[1]][0],
                "there is no such flight": (days[1], "XX", 725, "JFK"),
                "the day has no budget": unpaid[:4],
            }
            for why, key in refused.items():
                heard = False
                try:
                    answer(connection, key)
                except Exception:  # the reader may wrap SQLite's own
                    heard = True
                _expect_state(connection, path, done, euros, f"refused, because {why}:")
                expect(heard, f"{why}, and the caller did not learn of it")


def _expect_state(
    connection: sqlite3.Connection,
    path: Path,
    done: list[tuple],
    euros: dict[str, int],
    when: str,
) -> None:
    """Expect these decisions and budgets, for this connection and for others."""
    decisions, budget = {(*key, 1) for key in done}, set(euros.items())
    own = [
        set(connection.execute(f"SELECT * FROM {table}"))
        for table in ("decisions", "budget")
    ]
    expect(
        own[0] == decisions,
        f"{when} the decisions are not those that were paid for",
    )
    expect(
        own[1] == budget,
        f"{when} the budget is not what is left: which day pays, and is a payment "
        "taken back when its decision fails?",
    )
    expect(
        kept(path) == decisions and kept(path, "budget") == budget,
        f"{when} a second connection sees something else: is all of it committed?",
    )


@exercise("overrule-decisions")
def overrule(answer: object, rng: np.random.Generator) -> None:
    """Check that a batch is stored wholly or not at all, and that the last one wins."""
    expect(callable(answer), "give the function itself, without calling it")
    flights = random_flights(rng, size=30)
    first = [(*flight[:4], int(rng.integers(0, 2))) for flight in flights]
    half = rng.permutation(len(first))[: len(first) // 2]
    second = [(*first[place][:4], 1 - first[place][4]) for place in half]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "check.db")
        with closing(sqlite3.connect(path, timeout=1)) as connection:
            fill(connection, flights)
            answer(connection, first)
            _expect_stored(connection, path, set(first))
            answer(connection, first)
            expect(kept(path) == set(first), "the same batch again changed something")
            answer(connection, second)
            newest = {row[:4]: row for row in first + second}
            now = kept(path)
            keys = {row[:4] for row in now}
            expect(
                keys == set(newest),
                "after a second batch, decisions on flights that it does not name "
                "are gone",
            )
            expect(now == set(newest.values()), "the second batch should overrule")
            for last in (0, 1):
                key = first[0][:4]
                answer(connection, [(*key, 1 - last), (*key, last)])
                newest[key] = (*key, last)
                expect(
                    kept(path) == set(newest.values()),
                    f"a batch says {1 - last} and then {last} of one flight, and the "
                    "last word does not win",
                )
            _try_refusals(answer, connection, path, [*newest.values()], rng)


def _expect_stored(
    connection: sqlite3.Connection, path: Path, rows: set[tuple]
) -> None:
    """Expect a first batch in the table, for this connection and for others."""
    own = set(connection.execute("SELECT * FROM decisions"))
    expect(own == rows, "flights without an earlier decision are missing, or altered")
    expect(
        kept(path) == rows,
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
            seen == kept(path) == set(before),
            "a refused row in the middle, and part of its batch was kept, or "
            "something else is gone",
        )
        expect(refused, "a row was refused, and the caller did not learn of it")
