"""What DelayRisk may know of a flight at T-evening, 18:00 on the day before.

Nothing later enters the features: no weather of the day itself, no label of a flight
that has not landed yet. The label and the arrival delay are there to judge with.
"""

from typing import TYPE_CHECKING, Any

import pandas as pd

from nordlys.data import LATE_MINUTES, is_bad, load_flights, load_weather

if TYPE_CHECKING:
    from sklearn.ensemble import HistGradientBoostingClassifier

CATEGORIES = ["origin", "carrier", "dest"]
SCHEDULE = ["hour", "weekday", "distance"]
HISTORY = ["late_today", "week_all", "week_origin", "week_carrier", "week_dest"]
WEATHER = ["temp", "dewp", "humid", "wind_speed", "precip", "pressure", "visib"]
EVENING = [*CATEGORIES, *SCHEDULE, *HISTORY, *WEATHER]
"""The eighteen features, in this order."""

SEEN_BY = 1745
"""Whoever leaves by this clock time is known at 18:00 to be punctual or not."""

USUAL_SHARE, WEIGHT = 0.25, 5
"""A share counts five flights of the usual share besides those that it has seen."""


def load_evening() -> pd.DataFrame:
    """Return all flights with the features of the evening before, in order of time.

    Returns:
        One row a flight: ``date``, ``month``, the columns of ``EVENING``, the label
        ``bad`` and ``arr_delay`` in minutes. ``hour`` is the local hour of departure,
        ``weekday`` 0 for Monday, ``distance`` miles. ``late_today`` is the share of the
        airport's departures that had not left 15 minutes after their time, among those
        scheduled by 17:45 on the evening before. The ``week_`` columns are shares of
        bad flights over the seven days that ended on the day before that evening: of
        all flights, of the airport, the airline and the destination. The weather is the
        last reading of the hours that ended by 18:00 (units as in ``load_weather``),
        and ``precip`` the sum of that day. What is not known is missing: the weather
        of the 1st of January, and the weeks of its first two days.
    """
    columns = ["origin", "carrier", "dest", "month", "day", "hour", "distance"]
    columns += ["sched_dep_time", "dep_delay", "arr_delay"]
    flights = load_flights(columns)
    flights["date"] = _dates(flights)
    flights["weekday"] = flights["date"].dt.day_of_week
    flights["bad"] = is_bad(flights)
    flights = _add(flights, _late_today(flights), ["origin", "date"])
    for name, keys in {"all": [], **{key: [key] for key in CATEGORIES}}.items():
        share = _week(flights, keys).rename(f"week_{name}")
        flights = _add(flights, share, [*keys, "date"])
    flights = _add(flights, _weather(), ["origin", "date"])
    flights[CATEGORIES] = flights[CATEGORIES].astype("category")
    order = flights.sort_values(["date", "sched_dep_time"], kind="stable")
    wanted = ["date", "month", *EVENING, "bad", "arr_delay"]
    return order[wanted].reset_index(drop=True)


def boosting(**settings: Any) -> "HistGradientBoostingClassifier":
    """Return the learner of lecture 6, not fitted: boosted trees over categories.

    Args:
        settings: parameters of scikit-learn's ``HistGradientBoostingClassifier`` that
            replace those set here.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier  # an extra has it

    chosen = {
        "max_iter": 80,
        "learning_rate": 0.08,
        "max_leaf_nodes": 15,
        "min_samples_leaf": 200,
        "l2_regularization": 5.0,
        "categorical_features": "from_dtype",
        "early_stopping": False,  # it would hold back a random part, not the last days
        "random_state": 0,
    }
    return HistGradientBoostingClassifier(**chosen | settings)


def _dates(table: pd.DataFrame) -> pd.Series:
    return pd.to_datetime(table[["month", "day"]].assign(year=2013))


def _add(flights: pd.DataFrame, values, keys: list[str]) -> pd.DataFrame:
    """Join values known at an evening to the flights of the following day."""
    values = values.reset_index()
    values["date"] += pd.Timedelta(days=1)
    return flights.merge(values, on=keys, how="left", validate="m:1")


def _late_today(flights: pd.DataFrame) -> pd.Series:
    """Return for each airport and day the share that had not left on time."""
    seen = flights[flights["sched_dep_time"] <= SEEN_BY]
    late = (seen["dep_delay"] > LATE_MINUTES) | seen["dep_delay"].isna()
    return late.groupby([seen["origin"], seen["date"]]).mean().rename("late_today")


def _week(flights: pd.DataFrame, keys: list[str]) -> pd.Series:
    """Return for each key and evening the share of bad flights in the week before."""
    grouped = flights.groupby(["date", *keys], observed=True)["bad"]
    bad, count = grouped.sum(), grouped.size()
    if keys:
        bad, count = bad.unstack(fill_value=0), count.unstack(fill_value=0)
    bad, count = (x.rolling(7, min_periods=1).sum().shift(1) for x in (bad, count))
    share = (bad + WEIGHT * USUAL_SHARE) / (count + WEIGHT)
    return share.stack() if keys else share


def _weather() -> pd.DataFrame:
    """Return for each airport and day the last reading by 18:00, and the day's rain.

    A row holds what was read within its hour, mostly at its 51st minute.
    """
    weather = load_weather(["origin", "month", "day", "hour", *WEATHER])
    weather["date"] = _dates(weather)
    seen = weather[weather["hour"] < 18].sort_values("hour", kind="stable")
    by_day = seen.groupby(["origin", "date"])
    return by_day[WEATHER].last().assign(precip=by_day["precip"].sum())
