"""One simulated week: its questions, its incidents, and how it is played."""

from collections.abc import Iterator
from contextlib import contextmanager

import pandas as pd

from nordlys.costs import COST_ACT, COST_MISS
from nordlys.simulator.desk import Desk
from nordlys.simulator.flights import flight_questions
from nordlys.simulator.incidents import (
    HARMLESS,
    KIOSK,
    draw_incidents,
    kiosk_questions,
    with_drift,
    with_mix,
)
from nordlys.simulator.score import Alarm, Score, cost_parts, judge_alarms, points_of
from nordlys.simulator.supplier import Supplier

_HOUR = pd.Timedelta(hours=1)
_DESK_ACTS_FROM = 13  # asked at 13:00 and later: departures from about 15:00 on
_MEANING = {
    "asked_at": "when the question is asked, a time",
    "known_at": "when its outcome is known, a later time",
    "place": "where it belongs, what the supplier is asked about",
    "condition": "the supplier's reading at that moment, a number",
    "bad": "the outcome, true or false",
}
_GIVEN = [*_MEANING, "based_on"]


class Week:
    """A week from Monday 00:00 to Sunday 24:00, the same for the same seed.

    Attributes:
        seed: which week.
        start: its first moment.
        end: the first moment after it.
        fields: names of the columns that are asked.
        questions: one row a question of the desks, incidents included.
        incidents: the five incidents, in order. Open for practice.
        log: after a run, the questions with ``answered``, and ``act``: what was done.
    """

    def __init__(
        self,
        questions: pd.DataFrame | None = None,
        *,
        seed: int,
        route: str = "/delay-risk",
        group: str = "carrier",
    ) -> None:
        """Make a week, of flights or of another case.

        Args:
            questions: of another case; flights if omitted. One row a question, all
                within one week that begins on a Monday. Columns: ``asked_at`` and
                ``known_at`` (times), ``place`` (text), ``condition`` (a number, what
                the supplier would say then), ``bad`` (boolean), and, if there is one,
                ``based_on`` (whole number: of how many events the condition is the
                mean). All other columns are the fields of the question.
            seed: the same number makes the same week.
            route: path of the question.
            group: the field by which the mix of the questions is counted.

        Raises:
            TypeError: if the seed is no whole number.
            ValueError: if the seed is negative or the questions cannot be used; the
                message says why.
        """
        if isinstance(seed, bool) or not isinstance(seed, int):
            raise TypeError(f"The seed is a whole number, not {seed!r}")
        if seed < 0:
            raise ValueError(f"The seed is a whole number from 0 on, not {seed}")
        table = flight_questions(seed) if questions is None else questions
        table = _checked(table, group)
        self.seed, self.route = seed, route
        first = table["asked_at"].iloc[0].normalize()
        self.start = first - pd.Timedelta(days=first.day_of_week)
        self.end = self.start + pd.Timedelta(days=7)
        if table["asked_at"].iloc[-1] >= self.end:
            raise ValueError(
                f"The questions go on after {self.end:%A, %Y-%m-%d %H:%M}: a week "
                "begins on Monday, 00:00, and has seven days"
            )
        self.fields = [name for name in table.columns if name not in _GIVEN]
        shares = table[group].value_counts(normalize=True)
        self.incidents = draw_incidents(seed, self.start, set(table["place"]), shares)
        by_kind = {incident.kind: incident for incident in self.incidents}
        table = with_drift(table, self.fields, by_kind["drift"], seed)
        self.questions = with_mix(table, group, by_kind[HARMLESS])
        self._kiosk = kiosk_questions(self.questions, by_kind["cost"], seed)
        self._supplier = Supplier(self.questions, self.incidents)
        self.log = pd.DataFrame()

    @contextmanager
    def supplier(self) -> Iterator[str]:
        """Run the supplier for the length of a block.

        Yields:
            Its base address, which the service needs as ``SUPPLIER_URL``.
        """
        with self._supplier.listening() as address:
            yield address

    def run(self, url: str) -> Score:
        """Play the week against a service, inside the block of its supplier.

        Args:
            url: base address of the service, such as ``http://127.0.0.1:8000``. It was
                started for this run: a service that has lived a week remembers it.

        Returns:
            The score.

        Raises:
            WeekError: if the service stays silent for long.
        """
        desk, alarms = Desk(url, self.route), []
        seen: set[tuple[str, str, str]] = set()
        answers: dict[int, dict | None] = {}
        refused = 0
        self._supplier.begin()
        asked = self.questions[self.fields].astype(object).to_dict("records")
        told = self._outcomes()
        try:
            for now, row, client in self._events():
                self._supplier.now = now
                if row is None:
                    if outcomes := told.get(now):
                        desk.tell_outcomes(outcomes, now)
                    for kind, text, at in desk.read_alarms(now):
                        if (kind, text, at) not in seen:
                            seen.add((kind, text, at))
                            alarms.append(Alarm(now, kind, text, at))
                    continue
                status, answer = desk.ask(asked[row], now, client)
                if client == KIOSK:
                    refused += status == 429
                else:
                    answers[row] = answer
        finally:
            desk.close()
        return self._judge(desk, alarms, answers, refused)

    def _events(self) -> list[tuple[pd.Timestamp, int | None, str]]:
        """Return what happens when: questions, the kiosk's, and every full hour."""
        moments = self.questions["asked_at"].items()
        events = [(at, row, f"desk-{row % 6 + 1}") for row, at in moments]
        events += [(at, row, KIOSK) for at, row in self._kiosk]
        hours = pd.date_range(self.start + _HOUR, self.end, freq="h")
        events += [(hour, None, "") for hour in hours]
        return sorted(events, key=lambda event: (event[0], event[1] is not None))

    def _outcomes(self) -> dict[pd.Timestamp, list[dict]]:
        """Return, by full hour, the outcomes that have become known in it."""
        after = self.questions[["asked_at", "known_at"]].max(axis=1)
        table = self.questions[[*self.fields, "bad"]].astype({"bad": object})
        table["hour"] = after.dt.floor("h") + _HOUR
        table = table.drop_duplicates(self.fields)
        return {
            hour: rows.drop(columns="hour").astype(object).to_dict("records")
            for hour, rows in table.groupby("hour")
        }

    def _judge(
        self,
        desk: Desk,
        alarms: list[Alarm],
        given: dict[int, dict | None],
        refused: int,
    ) -> Score:
        table = self.questions
        answers = pd.Series(given, dtype=object).reindex(table.index)
        answered = answers.notna()
        by_rule = table["asked_at"].dt.hour >= _DESK_ACTS_FROM
        act = answers.map(lambda answer: answer["act"] if answer else False)
        act = act.where(answered, by_rule).astype(bool)
        self.log = table.assign(answered=answered, act=act)
        found, false_alarms, wake_ups = judge_alarms(alarms, self.incidents)
        parts = cost_parts(act, table["bad"], self._supplier.calls, wake_ups)
        cost = sum(parts.values())
        never = COST_MISS * float(table["bad"].mean())
        availability = float(answered.mean())
        best = min(COST_ACT, never)
        return Score(
            seed=self.seed,
            questions=len(table),
            found=found,
            false_alarms=false_alarms,
            wake_ups=wake_ups,
            availability=availability,
            problems=dict(desk.problems),
            examples=desk.examples,
            kiosk_refused=refused,
            supplier_calls=self._supplier.calls,
            cost=cost,
            cost_parts=parts,
            baselines={"always": COST_ACT, "never": never},
            points=points_of(found, len(false_alarms), availability, cost, best),
            alarms=alarms,
        )


def _checked(table: pd.DataFrame, group: str) -> pd.DataFrame:
    """Return the questions in order, or raise an error that says what is missing."""
    for name, meaning in _MEANING.items():
        if name not in table:
            raise ValueError(f"The questions have no column '{name}': {meaning}")
    if not len(table):
        raise ValueError("The questions are empty")
    if group not in table or group in _GIVEN:
        raise ValueError(f"group={group!r} is no field of the questions: name another")
    for name in ("asked_at", "known_at"):
        if not pd.api.types.is_datetime64_dtype(table[name]):
            raise ValueError(f"'{name}' is {table[name].dtype}: make it local times")
    if not pd.api.types.is_bool_dtype(table["bad"]):
        raise ValueError(f"'bad' is {table['bad'].dtype}: make it true or false")
    if not pd.api.types.is_numeric_dtype(table["condition"]):
        raise ValueError(f"'condition' is {table['condition'].dtype}: make it numbers")
    if (missing := table.isna().any()).any():
        raise ValueError(f"Values are missing in {', '.join(missing.index[missing])}")
    if (table["known_at"] < table["asked_at"]).any():
        raise ValueError("An outcome is known before its question: mend 'known_at'")
    if "based_on" not in table:
        table = table.assign(based_on=1)
    return table.sort_values("asked_at", kind="stable", ignore_index=True)
