"""The report: three policies for each part."""

import pandas as pd

from .costs import cost
from .groups import groups
from .rates import learn, risks
from .settings import Settings
from .table import prepare


def entry(part: pd.DataFrame, settings: Settings) -> dict[str, float]:
    """Return what the report says of some flights."""
    policies = {
        "never": part["risk"] > 1,
        "always": part["risk"] >= 0,
        "rule": part["risk"] > settings.act_above,
    }
    costs = {name: cost(act, part["late"], settings) for name, act in policies.items()}
    rounded = {name: round(euros, 4) for name, euros in costs.items()}
    return rounded | {"flights": len(part), "late": round(part["late"].mean(), 4)}


def report(
    flights: pd.DataFrame, planes: pd.DataFrame, settings: Settings
) -> dict[str, dict[str, float]]:
    """Return the whole report, by the names of its parts."""
    table = prepare(flights, planes, settings.late_minutes)
    winter = table["month"] <= settings.last_winter_month
    asked = table[~winter].copy()
    asked["risk"] = risks(asked, *learn(table[winter]))
    return {name: entry(part, settings) for name, part in groups(asked, settings)}
