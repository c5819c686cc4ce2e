"""Checks of the exercises of the section on tables and queries."""

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import numpy as np

from nordlys.checks import exercise, expect
from nordlys.checks.desk_tables import (
    AIRLINES,
    FLYING,
    expect_sql,
    fill,
    kept,
    random_flights,
)


def _answer(
    sql: object, flights: list[tuple], columns: list[str], planes: list[tuple] = ()
) -> list[tuple]:
    """Run the reader's query on ``flights`` and ``planes`` and return its rows."""
    expect_sql(sql)
    with closing(sqlite3.connect(":memory:")) as connection:
        fill(connection, flights)
        connection.executemany("INSERT INTO planes VALUES (?, ?)", planes)
        try:
            cursor = connection.execute(sql)
        except sqlite3.Error as problem:
            raise AssertionError(f"SQLite says: {problem}") from problem
        expect(cursor.description, "the text has to be a SELECT")
        got = [column[0] for column in cursor.description]
        expect(
            sorted(got) == sorted(columns),
            f"the columns should be {columns}, not {got}",
        )
        places = [got.index(column) for column in columns]
        return [tuple(row[place] for place in places) for row in cursor.fetchall()]


@exercise("unknown-aircraft")
def unknown_by_airline(answer: object, rng: np.random.Generator) -> None:
    """Check the share of flights whose aircraft is not in the table of planes."""
    planes = [("N1", 180), ("N2", None), ("N3", 20), ("N4", 150)]  # N2: seats unknown
    tails = ["N1", "N2", "N3", "N8", "N9", None]
    flights = [
        (*flight[:5], tails[int(rng.integers(len(tails)))], *flight[6:])
        for flight in random_flights(rng)
    ]
    for place, tail in enumerate(["N2", "N8", None, "N1"]):  # for each airline
        for offset in range(len(FLYING)):
            number = len(FLYING) * place + offset
            flights[number] = (*flights[number][:5], tail, *flights[number][6:])
    rows = _answer(answer, flights, ["carrier", "unknown_share"], planes)
    carriers = [row[0] for row in rows]
    expect(
        sorted(carriers) == sorted(FLYING),
        f"one row for each airline that flew ({', '.join(FLYING)}), please: by what do "
        "you group?",
    )
    known = {tail for tail, _ in planes}
    for carrier, share in rows:
        own = [flight[5] not in known for flight in flights if flight[1] == carrier]
        expect(
            isinstance(share, float) and np.isclose(share, np.mean(own)),
            f"{carrier}'s share is not {share}: which join keeps a flight without a "
            "partner, which column tells that there was none, and how does one ask "
            "for NULL?",
        )
    shares = [row[1] for row in rows]
    expect(shares == sorted(shares, reverse=True), "largest share first, please")


@exercise("cancelled-flights")
def cancelled_by_airline(answer: object, rng: np.random.Generator) -> None:
    """Check the list of airlines with their flights and cancelled flights."""
    flights = random_flights(rng, size=150)
    few = [flight for flight in flights if flight[1] == "B6" and flight[7] is None][:2]
    few += [flight for flight in flights if flight[1] == "B6" and flight[7]][:1]
    flights = [*few, *(flight for flight in flights if flight[1] != "B6")]
    again = next(flight for flight in flights if flight[1] == "DL")  # on another day
    flights.append(("2013-01-05", *again[1:7], 0, 0, *again[9:]))
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


@exercise("change-decision")
def change_one(answer: object, rng: np.random.Generator) -> None:
    """Check that one decision is changed, by parameters, for everyone to see."""
    expect(callable(answer), "give the function itself, without calling it")
    keys = [
        (day, carrier, number, origin)
        for day in ("2013-07-10", "2013-07-11")
        for carrier in ("B6", "UA")
        for number in (725, 1545)
        for origin in ("EWR", "JFK")
    ]
    key = keys[int(rng.integers(len(keys)))]
    before = {(*each, 1) for each in keys}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "check.db")
        with closing(sqlite3.connect(path, timeout=1)) as connection:
            connection.execute("""CREATE TABLE decisions (flight_date TEXT,
                carrier TEXT, flight INTEGER, origin TEXT, act INTEGER)""")
            with connection:
                connection.executemany(
                    "INSERT INTO decisions VALUES (?, ?, ?, ?, ?)", before
                )
            always = "' OR 'a' = 'a"
            for place, strange, kind in (
                (1, "XX", "airline"),
                (1, f"B6{always}", "airline"),
                (1, "O'Hara", "airline"),
                (3, f"JFK{always}", "airport"),
                (0, f"2013-07-10{always}", "day"),
            ):
                typed = (*key[:place], strange, *key[place + 1 :])
                told = answer(connection, typed, 0)
                expect(
                    set(connection.execute("SELECT * FROM decisions")) == before,
                    f"{strange} is no {kind}, and yet decisions changed: does the "
                    "value travel beside the statement?",
                )
                expect(told == 0, f"{strange} is no {kind}: 0 rows, not {told}")
            told = answer(connection, key, 0)
            after = before - {(*key, 1)} | {(*key, 0)}
            own = set(connection.execute("SELECT * FROM decisions"))
            expect(
                own == after,
                f"after a change of {key}, other rows changed too, or this one did "
                "not: which columns identify a flight?",
            )
            expect(kept(path) == after, "a second connection does not see the change")
            expect(told == 1, f"one row was changed, and you return {told}")
            expect(answer(connection, key, 1) == 1, "back again is one row as well")
            expect(kept(path) == before, "a decision changed back is not as before")
