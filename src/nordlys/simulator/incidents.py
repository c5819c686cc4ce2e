"""What goes wrong in a simulated week: drawn by seed, and put into its questions."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

KINDS = ("data", "drift", "outage", "cost")
"""The incidents that a service is to find, which are also the kinds of alarms."""

HARMLESS = "mix"
"""The incident on which no alarm is right: others ask, and nothing else changes."""

TIMES_MIX = 4
"""How many times as often the group of the harmless incident asks."""

SHARE_TURNED = 0.6
"""Share of the flights that would have gone well and go badly in the drift."""

DRIFT_HOURS = 8
"""Length in hours of the part of each day in which the drift is felt."""

KIOSK = "kiosk-7"
"""The name of the broken kiosk, as it stands in its requests."""

KIOSK_QUESTIONS, KIOSK_FLIGHTS = 600, 4
"""How often the broken kiosk asks, and about how many different flights."""

_START_HOURS = {  # first and last hour of the day at which it may begin
    "data": (6, 12),
    "drift": None,  # with its part of the day
    HARMLESS: (6, 12),
    "outage": (8, 13),
    "cost": (8, 14),
}
_LENGTHS = {  # shortest and longest, in hours
    "data": (12, 24),
    "drift": (36, 36),
    HARMLESS: (24, 36),
    "outage": (4, 8),
    "cost": (3, 6),
}
_DRIFT_STARTS = (4, 11)  # hours of the day, of the question
_FAULTS = ("seconds", "stale")


@dataclass(frozen=True)
class Incident:
    """One incident of the week.

    Attributes:
        kind: ``data``, ``drift``, ``outage``, ``cost``, or ``mix``, the harmless one.
        start: first simulated moment.
        end: first moment after it.
        where: the place of ``data`` and ``drift``, the group of ``mix``, else empty.
        how: ``seconds`` or ``stale`` for ``data``; else a short description.
    """

    kind: str
    start: pd.Timestamp
    end: pd.Timestamp
    where: str
    how: str

    def covers(self, moment: pd.Timestamp, grace: pd.Timedelta | None = None) -> bool:
        """Say whether a moment lies in it, or shortly after it.

        Args:
            moment: a simulated time.
            grace: how long after its end; not at all if omitted.
        """
        return self.start <= moment < self.end + (grace or pd.Timedelta(0))


def draw_incidents(
    seed: int, start: pd.Timestamp, places: Iterable[str], groups: pd.Series
) -> list[Incident]:
    """Draw one incident of each kind; they begin on five days, Tuesday to Saturday.

    Args:
        seed: the same number draws the same incidents.
        start: Monday, 00:00.
        places: names of the places; ``data`` and ``drift`` hit different ones, if
            there are two.
        groups: share of the questions by group, of which one is chosen for ``mix``.

    Returns:
        Five incidents in the order of their starts.
    """
    rng = np.random.default_rng([seed, 2])
    places = sorted(places)
    order = [str(kind) for kind in rng.permutation([*KINDS, HARMLESS])]
    if order[-1] == "drift":  # its outcomes would come after the week
        order = [order[-1], *order[:-1]]
    hit = [str(place) for place in rng.permutation(places)]
    large = groups[(groups > 0.08) & (groups < 0.25)]
    group = str(rng.choice(sorted((large if len(large) else groups).index.map(str))))
    where = {"data": hit[0], "drift": hit[-1], HARMLESS: group}
    how = {
        "data": str(rng.choice(_FAULTS)),
        "drift": f"{SHARE_TURNED:.0%} of what would go well goes badly",
        HARMLESS: f"asks {TIMES_MIX} times as often",
        "outage": "the supplier refuses, or hangs",
        "cost": f"a kiosk asks {KIOSK_QUESTIONS} times",
    }
    incidents = []
    for day, kind in enumerate(order, 1):
        hours = _START_HOURS[kind]
        hour = rng.integers(*hours, endpoint=True) if hours else _drift_start(rng)
        begin = start + pd.Timedelta(days=day, hours=int(hour))
        length = pd.Timedelta(hours=int(rng.integers(*_LENGTHS[kind], endpoint=True)))
        whose = where.get(kind, "")
        incidents.append(Incident(kind, begin, begin + length, whose, how[kind]))
    return incidents


def _drift_start(rng: np.random.Generator) -> int:
    return int(rng.choice(_DRIFT_STARTS))


def with_drift(
    questions: pd.DataFrame, fields: list[str], drift: Incident, seed: int
) -> pd.DataFrame:
    """Return the questions with more bad outcomes at one place and part of the day.

    Args:
        questions: in order of time.
        fields: columns that tell what is asked about; it has one outcome.
        drift: the incident.
        seed: draws which outcomes turn bad.
    """
    rng = np.random.default_rng([seed, 3])
    subject = questions.groupby(fields, sort=False).ngroup()  # asked twice, ends once
    turned = (rng.random(subject.max() + 1) < SHARE_TURNED)[subject]
    asked = questions["asked_at"]
    hours = (asked - drift.start) / pd.Timedelta(hours=1)
    hit = (questions["place"] == drift.where) & (asked < drift.end)
    hit &= (hours >= 0) & (hours % 24 < DRIFT_HOURS)
    # One subject has one outcome, even if it is asked about shortly before as well.
    hit = hit.groupby(subject).transform("any")
    return questions.assign(bad=questions["bad"] | (hit & turned))


def with_mix(questions: pd.DataFrame, group: str, mix: Incident) -> pd.DataFrame:
    """Return the questions with those of one group repeated for a while.

    Args:
        questions: in order of time.
        group: column of the group.
        mix: the incident.
    """
    asked = questions["asked_at"]
    more = (questions[group].astype(str) == mix.where) & (asked >= mix.start)
    more &= asked < mix.end
    repeated = questions.loc[questions.index.repeat(1 + (TIMES_MIX - 1) * more)]
    return repeated.sort_values("asked_at", kind="stable", ignore_index=True)


def kiosk_questions(
    questions: pd.DataFrame, cost: Incident, seed: int
) -> list[tuple[pd.Timestamp, int]]:
    """Return when the kiosk asks, and which row of the questions it repeats.

    Args:
        questions: in order of time.
        cost: the incident.
        seed: draws the moments and the rows.
    """
    rng = np.random.default_rng([seed, 4])
    soon = questions.index[questions["asked_at"] >= cost.start]
    rows = (soon if len(soon) else questions.index)[: 20 * KIOSK_FLIGHTS : 20]
    offsets = np.sort(rng.random(KIOSK_QUESTIONS)) * (cost.end - cost.start)
    chosen = rng.choice(rows, KIOSK_QUESTIONS)
    moments = pd.DatetimeIndex(cost.start + offsets).floor("s")
    return [(at, int(row)) for at, row in zip(moments, chosen, strict=True)]
