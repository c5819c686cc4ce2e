"""Checks of the exercises on metrics."""

import re
from collections import Counter
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from nordlys.checks import exercise, expect
from nordlys.notices import problems, sample_facts, template

BY_HAND = {"ROUGE-1": 12 / 15, "ROUGE-2": 2 / 13, "ROUGE-L": 8 / 15}
SYSTEMS = ("north", "south", "east", "west", "centre")
DENIALS = {
    "all", "early", "every", "never", "no", "nobody", "none", "not", "punctually",
    "time", "zero",
}  # fmt: skip


@exercise("rouge-by-hand")
def rouge_by_hand(answer: Any, rng: np.random.Generator) -> None:
    """Compare three numbers, and name the usual slips."""
    expect(isinstance(answer, dict), "give a dictionary with the three scores")
    expect(set(answer) == set(BY_HAND), f"its keys are {', '.join(BY_HAND)}")
    for name, right in BY_HAND.items():
        given = answer[name]
        expect(
            isinstance(given, Real), f"{name} is a number, such as 3 / 7 without quotes"
        )
        what = "pairs" if name == "ROUGE-2" else "tokens"
        hint = f"F1 is twice what is shared, divided by all {what} of both texts"
        expect(abs(given - right) < 0.006, f"{name} is not {float(given):.3f}: {hint}")


@exercise("break-metric")
def break_metric(answer: Any, rng: np.random.Generator) -> None:
    """Let bulletins be falsified, and score them."""
    expect(callable(answer), "give the function itself, without calling it")
    drawn = sample_facts(30, int(rng.integers(1000)))
    usable = [f for f in drawn if f["late"] > 1 and f["late"] != f["cancelled"]]
    for facts in usable[:8]:
        text = template(facts)
        given = answer(text)
        expect(isinstance(given, str), f"return a text, not {given!r}")
        expect(given != text, f"{text!r} came back unchanged, and it is true")
        one, order = _scores(text, given)
        told = f"ROUGE-1 is {one:.3f} and ROUGE-L {order:.3f}"
        expect(min(one, order) >= 0.95, f"{told}: both are to be 0.95 or more")
        expect(
            _is_false(given, facts),
            f"{given!r} says nothing false in place of cancelled or late flights",
        )


def _is_false(text: str, facts: dict[str, Any]) -> bool:
    """Say whether a text denies the number of cancelled or late flights."""
    if not {"no cancelled", "no late"} & set(problems(text, facts)):
        return False
    if set(re.findall(r"[a-z]+", text.lower())) & DENIALS:
        return True
    said = (
        re.search(r"(\d+)(?: of \d+)? flights from .*? were cancelled", text),
        re.search(r"(\d+) (?:arrived|were) late", text),
    )
    facts_said = (facts["cancelled"], facts["late"])
    return any(
        found is not None and int(found[1]) != number
        for found, number in zip(said, facts_said, strict=True)
    )


def _scores(reference: str, candidate: str) -> tuple[float, float]:
    """Return ROUGE-1 and ROUGE-L."""
    a, b = (re.findall(r"[a-z0-9]+", text.lower()) for text in (reference, candidate))
    row = [0] * (len(b) + 1)
    for word in a:
        before = row.copy()
        for j, other in enumerate(b):
            row[j + 1] = before[j] + 1 if word == other else max(row[j], before[j + 1])
    both = len(a) + len(b)
    return 2 * (Counter(a) & Counter(b)).total() / both, 2 * row[-1] / both


@exercise("gate-then-rank")
def gate_then_rank(answer: Any, rng: np.random.Generator) -> None:
    """Give contests in which the usual slips choose another winner."""
    expect(callable(answer), "give the function itself, without calling it")
    for _ in range(4):
        fast, edge, safe = rng.choice(SYSTEMS, 3, replace=False).tolist()
        table = _contest(rng, fast, edge, safe)
        cases = {0.75: edge, 0.8: safe, 0.95: None}
        bad = (table["false"] | table["missing"]).groupby(table["system"]).mean()
        shares = f"; the shares that may count are {(1 - bad).round(2).to_dict()}"
        for least, right in cases.items():
            given = answer(table.copy(), least)
            told = "nobody may take part" if right is None else f"it is {right!r}"
            expect(given == right, f"with least={least} {told}, not {given!r}{shares}")


def _contest(rng: np.random.Generator, fast: str, edge: str, safe: str) -> pd.DataFrame:
    """Return twenty bulletins of each of three systems.

    The fast one has the best score and often lacks something; the one at the edge is
    good in exactly three of four, and its bad texts score best.
    """
    rows = pd.DataFrame({"system": np.repeat([fast, edge, safe], 20)})
    at = np.arange(60) % 20
    rows["false"] = np.r_[at[:20] < 1, at[20:40] < 3, at[40:] < 2]
    rows["missing"] = np.r_[
        at[:20] < 12, (at[20:40] > 1) & (at[20:40] < 5), at[40:] < 1
    ]
    level = np.r_[np.full(20, 0.95), np.where(at[20:40] < 5, 0.9, 0.55)]
    rows["score"] = np.r_[level, np.full(20, 0.6)] + rng.uniform(-0.01, 0.01, 60)
    return rows.sample(frac=1, random_state=int(rng.integers(1000)))


@exercise("opposite-pairs")
def opposite_pairs(answer: Any, rng: np.random.Generator) -> None:
    """Give two orders with ties, written in different order."""
    expect(callable(answer), "give the function itself, without calling it")
    for _ in range(4):
        levels = rng.permutation([1.0, 2.0, 2.0, 3.0, 4.0])
        others = rng.permutation([0.1, 0.2, 0.3, 0.3, 0.5])
        people = dict(zip(SYSTEMS, levels.tolist(), strict=True))
        metric = dict(zip(SYSTEMS[::-1], others.tolist(), strict=True))
        right = {
            frozenset((a, b))
            for a in SYSTEMS
            for b in SYSTEMS
            if people[a] < people[b] and metric[a] > metric[b]
        }
        given = answer(dict(people), dict(metric))
        expect(
            isinstance(given, set | frozenset | list | tuple),
            f"return a set of pairs, not {given!r}",
        )
        pairs = {frozenset(pair) for pair in given}
        told = f"with people {people} and metric {metric}"
        for pair in sorted(map(sorted, pairs - right)):
            expect(False, f"{told}, {pair} is not in opposite order")
        for pair in sorted(map(sorted, right - pairs)):
            expect(False, f"{told}, {pair} is missing")
