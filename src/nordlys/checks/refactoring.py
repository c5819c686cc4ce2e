"""Checks of the exercises of the page on refactoring."""

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from nordlys.checks import exercise, expect

A_FUNCTION = "give the function itself, without calling it"
COLUMNS = ("never", "always", "rule", "flights")
EDGES = ((0, 5), (5, 10), (10, 15), (15, 60))
UNKNOWN = "age unknown"


@exercise("golden-file")
def golden_file(answer: Any, rng: np.random.Generator) -> None:
    """Write a golden file, and compare reports that differ in one way each."""
    expect(callable(answer), A_FUNCTION)
    names = ["EWR", "JFK", "carrier UA", "total"]
    golden = {
        name: dict(zip(COLUMNS, map(float, rng.uniform(5, 20, 4)), strict=True))
        for name in names
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "golden.json")
        first = answer(_copy(golden), str(path))
        expect(path.is_file(), "without a file, it must write one")
        expect(first == [], f"when it writes the file it returns {first!r}, not []")
        try:
            kept = json.loads(path.read_text())
        except ValueError:
            kept = None
        expect(isinstance(kept, dict), "the file must hold the report as JSON")
        near = all(
            isinstance(kept.get(n), dict)
            and abs(kept[n].get(c, 0) - golden[n][c]) < 1e-3
            for n in names
            for c in COLUMNS
        )
        expect(near and set(kept) == set(names), "the file must hold the whole report")
        before = path.read_text()
        for what, report, right in _reports(golden, rng):
            given = answer(_copy(report), str(path))
            expect(
                given == right,
                f"{what}: it returned {given!r}, expected {right!r}",
            )
            expect(path.read_text() == before, f"{what}: it changed the golden file")


def _copy(report: dict) -> dict:
    return {name: dict(entry) for name, entry in report.items()}


def _reports(golden: dict, rng: np.random.Generator) -> list[tuple[str, dict, list]]:
    """Return what is different about a report, the report, and what is to be found."""
    names = list(golden)
    one = str(rng.choice(names))
    changed, gone, new, both, dust = (_copy(golden) for _ in range(5))
    changed[one]["rule"] += 0.01
    del gone[one]
    new["carrier MQ"] = dict(golden[one])
    del both["JFK"]
    both["EWR"]["flights"] += 1
    both["BOS"] = dict(golden[one])
    for entry in dust.values():
        for column in COLUMNS:
            entry[column] = round(entry[column], 4) + 1e-9
    reordered = {name: golden[name] for name in reversed(names)}
    short = _copy(golden)
    del short[one]["never"]
    return [
        ("nothing has changed", golden, []),
        ("entries in another order", reordered, []),
        ("numbers that differ after the ninth digit", dust, []),
        (f"{one} has changed", changed, [one]),
        (f"{one} has vanished", gone, [one]),
        ("carrier MQ is new", new, ["carrier MQ"]),
        (f"{one} lacks a number", short, [one]),
        ("three entries differ", both, ["BOS", "EWR", "JFK"]),
    ]


@exercise("pure-price")
def pure_price(answer: Any, rng: np.random.Generator) -> None:
    """Compare on drawn flights, in an order that a memory would spoil."""
    expect(callable(answer), A_FUNCTION)
    for limit in (0.2, 0, 0.5, 0.2, 1, 0.35):
        n = int(rng.integers(3, 60))
        risk = np.round(rng.uniform(0, 0.8, n), 2)
        risk[:2] = limit, 0.1
        flights = pd.DataFrame({"risk": risk, "bad": rng.random(n) < 0.4})
        flights.index = rng.permutation(n)
        act, bad = risk > limit, flights["bad"].to_numpy()
        right = float(np.mean(np.where(act, 10.0, 50.0 * bad)))
        before = flights.copy()
        for time in ("at the first call", "at the second call"):
            given = answer(flights, limit)
            expect(
                isinstance(given, int | float | np.number)
                and abs(given - right) < 1e-9,
                f"{n} flights, limit {limit}, {time}: {given}, expected {right}",
            )
        expect(flights.equals(before), "it has changed the caller's table")


@exercise("age-unknown")
def age_unknown(answer: Any, rng: np.random.Generator) -> None:
    """Compare names at all edges, and the entries that may change."""
    pair = isinstance(answer, tuple | list) and len(answer) == 2
    expect(pair, "give both: (age_names, changed)")
    names, changed = answer
    expect(callable(names), "age_names: " + A_FUNCTION)
    edges = [-3, -1, 0, 4, 5, 9, 10, 14, 15, 59, 60, 75, np.nan]
    drawn = [float(age) for age in rng.integers(-2, 70, 30)]
    for ages in (edges, drawn, [np.nan, np.nan], [3.0]):
        series = pd.Series(ages, rng.permutation(len(ages)), dtype=float)
        given = list(names(series.copy()))
        right = [_age_name(age) for age in ages]
        expect(len(given) == len(right), f"{len(right)} ages, {len(given)} names")
        for age, mine, yours in zip(ages, right, given, strict=True):
            expect(mine == yours, f"age {age:g} is {mine!r}, not {yours!r}")
    expect(isinstance(changed, set), "changed: give a set of names")
    lacking = UNKNOWN in changed
    expect(lacking, "changed: after the commit there is an entry that was not there")
    more = sorted(changed - {UNKNOWN})
    expect(not more, f"changed: which flights of {more[:1]} would be others?")


def _age_name(age: float) -> str:
    for low, high in EDGES:
        if low <= age < high:
            return f"age {low}-{high}"
    return UNKNOWN


def _lookup(rates: dict, key: Any, mean: float) -> float:
    return rates.get(key, mean)


def _lookup_or(rates: dict, key: Any, mean: float) -> float:
    return rates.get(key) or mean


def _not_punctual(delays: list) -> int:
    return sum(not d <= 15 for d in delays)


def _late(delays: list) -> int:
    return sum(d > 15 for d in delays)


def _round_once(costs: list) -> float:
    return round(sum(costs), 1)


def _round_each(costs: list) -> float:
    return sum(round(c, 1) for c in costs)


CHANGES: dict[int, tuple[Callable, Callable] | None] = {
    1: (_lookup, _lookup_or),
    2: (_not_punctual, _late),
    3: None,
    4: (_round_once, _round_each),
}


@exercise("four-changes")
def four_changes(answer: Any, rng: np.random.Generator) -> None:
    """Run old and new on each counterexample."""
    expect(isinstance(answer, dict), "give a dictionary from 1, 2, 3 and 4")
    expect(set(answer) == set(CHANGES), f"the keys are 1 to 4, not {list(answer)}")
    for number, functions in CHANGES.items():
        arguments = answer[number]
        if functions is None:
            expect(
                arguments is None,
                f"{number}: old and new say the same for every pair of True and False",
            )
            continue
        expect(arguments is not None, f"{number}: they do differ, for some arguments")
        expect(isinstance(arguments, tuple), f"{number}: give a tuple of arguments")
        old, new = (_result(function, arguments) for function in functions)
        expect(
            not (isinstance(old, Exception) and isinstance(new, Exception)),
            f"{number}: both raise an error, {old!r}",
        )
        expect(
            repr(old) != repr(new) and old != new,
            f"{number}: both return {old!r} for {arguments}",
        )


def _result(function: Callable, arguments: tuple) -> Any:
    try:
        return function(*arguments)
    except Exception as problem:
        return problem
