"""What the pages of the book share: data, figures, numbers, costs, checks."""

from nordlys.checks import Result, check
from nordlys.costs import COST_ACT, COST_MISS, cost_per_flight
from nordlys.data import (
    LATE_MINUTES,
    is_bad,
    load_airlines,
    load_airports,
    load_flights,
    load_planes,
    load_weather,
    new_york_database,
)
from nordlys.figures import figure, label_line
from nordlys.files import register_writefile, work_in
from nordlys.gluing import glue

__all__ = [
    "COST_ACT",
    "COST_MISS",
    "LATE_MINUTES",
    "Result",
    "check",
    "cost_per_flight",
    "figure",
    "glue",
    "is_bad",
    "label_line",
    "load_airlines",
    "load_airports",
    "load_flights",
    "load_planes",
    "load_weather",
    "new_york_database",
    "work_in",
]

register_writefile()
