"""Flights of the past: when one went badly, and how their file is read."""

import csv
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator

from delayrisk.contract import Flight

LATE_MINUTES = 15
"""Arrival delay in minutes above which a flight counts as late."""


class FlownFlight(Flight):
    """A flight whose end is known: no delay if it was cancelled or diverted."""

    dest: str
    arr_delay: Annotated[int | None, BeforeValidator(lambda text: text or None)]

    @property
    def bad(self) -> bool:
        """Whether it arrived late, or never."""
        return self.arr_delay is None or self.arr_delay > LATE_MINUTES


def read_flights(path: Path) -> list[FlownFlight]:
    """Return the flights of a CSV file; a row that is wrong raises an error."""
    with path.open(newline="") as rows:
        return [FlownFlight.model_validate(row) for row in csv.DictReader(rows)]
