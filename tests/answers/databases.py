"""Plausible wrong answers to the exercises of the section on relational databases."""

import contextlib
import sqlite3

UPSERT = """INSERT INTO decisions VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (flight_date, carrier, flight, origin)
    DO UPDATE SET act = excluded.act"""


def commits_every_row(connection, rows):
    for row in rows:
        connection.execute(UPSERT, row)
        connection.commit()


def never_commits(connection, rows):
    connection.executemany(UPSERT, rows)


def swallows_the_refusal(connection, rows):
    with contextlib.suppress(sqlite3.IntegrityError), connection:
        connection.executemany(UPSERT, rows)


def keeps_the_first_word(connection, rows):
    with connection:
        connection.executemany(
            "INSERT OR IGNORE INTO decisions VALUES (?, ?, ?, ?, ?)", rows
        )


def plain_insert(connection, rows):
    with connection:
        connection.executemany("INSERT INTO decisions VALUES (?, ?, ?, ?, ?)", rows)


def wipes_the_other_decisions(connection, rows):
    with connection:
        connection.execute("DELETE FROM decisions")
        connection.executemany("INSERT INTO decisions VALUES (?, ?, ?, ?, ?)", rows)


def updates_only(connection, rows):
    with connection:
        connection.executemany(
            """UPDATE decisions SET act = ? WHERE flight_date = ? AND carrier = ?
            AND flight = ? AND origin = ?""",
            [(row[4], *row[:4]) for row in rows],
        )


def deletes_and_commits_first(connection, rows):
    with connection:
        connection.executemany(
            """DELETE FROM decisions WHERE flight_date = ? AND carrier = ?
            AND flight = ? AND origin = ?""",
            [row[:4] for row in rows],
        )
    with connection:
        connection.executemany("INSERT INTO decisions VALUES (?, ?, ?, ?, ?)", rows)


def ignores_wrong_rows(connection, rows):
    with connection:
        connection.executemany(
            "INSERT OR IGNORE INTO decisions VALUES (?, ?, ?, ?, ?)", rows
        )
        connection.executemany(
            """UPDATE OR IGNORE decisions SET act = ? WHERE flight_date = ?
            AND carrier = ? AND flight = ? AND origin = ?""",
            [(row[4], *row[:4]) for row in rows],
        )


NAMED = "flights JOIN airlines ON airlines.carrier = flights.carrier"


def rates(
    hour="sched_dep_time / 100",
    risk="AVG(arr_delay IS NULL OR arr_delay > 15)",
    where="flight_date < '2013-04-01'",
    group="origin, hour, carrier",
):
    """Return the right query for the rates, but for the parts that are given."""
    return f"""SELECT origin, {hour} AS hour, carrier, {risk} AS risk,
        COUNT(*) AS flights FROM flights WHERE {where} GROUP BY {group}"""


WRONG = {
    "cancelled-flights": [
        # compares with NULL, which is never true
        f"""SELECT name, COUNT(*) AS flights, SUM(dep_delay = NULL) AS cancelled
        FROM {NAMED} GROUP BY name ORDER BY cancelled DESC""",
        # a filter drops the airlines that cancelled nothing, and the other flights
        f"""SELECT name, COUNT(*) AS flights, COUNT(*) AS cancelled FROM {NAMED}
        WHERE dep_delay IS NULL GROUP BY name ORDER BY cancelled DESC""",
        # COUNT counts every 0 and 1, not only the ones
        f"""SELECT name, COUNT(*) AS flights, COUNT(dep_delay IS NULL) AS cancelled
        FROM {NAMED} GROUP BY name ORDER BY cancelled DESC""",
        # forgets the order
        f"""SELECT name, COUNT(*) AS flights, SUM(dep_delay IS NULL) AS cancelled
        FROM {NAMED} GROUP BY name ORDER BY cancelled""",
        # takes diverted flights for cancelled ones
        f"""SELECT name, COUNT(*) AS flights, SUM(arr_delay IS NULL) AS cancelled
        FROM {NAMED} GROUP BY name ORDER BY cancelled DESC""",
        # lists an airline that never flew
        """SELECT name, COUNT(flight) AS flights,
            SUM(flight IS NOT NULL AND dep_delay IS NULL) AS cancelled
        FROM airlines LEFT JOIN flights ON flights.carrier = airlines.carrier
        GROUP BY name ORDER BY cancelled DESC""",
        # joins every flight to every airline
        """SELECT name, COUNT(*) AS flights, SUM(dep_delay IS NULL) AS cancelled
        FROM flights JOIN airlines GROUP BY name ORDER BY cancelled DESC""",
    ],
    "risk-rates": [
        # forgets cancelled and diverted flights
        rates(risk="AVG(arr_delay > 15)"),
        # drops them altogether, also from the number of flights
        rates(where="flight_date < '2013-04-01' AND arr_delay IS NOT NULL"),
        # takes cancelled flights for bad, and forgets diverted ones
        rates(risk="AVG(dep_delay IS NULL OR coalesce(arr_delay, 0) > 15)"),
        # takes exactly fifteen minutes for late
        rates(risk="AVG(arr_delay IS NULL OR arr_delay >= 15)"),
        # judges the departure
        rates(risk="AVG(dep_delay IS NULL OR dep_delay > 15)"),
        # divides whole numbers
        rates(risk="SUM(arr_delay IS NULL OR arr_delay > 15) / COUNT(*)"),
        # counts the bad flights
        rates(risk="SUM(arr_delay IS NULL OR arr_delay > 15)"),
        # learns from the whole year
        rates(where="1"),
        # learns from 1 April as well
        rates(where="flight_date <= '2013-04-01'"),
        # stops before the last day of March
        rates(where="flight_date < '2013-03-31'"),
        # makes an hour of every minute
        rates(hour="sched_dep_time / 100.0"),
        # rounds to the next hour
        rates(hour="CAST(ROUND(sched_dep_time / 100.0) AS INTEGER)"),
        # takes the clock time for minutes
        rates(hour="sched_dep_time / 60"),
        # takes the first two digits of 629 for its hour
        rates(hour="CAST(substr(sched_dep_time, 1, 2) AS INTEGER)"),
        # forgets the airline
        rates(group="origin, hour"),
        # forgets the hour
        rates(group="origin, carrier"),
    ],
    "overrule-decisions": [
        # safe row by row, so half a batch stays
        commits_every_row,
        # visible to its own connection only
        never_commits,
        # all or nothing, but nobody hears of the nothing
        swallows_the_refusal,
        # ignores the change of mind
        keeps_the_first_word,
        # cannot be run twice
        plain_insert,
        # forgets decisions on flights that the batch does not name
        wipes_the_other_decisions,
        # has nothing to update at first
        updates_only,
        # two transactions: the old decisions are gone when the new ones are refused
        deletes_and_commits_first,
        # drops the refused rows in silence
        ignores_wrong_rows,
    ],
}
