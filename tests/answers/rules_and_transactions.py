"""Plausible wrong answers to the exercises of the section on rules and transactions."""

import contextlib
import sqlite3

UPSERT = """INSERT INTO decisions VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (flight_date, carrier, flight, origin)
    DO UPDATE SET act = excluded.act"""


def commits_every_row(connection, rows):
    for row in rows:
        connection.execute(UPSERT, row)
        connection.commit()


def turns_them_over(connection, rows):
    with connection:
        connection.executemany(UPSERT.replace("excluded.act", "1 - act"), rows)


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


def sorts_the_rows(connection, rows):
    with connection:
        connection.executemany(UPSERT, sorted(rows))


def the_first_of_a_batch(connection, rows):
    with connection:
        connection.executemany(UPSERT, {row[:4]: row for row in rows[::-1]}.values())


def replaces(connection, rows):
    # Right: the old row goes and the new one comes.
    with connection:
        connection.executemany(
            "INSERT OR REPLACE INTO decisions VALUES (?, ?, ?, ?, ?)", rows
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


CALLS = {
    "number": "INTEGER PRIMARY KEY",
    "origin": "TEXT NOT NULL REFERENCES desks (faa)",
    "begins": "TEXT NOT NULL",
    "minutes": "INTEGER CHECK (minutes BETWEEN 0 AND 120)",
}


def calls(key="PRIMARY KEY", **columns):
    """Return the right schema, but for the parts that are given."""
    fields = ", ".join(f"{name} {rule}" for name, rule in (CALLS | columns).items())
    return f"""CREATE TABLE desks (faa TEXT {key}) STRICT;
        INSERT INTO desks VALUES ('EWR'), ('JFK'), ('LGA');
        CREATE TABLE calls ({fields}) STRICT;"""


IN_PLACE = "lon BETWEEN -180 AND -60 OR lon BETWEEN 170 AND 180"


def positions(
    rule=IN_PLACE,
    lat=f"CASE WHEN {IN_PLACE} THEN lat END",
    lon=f"CASE WHEN {IN_PLACE} THEN lon END",
    where="1",
):
    """Return the right statements, but for the parts that are given."""
    return f"""CREATE TABLE positions (faa TEXT PRIMARY KEY, name TEXT NOT NULL,
            lat REAL, lon REAL CHECK ({rule})) STRICT;
        INSERT INTO positions SELECT faa, name, {lat}, {lon} FROM raw_airports
        WHERE {where};"""


DECIDE = "INSERT INTO decisions VALUES (?, ?, ?, ?, 1)"
PAY = "UPDATE budget SET euros = euros - 10 WHERE day = ?"


def commits_in_between(connection, flight):
    connection.execute(DECIDE, flight)
    connection.commit()
    connection.execute(PAY, flight[:1])
    connection.commit()


def pays_first_and_commits(connection, flight):
    connection.execute(PAY, flight[:1])
    connection.commit()
    with connection:
        connection.execute(DECIDE, flight)


def does_not_roll_back(connection, flight):
    connection.execute(DECIDE, flight)
    connection.execute(PAY, flight[:1])
    connection.commit()


def waits_for_a_commit(connection, flight):
    connection.execute(DECIDE, flight)
    connection.execute(PAY, flight[:1])


def hides_the_refusal(connection, flight):
    with contextlib.suppress(sqlite3.IntegrityError), connection:
        connection.execute(DECIDE, flight)
        connection.execute(PAY, flight[:1])


def every_day_pays(connection, flight):
    with connection:
        connection.execute(DECIDE, flight)
        connection.execute("UPDATE budget SET euros = euros - 10")


def forgets_to_pay(connection, flight):
    with connection:
        connection.execute(DECIDE, flight)


def pays_from_no_budget(connection, flight):
    with connection:
        connection.execute(DECIDE, flight)
        connection.execute(PAY, flight[:1])


def decides_again(connection, flight):
    with connection:
        connection.execute(f"{DECIDE} ON CONFLICT DO NOTHING", flight)
        connection.execute(PAY, flight[:1])


def looks_first(connection, flight):
    # Right: asks for the budget before it begins.
    budget = "SELECT euros FROM budget WHERE day = ?"
    if connection.execute(budget, flight[:1]).fetchone() is None:
        raise LookupError(flight[0])
    with connection:
        connection.execute(PAY, flight[:1])
        connection.execute(DECIDE, flight)


WRONG = {
    "calls-schema": [
        # two calls may have the same number
        calls(number="INTEGER"),
        # a number may be unknown
        calls(number="INTEGER UNIQUE"),
        # one call a moment
        calls(begins="TEXT NOT NULL UNIQUE"),
        # any airport will do
        calls(origin="TEXT NOT NULL"),
        # a foreign key lets NULL pass
        calls(origin="TEXT REFERENCES desks (faa)"),
        # the beginning may be missing
        calls(begins="TEXT"),
        # a call that goes on is refused
        calls(minutes="INTEGER NOT NULL CHECK (minutes BETWEEN 0 AND 120)"),
        # as long as you like
        calls(minutes="INTEGER CHECK (minutes >= 0)"),
        # shorter than nothing
        calls(minutes="INTEGER CHECK (minutes <= 120)"),
        # two hours are refused
        calls(minutes="INTEGER CHECK (minutes < 120)"),
        # no limits
        calls(minutes="INTEGER"),
        # the desks have no key that could be referred to
        calls(key=""),
        # a column more
        calls(note="TEXT"),
        # nobody may call at La Guardia
        calls().replace(", ('LGA')", ""),
    ],
    "lost-signs": [
        # refuses the Aleutian Islands
        positions(rule="lon < 0"),
        # forgets the outer limits
        positions(rule="lon BETWEEN -180 AND -60 OR lon >= 170"),
        positions(rule="lon <= -60 OR lon BETWEEN 170 AND 180"),
        # believes every number
        positions(rule="lon BETWEEN -180 AND 180"),
        # the rules let everything in, only the loading is right
        positions(rule="1"),
        # guesses that the sign is lost
        positions(lat="lat", lon=f"CASE WHEN {IN_PLACE} THEN lon ELSE -lon END"),
        # keeps half a position
        positions(lat="lat"),
        # leaves the airports out
        positions(where=IN_PLACE),
        # takes the border for outside
        positions(
            rule="lon > -180 AND lon < -60 OR lon > 170 AND lon < 180",
            lon="CASE WHEN lon > -180 AND lon < -60 OR lon > 170 AND lon < 180 "
            "THEN lon END",
        ),
        # unknown becomes zero
        positions(
            rule=f"{IN_PLACE} OR lon = 0",
            lat=f"CASE WHEN {IN_PLACE} THEN lat ELSE 0 END",
            lon=f"CASE WHEN {IN_PLACE} THEN lon ELSE 0 END",
        ),
    ],
    "spend-budget": [
        # a decision stays that nobody paid for
        commits_in_between,
        # a payment stays for nothing
        pays_first_and_commits,
        # the first half waits, for the next commit of anybody
        does_not_roll_back,
        # visible to its own connection only
        waits_for_a_commit,
        # both or neither, but nobody hears of the neither
        hides_the_refusal,
        # takes the money of all days
        every_day_pays,
        # spends nothing
        forgets_to_pay,
        # keeps a decision on a day that has no budget
        pays_from_no_budget,
        # pays twice for one decision
        decides_again,
    ],
    "overrule-decisions": [
        # safe row by row, so half a batch stays
        commits_every_row,
        # the second word is always the contrary of the first
        turns_them_over,
        # visible to its own connection only
        never_commits,
        # all or nothing, but nobody hears of the nothing
        swallows_the_refusal,
        # ignores the change of mind
        keeps_the_first_word,
        # in an order of its own, so 1 always has the last word
        sorts_the_rows,
        # of two words on one flight the first one counts
        the_first_of_a_batch,
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

ALSO_RIGHT = {
    "calls-schema": [
        calls(key="NOT NULL UNIQUE", number="INTEGER NOT NULL UNIQUE"),
        calls(origin="TEXT NOT NULL CHECK (origin IN ('EWR', 'JFK', 'LGA'))"),
        calls(minutes="INTEGER CHECK (minutes IS NULL OR minutes BETWEEN 0 AND 120)"),
    ],
    "lost-signs": [
        positions(rule=f"lon IS NULL OR {IN_PLACE}"),
        "DROP TABLE IF EXISTS positions;" + positions(),
    ],
    "spend-budget": [looks_first],
    "overrule-decisions": [replaces],
}
