"""Checks of the exercises on safe rollout."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import NormalDist
from typing import Any
from unittest.mock import patch

import numpy as np

from nordlys.checks import exercise, expect

COLUMNS = {"old": ("wait_hours", 60.0), "new": ("wait_minutes", 1.0)}


@exercise("expand-contract")
def expand_contract(answer: Any, rng: np.random.Generator) -> None:
    """Let both versions write and read between the steps, and the new one after.

    The old version also writes while the first step is under way.
    """
    expect(
        isinstance(answer, tuple | list)
        and len(answer) == 2
        and all(isinstance(text, str) for text in answer),
        "give two texts of SQL, (expand, contract)",
    )
    with sqlite3.connect(":memory:", isolation_level=None) as db:
        db.execute("CREATE TABLE waits (flight INTEGER PRIMARY KEY, wait_hours REAL)")
        waits = (float(m) for m in rng.permutation(np.arange(15, 3000, 15)))
        written: list[float] = []

        def write(version: str, when: str) -> None:
            written.append(next(waits))
            _insert(db, version, written[-1], when)

        write("old", "before the first step")
        write("old", "before the first step")
        for number, statement in enumerate(_statements(answer[0]), start=1):
            _run(db, statement, "first")
            if not db.in_transaction:
                write("old", f"after statement {number} of the first step")
        expect(not db.in_transaction, "your first step leaves a transaction open")
        _all_filled(db)
        for version in ("old", "new", "old"):
            write(version, "after the first step")
        for version in COLUMNS:
            _compare(db, version, written, "after the first step")
        for statement in _statements(answer[1]):
            _run(db, statement, "second")
        names = [row[1] for row in db.execute("PRAGMA table_info(waits)")]
        expect(
            "wait_hours" not in names, "after the second step wait_hours is still there"
        )
        write("new", "after the second step")
        _compare(db, "new", written, "after the second step")
    db.close()


def _statements(script: str) -> list[str]:
    """Cut a text of SQL into statements; what lacks its semicolon is the last."""
    statements, rest = [], ""
    for part in script.split(";")[:-1]:
        rest += part + ";"
        if sqlite3.complete_statement(rest):
            statements.append(rest)
            rest = ""
    rest += script.rpartition(";")[2]
    return [*statements, rest] if rest.strip() else statements


def _run(db: sqlite3.Connection, statement: str, which: str) -> None:
    try:
        db.execute(statement)
    except sqlite3.Error as problem:
        expect(False, f"SQLite refuses your {which} step: {problem}")


def _all_filled(db: sqlite3.Connection) -> None:
    try:
        empty = "SELECT COUNT(*) FROM waits WHERE wait_minutes IS NULL"
        missed = db.execute(empty).fetchone()[0]
    except sqlite3.Error as problem:
        expect(False, f"after the first step, the new version cannot read: {problem}")
    expect(
        missed == 0,
        f"after the first step, rows without wait_minutes: {missed}; does it also fill "
        "what the old version writes between its statements?",
    )


def _insert(db: sqlite3.Connection, version: str, minutes: float, when: str) -> None:
    name, unit = COLUMNS[version]
    try:
        db.execute(f"INSERT INTO waits ({name}) VALUES (?)", (minutes / unit,))
    except sqlite3.Error as problem:
        expect(False, f"{when}, the {version} version cannot write: {problem}")


def _compare(
    db: sqlite3.Connection, version: str, minutes: list[float], when: str
) -> None:
    name, unit = COLUMNS[version]
    rows = db.execute(f"SELECT {name} FROM waits ORDER BY flight").fetchall()
    given = [value for (value,) in rows]
    right = [wait / unit for wait in minutes]
    same = len(given) == len(right) and all(
        isinstance(a, int | float) and abs(a - b) < 1e-6
        for a, b in zip(given, right, strict=True)
    )
    expect(same, f"{when}, the {version} version reads {given}, expected {right}")


@exercise("switch-folder")
def switch_folder(answer: Any, rng: np.random.Generator) -> None:
    """Switch to and fro, also after an interruption; look at live before each act."""
    expect(callable(answer), "give the function itself, without calling it")
    begun = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        try:
            os.chdir(folder)
            for version in ("blue", "green"):
                Path(version).mkdir()
                Path(version, "index.html").write_text(version)
            Path("live").symlink_to("blue")
            for version in ("green", "green", "blue", *rng.permutation(list(COLOURS))):
                _switch(answer, str(version))
            for version in ("green", "blue", "green"):
                _switch(answer, "blue")
                _interrupted(answer)  # on the way to green
                _switch(answer, version)
        finally:
            os.chdir(begun)


COLOURS = ("blue", "green")


def _switch(answer: Any, version: str) -> None:
    with _watched():
        answer(version)
    strays = [p.name for name in COLOURS for p in Path(name).iterdir()]
    expect(strays == ["index.html"] * 2, "a link was put into a folder: use replace")
    live, shown = Path("live"), Path("live", "index.html")
    leads = f"leads to {live.readlink()}" if live.is_symlink() else "is no link"
    expect(
        live.is_symlink() and shown.exists() and shown.read_text() == version,
        f"after switching to {version}, live {leads}",
    )
    expect(
        all(Path(name, "index.html").read_text() == name for name in COLOURS),
        "a folder has changed: only the link may",
    )


@contextmanager
def _watched() -> Iterator[None]:
    """Refuse when live is missing as something is linked, moved or made."""

    def look(act: Any) -> Any:
        def watched(*words: Any, **options: Any) -> Any:
            result = act(*words, **options)
            expect(
                Path("live", "index.html").exists(),
                f"after {act.__name__}, live is missing for a moment",
            )
            return result

        return watched

    names = ("symlink", "unlink", "remove", "rename", "replace", "link")
    with (
        patch.multiple(os, **{name: look(getattr(os, name)) for name in names}),
    ):
        yield


class _InterruptedError(Exception):
    """What stops a switch between its steps."""


def _interrupted(answer: Any) -> None:
    """Stop a switch before its last step, and leave what it has made."""

    def stop(*_: Any, **__: Any) -> None:
        raise _InterruptedError

    with (
        suppress(_InterruptedError),
        patch.multiple(os, rename=stop, replace=stop),
    ):
        answer("green")


@exercise("canary-verdict")
def canary_verdict(answer: Any, rng: np.random.Generator) -> None:
    """Compare with drawn canaries, good, bad and better, and some without failures."""
    expect(callable(answer), "give the function itself, without calling it")
    cases = [
        ([0, 0, 1], [0, 0, 0], 100, 1.6),
        ([0, 0, 0], [0, 0, 9], 100, 2.4),
        ([0, 1, 0], [9, 0, 0], 100, 2.4),
        ([9, 0, 0], [0, 0, 0], 100, 2.4),
        ([2, 2, 2], [6, 6, 6], 100, 1.645),
    ]
    for green in (0.02, 0.03, 0.04, 0.01, 0.03, 0.025):
        per_hour = int(rng.integers(200, 700))
        failures = [rng.binomial(per_hour, p, 24).tolist() for p in (0.02, green)]
        cases.append((*failures, per_hour, float(rng.choice([1.645, 2.43]))))
    for blue, green, per_hour, boundary in cases:
        given = answer(list(blue), list(green), per_hour, boundary)
        right = _stop_hour(blue, green, per_hour, boundary)
        expect(
            given == right and not isinstance(given, bool),
            f"for blue {blue[:6]} and green {green[:6]} (the first hours), {per_hour} "
            f"an hour and {boundary}, it says {given}, expected {right}",
        )


def _stop_hour(blue: list, green: list, per_hour: int, boundary: float) -> int | None:
    b, g = np.cumsum(blue), np.cumsum(green)
    n = per_hour * np.arange(1, len(b) + 1)
    both = (b + g) / (2 * n)
    error = np.sqrt(both * (1 - both) * 2 / n)
    z = np.divide((g - b) / n, error, out=np.zeros(len(b)), where=error > 0)
    return int((z > boundary).argmax()) + 1 if (z > boundary).any() else None


@exercise("canary-hours")
def canary_hours(answer: Any, rng: np.random.Generator) -> None:
    """Compare with the formula for drawn services, except where a hair decides."""
    expect(callable(answer), "give the function itself, without calling it")
    tried = 0
    while tried < 8:
        blue = float(rng.uniform(0.01, 0.05))
        green = blue + float(rng.uniform(0.004, 0.02))
        per_hour, share = int(rng.integers(200, 3000)), float(rng.uniform(0.02, 0.5))
        exact = _hours(blue, green, per_hour, share)
        if not 0.05 < exact % 1 < 0.95 or exact < 5:
            continue
        tried += 1
        given, right = answer(blue, green, per_hour, share), int(np.ceil(exact))
        highest = int(np.ceil(exact * 1.003))  # by quantiles rounded to 2.49
        expect(
            isinstance(given, int | np.integer) or float(given).is_integer(),
            f"it returned {given}, expected whole hours",
        )
        expect(
            right * 0.998 <= given <= highest,
            f"for {blue:.3f} and {green:.3f}, {per_hour} an hour and a share of "
            f"{share:.2f} it says {given}, expected {right}",
        )


def _hours(blue: float, green: float, per_hour: int, share: float) -> float:
    middle, normal = (blue + green) / 2, NormalDist()
    z = normal.inv_cdf(0.95) + normal.inv_cdf(0.8)
    one_hour = middle * (1 - middle) * (1 / share + 1 / (1 - share)) / per_hour
    return one_hour * (z / (green - blue)) ** 2
