"""Checks of the exercises on retraining."""

from typing import Any

import numpy as np
import pandas as pd

from nordlys.checks import exercise, expect

ACT, MISS, LIMIT = 10, 50, 0.2


@exercise("labels-by-then")
def labels_by_then(answer: Any, rng: np.random.Generator) -> None:
    """Draw orders that settle at odd times, some at 18:00 and some never."""
    expect(callable(answer), "give the function itself, without calling it")
    day = pd.Timestamp("2026-03-01") + pd.Timedelta(days=int(rng.integers(30)))
    evening = day - pd.Timedelta(hours=6)
    hours = pd.to_timedelta(rng.integers(1, 24 * 60, 400), unit="h")
    ordered = pd.Series(evening - hours, rng.permutation(400))
    waits = pd.to_timedelta(rng.integers(24, 24 * 40, 400), unit="h")
    orders = pd.DataFrame({"ordered": ordered, "settled": ordered + waits})
    for row, minutes in ((0, 0), (1, 1), (2, 60 * 5), (3, -1), (4, 60 * 20)):
        orders.iloc[row, 1] = evening + pd.Timedelta(minutes=minutes)
    orders.iloc[10:60, 1] = pd.NaT
    given = answer(orders.copy(), day)
    fits = isinstance(given, pd.Series) and given.index.equals(orders.index)
    expect(fits and given.dtype == bool, "return a Boolean series with the index given")
    settled = orders["settled"]
    expect(
        not given[settled.isna()].any(), "it uses orders of which nobody knows the end"
    )
    late = given & (settled > evening)
    expect(
        not late.any(),
        f"on the evening before {day:%d %B} it uses {late.sum()} orders that "
        "settled after 18:00",
    )
    lost = ~given & (settled <= evening)
    expect(
        not lost.any(),
        f"it leaves out {lost.sum()} orders whose label was known at 18:00; "
        "an order that settles at 18:00 sharp is known",
    )


@exercise("cost-trigger")
def cost_trigger(answer: Any, rng: np.random.Generator) -> None:
    """Draw logs whose fortnight is good or bad, unlike the days around it."""
    expect(callable(answer), "give the function itself, without calling it")
    for rest in (5, 27, 28, 60):
        for inside, outside in ((True, False), (False, True)):
            day = pd.Timestamp("2013-06-01") + pd.Timedelta(days=int(rng.integers(90)))
            acted = 0.6 if rest == 60 else 0.19  # the share of bad ones
            log = _log(day, inside, outside, rng, acted)
            trained = day - pd.Timedelta(days=rest)
            given = answer(log.copy(), day, trained)
            right = rest >= 28 and inside
            expect(
                isinstance(given, bool | np.bool_), f"it returned {given!r}, not a bool"
            )
            expect(
                bool(given) == right,
                f"{rest} days after the last training, with a fortnight that costs "
                f"{'more' if inside else 'less'} than always acting, it says {given}",
            )
    for edge in (0, 13):
        day = pd.Timestamp("2013-06-01") + pd.Timedelta(days=int(rng.integers(90)))
        log = _log(day, False, False, rng)
        last = log["date"] == day - pd.Timedelta(days=2 + edge)
        log.loc[last, ["risk", "bad"]] = 0.1, True
        log = log.astype({"bad": bool})
        given = answer(log, day, day - pd.Timedelta(days=40))
        expect(bool(given), f"it misses the costs of {2 + edge} days before `day`")
    for days in (1, 16):
        log = _log(day, False, False, rng)
        log.loc[log["date"] == day - pd.Timedelta(days=days), ["risk", "bad"]] = (
            0.1,
            True,
        )
        log = log.astype({"bad": bool})
        given = answer(log, day, day - pd.Timedelta(days=40))
        expect(not given, f"it looks at flights of {days} days before `day`")


def _log(
    day: pd.Timestamp,
    inside: bool,
    outside: bool,
    rng: np.random.Generator,
    acted: float = 0.19,
) -> pd.DataFrame:
    """Return flights of forty days; a dear part says little risk and is often bad."""
    dates = pd.date_range(day - pd.Timedelta(days=40), day - pd.Timedelta(days=1))
    date = np.repeat(dates, 200)
    age = (day - date).days
    dear = np.where((age >= 2) & (age <= 15), inside, outside)
    risk = np.where(dear, rng.uniform(0.05, 0.19, len(date)), 0.0)
    share = np.where(dear, 0.4, acted)
    quiet = ~dear.astype(bool)
    risk = np.where(quiet, rng.uniform(0.05, 0.5, len(date)), risk)
    share = np.where(quiet & (risk <= LIMIT), 0.13, share)
    return pd.DataFrame(
        {"date": date, "risk": risk, "bad": rng.random(len(date)) < share}
    )


@exercise("weekly-interval")
def weekly_interval(answer: Any, rng: np.random.Generator) -> None:
    """Draw two policies whose difference hangs together within a week."""
    expect(callable(answer), "give the function itself, without calling it")
    for level in (0.3, -0.5):
        old, new, date = _two_policies(level, rng)
        given = answer(old.copy(), new.copy(), date.copy())
        expect(
            isinstance(given, tuple | list | np.ndarray | pd.Series)
            and [np.ndim(value) for value in given] == [0, 0, 0],
            "return three numbers: the saving and the two ends",
        )
        mean, low, high = (float(value) for value in given)
        saved = old - new
        expect(
            abs(mean - saved.mean()) < 0.006,  # two digits, as on the page
            f"the saving is {mean:.4f}, expected {saved.mean():.4f} (old less new)",
        )
        right_low, right_high = _ends(saved, date.dt.to_period("W"))
        width = right_high - right_low
        ends = f"it gives {low:.3f} to {high:.3f}, expected about {right_low:.3f} "
        expect(
            abs(low - right_low) < 0.06 * width
            and abs(high - right_high) < 0.06 * width,
            ends + f"to {right_high:.3f}",
        )


def _two_policies(
    level: float, rng: np.random.Generator
) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Return euros of two policies; full weeks save much, empty ones little."""
    days = pd.date_range("2013-04-01", periods=7 * 45)[2:]  # from a Wednesday on
    week = np.arange(2, 7 * 45) // 7
    busy = rng.permutation(np.tile([20, 120], 23)[:45])[week]
    effect = level + rng.normal(0, 1, 45)[week] + 2.0 * (busy > 50)
    date = np.repeat(days, busy)
    saved = np.repeat(effect, busy) + rng.normal(0, 5, len(date))
    storm = rng.normal(0, 3, 45)[week]  # costs both policies the same
    old = np.repeat(storm, busy) + rng.uniform(5, 15, len(date))
    index = rng.permutation(len(date))
    parts = (old, old - saved, date)
    return tuple(pd.Series(part, index) for part in parts)  # type: ignore[return-value]


def _ends(saved: pd.Series, unit: pd.Series) -> tuple[float, float]:
    sums = saved.groupby(unit).agg(["sum", "size"]).to_numpy()
    picks = np.random.default_rng(3).integers(0, len(sums), (20_000, len(sums)))
    drawn = sums[picks].sum(axis=1)
    low, high = np.quantile(drawn[:, 0] / drawn[:, 1], [0.05, 0.95])
    return float(low), float(high)


@exercise("season-exam")
def season_exam(answer: Any, rng: np.random.Generator) -> None:
    """Let models sit that are good, bad in one month, or bad only on the mean."""
    expect(callable(answer), "give the function itself, without calling it")
    cases = [
        ("good in all months", dict.fromkeys(range(1, 7), "good"), True),
        (
            "ruinous in one month only",
            {1: "blind", 2: "good", 3: "good", 4: "good"},
            False,
        ),
        (
            "acting on all flights of a month with few bad ones",
            {1: "good", 2: "over"},
            False,
        ),
        (
            "a little dearer than a constant policy, within half a euro",
            {1: "near"},
            True,
        ),
        ("bad in each month", {1: "blind", 2: "over"}, False),
    ]
    for what, months, right in cases:
        parts = [_month(m, kind, rng) for m, kind in months.items()]
        exam = pd.concat(parts, ignore_index=True)
        exam = exam.sample(frac=1, random_state=int(rng.integers(1000)))
        given = answer(exam.copy())
        expect(isinstance(given, bool | np.bool_), f"it returned {given!r}, not a bool")
        verb = "passes" if given else "fails"
        expect(bool(given) == right, f"a model that is {what} {verb} the exam")


def _month(month: int, kind: str, rng: np.random.Generator) -> pd.DataFrame:
    """Return 1,000 flights of a month with exactly the share of bad ones needed."""
    share = {"good": 0.3, "blind": 0.4, "over": 0.1, "near": 0.2}[kind]
    bad = rng.permutation(np.arange(1000) < 1000 * share)
    if kind == "good":
        risk = np.where(bad, 0.6, 0.15)
    elif kind == "blind":
        risk = np.full(1000, 0.1)
    elif kind == "over":
        risk = np.full(1000, 0.3)
    else:  # acts on 30 flights that go well: 30 x 10 / 1000 = 0.30 euros too many
        risk = np.full(1000, 0.1)
        risk[np.flatnonzero(~bad)[:30]] = 0.4
    return pd.DataFrame({"month": month, "risk": risk, "bad": bad})
