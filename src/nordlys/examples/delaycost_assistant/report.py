"""Build the report: three policies for each group of flights."""

import pandas as pd

from .costs import POLICIES, flight_costs
from .groups import group_labels
from .rates import learn, risks
from .settings import Settings
from .table import prepare

DIGITS = 4


def summarise(
    flights: pd.DataFrame, labels: pd.Series, smallest: int
) -> dict[str, dict[str, float]]:
    """Return what the report says of each group with enough flights."""
    grouped = flights.groupby(labels, observed=True)
    summary = grouped[[*POLICIES, "late"]].mean().round(DIGITS)
    summary["flights"] = grouped.size()
    return summary[summary["flights"] >= smallest].to_dict("index")


def report(
    flights: pd.DataFrame, planes: pd.DataFrame, settings: Settings
) -> dict[str, dict[str, float]]:
    """Return the whole report, by the names of its groups."""
    table = prepare(flights, planes, settings.late_minutes)
    winter = table["month"] <= settings.last_winter_month
    asked = table[~winter].copy()
    asked["risk"] = risks(asked, *learn(table[winter]))
    asked[POLICIES] = flight_costs(asked, settings)
    smallest = {"carrier": settings.smallest_airline}
    result: dict[str, dict[str, float]] = {}
    for kind, labels in group_labels(asked, settings).items():
        result |= summarise(asked, labels, smallest.get(kind, 0))
    return result
