"""The rule: how many flights were late at an airport and hour."""

import pandas as pd

KEY = ["origin", "hour"]


def learn(winter: pd.DataFrame) -> tuple[pd.Series, float]:
    """Return the share of late flights by airport and hour, and of all flights."""
    return winter.groupby(KEY)["late"].mean(), float(winter["late"].mean())


def risks(flights: pd.DataFrame, rates: pd.Series, mean: float) -> pd.Series:
    """Return the risk of each flight; one without a rate gets the mean."""
    keys = pd.MultiIndex.from_frame(flights[KEY])
    return pd.Series(rates.reindex(keys).fillna(mean).to_numpy(), flights.index)
