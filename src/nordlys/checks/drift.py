"""Checks of the exercises on drift."""

from typing import Any

import numpy as np
import pandas as pd

from nordlys.checks import exercise, expect


@exercise("which-drift")
def which_drift(answer: Any, rng: np.random.Generator) -> None:
    """Draw tables of two to four weathers, and change one thing in each."""
    expect(callable(answer), "give the function itself, without calling it")
    for _ in range(4):
        for kind in rng.permutation(["covariate", "label", "concept"]).tolist():
            before, after = _tables(kind, rng)
            given = answer(before.copy(), after.copy())
            expect(
                given == kind,
                f"for {before.tolist()} and then {after.tolist()} it says {given!r}, "
                f"expected {kind!r}",
            )


def _tables(kind: str, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return counts (good, bad) for each weather, in which only ``kind`` differs."""
    weathers = int(rng.integers(2, 5))
    sizes = 100 * rng.permutation(np.arange(1, 9))[:weathers]
    tenths = rng.permutation(np.arange(1, 7))[:weathers]
    before = np.stack([sizes * (10 - tenths), sizes * tenths], axis=1) // 10
    if kind == "covariate":
        factors = rng.permutation(np.arange(1, 6))[:weathers]
        return before, before * factors[:, None]
    if kind == "label":
        return before, before * rng.permutation([1, 3])
    moved = sizes // 10 * rng.permutation(np.arange(1, 4))[0]
    return before, before + np.stack([-moved, moved], axis=1)


@exercise("psi-words")
def psi_words(answer: Any, rng: np.random.Generator) -> None:
    """Compare with the sum over words, also where one side lacks some of them."""
    expect(callable(answer), "give the function itself, without calling it")
    words = np.array(["UA", "B6", "EV", "DL", "AA", "HA"])
    cases = [(["UA", "UA", "B6", "B6"], ["UA", "UA", "UA", "B6"])]
    for end in (6, 5, 4):
        chances = [rng.dirichlet(np.full(n, 3.0)) for n in (end, 5)]
        draws = zip((words[:end], words[-5:]), chances, (400, 250), strict=True)
        cases.append(tuple(rng.choice(w, n, p=p).tolist() for w, p, n in draws))
    for old, new in cases:
        given = answer(pd.Series(old), pd.Series(new))
        right = _psi(old, new)
        expect(
            np.ndim(given) == 0 and np.isclose(float(given), right, rtol=0.01),
            f"for {pd.Series(old).value_counts().to_dict()} and then "
            f"{pd.Series(new).value_counts().to_dict()} it says {given}, "
            f"expected {right:.4f}",
        )


def _psi(old: list[str], new: list[str]) -> float:
    words = sorted({*old, *new})
    before, after = (
        np.maximum([values.count(w) / len(values) for w in words], 1e-4)
        for values in (old, new)
    )
    return float(np.sum((after - before) * np.log(after / before)))


@exercise("bearable-limit")
def bearable_limit(answer: Any, rng: np.random.Generator) -> None:
    """Count the alarms on quiet days, of all columns together and of each."""
    expect(callable(answer), "give the function itself, without calling it")
    for columns, between in ((3, 30), (6, 10), (2, 100)):
        days = 6000
        common = rng.normal(size=(days, 1))
        each = np.abs(rng.normal(size=(days, columns)) + 0.3 * common)
        scale = rng.permutation(np.linspace(0.05, 0.4, columns))
        quiet = pd.DataFrame(each * scale, columns=list("abcdef")[:columns])
        limits = answer(quiet.copy(), between)
        expect(
            isinstance(limits, pd.Series) and set(limits.index) == set(quiet.columns),
            f"return a series with the limits of {list(quiet.columns)}, not {limits!r}",
        )
        rings = quiet > limits[quiet.columns]
        together, allowed = rings.any(axis=1).mean(), 1 / between
        told = f"with {columns} columns and one alarm in {between} days, they ring "
        told += f"together on one quiet day in {1 / max(together, 1e-9):,.0f}"
        expect(together < 1.1 * allowed, f"{told}: that is too often")
        expect(together > 0.6 * allowed, f"{told}: that is too seldom")
        least, most = rings.mean().min(), rings.mean().max()
        expect(
            least > 0.3 * most,
            f"one column rings on {most:.2%} of the quiet days, another on {least:.2%}",
        )
