"""What a policy costs."""

import pandas as pd

from .settings import Settings


def cost(act: pd.Series, late: pd.Series, settings: Settings) -> float:
    """Return euros a flight of acting on some flights."""
    return float((settings.act * act + settings.miss * (late & ~act)).mean())
