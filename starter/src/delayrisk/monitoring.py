"""The monitor: a log line for each prediction, numbers to scrape, and the gap.

What the model promised and what happened are compared when the flights have landed:

    uv run python -m delayrisk.monitoring predictions.jsonl data/flights.csv
"""

import json
import logging
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

from delayrisk.contract import Flight
from delayrisk.flights import FlownFlight, read_flights

logger = logging.getLogger("delayrisk")
logger.setLevel(logging.INFO)  # seen only where somebody listens, as OpenTelemetry does

RISK_STEPS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 1.0)


class Monitor:
    """Counts predictions, and writes each of them as a line of JSON.

    Nothing in a line tells who asked: a flight is no person, a booking would be.
    """

    def __init__(self, log: TextIO = sys.stdout) -> None:
        self.log, self.registry = log, CollectorRegistry()
        self.predictions = Counter(
            "delayrisk_predictions",
            "Predictions given",
            ["origin", "act"],
            registry=self.registry,
        )
        self.risks = Histogram(
            "delayrisk_risk",
            "Risks given",
            buckets=RISK_STEPS,
            registry=self.registry,
        )

    def record(self, flight: Flight, risk: float, act: bool, version: str) -> None:
        """Remember one prediction."""
        self.predictions.labels(flight.origin, str(act).lower()).inc()
        self.risks.observe(risk)
        line = flight.model_dump(mode="json") | {
            "risk": risk,
            "act": act,
            "model": version,
        }
        text = json.dumps(line)
        print(text, file=self.log, flush=True)
        logger.info(text)

    def metrics(self) -> bytes:
        """Return the numbers in the text format of Prometheus."""
        return generate_latest(self.registry)


def calibration_gap(
    lines: Iterable[str], flights: list[FlownFlight]
) -> tuple[float, int]:
    """Compare what was promised with what happened.

    Returns:
        Mean risk less share of bad flights, and of how many flights: those that were
        asked about and have ended, each once, with the last answer given.

    Raises:
        ValueError: if there is none.
    """
    ends = {flight.key: flight.bad for flight in flights}
    risks = {}
    for line in lines:
        prediction = json.loads(line)
        key = Flight.model_validate(prediction).key
        if key in ends:
            risks[key] = prediction["risk"]
    if not risks:
        raise ValueError("No flight that was asked about has ended yet.")
    gap = sum(risks[key] - ends[key] for key in risks) / len(risks)
    return gap, len(risks)


def main() -> None:
    """Print the gap between a log and a file of flights."""
    if len(sys.argv) != 3:
        sys.exit("Say which log and which flights, as two files.")
    log, flights = map(Path, sys.argv[1:])
    gap, count = calibration_gap(log.read_text().splitlines(), read_flights(flights))
    print(f"Promised less what happened: {gap:+.3f}, over {count:,} flights")


if __name__ == "__main__":
    main()
