"""The score of a week: four incidents, false alarms, availability and money.

Points, 100 in all:

- found: each of the four incidents gives 6.25 points, less 0.25 for each simulated hour
  from its start until an alarm of its kind was read
- quiet: 6.25 points for each incident found, less 5 for each false alarm; what falls
  below zero is taken from found, or a bell that always rings would find everything
- available: 25 points, less 5 for each percent of the desks' questions without a right
  answer within a second
- money: 12.5 points for each euro a question that is saved against the better one of
  always and never acting, at most 25

None of the four can fall below zero.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field

import pandas as pd

from nordlys.costs import COST_ACT, COST_MISS
from nordlys.simulator.incidents import KINDS, Incident
from nordlys.simulator.supplier import PRICE

WAKE_UP = 25.0
"""Euros for each time somebody is woken, rightly or not."""

GRACE = pd.Timedelta(hours=12)
"""So long after its end an alarm still counts for an incident."""

REPEAT = pd.Timedelta(hours=12)
"""Within so long after an alarm, others like it wake nobody."""


@dataclass(frozen=True)
class Alarm:
    """An alarm of the service.

    Attributes:
        read_at: full simulated hour at which it was first read, which is what counts.
        kind: one of ``KINDS``.
        text: what the service says.
        at: what the service gives as its time.
    """

    read_at: pd.Timestamp
    kind: str
    text: str
    at: str


@dataclass(frozen=True)
class Score:
    """What a week was worth. Its text is a table; ``to_json`` gives all of it.

    Attributes:
        seed: of the week.
        questions: how many the desks have asked.
        found: hours until each of the four incidents was found; None if it was missed.
        false_alarms: alarms that match no incident, repetitions left out.
        wake_ups: how often somebody was woken.
        availability: share of the desks' questions answered rightly and in time.
        problems: how many answers were wrong in which way; no kiosk among them.
        examples: the first wrong answer of each way.
        kiosk_refused: how often the kiosk got 429.
        supplier_calls: how many calls were paid for.
        cost: euros a question, all included.
        cost_parts: the same by what it was spent on.
        baselines: euros a question of always and never acting.
        points: the four parts of the score.
        alarms: all alarms, in the order in which they were read.
    """

    seed: int
    questions: int
    found: dict[str, float | None]
    false_alarms: list[Alarm]
    wake_ups: int
    availability: float
    problems: dict[str, int]
    examples: dict[str, str]
    kiosk_refused: int
    supplier_calls: int
    cost: float
    cost_parts: dict[str, float]
    baselines: dict[str, float]
    points: dict[str, float]
    alarms: list[Alarm] = field(repr=False)

    @property
    def total(self) -> float:
        """Return the sum of the points, 0 to 100."""
        return sum(self.points.values())

    def to_json(self) -> str:
        """Return the score as JSON."""
        return json.dumps(asdict(self) | {"total": self.total}, default=str, indent=2)

    def __str__(self) -> str:
        """Return the score as a small table."""
        hours = [
            f"{kind} {'missed' if delay is None else f'{delay:.0f} h'}"
            for kind, delay in self.found.items()
        ]
        always, never = self.baselines.values()
        rows = [
            ("found", ", ".join(hours)),
            ("quiet", f"{len(self.false_alarms)} false, {self.wake_ups} wake-ups"),
            ("available", f"{self.availability:.1%} of {self.questions:,} questions"),
            (
                "money",
                f"{self.cost:.2f} euros (always {always:.2f}, never {never:.2f})",
            ),
        ]
        lines = [f"{name:<9} {self.points[name]:5.1f}  {text}" for name, text in rows]
        for problem, count in self.problems.items():
            first = self.examples[problem]
            lines.append(f"{count:>15}  × {problem}; the first: {first}")
        lines.append(f"{'total':<9} {self.total:5.1f}  of 100, seed {self.seed}")
        return "\n".join(lines)


def judge_alarms(
    alarms: Sequence[Alarm], incidents: Iterable[Incident]
) -> tuple[dict[str, float | None], list[Alarm], int]:
    """Compare the alarms with what has happened.

    Args:
        alarms: in the order in which they were read.
        incidents: those of the week.

    Returns:
        Hours until each incident was found, or None; the false alarms; the number of
        wake-ups. Right and false alarms of one kind count once in ``REPEAT``.
    """
    real = {incident.kind: incident for incident in incidents if incident.kind in KINDS}
    right = [alarm for alarm in alarms if real[alarm.kind].covers(alarm.read_at, GRACE)]
    false = [alarm for alarm in alarms if alarm not in right]
    found: dict[str, float | None] = dict.fromkeys(KINDS)
    for alarm in reversed(right):  # so the first one stays
        delay = alarm.read_at - real[alarm.kind].start
        found[alarm.kind] = delay / pd.Timedelta(hours=1)
    false = _without_repetitions(false)
    return found, false, len(false) + len(_without_repetitions(right))


def _without_repetitions(alarms: Iterable[Alarm]) -> list[Alarm]:
    counted: list[Alarm] = []
    last: dict[str, pd.Timestamp] = {}
    for alarm in alarms:
        before = last.get(alarm.kind)
        if before is None or alarm.read_at - before >= REPEAT:
            counted.append(alarm)
            last[alarm.kind] = alarm.read_at
    return counted


def cost_parts(
    act: pd.Series, bad: pd.Series, supplier_calls: int, wake_ups: int
) -> dict[str, float]:
    """Return the euros a question that were spent on acting, misses and the rest.

    Args:
        act: one boolean a question, whether the desk acted.
        bad: one boolean a question, its outcome.
        supplier_calls: how many were paid for.
        wake_ups: how often somebody was woken.
    """
    return {
        "acting": COST_ACT * float(act.mean()),
        "bad and not acted": COST_MISS * float((bad & ~act).mean()),
        "supplier": PRICE * supplier_calls / len(act),
        "wake-ups": WAKE_UP * wake_ups / len(act),
    }


def points_of(
    found: dict[str, float | None],
    false_alarms: int,
    availability: float,
    cost: float,
    best_constant: float,
) -> dict[str, float]:
    """Return the points of the four parts, by the formulas of this module.

    Args:
        found: hours until each incident was found, or None.
        false_alarms: their number.
        availability: share of questions with a right answer, 0 to 1.
        cost: euros a question.
        best_constant: the same of the better one of always and never acting.
    """
    delays = [delay for delay in found.values() if delay is not None]
    quiet = 6.25 * len(delays) - 5 * false_alarms
    points = {
        "found": sum(max(0.0, 6.25 - 0.25 * d) for d in delays) + min(0.0, quiet),
        "quiet": quiet,
        "available": 25 - 5 * 100 * (1 - availability),
        "money": 12.5 * (best_constant - cost),
    }
    return {name: min(25.0, max(0.0, value)) for name, value in points.items()}
