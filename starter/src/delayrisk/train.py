"""Train the model, price it on the week after, and write it if it earns its keep.

Usage: uv run python -m delayrisk.train
"""

import datetime as dt
import sys
from pathlib import Path

from delayrisk.flights import FlownFlight, read_flights
from delayrisk.model import MODEL, Model, cost_per_flight, fit, worth_acting

DATA = Path("data/flights.csv")
TEST_DAYS = 7


def split(flights: list[FlownFlight]) -> tuple[list[FlownFlight], list[FlownFlight]]:
    """Return the earlier flights, and those of the last week: never a random split."""
    last = max(flight.date for flight in flights)
    first_test_day = last - dt.timedelta(days=TEST_DAYS - 1)
    earlier = [flight for flight in flights if flight.date < first_test_day]
    return earlier, [flight for flight in flights if flight.date >= first_test_day]


def price(model: Model, flights: list[FlownFlight]) -> dict[str, float]:
    """Return the cost in euros a flight of the model and of the constant policies."""
    acted = [worth_acting(model.risk(flight)) for flight in flights]
    return {
        "never act": cost_per_flight([False] * len(flights), flights),
        "always act": cost_per_flight([True] * len(flights), flights),
        "model": cost_per_flight(acted, flights),
    }


def main() -> None:
    """Write ``model.json``; end with an error if a constant policy is cheaper."""
    earlier, last_week = split(read_flights(DATA))
    model = fit(earlier)
    costs = price(model, last_week)
    for policy, cost in costs.items():
        print(f"{policy:12}{cost:6.2f} euros a flight")
    if costs["model"] >= min(costs["never act"], costs["always act"]):
        sys.exit("A constant policy is no dearer than the model: it is not written.")
    MODEL.write_text(model.model_dump_json(indent=1) + "\n")
    print(f"{MODEL}: {model.version}, tested on {len(last_week):,} flights")


if __name__ == "__main__":
    main()
