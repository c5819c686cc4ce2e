"""Bulletins as a task of the harness inspect-ai, scored by two rules.

It needs an environment of its own with inspect-ai, openai and nordlys, and is run by
tools/record_inspect.py against the model of the book.
"""

import re

from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.scorer import Score, Scorer, accuracy, scorer, stderr
from inspect_ai.solver import generate

from nordlys.notices import PROMPTS, golden_days, problems

DAYS = 15  # five dates, three airports each
METRICS = [accuracy(), stderr(cluster="date")]  # days of a date hang together


@scorer(metrics=METRICS)
def numbers() -> Scorer:
    """Every number stands in the facts, and the needed ones are said."""

    async def score(state, target):
        facts = state.metadata["facts"]
        said = set(re.findall(r"\d+", state.output.completion))
        known = set(re.findall(r"\d+", str(facts)))
        needed = {str(facts["cancelled"]), str(facts["late"])}
        return Score(value=needed <= said <= known)

    return score


@scorer(metrics=METRICS)
def roles() -> Scorer:
    """Every number stands in its role, in a phrase of a sentence."""

    async def score(state, target):
        found = problems(state.output.completion, state.metadata["facts"])
        return Score(value=not found, explanation=", ".join(found))

    return score


@task
def bulletins(system: str = "zero-shot") -> Task:
    """Have one system write, and score what it has written."""
    samples = [
        Sample(
            id=day["id"],
            input=PROMPTS[system](day["facts"]),
            metadata={"facts": day["facts"], "date": day["date"]},
        )
        for day in golden_days()[:DAYS]
    ]
    return Task(MemoryDataset(samples), solver=generate(), scorer=[numbers(), roles()])
