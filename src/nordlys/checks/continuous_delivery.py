"""Checks of the exercises of the page on continuous delivery."""

from typing import Any

import numpy as np

from nordlys.checks import exercise, expect

A_FUNCTION = "give the function itself, without calling it"


@exercise("missing-days")
def days_to_do(answer: Any, rng: np.random.Generator) -> None:
    """Check the days that are missing: none done, no hole, holes, all done."""
    import pandas as pd

    expect(callable(answer), A_FUNCTION)
    start = pd.Timestamp(2013, 1, 20) + pd.Timedelta(days=int(rng.integers(0, 300)))
    days = list(pd.date_range(start, periods=12).strftime("%Y-%m-%d"))
    first = start - pd.Timedelta(days=40)
    long = list(pd.date_range(first, periods=42).strftime("%Y-%m-%d"))
    holes = sorted(int(place) for place in rng.choice(np.arange(1, 8), 3, False))
    kept = {day for place, day in enumerate(days[:9]) if place not in holes}
    cases = {
        "nothing is done yet": (set(), days[3], [days[4]]),
        "every day is done up to today": (set(days[:4]), days[3], [days[4]]),
        "two evenings were missed": (set(days[:4]), days[5], days[4:7]),
        "there are holes between days done": (
            kept,
            days[8],
            [*(days[place] for place in holes), days[9]],
        ),
        "tomorrow is done, too": (set(days[:6]), days[4], []),
        "the earliest day done is forty days back": (
            {long[0], *long[5:40]},
            long[40],
            [*long[1:5], *long[40:]],
        ),
    }
    for what, (done, today, expected) in cases.items():
        before = set(done)
        given = answer(done, today)
        expect(
            isinstance(given, list) and all(isinstance(day, str) for day in given),
            f"return a list of days as text, not {type(given).__name__}",
        )
        expect(done == before, "your function changed the set it was given")
        expect(
            given == expected,
            f"when {what} (done: {_short(done)}; today: {today}) "
            f"you return {given}, and {expected} was expected",
        )


def _short(done: set[str]) -> str:
    """Name the days, of many only the first and the last few."""
    days = sorted(done)
    return ", ".join(days if len(days) < 10 else [*days[:4], "…", *days[-2:]]) or "none"


@exercise("cost-gate")
def gate(answer: Any, rng: np.random.Generator) -> None:
    """Check the gate on leads that are clear, absent, negative, noisy or too small."""
    expect(callable(answer), A_FUNCTION)
    # Days differ by euros and the models by cents, as in the case.
    champion = rng.normal(10, 3, 40)
    steady = rng.normal(0, 0.02, 40)
    steady -= steady.mean()
    noisy = rng.permutation(np.repeat([3.0, -3.0], 20))
    cases = [
        ("is better by 0.30 on nearly every day", 0.3 + steady, 0.02, True),
        ("is no better and no worse", steady, 0.02, False),
        ("is dearer by 0.30", -0.3 + steady, 0.02, False),
        ("is better by 0.30 on average, on days that differ wildly", 0.3 + noisy,
         0.02, False),
        ("is surely better, but by less than the margin", 0.05 + steady, 0.2, False),
        ("is surely better by more than a large margin", 0.5 + steady, 0.2, True),
    ]  # fmt: skip
    for what, lead, margin, expected in cases:
        seed = int(rng.integers(2**31))
        given = answer(champion.copy(), champion - lead, margin, seed)
        expect(
            isinstance(given, bool | np.bool_),
            f"return True or False, not {type(given).__name__}",
        )
        word = "passed" if given else "was stopped"
        expect(
            bool(given) == expected,
            f"a candidate that {what} {word} (margin {margin}): are the same days "
            "redrawn for both, and is the lead surely above the margin?",
        )
    _expect_quantile(answer, rng, champion)


def _expect_quantile(answer: Any, rng: np.random.Generator, champion: Any) -> None:
    """One redraw in twenty may lie below the margin, with the seed that is given."""
    lead = rng.normal(0.3, 0.5, champion.size)
    seed = int(rng.integers(2**31))
    picks = np.random.default_rng(seed).integers(0, lead.size, (2000, lead.size))
    low = float(np.quantile(lead[picks].mean(axis=1), 0.05))
    for margin, expected in ((low - 0.02, True), (low + 0.02, False)):
        given = answer(champion, champion - lead, margin, seed)
        expect(
            bool(given) == expected,
            f"a lead of which nineteen in twenty redraws exceed {low:.3f} "
            f"{'passes' if given else 'is stopped'} at a margin of {margin:.3f}: which "
            "quantile do you compare?",
        )


@exercise("delivery-measures")
def measures(answer: Any, rng: np.random.Generator) -> None:
    """Check the four measures on a log with failures, and on one without."""
    import pandas as pd

    expect(callable(answer), A_FUNCTION)
    count, days = int(rng.integers(15, 30)), int(rng.integers(20, 90))
    hours = np.sort(rng.uniform(0, 24 * days, count))
    deployed = pd.Timestamp(2026, 3, 2) + pd.to_timedelta(hours, unit="h")
    # One change in five waited for weeks, so that mean and median differ.
    waited = np.where(np.arange(count) % 5 == 0, 30.0, 1.0) * rng.uniform(2, 40, count)
    down = np.where(np.arange(count) % 4 == 0, rng.uniform(1, 60, count), np.nan)
    log = pd.DataFrame(
        {
            "committed": deployed - pd.to_timedelta(waited, unit="h"),
            "deployed": deployed,
            "restored": deployed + pd.to_timedelta(down, unit="h"),
        }
    )
    expected = {
        "frequency": count / days,
        "lead": float(np.median(waited)),
        "fail_rate": float(np.mean(~np.isnan(down))),
        "recovery": float(np.nanmedian(down)),
    }
    _expect_measures(answer(log.copy(), days), expected, "with failures")
    calm = log.assign(restored=pd.Series(pd.NaT, log.index, dtype="datetime64[ns]"))
    expected |= {"fail_rate": 0.0, "recovery": None}
    _expect_measures(answer(calm, days), expected, "without a failure")


def _expect_measures(given: Any, expected: dict, what: str) -> None:
    expect(
        isinstance(given, dict) and set(given) == set(expected),
        f"return a dictionary with the keys {', '.join(expected)}",
    )
    for key, right in expected.items():
        value = given[key]
        if right is None:
            expect(value is None, f"{what} {key} should be None, not {value}")
            continue
        number = isinstance(value, int | float | np.number)
        expect(number, f"{key} should be a number, not {type(value).__name__}")
        expect(
            abs(float(value) - right) < 1e-6 * max(1.0, abs(right)),
            f"in a log {what} {key} is {right:.4f}, and you say {float(value):.4f}: "
            "which rows count, from when to when, in which unit?",
        )
