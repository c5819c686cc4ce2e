"""Checks of the exercises on a gateway, its ledger and what a case costs."""

import sqlite3
from contextlib import closing
from math import isclose
from typing import Any

import numpy as np

from nordlys.checks import exercise, expect

TEAMS = ("desk", "night", "web")
TABLES = """
    CREATE TABLE teams (
        key_hash TEXT PRIMARY KEY, team TEXT NOT NULL UNIQUE, quota REAL NOT NULL,
        budget REAL
    ) STRICT;
    CREATE TABLE calls (
        id INTEGER PRIMARY KEY, at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
        team TEXT NOT NULL, answered_by TEXT NOT NULL DEFAULT 'open',
        read INTEGER, written INTEGER, euros REAL NOT NULL
    ) STRICT;
"""


@exercise("budget-rule")
def budget_rule(answer: Any, rng: np.random.Generator) -> None:
    """Open entries on ledgers of which some have room, some in one period only."""
    expect(isinstance(answer, str), "give the statement as a text")
    cases = [  # spent in the last hour, in 30 days, before, by others; room?
        ("without any call", 0.0, 0.0, 0.0, 0.0, True),
        ("with room in both periods", 0.3, 2.0, 0.0, 0.0, True),
        ("whose hour is used up", 0.95, 2.0, 0.0, 0.0, False),
        ("whose 30 days are used up", 0.1, 9.95, 0.0, 0.0, False),
        ("that spent much more than 30 days ago", 0.1, 1.0, 50.0, 0.0, True),
        ("beside others that spent much", 0.1, 1.0, 0.0, 50.0, True),
    ]
    for told, hour, month, before, others, room in cases:
        unit = float(rng.uniform(3, 6))  # in euros, so that no limit can be guessed
        with closing(sqlite3.connect(":memory:")) as db:
            db.executescript(TABLES)
            for team in TEAMS:
                quota = unit * (1 if team == "desk" else 9)
                limits = [team, team, quota, 10 * quota]
                db.execute("INSERT INTO teams VALUES (?, ?, ?, ?)", limits)
            ages = [("-55 minutes", hour), ("-65 minutes", (month - hour) / 2)]
            ages += [("-29 days", (month - hour) / 2), ("-43205 minutes", before)]
            for age, euros in ages:
                _spend(db, "desk", age, unit * max(euros, 0), rng)
            _spend(db, "night", "-3 minutes", unit * others, rng)
            (last,) = db.execute("SELECT COALESCE(MAX(id), 0) FROM calls").fetchone()
            asked = {"team": "desk", "most": 0.1 * unit}
            rows = db.execute(answer, asked).fetchall()
            stored = db.execute(
                "SELECT id, team, euros FROM calls WHERE id > ?", [last]
            ).fetchall()
            expect(
                rows or not stored or not room,
                "it opens an entry, but does not return the id of the new row",
            )
            expect(
                bool(rows) == room,
                f"a team {told} is {'let through' if rows else 'refused'}",
            )
            if rows:
                _entry(rows, stored, 0.1 * unit)
    with closing(sqlite3.connect(":memory:")) as db:
        db.executescript(TABLES)
        rows = db.execute(answer, {"team": "nobody", "most": 0.1}).fetchall()
        expect(not rows, "a team that does not exist is let through")


def _entry(rows: list[tuple], stored: list[tuple], most: float) -> None:
    """Compare what a statement returned with what it has entered."""
    expect(
        stored and stored[0][1] == "desk" and isclose(stored[0][2], most),
        f"the new row is {stored}, expected one of desk with {most:.2f} euros",
    )
    expect(
        rows == [(stored[0][0],)], f"it returns {rows}, expected the id of the new row"
    )


def _spend(
    db: sqlite3.Connection, team: str, age: str, euros: float, rng: np.random.Generator
) -> None:
    """Enter calls of a team that were made some time ago."""
    if euros:
        for part in rng.dirichlet(np.ones(4)) * euros:
            db.execute(
                "INSERT INTO calls (at, team, euros) VALUES (datetime('now', ?), ?, ?)",
                [age, team, part],
            )


@exercise("who-spent")
def who_spent(answer: Any, rng: np.random.Generator) -> None:
    """Compare with counts of a random ledger, in which a team never called."""
    expect(isinstance(answer, str), "give the query as a text")
    kinds = ["open", "cache", "small", "large", "refused"]
    calls = [("desk", "open", 0.3), ("desk", "cache", 0.0), ("desk", "small", 0.2)]
    calls += [("night", "open", 0.4)]
    for _ in range(60):
        kind = str(rng.choice(kinds))
        euros = 0.0 if kind in ("cache", "refused") else float(rng.uniform(0.01, 1))
        calls.append(("desk", kind, euros))
    with closing(sqlite3.connect(":memory:")) as db:
        db.executescript(TABLES)
        for team in reversed(TEAMS):
            db.execute("INSERT INTO teams VALUES (?, ?, 1, 10)", [team, team])
        entry = "INSERT INTO calls (team, answered_by, euros) VALUES (?, ?, ?)"
        db.executemany(entry, calls)
        found = db.execute(answer)
        names = [column[0] for column in found.description or ()]
        rows = found.fetchall()
    wanted_names = ["team", "answered", "cached", "uncertain"]
    expect(names == wanted_names, f"the columns are {names}, expected {wanted_names}")
    told = [row[0] for row in rows]
    expect(told == list(TEAMS), f"the teams are {told}, expected {list(TEAMS)}")
    for row, team in zip(rows, TEAMS, strict=True):
        _compare(row, [call for call in calls if call[0] == team])


def _compare(row: tuple, calls: list[tuple]) -> None:
    """Compare a row with the calls of its team."""
    team, answered, cached, uncertain = row
    real = [kind for _, kind, _ in calls if kind != "open"]
    share = real.count("cache") / len(real) if real else None
    risk = sum(euros for _, kind, euros in calls if kind == "open")
    expect(answered == len(real), f"{team}: {answered} answered, expected {len(real)}")
    same = cached is share is None or (
        None not in (cached, share) and isclose(cached, share)
    )
    expect(same, f"{team}: the share cached is {cached}, expected {share}")
    expect(
        uncertain is not None and isclose(uncertain, risk, abs_tol=1e-9),
        f"{team}: uncertain is {uncertain}, expected {risk:.4f}",
    )


@exercise("small-gateway")
def small_gateway(answer: Any, rng: np.random.Generator) -> None:
    """Send calls to models of which some fail, and watch who is asked."""
    expect(callable(answer), "give the function itself, without calling it")
    teams = {"k-desk": "desk", "k-night": "night"}
    call = f"call {int(rng.integers(1e6))}"
    asked: list[str] = []

    def model(name: str, problem: Exception | None = None):
        def reply(text: str) -> str:
            asked.append(name)
            if problem:
                raise problem
            return f"{name} answers {text}"

        return reply

    slow = model("slow", TimeoutError("of a model, is not caught"))
    down = model("down", ConnectionError("of a model, is not caught"))
    good, other = model("good"), model("other")
    stored: dict[str, str] = {call: "stored"}
    for kept in (stored, {}):
        given = answer("unknown", call, teams, [good], kept)
        expect(tuple(given) == (401, None), f"an unknown key gets {given}")
    given = answer("k-desk", call, teams, [good], stored)
    expect(tuple(given) == (200, "stored"), f"a stored call gets {given}")
    expect(not asked, "a model was asked for an unknown key or a stored call")
    stored.clear()
    given = answer("k-night", call, teams, [slow, down], stored)
    failed = given is not None and tuple(given) == (503, None)
    expect(failed, f"if all models fail, it returns {given}")
    expect(not stored, f"after a failure {stored} is stored")
    expect(asked == ["slow", "down"], f"asked were {asked}, expected slow, down")
    asked.clear()
    given = answer("k-desk", call, teams, [down, slow, good, other], stored)
    wanted = (200, f"good answers {call}")
    expect(tuple(given) == wanted, f"after two failures it returns {given}")
    expect(asked == ["down", "slow", "good"], f"asked were {asked}")
    expect(stored == {call: wanted[1]}, f"stored is {stored}, expected the answer")
    for _ in range(2):
        again = answer("k-night", call, teams, [other], stored)
        expect(tuple(again) == wanted, f"asked again, it returns {again}")
    try:
        answer(
            "k-desk", "long", teams, [model("bad", ValueError("too long")), good], {}
        )
    except ValueError:
        return
    expect(False, "a ValueError of a model does not go on")


@exercise("call-price")
def call_price(answer: Any, rng: np.random.Generator) -> None:
    """Compare the price of random calls."""
    expect(callable(answer), "give the function itself, without calling it")
    for number in range(5):
        read, written = (int(x) for x in rng.integers(500, 5000, 2))
        cached = int(rng.integers(100, read)) if number else 0
        reasoning = int(rng.integers(100, written)) if number else 0
        usage = dict(read=read, cached=cached, written=written, reasoning=reasoning)
        prices = dict(zip(("cached", "read", "written"), (0.2, 2, 9), strict=True))
        prices = {name: x * float(rng.uniform(0.8, 1.2)) for name, x in prices.items()}
        wanted = (read - cached) * prices["read"] + cached * prices["cached"]
        wanted = (wanted + written * prices["written"]) / 1e6
        given = answer(dict(usage), dict(prices))
        expect(
            isinstance(given, float | np.floating) and isclose(given, wanted),
            f"{usage} at {prices} costs {given!r} euros, expected {wanted:.6f}",
        )
