"""The contract: what the client asks and what the service answers."""

import datetime as dt
from typing import Literal

from pydantic import BaseModel, Field


class Flight(BaseModel):
    """A flight as it is known the evening before; ``scheduled`` is local time."""

    date: dt.date
    origin: Literal["EWR", "JFK", "LGA"]
    carrier: str = Field(pattern="^[A-Z0-9]{2}$")
    flight: int = Field(gt=0)
    scheduled: dt.time

    @property
    def key(self) -> tuple:
        """What no two flights have in common."""
        return self.date, self.origin, self.carrier, self.flight


class Answer(BaseModel):
    """What the desk is told: the risk, 0 to 1, whether to act, and who says so."""

    risk: float = Field(ge=0, le=1)
    act: bool
    model: str
