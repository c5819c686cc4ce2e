"""Estimate risks by airport and hour, and price the policies."""

import pandas as pd

from .settings import Settings

KEY = ["origin", "hour"]
POLICIES = ["never", "always", "rule"]


def learn(winter: pd.DataFrame) -> tuple[pd.Series, float]:
    """Return the share of late flights by airport and hour, and of all flights."""
    return winter.groupby(KEY)["late"].mean(), float(winter["late"].mean())


def risks(flights: pd.DataFrame, rates: pd.Series, mean: float) -> pd.Series:
    """Return the risk of each flight; a flight without a rate gets the mean."""
    return flights.join(rates.rename("rate"), on=KEY)["rate"].fillna(mean)


def flight_costs(flights: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return the cost of each flight in euros, one column for each policy."""
    late, act = flights["late"], flights["risk"] > settings.act_above
    costs = pd.DataFrame(index=flights.index)
    costs["never"] = settings.miss * late
    costs["always"] = settings.act
    costs["rule"] = (settings.miss * late).mask(act, settings.act)
    return costs[POLICIES].astype(float)
