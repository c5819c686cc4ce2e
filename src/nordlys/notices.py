"""Notices about airport-days: what each may say, messages of passengers, recordings.

The facts come from the flight table, so whether a notice is true can be computed.
"""

import json
import re
from functools import lru_cache
from importlib.resources import files

import numpy as np
import pandas as pd

from nordlys.data import LATE_MINUTES, load_airlines, load_flights

AIRPORTS = {"EWR": "Newark", "JFK": "Kennedy", "LGA": "LaGuardia"}
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August",
    "September", "October", "November", "December",
)  # fmt: skip
CLASSES = ("rebook", "claim", "baggage", "question", "feedback")
"""What a passenger's message can want."""

SYSTEM = "You write short, factual operations bulletins for an airline service desk."
"""The instruction under which the recorded notices were written."""

_COMPANY = r" (Inc\.|Co\.|Air Lines Inc\.|Corporation)$"
Facts = dict[str, str | int]


@lru_cache
def airport_days() -> pd.DataFrame:
    """Return what a notice may say about each airport and day.

    Returns:
        One row an airport-day: ``month``, ``day``, ``origin``, counts of flights
        ``scheduled``, ``cancelled`` and ``late`` (arrival more than 15 minutes late),
        ``delay`` (mean departure delay, minutes), ``airline`` with the most late
        flights, and ``airline_late``, how many. The 49 on which flights left early
        on average are left out. Do not change it: it is kept.
    """
    flights = load_flights(
        ["month", "day", "origin", "carrier", "dep_delay", "arr_delay"]
    )
    flights = flights.merge(load_airlines(), on="carrier")
    flights["airline"] = flights["name"].str.replace(_COMPANY, "", regex=True)
    flights["cancelled"] = flights["dep_delay"].isna()
    flights["late"] = flights["arr_delay"] > LATE_MINUTES
    keys = ["month", "day", "origin"]
    days = flights.groupby(keys).agg(
        scheduled=("cancelled", "size"),
        cancelled=("cancelled", "sum"),
        late=("late", "sum"),
        delay=("dep_delay", "mean"),
    )
    by_airline = flights.groupby([*keys, "airline"])["late"].sum().reset_index()
    ranked = by_airline.sort_values(["late", "airline"], ascending=[False, True])
    most = ranked.groupby(keys)[["airline", "late"]].first()
    days = days.join(most.rename(columns={"late": "airline_late"})).reset_index()
    days["delay"] = days["delay"].fillna(0).round().astype(int)
    return days[days["delay"] >= 0].reset_index(drop=True)


def facts_of(day: pd.Series) -> Facts:
    """Return what a notice about an airport and day may say.

    Args:
        day: a row of :func:`airport_days`.
    """
    return {
        "airport": f"{AIRPORTS[day['origin']]} ({day['origin']})",
        "date": f"{day['day']} {MONTHS[day['month'] - 1]}",
        "scheduled": int(day["scheduled"]),
        "cancelled": int(day["cancelled"]),
        "late": int(day["late"]),
        "mean delay": int(day["delay"]),
        "airline": day["airline"],
        "airline late": int(day["airline_late"]),
    }


def sample_facts(count: int, seed: int) -> list[Facts]:
    """Draw airport-days with a cancellation.

    Args:
        count: how many.
        seed: of the draw.

    Returns:
        Their facts, in order of time.

    Raises:
        ValueError: if there are not so many.
    """
    days = airport_days().query("cancelled > 0")
    chosen = np.random.default_rng(seed).choice(len(days), count, replace=False)
    return [facts_of(day) for _, day in days.iloc[np.sort(chosen)].iterrows()]


def listed(facts: Facts) -> str:
    """Return facts as lines of a prompt.

    Args:
        facts: of an airport and day.
    """
    return (
        f"Airport: {facts['airport']}\nDate: {facts['date']}\n"
        f"Flights scheduled: {facts['scheduled']}\n"
        f"Flights cancelled: {facts['cancelled']}\nFlights late: {facts['late']}\n"
        f"Mean departure delay: {facts['mean delay']} minutes\n"
        f"Airline with most late flights: {facts['airline']} "
        f"({facts['airline late']} late)"
    )


def template(facts: Facts) -> str:
    """Return the notice that Nordlys sends today, which says what the facts say.

    Args:
        facts: of an airport and day.
    """
    return (
        f"On {facts['date']}, {facts['cancelled']} of {facts['scheduled']} flights "
        f"from {facts['airport']} were cancelled and {facts['late']} arrived late. "
        f"The mean departure delay was {facts['mean delay']} minutes, and "
        f"{facts['airline']} had the most late flights, {facts['airline late']}."
    )


def _asked(order: str, text: str) -> list[dict[str, str]]:
    """Return the messages of a prompt that gives an order about a text."""
    return [
        {"role": "system", "content": SYSTEM},
        {"role": "user", "content": f"{order}\n{text}"},
    ]


def to_rewrite(facts: Facts) -> list[dict[str, str]]:
    """Return the messages of the prompt that asks for the template in other words.

    Args:
        facts: of an airport and day.
    """
    return _asked("Rewrite this in other words, keep every number:", template(facts))


def zero_shot(facts: Facts) -> list[dict[str, str]]:
    """Return the messages of the prompt that shows the facts, and no example.

    Args:
        facts: of an airport and day.
    """
    order = "Write a bulletin of two sentences from these facts. Use only these facts."
    return _asked(order, listed(facts))


def three_shot(facts: Facts) -> list[dict[str, str]]:
    """Return the messages of the prompt that shows three days with their template.

    Args:
        facts: of an airport and day.
    """
    messages = [{"role": "system", "content": SYSTEM}]
    for example in sample_facts(3, 999):
        messages.append({"role": "user", "content": listed(example)})
        messages.append({"role": "assistant", "content": template(example)})
    return [*messages, {"role": "user", "content": listed(facts)}]


def friendly(facts: Facts) -> list[dict[str, str]]:
    """Return the messages of the prompt that asks for a warm tone.

    Args:
        facts: of an airport and day.
    """
    order = "Rewrite this as a warm, friendly message to our passengers:"
    return _asked(order, template(facts))


def careful(facts: Facts) -> list[dict[str, str]]:
    """Return the messages of the prompt that asks to change as little as possible.

    Args:
        facts: of an airport and day.
    """
    order = (
        "Repeat this text. Keep every number, every name and the order. "
        "Change only single words:"
    )
    return _asked(order, template(facts))


PROMPTS = {
    "zero-shot": zero_shot,
    "three-shot": three_shot,
    "rewrite": to_rewrite,
    "friendly": friendly,
    "careful": careful,
}
"""Systems whose bulletins are recorded: name, and what makes the messages."""


def golden_days() -> list[dict]:
    """Return the airport-days on which systems are compared: 120 of 40 dates.

    Ten dates are those with the largest share of cancelled flights of the year, the
    others are drawn at random (seed 8); on all, each airport has a cancellation.

    Returns:
        One entry an airport-day, in order of time: ``id`` (such as ``02-09-JFK``),
        ``date`` (``02-09``), ``stratum`` (``storm`` or ``ordinary``) and ``facts``.
    """
    days = airport_days()
    dates = days.groupby(["month", "day"]).agg(
        airports=("origin", "size"),
        fewest=("cancelled", "min"),
        cancelled=("cancelled", "sum"),
        scheduled=("scheduled", "sum"),
    )
    dates = dates.query("airports == 3 and fewest > 0")
    share = (dates["cancelled"] / dates["scheduled"]).sort_values(ascending=False)
    storms = set(share.index[:10])
    rest = dates.index[~dates.index.isin(list(storms))]
    draw = np.random.default_rng(8).choice(len(rest), 30, replace=False)
    chosen = storms | {rest[place] for place in draw}
    rows = []
    for _, day in days.iterrows():
        key = (day["month"], day["day"])
        if key in chosen:
            date = f"{day['month']:02d}-{day['day']:02d}"
            rows.append(
                {
                    "id": f"{date}-{day['origin']}",
                    "date": date,
                    "stratum": "storm" if key in storms else "ordinary",
                    "facts": facts_of(day),
                }
            )
    return rows


def load_bulletins() -> pd.DataFrame:
    """Return recorded bulletins of the small model by five prompts, and the template's.

    Returns:
        One row a bulletin, the ``golden_days`` of each system in turn: ``system``
        (``template`` or one of ``PROMPTS``), ``id``, ``date``, ``stratum``, ``facts``,
        ``text``, ``tokens_read`` and ``tokens_written`` (0 for the template),
        ``smallest_logprob``, the natural logarithm of the probability of the token
        of which the model was least sure (missing for the template).
    """
    days = pd.DataFrame(golden_days())
    source = files("nordlys") / "data" / "bulletins.jsonl"
    rows = [json.loads(row) for row in source.read_text("utf-8").splitlines()]
    written = pd.DataFrame(rows[1:]).merge(days, on="id", validate="many_to_one")
    today = days.assign(system="template", tokens_read=0, tokens_written=0)
    today["text"] = today["facts"].map(template)
    columns = ["system", *days.columns, *rows[1]]
    columns = list(dict.fromkeys(columns))
    return pd.concat([today, written], ignore_index=True)[columns]


ROLES = {
    "date": "{date}",
    "cancelled": "{cancelled} (of {scheduled} )?flights from {airport} were cancelled",
    "late": "{late} (arrived|were) late",
    "delay": "mean departure delay (was|of|being) {mean delay} minutes?",
    "airline": "{airline} (had|having) the most late flights,? (with )?{airline late}",
}
"""How a notice may say each fact, as patterns with the facts' names in braces."""


def problems(text: str, facts: Facts) -> list[str]:
    """Return what is wrong with a notice: facts that it lacks, numbers it may not say.

    The check of the section *quality-and-safety*: it takes the phrases of ``ROLES``
    away and looks at the numbers that are left.

    Args:
        text: of the notice.
        facts: that it may say.

    Returns:
        ``no date``, ``no cancelled``, ``no late``, and numbers without a role; an
        empty list if nothing is found.
    """
    values = {name: re.escape(str(value)) for name, value in facts.items()}
    missing = []
    for role, phrase in ROLES.items():
        text, times = re.subn(rf"\b{phrase.format(**values)}\b", "", text)
        if times == 0 and role in ("date", "cancelled", "late"):
            missing.append(f"no {role}")
    return missing + re.findall(r"\d+", text)


HARMLESS = {"a", "and", "on", "the", "with"}
"""Words that say nothing, and so may join the phrases of ``ROLES``."""


def sendable(text: str, facts: Facts) -> bool:
    """Say whether a bulletin can be sent: the needed facts, nothing false, sentences.

    It allows true phrases and harmless words, and nothing else, so it refuses true
    texts in other words.

    Args:
        text: of the bulletin.
        facts: that it may say.
    """
    values = {name: re.escape(str(value)) for name, value in facts.items()}
    rest = text
    for phrase in ROLES.values():
        rest = re.sub(rf"\b{phrase.format(**values)}\b", "", rest)
    words = set(re.findall(r"\w+", rest.lower()))
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    in_sentences = all(line.endswith(".") for line in lines)
    return not problems(text, facts) and words <= HARMLESS and in_sentences


def load_messages() -> pd.DataFrame:
    """Return 150 messages of passengers, thirty of each of the five ``CLASSES``.

    They were written for this book; no passenger wrote them.

    Returns:
        One row a message: ``label`` and ``text``.
    """
    with (files("nordlys") / "data" / "messages.csv").open(encoding="utf-8") as stream:
        return pd.read_csv(stream)


def load_notices(model: str = "SmolLM2-135M-Instruct") -> pd.DataFrame:
    """Return recorded notices of a model, none of them corrected.

    Args:
        model: ``SmolLM2-135M-Instruct``, which runs on the pages, or
            ``Qwen2.5-Coder-0.5B-Instruct``, which is larger and only recorded.

    Returns:
        One row a notice: ``prompt`` (its kind), ``facts``, ``text``, ``temperature``,
        ``seed``, ``tokens`` written, ``seconds`` on the machine of the recording, and
        ``logprobs``, the natural logarithm of the probability of each token as it was
        written; missing for the larger model.

    Raises:
        KeyError: if nothing is recorded of the model.
    """
    source = files("nordlys") / "data" / "notices.jsonl"
    rows = [json.loads(row) for row in source.read_text("utf-8").splitlines()]
    chosen = [row for row in rows if row["model"] == model]
    if not chosen:
        known = sorted({row["model"] for row in rows})
        raise KeyError(f"No notices of {model}; there are some of {', '.join(known)}")
    return pd.DataFrame(chosen).drop(columns=["model", "file", "sha256"])
