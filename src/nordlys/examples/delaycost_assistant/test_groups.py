"""Tests of the groups."""

import pandas as pd
from delaycost.groups import group_labels
from delaycost.settings import Settings

FLIGHTS = pd.DataFrame(
    {
        "origin": ["EWR", "JFK", "LGA", "EWR"],
        "carrier": ["UA", "B6", "DL", "MQ"],
        "age": [3, 8, 12, 20],
    }
)


def test_origin_and_carrier() -> None:
    """Each flight belongs to its airport and its airline."""
    labels = group_labels(FLIGHTS, Settings())
    assert labels["origin"].tolist() == ["EWR", "JFK", "LGA", "EWR"]
    assert labels["carrier"].iloc[3] == "carrier MQ"


def test_ages() -> None:
    """Each flight belongs to the group of its aircraft's age."""
    labels = group_labels(FLIGHTS, Settings())
    ages = ["age 0-5", "age 5-10", "age 10-15", "age 15-60"]
    assert labels["age"].tolist() == ages


def test_total() -> None:
    """Every flight counts in the total."""
    labels = group_labels(FLIGHTS, Settings())
    assert (labels["total"] == "total").all()
