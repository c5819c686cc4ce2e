"""The model: how often flights go badly, by airport and hour. Put yours in its place.

The rest of the repository needs three things of it: ``fit``, ``risk``, and that it can
be written as JSON. JSON can only be data; a pickle is a program that runs on loading.
"""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel

from delayrisk.contract import Flight
from delayrisk.flights import FlownFlight

MODEL = Path("model.json")
"""Where the model is written to and read from."""

AVERAGE_FLIGHTS = 50
"""Average flights added to each group, so that a small one keeps to the mean."""

COST_ACT, COST_MISS = 10.0, 50.0
"""Euros for acting on a flight, and for a bad flight that nobody acted on."""


def group_of(flight: Flight) -> str:
    """Return the airport and hour, such as ``JFK 17``."""
    return f"{flight.origin} {flight.scheduled.hour}"


class Model(BaseModel):
    """Risk by group; ``mean`` is for groups that were never seen."""

    version: str
    rates: dict[str, float]
    mean: float

    def risk(self, flight: Flight) -> float:
        """Return the probability, 0 to 1, that a flight goes badly."""
        return self.rates.get(group_of(flight), self.mean)


def fit(flights: list[FlownFlight]) -> Model:
    """Learn the rates from flights of the past, of which there is at least one."""
    mean = sum(flight.bad for flight in flights) / len(flights)
    size = Counter(group_of(flight) for flight in flights)
    bad = Counter(group_of(flight) for flight in flights if flight.bad)
    rates = {
        group: (bad[group] + AVERAGE_FLIGHTS * mean) / (size[group] + AVERAGE_FLIGHTS)
        for group in sorted(size)
    }
    last = max(flight.date for flight in flights)
    return Model(version=f"rates until {last}", rates=rates, mean=mean)


def worth_acting(risk: float) -> bool:
    """Whether acting costs less than the loss that is to be expected."""
    return risk * COST_MISS > COST_ACT


def cost_per_flight(acted: Iterable[bool], flights: list[FlownFlight]) -> float:
    """Return the mean cost in euros a flight, if acting always prevents the loss."""
    costs = [
        COST_ACT if act else COST_MISS * flight.bad
        for act, flight in zip(acted, flights, strict=True)
    ]
    return sum(costs) / len(costs)
