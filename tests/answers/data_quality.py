"""Answers to the exercises on data quality, wrong and right."""

import pandas as pd
import pandera.pandas as pa

AIRPORT = pa.Column(str, pa.Check.isin(["EWR", "JFK", "LGA"]))


def between(least, most, nullable=True, **other) -> pa.Column:
    check = pa.Check.in_range(least, most)
    return pa.Column(float, check, nullable=nullable, **other)


def contract(**other) -> pa.DataFrameSchema:
    """Return a right contract but for what is changed."""
    columns = {
        "origin": AIRPORT,
        "temp": between(-30, 120),
        "wind_speed": between(0, 250),
        "humid": between(0, 100),
    }
    kept = {name: column for name, column in (columns | other).items() if column}
    return pa.DataFrameSchema(kept)


def counts(batch, past):
    if batch.empty:
        raise ValueError
    worst = pd.DataFrame([each.isna().sum() for each in past]).max()
    return sorted(batch.columns[batch.isna().sum() > worst])


def against_the_last(batch, past):
    if batch.empty:
        raise ValueError
    return sorted(batch.columns[batch.isna().mean() > past[-1].isna().mean()])


def against_the_first(batch, past):
    if batch.empty:
        raise ValueError
    return sorted(batch.columns[batch.isna().mean() > past[0].isna().mean()])


def not_sorted(batch, past):
    if batch.empty:
        raise ValueError
    worst = pd.DataFrame([each.isna().mean() for each in past]).max()
    return list(batch.columns[batch.isna().mean() > worst])


def as_much_as(batch, past):
    if batch.empty:
        raise ValueError
    worst = pd.DataFrame([each.isna().mean() for each in past]).max()
    return sorted(batch.columns[batch.isna().mean() >= worst])


def against_the_mean(batch, past):
    if batch.empty:
        raise ValueError
    mean = pd.DataFrame([each.isna().mean() for each in past]).mean()
    return sorted(batch.columns[batch.isna().mean() > mean])


def forgets_the_empty(batch, past):
    worst = pd.DataFrame([each.isna().mean() for each in past]).max()
    return sorted(batch.columns[batch.isna().mean() > worst])


def by_column(batch, past):
    # One column after the other.
    if len(batch) == 0:
        raise ValueError("nothing came")
    gaps = []
    for name in sorted(batch):
        share = batch[name].isna().sum() / len(batch)
        if all(share > each[name].isna().sum() / len(each) for each in past):
            gaps.append(name)
    return gaps


def as_an_index(batch, past):
    # The names as pandas keeps them.
    if batch.shape[0] == 0:
        raise ValueError("no rows")
    worst = pd.concat([each.isna().mean() for each in past], axis=1).max(axis=1)
    return batch.columns[batch.isna().mean() > worst].sort_values()


def asks_nothing(table, days):
    late = (table["arr_delay"] > 15).groupby(table["day"]).mean()
    return sorted(day for day in days if late.get(day, 0) > 1 / 3)


def _asks(table, days):
    for name in ("day", "arr_delay"):
        if name not in table:
            raise ValueError(f"no column {name}")
    known = table.dropna(subset=["arr_delay"])
    silent = [day for day in days if not (known["day"] == day).any()]
    if silent:
        raise ValueError(f"nothing is known of {silent}")
    return known


def counts_the_unknown(table, days):
    _asks(table, days)
    late = (table["arr_delay"] > 15).groupby(table["day"]).mean()
    return sorted(day for day in days if late[day] > 1 / 3)


def unknown_is_late(table, days):
    _asks(table, days)
    bad = table["arr_delay"].isna() | (table["arr_delay"] > 15)
    return sorted(d for d in days if bad[table["day"] == d].mean() > 1 / 3)


def a_third_is_enough(table, days):
    known = _asks(table, days)
    late = (known["arr_delay"] > 15).groupby(known["day"]).mean()
    return sorted(day for day in days if late[day] >= 1 / 3)


def reports_all_days(table, days):
    known = _asks(table, days)
    late = (known["arr_delay"] > 15).groupby(known["day"]).mean()
    return sorted(late[late > 1 / 3].index)


def says_nothing_useful(table, days):
    try:
        return a_third_exactly(table, days)
    except ValueError:
        raise ValueError("something is wrong") from None


def a_third_exactly(table, days):
    known = _asks(table, days)
    late_days = []
    for day in sorted(days):
        delays = known.loc[known["day"] == day, "arr_delay"]
        if 3 * (delays > 15).sum() > len(delays):
            late_days.append(day)
    return late_days


def trusts_the_day(table, days):
    # A table without days stops it by an accident.
    if "arr_delay" not in table:
        raise ValueError("no column arr_delay")
    return a_third_exactly(table, days) if "day" in table else list(table["day"])


def looks_quiet(table, days):
    # An empty report looks like a month without a late evening.
    try:
        return a_third_exactly(table, days)
    except ValueError:
        return []


WRONG = {
    "weather-contract": [
        contract(temp=between(-30, 120, nullable=False)),
        contract(wind_speed=between(0, 2000)),
        contract(humid=between(0, 99)),
        contract(humid=between(0, 1)),
        contract(temp=between(0, 120)),
        contract(humid=None),
        contract(humid=between(0, 100, required=False)),
        contract(origin=pa.Column(str, pa.Check.isin(["EWR", "JFK"]))),
        contract(origin=pa.Column(str)),
        contract(origin=pa.Column(str, AIRPORT.checks, nullable=True)),
        {"temp": (-30, 120)},
    ],
    "missing-alarm": [
        counts,
        against_the_last,
        against_the_first,
        not_sorted,
        as_much_as,
        against_the_mean,
        forgets_the_empty,
        ["a"],
    ],
    "honest-report": [
        asks_nothing,
        counts_the_unknown,
        unknown_is_late,
        a_third_is_enough,
        reports_all_days,
        says_nothing_useful,
        looks_quiet,
        trusts_the_day,
        [1],
    ],
}
ALSO_RIGHT = {
    "weather-contract": [
        contract(
            temp=pa.Column(float, [pa.Check.ge(-30), pa.Check.le(120)], nullable=True)
        )
    ],
    "missing-alarm": [by_column, as_an_index],
    "honest-report": [a_third_exactly],
}
