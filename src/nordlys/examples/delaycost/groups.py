"""The parts of the report."""

from collections.abc import Iterator
from itertools import pairwise

import pandas as pd

from .settings import Settings


def groups(
    table: pd.DataFrame, settings: Settings
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield name and flights of each part."""
    yield from table.groupby("origin")
    for carrier, part in table.groupby("carrier"):
        if len(part) >= settings.smallest_airline:
            yield f"carrier {carrier}", part
    for low, high in pairwise(settings.ages):
        yield f"age {low}-{high}", table[table["age"].between(low, high, "left")]
    yield "total", table
