"""Assign each flight to the groups of the report."""

from itertools import pairwise

import pandas as pd

from .settings import Settings


def group_labels(table: pd.DataFrame, settings: Settings) -> dict[str, pd.Series]:
    """Return, for each kind of group, the group that each flight belongs to.

    All labels are computed in one vectorised pass, without a loop over the flights.
    """
    edges = list(settings.ages)
    names = [f"age {low}-{high}" for low, high in pairwise(edges)]
    return {
        "origin": table["origin"],
        "carrier": "carrier " + table["carrier"],
        "age": pd.cut(table["age"], bins=edges, labels=names),
        "total": pd.Series("total", index=table.index),
    }
