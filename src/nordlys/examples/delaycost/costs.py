"""The rule by airport and hour, and what a policy costs."""

import pandas as pd

from .settings import Settings

KEY = ["origin", "hour"]


def learn(winter: pd.DataFrame) -> tuple[pd.Series, float]:
    """Return the share of late flights by airport and hour, and of all flights."""
    return winter.groupby(KEY)["late"].mean(), float(winter["late"].mean())


def risks(flights: pd.DataFrame, rates: pd.Series, mean: float) -> pd.Series:
    """Return the risk of each flight; one without a rate gets the mean."""
    keys = pd.MultiIndex.from_frame(flights[KEY])
    return pd.Series(rates.reindex(keys).fillna(mean).to_numpy(), flights.index)


def cost(act: pd.Series, late: pd.Series, settings: Settings) -> float:
    """Return euros a flight of acting on some flights."""
    return float((settings.act * act + settings.miss * (late & ~act)).mean())
