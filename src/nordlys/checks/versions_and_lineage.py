"""Checkers of the section on versions and lineage."""

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from nordlys.checks import exercise, expect

TABLES = """
CREATE TABLE dataset (hash TEXT PRIMARY KEY, name TEXT, made_by TEXT, parent TEXT);
CREATE TABLE run (id INTEGER PRIMARY KEY, code TEXT, parameters TEXT, dataset TEXT);
CREATE TABLE model (hash TEXT PRIMARY KEY, run INTEGER);
CREATE TABLE prediction (id INTEGER PRIMARY KEY, flight TEXT, risk REAL, model TEXT);
"""


@exercise("changed-parts")
def changed_parts(answer: Any, rng: np.random.Generator) -> None:
    """Compare drawn manifests, with parts that come, go, change and stay."""
    expect(callable(answer), "give the function itself, without calling it")
    for size in (0, 6, 12):
        months = rng.permutation(12)[:size].tolist()
        old = {month: f"{rng.integers(2**32):08x}" for month in months}
        new = dict(reversed(old.items()))
        wanted: dict[str, list] = {"changed": [], "added": [], "removed": []}
        for place, month in enumerate(months):
            if place % 3 == 0:
                new[month] = "0" * 8
                wanted["changed"].append(month)
            elif place % 3 == 1:
                del new[month]
                wanted["removed"].append(month)
        for month in (20, 13):
            new[month] = "f" * 8
            wanted["added"].append(month)
        wanted = {what: sorted(names) for what, names in wanted.items()}
        given = answer(dict(old), dict(new))
        expect(isinstance(given, dict), f"it returned {given!r}, expected a dictionary")
        expect(
            given.keys() == wanted.keys(),
            f"its keys are {list(given)}, expected {list(wanted)}",
        )
        for what, names in wanted.items():
            expect(
                given[what] == names,
                f"from {old} to {new}, {what!r} is {given[what]}, expected {names}",
            )


def _history(path: str, good: list[bool]) -> None:
    """Write a table with one version for each entry; a bad one has a negative row."""
    import pandas as pd
    from deltalake import write_deltalake

    for number, fine in enumerate(good):
        rows = pd.DataFrame(
            {"version": [number] * 3, "delay": [1, 2, 3 if fine else -1]}
        )
        write_deltalake(path, rows, mode="overwrite")


@exercise("last-good-version")
def last_good_version(answer: Any, rng: np.random.Generator) -> None:
    """Give it tables whose newest version is good, bad, or has no good one before."""
    from deltalake import DeltaTable

    def is_good(table: Any) -> bool:
        return bool((table["delay"] >= 0).all())

    expect(callable(answer), "give the function itself, without calling it")
    drawn = [bool(fine) for fine in rng.integers(2, size=2)]
    histories = [[True, False, False], [True, True, False, True], [False, False]]
    histories += [[False, True, *drawn, False]]
    for good in histories:
        with tempfile.TemporaryDirectory() as folder:
            path = str(Path(folder, "table"))
            _history(path, good)
            refused = "a ValueError"
            wanted = max((n for n, fine in enumerate(good) if fine), default=refused)
            told = f"with versions in order {good}"
            try:
                given = answer(path, is_good)
            except ValueError:
                given = refused
            expect(given == wanted, f"{told} it gave {given}, expected {wanted}")
            table = DeltaTable(path)
            unchanged = wanted in (refused, len(good) - 1)
            expect(
                (table.version() == len(good) - 1) == unchanged,
                f"{told} the table is now at version {table.version()}: write a new "
                "version only where the present one must go",
            )
            if wanted != refused:
                shown = set(table.to_pandas()["version"])
                expect(shown == {wanted}, f"{told} the table now shows {shown}")


@exercise("predictions-reached")
def predictions_reached(answer: Any, rng: np.random.Generator) -> None:
    """Count in drawn trees of datasets what rests on each of them."""
    expect(isinstance(answer, str), "give the text of the query")
    for _ in range(2):
        parents = {0: None, 1: None}
        for number in range(2, 9):
            parents[number] = int(rng.integers(number))
        parents[9] = 8  # a chain of some length
        runs = [(run, int(rng.integers(2, 10))) for run in range(1, 8)]
        models = [(f"m{run}", run) for run, _ in runs]
        models.append(("m8", 2))  # a run may make two models
        counts = {name: int(rng.integers(1, 5)) for name, _ in models}
        counts["m3"] = 0
        with closing(sqlite3.connect(":memory:")) as db:
            db.executescript(TABLES)
            rows = [
                (f"d{n}", "", "", None if up is None else f"d{up}")
                for n, up in parents.items()
            ]
            db.executemany("INSERT INTO dataset VALUES (?, ?, ?, ?)", rows)
            rows = [(run, "", "", f"d{number}") for run, number in runs]
            db.executemany("INSERT INTO run VALUES (?, ?, ?, ?)", rows)
            db.executemany("INSERT INTO model VALUES (?, ?)", models)
            for name, count in counts.items():
                row = ("UA 1", 0.5, name)
                insert = "INSERT INTO prediction (flight, risk, model) VALUES (?, ?, ?)"
                db.executemany(insert, [row] * count)
            for start in parents:
                try:
                    cursor = db.execute(answer, (f"d{start}",))
                except sqlite3.Error as problem:
                    expect(False, f"SQLite refuses the query: {problem}")
                names = [column[0] for column in cursor.description or []]
                given = cursor.fetchall()
                below = _below(start, parents)
                hit = [name for name, run in models if dict(runs)[run] in below]
                wanted = [(len(hit), sum(counts[name] for name in hit))]
                expect(
                    sorted(names) == ["models", "predictions"],
                    f"its columns are {names}, expected models and predictions",
                )
                expect(
                    [dict(zip(names, row, strict=True)) for row in given]
                    == [dict(zip(["models", "predictions"], wanted[0], strict=True))],
                    f"for a dataset below which {len(below) - 1} others lie it gives "
                    f"{given}, expected {wanted} (models, predictions)",
                )


def _below(start: int, parents: dict[int, int | None]) -> set[int]:
    """Return a dataset and all that were made from it."""
    found = {start}
    for number in sorted(parents):  # a parent has the smaller number
        if parents[number] in found:
            found.add(number)
    return found
