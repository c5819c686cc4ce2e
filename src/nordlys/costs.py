"""What acting on a flight, or not acting, costs Nordlys Assist."""

import numpy as np
from numpy.typing import ArrayLike

COST_ACT = 10.0
"""Euros for a rebooking option, a lounge voucher and a notice on one flight."""

COST_MISS = 50.0
"""Euros for claims and lost customers on one bad flight nobody acted on."""


def cost_per_flight(
    act: ArrayLike,
    bad: ArrayLike,
    *,
    cost_act: float = COST_ACT,
    cost_miss: float = COST_MISS,
    success: float = 1.0,
) -> float:
    """Return the mean cost in euros a flight of a policy on known outcomes.

    Args:
        act: booleans of shape (n,): the flights acted on the evening before.
        bad: booleans of shape (n,): the flights that went badly.
        cost_act: euros for acting on one flight.
        cost_miss: euros lost on one bad flight.
        success: share of bad flights on which acting prevents the loss, 0 to 1.

    Returns:
        Mean cost in euros.

    Raises:
        TypeError: if ``act`` or ``bad`` are not booleans.
        ValueError: if the shapes differ, are empty, or ``success`` is no share.
    """
    act, bad = np.asarray(act), np.asarray(bad)
    if act.dtype != bool or bad.dtype != bool:
        raise TypeError(
            f"act and bad are booleans, not {act.dtype} and {bad.dtype}: "
            "compare the risks with a threshold first"
        )
    if act.shape != bad.shape or act.size == 0:
        raise ValueError(f"act {act.shape} and bad {bad.shape} must match, not empty")
    if not 0 <= success <= 1:
        raise ValueError(f"success is a share between 0 and 1, not {success}")
    lost = bad * np.where(act, 1.0 - success, 1.0)
    return float(np.mean(cost_act * act + cost_miss * lost))
