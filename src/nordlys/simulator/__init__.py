"""A simulated week on duty: a supplier, desks that ask, incidents, and a score.

``Week`` plays it from Python, ``python -m nordlys.simulator`` from a terminal.
"""

from nordlys.simulator.desk import WeekError
from nordlys.simulator.flights import flight_questions, past_flights
from nordlys.simulator.incidents import KINDS, Incident
from nordlys.simulator.score import Alarm, Score
from nordlys.simulator.week import Week

__all__ = [
    "KINDS",
    "Alarm",
    "Incident",
    "Score",
    "Week",
    "WeekError",
    "flight_questions",
    "past_flights",
]
