"""Checks of the exercises of the section on document stores (1.13 to 1.15)."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from copy import deepcopy
from typing import Any

import numpy as np

from nordlys.checks import exercise

FIELDS = ("id", "tailnum", "day", "kind", "text", "severity")


@exercise("1.13")
def census(answer: Callable[[list[dict]], dict], rng: np.random.Generator) -> None:
    """Compare a census of fields with ours on documents of random form."""
    assert callable(answer), "hand over the function census itself, without calling it."
    values = (None, 0, "", 7, "seat", {"count": 2})
    fields = np.array([*FIELDS, "severty", "photos"])
    records: list[dict[str, Any]] = []
    for _ in range(40):
        chosen = rng.choice(fields, size=rng.integers(0, len(fields)), replace=False)
        record = {str(name): values[rng.integers(len(values))] for name in chosen}
        records.append(record)
    records.append({"only_last": None})
    expected: dict[str, int] = {}
    for record in records:
        for field in record:
            expected[field] = expected.get(field, 0) + 1
    got = answer(records)
    assert isinstance(got, dict), f"return a dictionary, not {type(got).__name__}."
    absent = sorted(expected.keys() - got.keys())
    assert not absent, f"fields that occur in some document are missing: {absent}."
    extra = sorted(map(str, got.keys() - expected.keys()))
    assert not extra, f"these are no fields of any document: {extra}."
    wrong = sorted(field for field in expected if got[field] != expected[field])
    assert not wrong, (
        f"the number of documents is wrong for {wrong[:3]}. A field that is there "
        "counts, whatever its value."
    )
    assert answer([]) == {}, "of no documents the census is an empty dictionary."


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


@exercise("1.14")
def read_remark(answer: Callable[[dict], dict], rng: np.random.Generator) -> None:
    """Try the three known forms of a remark, and one that nobody knows."""
    assert callable(answer), "hand over the function read_remark itself."
    for form in ("severity", "severty", "") * 3:
        record = _remark(rng, form)
        given = deepcopy(record)
        got = answer(given)
        name = f"a remark with '{form}'" if form else "a remark without a severity"
        assert given == record, f"{name} was changed; build a new dictionary."
        assert isinstance(got, dict), f"{name}: return a dictionary."
        assert set(got) == set(FIELDS), (
            f"{name}: the fields should be today's, no more and no fewer; "
            f"got {sorted(got)}."
        )
        kept = all(got[field] == record[field] for field in FIELDS[:-1])
        assert kept, f"{name}: the other fields must keep their values."
        if form:
            assert got["severity"] == record[form], f"{name}: the grade was lost."
        else:
            assert got["severity"] is None, (
                f"{name}: nobody graded it, so no number may stand there; "
                f"got {got['severity']!r}."
            )
    for field in ("sevrity", "colour"):
        try:
            answer({**_remark(rng, "severity"), field: 3})
        except ValueError:
            continue
        raise AssertionError(f"the unknown field '{field}' was let through.")


@exercise("1.15")
def save(answer: Callable[..., bool], rng: np.random.Generator) -> None:
    """Let two clerks save the same remark, and look at what the table holds."""
    assert callable(answer), "hand over the function save itself."
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(
            "CREATE TABLE remark (id INTEGER PRIMARY KEY, text TEXT, version INTEGER)"
        )
        ids = rng.choice(np.arange(1, 500), size=8, replace=False).tolist()
        rows = {key: ("seat", int(rng.integers(1, 40))) for key in ids}
        with connection:
            connection.executemany(
                "INSERT INTO remark VALUES (?, ?, ?)",
                [(key, *row) for key, row in rows.items()],
            )

        def attempt(key: int, text: str, seen: int, wanted: bool, story: str) -> None:
            got = answer(connection, key, text, seen)
            assert not connection.in_transaction, f"{story}: commit, also on failure."
            if wanted:
                rows[key] = (text, seen + 1)
            table = connection.execute("SELECT id, text, version FROM remark")
            held = {row[0]: row[1:] for row in table}
            others = {other for other in rows if held.get(other) != rows[other]} - {key}
            assert not others, f"{story}: rows of other remarks were changed."
            assert held.keys() == rows.keys(), f"{story}: rows appeared or vanished."
            if key in rows:
                assert held[key] == rows[key], (
                    f"{story}: expected (text, version) {rows[key]}, found {held[key]}."
                )
            assert got is wanted, f"{story}: expected {wanted}, got {got!r}."

        first, second = ids[:2]
        seen = rows[first][1]
        attempt(first, "Bo's o'clock", seen, True, "the first to save")
        attempt(first, "Ada's", seen, False, "a second clerk with an old version")
        attempt(first, "Ada's", seen + 1, True, "the second clerk after reading again")
        attempt(
            second, "early", rows[second][1] + 1, False, "a version not yet reached"
        )
        attempt(max(ids) + 1, "nobody", 1, False, "a remark that does not exist")
