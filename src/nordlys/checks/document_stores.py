"""Checks of the exercises of the section on document stores."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from copy import deepcopy
from numbers import Real
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from nordlys.checks import exercise, expect

FIELDS = ("id", "tailnum", "day", "kind", "text", "severity")


@exercise("tenfold-time")
def tenfold(answer: Callable[..., float], rng: np.random.Generator) -> None:
    """Compare the growth of noisy times with the slope that we fit."""
    expect(callable(answer), "hand over the function tenfold, without calling it.")
    for power in (0.0, 0.5, 1.0, *rng.uniform(-0.1, 1.6, size=5)):
        exponents = rng.permutation(np.arange(5, 13) + rng.uniform(-0.3, 0.3, size=8))
        sizes = [round(float(size)) for size in 2.0**exponents]
        noise = rng.lognormal(sigma=0.3, size=8)
        scale = 10 ** rng.uniform(-5, -2)
        seconds = [
            float(scale * s**power * n) for s, n in zip(sizes, noise, strict=True)
        ]
        slope = np.polyfit(np.log(sizes), np.log(seconds), 1)[0]
        wanted = float(10**slope)
        got = answer(list(sizes), list(seconds))
        expect(isinstance(got, Real), f"return one number, not {type(got).__name__}.")
        expect(
            not np.isclose(got, slope, rtol=0.01),
            f"{got:.3g} is the slope of the line. Ten times the records are one step "
            "to the right in logarithms to base ten: what does the time do there?",
        )
        expect(
            np.isclose(got, wanted, rtol=0.01),
            f"for times that grow about as sizes to the power {power:.1f} you say "
            f"{got:.3g}, and the line through the logarithms of all {len(sizes)} "
            f"points says {wanted:.3g}.",
        )


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
            raise AssertionError(f"the unknown field '{field}' was let through.")


class _Cursor(sqlite3.Cursor):
    """A cursor in front of which a rival may be quicker."""

    def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        """Let a waiting rival save first, if the answer changes rows unprotected."""
        desk: Any = self.connection
        changes = sql.lstrip().upper().startswith(("UPDATE", "INSERT", "REPLACE"))
        if desk.rival and changes and not desk.in_transaction:
            rival, desk.rival = desk.rival, None
            rival()
        return super().execute(sql, *parameters)


class _Desk(sqlite3.Connection):
    """A connection whose cursors know of a rival."""

    rival: Callable[[], None] | None = None

    def cursor(self, factory: type = _Cursor) -> Any:
        """Return a cursor that lets a rival in."""
        return super().cursor(factory)

    def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        """Execute through such a cursor."""
        return self.cursor().execute(sql, *parameters)


def _fill(connection: sqlite3.Connection, rng: np.random.Generator) -> dict:
    """Make the table; return its (text, version) by number, two versions alike."""
    ids = rng.choice(np.arange(1, 500), size=8, replace=False).tolist()
    versions = rng.integers(2, 40, size=8).tolist()
    versions[2] = versions[3] = versions[0]
    rows = {key: ("seat", seen) for key, seen in zip(ids, versions, strict=True)}
    with connection:
        connection.execute(
            "CREATE TABLE remark (id INTEGER PRIMARY KEY, text TEXT, version INTEGER)"
        )
        connection.executemany(
            "INSERT INTO remark VALUES (?, ?, ?)",
            [(key, *row) for key, row in rows.items()],
        )
    return rows


@exercise("save-version")
def save(answer: Callable[..., bool], rng: np.random.Generator) -> None:
    """Let clerks save the same remark, one of them at the worst moment."""
    expect(callable(answer), "hand over the function save itself.")
    with TemporaryDirectory() as folder:
        path = Path(folder, "desk.db")
        with (
            closing(sqlite3.connect(path, factory=_Desk, timeout=1)) as connection,
            closing(sqlite3.connect(path, timeout=1)) as other,
        ):
            _clerks(answer, connection, other, rng)


def _clerks(
    answer: Callable[..., bool],
    connection: _Desk,
    other: sqlite3.Connection,
    rng: np.random.Generator,
) -> None:
    """Play the clerks; ``other`` sees only what was committed."""
    rows = _fill(connection, rng)

    def attempt(key: int, text: str, seen: int, wanted: bool, story: str) -> None:
        try:
            got = answer(connection, key, text, seen)
        except TypeError as problem:
            expect(key in rows, f"{story}: {problem}. What if no remark has that id?")
            raise
        expect(not connection.in_transaction, f"{story}: commit, also on failure.")
        if connection.rival:  # never let in, because the answer held the lock
            connection.rival, wanted = None, True
        if wanted:
            rows[key] = (text, seen + 1)
        held = {row[0]: row[1:] for row in other.execute("SELECT * FROM remark")}
        expect(held.keys() == rows.keys(), f"{story}: rows appeared or vanished.")
        others = [one for one in rows if one != key and held[one] != rows[one]]
        expect(not others, f"{story}: rows of other remarks were changed.")
        expect(
            held.get(key) == rows.get(key),
            f"{story}: expected text and version {rows.get(key)}, not {held.get(key)}.",
        )
        expect(got is wanted, f"{story}: expected {wanted}, got {got!r}.")

    first, second, third = list(rows)[:3]
    seen = rows[first][1]
    attempt(first, "Bo's o'clock", seen, True, "the first to save")
    attempt(first, "Ada's", seen, False, "a second clerk with an old version")
    attempt(first, "Ada's", seen + 1, True, "the second clerk after reading again")
    early = rows[second][1] + 1
    attempt(second, "early", early, False, "a version not yet reached")
    attempt(max(rows) + 1, "nobody", 1, False, "a remark that does not exist")

    def rival() -> None:
        with other:
            other.execute(
                "UPDATE remark SET text = 'quick', version = version + 1 WHERE id = ?",
                (third,),
            )
        rows[third] = ("quick", seen + 1)

    connection.rival = rival
    story = "a rival who saves in the moment before your function writes"
    attempt(third, "slow", seen, False, story)
