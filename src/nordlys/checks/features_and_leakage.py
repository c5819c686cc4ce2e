"""Checks of the exercises on features and leakage."""

from typing import Any

import numpy as np
import pandas as pd

from nordlys.checks import exercise, expect

LATE = {"late_today", "craft_bad", "route_pace", "never_left"}
IN_TIME = {
    *("hour", "planned_today", "airlines_on_route", "gone_today"),
    *("delay_yesterday", "craft_last"),
}


@exercise("three-splits")
def three_splits(answer: Any, rng: np.random.Generator) -> None:
    """Split drawn flights of four airports, and look at what both sides share."""
    expect(callable(answer), "give the function itself, without calling it")
    days = pd.date_range("2013-01-01", periods=240)
    flights = pd.DataFrame(
        {
            "date": rng.choice(days, 2000),
            "origin": rng.choice(["AAL", "BLL", "CPH", "RKE"], 2000),
        },
        index=rng.permutation(2000) + 100,
    )
    for case in ("next month", "new airport", "late label"):
        given = answer(flights.copy(), case)
        expect(
            isinstance(given, tuple | list) and len(given) == 2,
            f"for {case!r} it returned {type(given).__name__}, expected two series",
        )
        sides = []
        for side in given:
            fits = isinstance(side, pd.Series) and side.index.equals(flights.index)
            expect(
                fits and side.dtype == bool,
                f"for {case!r} return Boolean series with the index of the flights",
            )
            expect(
                side.mean() >= 0.1,
                f"for {case!r} a side has {side.mean():.0%} of the rows, expected a "
                "tenth; other airports and days than on the page are drawn here",
            )
            sides.append(flights[side])
        learned, tested = sides
        both = learned.index.intersection(tested.index)
        expect(len(both) == 0, f"for {case!r}, {len(both)} rows are on both sides")
        if case == "new airport":
            shared = set(learned["origin"]) & set(tested["origin"])
            expect(not shared, f"for {case!r}, both sides have flights from {shared}")
            continue
        gap = (tested["date"].min() - learned["date"].max()).days
        expect(gap > 0, f"for {case!r} it learns from days that are tested, or later")
        expect(
            case == "next month" or gap >= 30,
            f"for {case!r} it learns from flights of {gap} days before the first "
            "tested day, whose labels are not known on that day",
        )


@exercise("late-features")
def late_features(answer: Any, rng: np.random.Generator) -> None:
    """Compare the set of names with those that the cut changes."""
    kinds = set, frozenset, list, tuple
    expect(isinstance(answer, kinds), "give a set of names")
    given = set(answer)
    unknown = given - LATE - IN_TIME
    expect(not unknown, f"there are no features {sorted(map(str, unknown))}")
    wrong, missing = len(given & IN_TIME), len(LATE - given)
    expect(
        not wrong,
        f"{wrong} of your names are known two hours before: compute each feature with "
        "the whole log and with seen_at(log, now), and compare",
    )
    expect(not missing, f"{missing} more of the ten use the future: try other flights")


@exercise("last-known")
def last_known(answer: Any, rng: np.random.Generator) -> None:
    """Ask drawn moments, among them exact, early, late and lonely ones."""
    import duckdb

    expect(isinstance(answer, str), "give the text of the query")
    for _ in range(2):
        asked, report = _moments(rng)
        with duckdb.connect() as db:
            db.register("asked", asked)
            db.register("report", report)
            try:
                relation = db.sql(answer)
                expect(relation is not None, "the text is no query")
                names, rows = list(relation.columns), relation.fetchall()
            except duckdb.Error as problem:
                expect(False, f"DuckDB refuses the query: {problem}")
        expect(names == ["id", "temp"], f"its columns are {names}, not id and temp")
        expect(
            [row[0] for row in rows] == list(range(len(asked))),
            f"it returns {len(rows)} rows for {len(asked)} moments: each id once, in "
            "order, also where nothing is known",
        )
        in_order = asked.sort_values("id").itertuples()
        for (number, temp), moment in zip(rows, in_order, strict=True):
            here = report[report["origin"] == moment.origin]
            seen = here[here["published"] <= moment.now]
            wanted = None
            if len(seen):
                last = seen.loc[seen["published"].idxmax()]
                if moment.now - last["published"] <= pd.Timedelta(hours=3):
                    wanted = last["temp"]
            expect(
                temp == wanted,
                f"for id {number}, {moment.origin} at {moment.now}, it says {temp}, "
                f"expected {wanted}",
            )


def _moments(rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw reports that are published late and in another order, and moments."""
    start = pd.Timestamp("2013-07-10")
    minutes = rng.permutation(1200)[:24]  # no two are published at once
    report = pd.DataFrame(
        {
            "origin": ["LGA", *rng.choice(["EWR", "JFK"], 23)],  # one from LGA
            "published": start + pd.to_timedelta(minutes, unit="min"),
            "temp": rng.permutation(24).astype(float) + 50,
        }
    )
    lag = pd.to_timedelta(rng.integers(5, 200, 24), unit="min")
    report["measured"] = report["published"] - lag
    drawn = start + pd.to_timedelta(rng.integers(0, 1500, 40), unit="min")
    exact = report["published"].iloc[:6]
    edge = exact.iloc[0] + pd.to_timedelta([-1, 180, 181], unit="min")
    asked = pd.DataFrame(
        {
            "origin": [
                *rng.choice(["EWR", "JFK"], 40),
                *report["origin"].iloc[:6],
                *["LGA"] * 3,
            ],
            "now": [*drawn, *exact, *edge],
        }
    )
    asked.insert(0, "id", range(len(asked)))
    tables = (asked, report)
    mixed = [table.iloc[rng.permutation(len(table))] for table in tables]
    return mixed[0].reset_index(drop=True), mixed[1].reset_index(drop=True)


@exercise("clock-minutes")
def clock_minutes(answer: Any, rng: np.random.Generator) -> None:
    """Try numbers and a series, on the hour, after midnight, and at 2400."""
    expect(callable(answer), "give the function itself, without calling it")
    drawn = [int(h * 100 + m) for h, m in rng.integers(0, (24, 60), (6, 2))]
    times = [517, 1815, 5, 1200, 2400, *drawn]
    wanted = [time // 100 * 60 + time % 100 for time in times]
    for time, right in zip(times, wanted, strict=True):
        given = answer(time)
        expect(
            np.ndim(given) == 0,
            f"from the number {time} it made {type(given).__name__}: give a number",
        )
        expect(given == right, f"{time} became {given}, expected {right}")
    series = pd.Series(times, index=range(7, 7 + len(times)))
    given = answer(series)
    expect(
        isinstance(given, pd.Series) and given.index.equals(series.index),
        f"from a series it made {type(given).__name__}: keep the series and its index",
    )
    expect(given.tolist() == wanted, "a series gives other minutes than its numbers")
