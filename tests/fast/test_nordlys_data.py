"""The bundled tables are the ones the pages talk about."""

import json
from importlib.resources import files

import pandas as pd
import pytest

import nordlys

DATA = files("nordlys") / "data"
MANIFEST = json.loads((DATA / "manifest.json").read_text())
SHAPES = {
    "flights": (336_776, 19),
    "weather": (26_115, 15),
    "planes": (3_322, 9),
    "airports": (1_458, 8),
    "airlines": (16, 2),
}
LOADERS = {name: getattr(nordlys, f"load_{name}") for name in SHAPES}


@pytest.fixture(scope="module")
def flights() -> pd.DataFrame:
    return nordlys.load_flights()


@pytest.fixture(scope="module")
def planes() -> pd.DataFrame:
    return nordlys.load_planes()


@pytest.mark.parametrize("name", SHAPES)
def test_table_has_its_rows_and_columns(name: str) -> None:
    assert LOADERS[name]().shape == SHAPES[name]


@pytest.mark.parametrize("name", MANIFEST["files"])
def test_file_has_the_rows_of_the_manifest(name: str) -> None:
    rows = len(pd.read_parquet(str(DATA / name)))
    listed = MANIFEST["files"][name]["rows"]
    assert rows == listed, (
        f"{name} has {rows} rows, not {listed}: run tools/make_data.py"
    )


def test_manifest_lists_every_file() -> None:
    bundled = {path.name for path in DATA.iterdir() if path.name.endswith(".parquet")}
    assert bundled == set(MANIFEST["files"]) == {f"{name}.parquet" for name in SHAPES}
    assert MANIFEST["licence"] == "CC0-1.0"


def test_columns_come_in_the_order_asked_for() -> None:
    columns = ["dest", "carrier"]
    assert list(nordlys.load_flights(columns).columns) == columns


@pytest.mark.parametrize("name", ["flights", "weather", "planes", "airports"])
def test_unknown_column_is_named(name: str) -> None:
    with pytest.raises(KeyError, match=r"has no column.*destination"):
        LOADERS[name](["destination"])


def test_a_reader_may_change_a_table() -> None:
    first = nordlys.load_airlines()
    first["name"] = "changed"
    assert "changed" not in set(nordlys.load_airlines()["name"])


def test_types_do_not_overflow_or_lose_the_zone(flights: pd.DataFrame) -> None:
    assert isinstance(flights["time_hour"].dtype, pd.DatetimeTZDtype)
    assert str(flights["time_hour"].dt.tz) == "UTC"
    assert flights["distance"].dtype == "int64"
    assert flights["arr_delay"].dtype == "float64"
    assert flights["flight"].dtype == "int64"


def test_clock_times_are_four_digits(flights: pd.DataFrame) -> None:
    times = flights["arr_time"].dropna()
    assert times.max() == 2400
    assert (times % 100).max() == 59


def test_missing_times_and_delays(flights: pd.DataFrame) -> None:
    assert flights["dep_time"].isna().sum() == 8_255
    assert flights["arr_delay"].isna().sum() == 9_430
    assert (flights["arr_delay"].isna() & flights["dep_time"].notna()).sum() == 1_175


def test_worst_day(flights: pd.DataFrame) -> None:
    cancelled = flights[flights["dep_time"].isna()]
    days = cancelled.groupby(["month", "day"]).size().sort_values(ascending=False)
    assert days.head(3).to_dict() == {(2, 8): 472, (2, 9): 393, (5, 23): 221}


def test_planes_are_missing_not_at_random(
    flights: pd.DataFrame, planes: pd.DataFrame
) -> None:
    known = flights["tailnum"].isin(planes["tailnum"])
    assert (~known).sum() == 52_606
    assert known[flights["carrier"] == "MQ"].mean() < 0.05
    assert known[flights["carrier"] == "UA"].mean() > 0.93


def test_airports_are_missing(flights: pd.DataFrame) -> None:
    unknown = flights.loc[~flights["dest"].isin(nordlys.load_airports()["faa"]), "dest"]
    assert len(unknown) == 7_602
    assert set(unknown) == {"BQN", "PSE", "SJU", "STT"}


def test_keys(flights: pd.DataFrame, planes: pd.DataFrame) -> None:
    day = ["year", "month", "day", "carrier", "flight"]
    assert flights.duplicated(day).sum() == 24
    assert not flights.duplicated([*day, "origin"]).any()
    assert planes["tailnum"].is_unique
    assert nordlys.load_airports()["faa"].is_unique
    assert nordlys.load_airlines()["carrier"].is_unique


def test_weather_keys_and_its_impossible_wind() -> None:
    weather = nordlys.load_weather()
    assert weather.duplicated(["origin", "year", "month", "day", "hour"]).sum() == 3
    assert not weather.duplicated(["origin", "time_hour"]).any()
    assert weather["wind_speed"].max() > 1_000


def test_bad_is_late_cancelled_or_diverted(flights: pd.DataFrame) -> None:
    bad = nordlys.is_bad(flights)
    assert bad.mean() == pytest.approx(0.2585, abs=5e-5)
    assert bad.dtype == bool and bad.name == "bad"
    assert bad.index.equals(flights.index)


def test_bad_at_the_limit() -> None:
    delays = pd.DataFrame({"arr_delay": [15, 15.5, None, -3]}, index=[9, 8, 7, 6])
    assert nordlys.is_bad(delays).to_dict() == {9: False, 8: True, 7: True, 6: False}


def test_bad_needs_the_delay() -> None:
    with pytest.raises(KeyError, match="arr_delay"):
        nordlys.is_bad(pd.DataFrame({"dep_delay": [3]}))
