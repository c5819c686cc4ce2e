"""What the report depends on, beside the data."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Costs in euros, limits, and the parts of the report."""

    act: float = 10
    miss: float = 50
    late_minutes: int = 15
    act_above: float = 0.2
    last_winter_month: int = 3
    smallest_airline: int = 1000
    ages: tuple[int, ...] = (0, 5, 10, 15, 60)
