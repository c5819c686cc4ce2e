"""Checks of the exercises on tracking and registry."""

import json
import sqlite3
from contextlib import closing
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from nordlys.checks import exercise, expect

TABLES = """
    CREATE TABLE training_sets (model INTEGER, flight INTEGER,
        PRIMARY KEY (model, flight));
    CREATE TABLE evaluations (model INTEGER, data TEXT, auc REAL,
        PRIMARY KEY (model, data));
    CREATE TABLE test_sets (data TEXT, flight INTEGER, PRIMARY KEY (data, flight));
"""
MODELS, MONTHS = (1, 2, 3), ("may", "june", "july")


@exercise("judged-on-seen")
def judged_on_seen(answer: Any, rng: np.random.Generator) -> None:
    """Run the query on drawn tables, and count by sets what it should find."""
    expect(isinstance(answer, str), "give the text of the query")
    expect("▢" not in answer and "…" not in answer, "a gap is still open")
    for _ in range(4):
        learned = {m: _flights(rng, 60) for m in MODELS}
        judged = {month: _flights(rng, 40) for month in MONTHS}
        judged["clean"] = {200 + n for n in range(9)}
        pairs = [(m, d) for m in MODELS for d in judged if rng.random() < 0.7]
        pairs += [(m, "clean") for m in MODELS if (m, "clean") not in pairs]
        right = {(m, d): len(learned[m] & judged[d]) for m, d in pairs}
        right = sorted((*pair, count) for pair, count in right.items() if count)
        given = _asked(answer, learned, judged, pairs)
        expect(
            given == right,
            f"it lists {given[:3]} … ({len(given)} rows), expected {right[:3]} … "
            f"({len(right)} rows)",
        )


def _flights(rng: np.random.Generator, count: int) -> set[int]:
    return set(rng.choice(150, count, replace=False).tolist())


def _asked(query: str, learned: dict, judged: dict, pairs: list) -> list[tuple]:
    with closing(sqlite3.connect(":memory:")) as db:
        db.executescript(TABLES)
        rows = [(m, f) for m, flights in learned.items() for f in flights]
        db.executemany("INSERT INTO training_sets VALUES (?, ?)", rows)
        rows = [(d, f) for d, flights in judged.items() for f in flights]
        db.executemany("INSERT INTO test_sets VALUES (?, ?)", rows)
        db.executemany("INSERT INTO evaluations VALUES (?, ?, .7)", pairs)
        try:
            given = db.execute(query).fetchall()
        except sqlite3.Error as problem:
            expect(False, f"SQLite refuses the query: {problem}")
    expect(
        all(len(row) == 3 for row in given),
        "a row has the columns model, data and the number of flights",
    )
    return sorted(given)


KEYS = {"settings", "flights", "content", "library"}


@exercise("complete-record")
def complete_record(answer: Any, rng: np.random.Generator) -> None:
    """Ask for the records of a table, and of others that differ in one thing."""
    from sklearn import __version__

    expect(callable(answer), "give the function itself, without calling it")
    rows, settings = _rows(rng), {"C": 1.0, "seed": int(rng.integers(100))}
    record = _stored(answer, settings, rows)
    expect(record["settings"] == settings, "the settings are not those given")
    expect(
        sorted(record["flights"]) == sorted(rows.index),
        "flights are not the numbers in the index of the rows",
    )
    expect(
        record["library"] == __version__,
        f"library is {record['library']!r}, expected {__version__!r}",
    )
    expect(isinstance(record["content"], str), "content is a text")
    shuffled = rows.sample(frac=1, random_state=int(rng.integers(1000)))
    same = _stored(answer, settings, shuffled)["content"]
    expect(same == record["content"], "other order of the rows, other content")
    for what, other in _others(rows, rng).items():
        content = _stored(answer, settings, other)["content"]
        expect(content != record["content"], f"{what}, and the content is the same")


def _rows(rng: np.random.Generator) -> pd.DataFrame:
    count = 1200  # more than pandas or NumPy print
    numbers = rng.choice(100_000, count, replace=False)
    columns = {
        "month": rng.integers(1, 4, count),
        "origin": rng.choice(["EWR", "JFK", "LGA"], count),
        "hour": rng.integers(5, 24, count),
        "carrier": rng.choice(["UA", "AA", "EV"], count),
        "bad": rng.random(count) < 0.25,
    }
    return pd.DataFrame(columns, index=pd.Index(numbers, name="flight"))


def _others(rows: pd.DataFrame, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    last = int(rows.index.argmax())  # the first few are not enough
    place = int(rng.integers(len(rows)))
    label, hour, airline = rows.copy(), rows.copy(), rows.copy()
    label.iloc[last, 4] = not label.iloc[last, 4]
    hour.iloc[place, 2] += 1
    airline.iloc[place, 3] = "B6"
    numbers = rows.index.to_numpy().copy()
    numbers[place] = 100_001
    return {
        "one label has changed": label,
        "one hour has changed": hour,
        "one airline has changed": airline,
        "one flight has another number": rows.set_axis(
            pd.Index(numbers, name="flight")
        ),
        "one flight is gone": rows.drop(rows.index[place]),
    }


def _stored(answer: Any, settings: dict, rows: pd.DataFrame) -> dict:
    record = answer(dict(settings), rows.copy())
    expect(isinstance(record, dict), "it returns a dictionary")
    missing = sorted(KEYS - record.keys())
    expect(not missing, f"the record lacks {', '.join(missing)}")
    try:
        return json.loads(json.dumps(record))
    except TypeError as problem:
        expect(False, f"json.dumps refuses the record: {problem}")
    return {}


class _Registry:
    """A registry of one model with five versions, as MLflow's client shows it."""

    def __init__(self, **aliases: int) -> None:
        self.aliases = dict(aliases)
        self.gap = False

    def get_registered_model(self, name: str) -> SimpleNamespace:
        """Return the model, whose aliases are a copy."""
        _named(name)
        return SimpleNamespace(name=name, aliases=dict(self.aliases))

    def get_model_version_by_alias(self, name: str, alias: str) -> SimpleNamespace:
        """Return the version that an alias leads to."""
        from mlflow.exceptions import MlflowException

        _named(name)
        if alias not in self.aliases:
            raise MlflowException(f"Registered model alias {alias} not found.")
        return SimpleNamespace(name=name, version=self.aliases[alias])

    def set_registered_model_alias(self, name: str, alias: str, version: Any) -> None:
        """Let an alias lead to a version."""
        _named(name)
        expect(
            str(version) in {"1", "2", "3", "4", "5"},
            f"{alias} was set to {version!r}, which is no version",
        )
        self.aliases[alias] = int(version)

    def delete_registered_model_alias(self, name: str, alias: str) -> None:
        """Remove an alias."""
        _named(name)
        self.gap |= alias == "champion"
        self.aliases.pop(alias, None)


def _named(name: str) -> None:
    expect(name == "delayrisk", f"the model is called delayrisk, not {name!r}")


@exercise("promote-and-return")
def promote_and_return(answer: Any, rng: np.random.Generator) -> None:
    """Promote and roll back in a small registry, in the cases that are forgotten."""
    expect(
        isinstance(answer, tuple | list)
        and len(answer) == 2
        and all(callable(part) for part in answer),
        "give two functions, (promote, roll_back)",
    )
    promote, roll_back = answer
    a, b, c = (int(v) for v in rng.permutation([1, 2, 3, 4, 5])[:3])
    registry = _Registry(shadow=c)
    promote(registry, a)
    _led(registry, "the first promotion", champion=a, shadow=c)
    _refused(registry, roll_back)
    promote(registry, b)
    _led(registry, "a second promotion", champion=b, previous=a, shadow=c)
    promote(registry, b)
    _led(registry, "promoting it once more", champion=b, previous=a, shadow=c)
    roll_back(registry)
    _led(registry, "the rollback", champion=a, previous=b, shadow=c)
    roll_back(registry)
    _led(registry, "a second rollback", champion=b, previous=a, shadow=c)
    promote(registry, c)
    _led(registry, "a third promotion", champion=c, previous=b, shadow=c)
    _refused(_Registry(), roll_back)


def _led(registry: _Registry, when: str, **right: int) -> None:
    given = registry.aliases
    expect(given == right, f"after {when} the aliases are {given}, expected {right}")
    expect(not registry.gap, f"at {when} there is no champion for a moment")


def _refused(registry: _Registry, roll_back: Any) -> None:
    before = dict(registry.aliases)
    try:
        roll_back(registry)
    except LookupError:
        expect(
            registry.aliases == before,
            "a rollback without a previous champion has changed the aliases",
        )
        return
    expect(False, "a rollback without a previous champion raises no LookupError")


FITS = {"string": {"string"}, "long": {"integer"}, "double": {"integer", "number"}}


@exercise("question-fits")
def question_fits(answer: Any, rng: np.random.Generator) -> None:
    """Compare with the rule for drawn signatures and services."""
    expect(callable(answer), "give the function itself, without calling it")
    names = ["origin", "hour", "carrier", "temp", "late_today", "dest"]
    cases = [
        ({"hour": "long"}, {"hour": "string"}),
        ({"hour": "long", "origin": "string"}, {"origin": "string"}),
        ({"temp": "double"}, {"temp": "integer"}),
        ({"hour": "long"}, {"hour": "number"}),
        ({"hour": "long"}, {"hour": "integer", "desk": "string"}),
    ]
    for _ in range(8):
        taken, sent = rng.permutation(names)[:4], rng.permutation(names)[:5]
        takes = {str(n): str(rng.choice(list(FITS))) for n in taken}
        kinds = ("string", "integer", "number")
        cases.append((takes, {str(n): str(rng.choice(kinds)) for n in sent}))
    for takes, sends in cases:
        given = answer(dict(takes), dict(sends))
        right = sorted(n for n, k in takes.items() if sends.get(n) not in FITS[k])
        expect(
            given == right,
            f"the model takes {takes}, the service sends {sends}: "
            f"it says {given}, expected {right}",
        )
