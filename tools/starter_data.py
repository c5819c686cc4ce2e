"""Rebuild the flights of the starter repository: one month of the bundled ones.

Usage: python -m tools.starter_data
"""

import pandas as pd

from nordlys import load_flights
from tools.repository import ROOT

FILE = ROOT / "starter" / "data" / "flights.csv"
MONTH = 5
ORDER = ["date", "scheduled", "origin", "carrier", "flight"]
COLUMNS = ["date", "origin", "dest", "carrier", "flight", "scheduled", "arr_delay"]


def month_of_flights() -> pd.DataFrame:
    """Return the flights of the month in a fixed order, times written HH:MM."""
    flights = load_flights().query("month == @MONTH")
    flights = flights.assign(
        date=pd.to_datetime(flights[["year", "month", "day"]]).dt.date,
        scheduled=flights["sched_dep_time"].map(
            lambda time: f"{time // 100:02d}:{time % 100:02d}"
        ),
        arr_delay=flights["arr_delay"].astype("Int64"),
    )
    return flights[COLUMNS].sort_values(ORDER)


def main() -> None:
    """Write the file."""
    month_of_flights().to_csv(FILE, index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
