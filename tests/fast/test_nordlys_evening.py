"""Features of the evening before: right as counted by hand, and never too late."""

import numpy as np
import pandas as pd
import pytest

from nordlys import evening, is_bad, load_flights, load_weather
from nordlys.evening import EVENING, load_evening

DAY = pd.Timestamp("2013-06-11")


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return load_evening()


def test_every_flight_is_there_once(table):
    flights = load_flights(["month", "arr_delay"])
    assert len(table) == len(flights)
    by_month = is_bad(flights).groupby(flights["month"]).sum()
    assert table.groupby("month")["bad"].sum().equals(by_month)


def test_a_week_ends_on_the_day_before_the_evening(table):
    flights = load_flights(["month", "day", "carrier", "arr_delay"])
    dates = pd.to_datetime(flights[["month", "day"]].assign(year=2013))
    week = dates.between(DAY - pd.Timedelta(days=8), DAY - pd.Timedelta(days=2))
    outcomes = is_bad(flights)[week & (flights["carrier"] == "UA")]
    expected = (outcomes.sum() + 5 * 0.25) / (len(outcomes) + 5)
    rows = table[(table["date"] == DAY) & (table["carrier"] == "UA")]
    assert np.allclose(rows["week_carrier"], expected)


def test_nothing_that_happens_after_the_evening_changes_a_feature(table, monkeypatch):
    def flights_until(columns):
        flights = load_flights(columns)
        dates = pd.to_datetime(flights[["month", "day"]].assign(year=2013))
        evening_before = DAY - pd.Timedelta(days=1)
        later = (dates > evening_before) | (
            (dates == evening_before) & (flights["sched_dep_time"] > 1745)
        )
        flights.loc[later, "dep_delay"] = 999.0
        flights.loc[dates >= evening_before, "arr_delay"] = 999.0
        return flights

    def weather_until(columns):
        weather = load_weather(columns)
        dates = pd.to_datetime(weather[["month", "day"]].assign(year=2013))
        hours = dates + pd.to_timedelta(weather["hour"], unit="h")
        known = hours <= DAY - pd.Timedelta(hours=6)
        weather.loc[~known, evening.WEATHER] = 77.0
        return weather

    monkeypatch.setattr(evening, "load_flights", flights_until)
    monkeypatch.setattr(evening, "load_weather", weather_until)
    changed = load_evening()
    assert changed.loc[changed["date"] == DAY, EVENING].equals(
        table.loc[table["date"] == DAY, EVENING]
    )
    later = DAY + pd.Timedelta(days=1)
    assert not changed.loc[changed["date"] == later, EVENING].equals(
        table.loc[table["date"] == later, EVENING]
    )
