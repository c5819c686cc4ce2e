"""Estimate the risk of a flight from the winter's flights."""

import pandas as pd

KEY = ["origin", "hour"]


def learn(winter: pd.DataFrame) -> tuple[pd.Series, float]:
    """Return the share of late flights by airport and hour, and of all flights."""
    return winter.groupby(KEY)["late"].mean(), float(winter["late"].mean())


def risks(flights: pd.DataFrame, rates: pd.Series, mean: float) -> pd.Series:
    """Return the risk of each flight; a flight without a rate gets the mean."""
    return flights.join(rates.rename("rate"), on=KEY)["rate"].fillna(mean)
