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
COLUMNS = "SELECT dest, flight_date, carrier, flight"

WRONG = {
    "1.9": [
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
    "1.10": [
        # ranks all flights, and filters the winners
        f"""WITH ranked AS (SELECT *, ROW_NUMBER() OVER (PARTITION BY dest
            ORDER BY flight_date, sched_dep_time, carrier, flight) AS place
            FROM flights)
        {COLUMNS} FROM ranked WHERE place = 1 AND arr_delay > 120""",
        # the latest arrival instead of the first date
        f"""WITH ranked AS (SELECT *, ROW_NUMBER() OVER (PARTITION BY dest
            ORDER BY arr_delay DESC) AS place FROM flights WHERE arr_delay > 120)
        {COLUMNS} FROM ranked WHERE place = 1""",
        # RANK by date alone gives ties
        f"""WITH ranked AS (SELECT *, RANK() OVER (PARTITION BY dest
            ORDER BY flight_date) AS place FROM flights WHERE arr_delay > 120)
        {COLUMNS} FROM ranked WHERE place = 1""",
        # forgets what late means
        f"""WITH ranked AS (SELECT *, ROW_NUMBER() OVER (PARTITION BY dest
            ORDER BY flight_date, sched_dep_time, carrier, flight) AS place
            FROM flights)
        {COLUMNS} FROM ranked WHERE place = 1""",
        # takes exactly two hours for more than two hours
        f"""WITH ranked AS (SELECT *, ROW_NUMBER() OVER (PARTITION BY dest
            ORDER BY flight_date, sched_dep_time, carrier, flight) AS place
            FROM flights WHERE arr_delay >= 120)
        {COLUMNS} FROM ranked WHERE place = 1""",
        # leaves ties on date and time to chance
        f"""WITH ranked AS (SELECT *, ROW_NUMBER() OVER (PARTITION BY dest
            ORDER BY flight_date, sched_dep_time) AS place
            FROM flights WHERE arr_delay > 120)
        {COLUMNS} FROM ranked WHERE place = 1""",
        # leaves ties within an airline to chance
        f"""WITH ranked AS (SELECT *, ROW_NUMBER() OVER (PARTITION BY dest
            ORDER BY flight_date, sched_dep_time, carrier) AS place
            FROM flights WHERE arr_delay > 120)
        {COLUMNS} FROM ranked WHERE place = 1""",
        # left two hours late, not arrived
        f"""WITH ranked AS (SELECT *, ROW_NUMBER() OVER (PARTITION BY dest
            ORDER BY flight_date, sched_dep_time, carrier, flight) AS place
            FROM flights WHERE dep_delay > 120)
        {COLUMNS} FROM ranked WHERE place = 1""",
        # the first by flight number, not by airline
        f"""WITH ranked AS (SELECT *, ROW_NUMBER() OVER (PARTITION BY dest
            ORDER BY flight_date, sched_dep_time, flight, carrier) AS place
            FROM flights WHERE arr_delay > 120)
        {COLUMNS} FROM ranked WHERE place = 1""",
    ],
    "1.11": [
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
