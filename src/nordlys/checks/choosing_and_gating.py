"""Checks of the exercises on choosing and gating."""

from typing import Any

import numpy as np
import pandas as pd

from nordlys.checks import exercise, expect

VERDICTS = ("better", "not worse", "undecided", "worse")
NEAR = 0.012  # what two bootstraps may differ by


def _ends(table: pd.DataFrame, tail: float = 0.05) -> tuple[float, float]:
    """Return the ends of an interval, of 90 % if not told, dates redrawn."""
    difference = (table["new"] - table["old"]).groupby(table["date"])
    sums, sizes = difference.sum().to_numpy(), difference.size().to_numpy()
    draws = np.random.default_rng(5).integers(len(sums), size=(6000, len(sums)))
    means = sums[draws].sum(axis=1) / sizes[draws].sum(axis=1)
    low, high = np.quantile(means, [tail, 1 - tail])
    return float(low), float(high)


def _verdict(low: float, high: float, margin: float) -> str:
    """Say it in a word."""
    if low > -margin:
        return "better" if low > 0 else "not worse"
    return "worse" if high < -margin else "undecided"


def _days(
    rng: np.random.Generator, changes: dict[float, int], largest: int = 6
) -> pd.DataFrame:
    """Return a table whose dates have all the same difference at all their airports.

    Args:
        rng: draws sizes and order.
        changes: how many dates have which difference: 1, 0 or -1.
        largest: airports of a date; those without difference have one to four.
    """
    rows = []
    kinds = rng.permutation(np.repeat(list(changes), list(changes.values())))
    for number, change in enumerate(kinds):
        size = largest if change else int(rng.integers(1, 5))
        old = np.ones(size) if change <= 0 else np.zeros(size)
        new = old + change
        days = {"date": f"{1 + number // 28:02d}-{1 + number % 28:02d}"}
        rows.append(pd.DataFrame({"old": old, "new": new}).assign(**days))
    return pd.concat(rows, ignore_index=True).astype({"old": int, "new": int})


@exercise("not-worse")
def not_worse(answer: Any, rng: np.random.Generator) -> None:
    """Give tables with each verdict, some of which rows would judge otherwise."""
    expect(callable(answer), "give the function itself, without calling it")
    tables = [
        ({1: 14, 0: 26}, 0.05),
        ({-1: 14, 0: 26}, 0.05),
        ({1: 2, -1: 2, 0: 36}, 0.40),
        ({1: 4, -1: 4, 0: 32}, 0.05),
        ({-1: 5, 0: 35}, 0.15),  # rows alone would say: worse
        ({1: 3, -1: 1, 0: 36}, 0.12),
        ({-1: 3, 0: 37}, 0.45),
        ({-1: 3, 0: 37}, 0.20),  # the mean of the dates' means would say: not worse
        ({1: 2, 0: 38}, 0.05),
    ]
    for changes, margin in tables:
        table = _days(rng, changes)
        low, high = _ends(table)
        limits = (low, low + margin, high + margin)
        if min(map(abs, limits)) < NEAR:
            continue  # too close to call
        right = _verdict(low, high, margin)
        given = answer(table.copy(), margin)
        expect(given in VERDICTS, f"return one of {VERDICTS}, not {given!r}")
        expect(
            given == right,
            f"with dates redrawn the interval goes from {low:.3f} to {high:.3f}, and "
            f"the margin is {margin}, so the verdict is {right!r}, not {given!r}",
        )
    table = _days(rng, {1: 6, -1: 6, 0: 8})  # an interval of 95 % is too wide
    low = _ends(table)[0]
    margin = -(low + 2 * _ends(table, 0.025)[0]) / 3
    given = answer(table.copy(), margin)
    expect(
        given == "not worse",
        f"the interval of 90 % begins at {low:.3f}, and the margin is {margin:.3f}, "
        f"so the verdict is 'not worse', not {given!r}",
    )


@exercise("turning-value")
def turning_value(answer: Any, rng: np.random.Generator) -> None:
    """Compare the value with the expected one, with and without a fallback."""
    expect(callable(answer), "give the function itself, without calling it")
    for _ in range(4):
        sendable = float(rng.uniform(0.3, 0.95))
        new = sendable * float(rng.uniform(0.3, 0.9))
        tokens = float(rng.uniform(0.001, 0.2))
        person = float(rng.uniform(0.5, 4))
        for fallback in (False, True):
            given = answer(sendable, new, tokens, person, fallback)
            stopped = 0 if fallback else person * (1 - sendable)
            right = (tokens + stopped) / new
            expect(
                isinstance(given, (int, float, np.number))
                and np.isclose(float(given), right, rtol=1e-4, atol=6e-5),
                f"for sendable {sendable:.2f}, new {new:.2f}, tokens {tokens:.3f}, "
                f"person {person:.2f} and fallback {fallback} it says {given}, "
                f"expected {right:.4f}",
            )
    for fallback in (False, True):
        given = answer(0.9, 0.0, 0.01, 1.0, fallback)
        expect(given is None, f"without a new text it says {given}, expected None")


@exercise("storm-gate")
def storm_gate(answer: Any, rng: np.random.Generator) -> None:
    """Give tables that must pass, and tables that one condition stops."""
    expect(callable(answer), "give the function itself, without calling it")
    cases = {
        "equal everywhere": (0, 0, 0, 0),
        "better everywhere": (9, 0, 4, 0),
        "worse everywhere": (0, 12, 0, 4),
        "better on ordinary dates, worse in storms": (20, 0, 0, 4),
        "worse on ordinary dates, better in storms": (0, 10, 5, 0),
        "one storm of ten is worse at one airport": (6, 0, 0, 0.34),
        "above the margin, as 5 % of the draws say": (12, 6, 0, 0),
    }
    for name, (up, down, storm_up, storm_down) in cases.items():
        table = _strata(rng, up, down, storm_up, storm_down)
        right = int("worse" in name and "one storm" not in name)
        _expect_code(answer, table, right, name)
    without = _strata(rng, 9, 0, 4, 0).query("stratum == 'ordinary'")
    _expect_code(answer, without.reset_index(drop=True), 1, "no storm at all")
    _expect_code(answer, _scattered(rng), 1, "worse by date, which rows would pass")


def _expect_code(answer: Any, table: pd.DataFrame, right: int, name: str) -> None:
    """Compare an exit code with the right one."""
    given = answer(table.copy())
    expect(
        isinstance(given, (int, np.integer)) and not isinstance(given, bool),
        f"return the exit code, 0 or 1, not {given!r}",
    )
    expect(given == right, f"for a version that is {name}: {given}, expected {right}")


def _strata(
    rng: np.random.Generator,
    up: int,
    down: int,
    storm_up: float,
    storm_down: float,
) -> pd.DataFrame:
    """Return thirty ordinary dates and ten storms, so many better or worse."""
    rows = []
    for stratum, dates, better, worse in (
        ("ordinary", 30, up, down),
        ("storm", 10, storm_up, storm_down),
    ):
        airports = np.zeros(3 * dates)
        airports[: round(3 * better)] = 1
        airports[len(airports) - round(3 * worse) :] = -1
        days = np.repeat(rng.permutation(dates), 3)
        old = (airports <= 0).astype(int)
        table = pd.DataFrame({"old": old, "new": old + airports.astype(int)})
        table["date"] = [f"{stratum[0]}-{day:02d}" for day in days]
        rows.append(table.assign(stratum=stratum))
    table = pd.concat(rows).sort_values("date", ignore_index=True)
    return table[["date", "stratum", "old", "new"]]


def _scattered(rng: np.random.Generator) -> pd.DataFrame:
    """Return dates of which some are wholly better and others wholly worse."""
    return _strata(rng, 8, 6, 0, 0)
