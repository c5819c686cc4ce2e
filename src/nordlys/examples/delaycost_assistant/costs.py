"""Price the policies, flight by flight."""

import pandas as pd

from .settings import Settings

POLICIES = ["never", "always", "rule"]


def flight_costs(flights: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return the cost of each flight in euros, one column for each policy."""
    late, act = flights["late"], flights["risk"] > settings.act_above
    costs = pd.DataFrame(index=flights.index)
    costs["never"] = settings.miss * late
    costs["always"] = settings.act
    costs["rule"] = (settings.miss * late).mask(act, settings.act)
    return costs[POLICIES].astype(float)
