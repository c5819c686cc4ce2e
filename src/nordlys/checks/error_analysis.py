"""Checks of the exercises on error analysis."""

import difflib
import math
import re
from typing import Any

import numpy as np
import pandas as pd

from nordlys.checks import exercise, expect
from nordlys.notices import golden_days, problems

CODES = {
    "02-08-LGA": "AN",
    "02-10-EWR": "AL",
    "02-21-EWR": "",
    "02-21-JFK": "DL",
    "02-24-EWR": "A",
    "02-24-LGA": "N",
    "04-09-JFK": "L",
    "04-25-JFK": "L",
    "06-15-EWR": "A",
    "06-28-EWR": "",
}
STARTS = {
    "are", "can", "could", "did", "do", "does", "has", "have", "is", "was", "were",
    "will", "would",
}  # fmt: skip
TASTE = {
    "appropriate", "brief", "clear", "compact", "concise", "easy", "enough", "few",
    "good", "long", "nice", "professional", "proper", "quick", "quickly",
    "readable", "reasonable", "reasonably", "short", "simple", "suitable", "too",
    "well",
}  # fmt: skip
# phrases that measure, although they hold a word of taste or "or"
MEASURED = re.compile(
    r"\bor (below|equal|fewer|less|more|shorter)\b|(?<=words )long\b"
    r"|(?<=characters )long\b|(?<=sentences )long\b"
)
# the questions that the checker can answer itself: their limit in words
MOST_WORDS = re.compile(
    r"\b(?:at most|up to|maximum of|no(?:t)? (?:more|longer) than) (\d+) words\b"
    r"|\b(?:fewer|less|shorter) than (\d+) words\b"
    r"|\b(\d+) (?:words )?or (?:fewer|less|shorter)\b(?! (?:char|sent|line))"
)
LEAST_WORDS = re.compile(
    r"\b(?:more|longer) than \d+ words\b"
    r"|\bat least \d+ words\b|\b\d+ (?:words )?or more\b"
)
NEAR = 5  # words between a limit and a text that barely passes or fails


@exercise("code-ten-bulletins")
def code_ten_bulletins(answer: Any, rng: np.random.Generator) -> None:
    """Compare codes with those that follow from the facts."""
    expect(isinstance(answer, dict), "give a dictionary from each id to its codes")
    expect(set(answer) == set(CODES), "it has the ten ids of IDS, and no others")
    for name, right in CODES.items():
        expect(
            isinstance(answer[name], (str, list, set, tuple)),
            f"{name}: give its codes in one string",
        )
        given = "".join(sorted({str(code).strip() for code in answer[name]} - {""}))
        expect(
            not set(given) - set("LADN"), f"{name}: use the codes L, A, D and N only"
        )
        expect(
            given == right,
            f"{name} has {len(right)} of the codes, and you have {given or 'none'}: "
            "hold each number to its fact once more",
        )


@exercise("sharpen-criterion")
def sharpen_criterion(answer: Any, rng: np.random.Generator) -> None:
    """Look at the wording of the question, and at the two texts beside the line."""
    expect(isinstance(answer, dict), "give a dictionary")
    expect(set(answer) == {"question", "yes", "no"}, "it has question, yes and no")
    expect(
        all(isinstance(text, str) for text in answer.values()), "all three are texts"
    )
    question = answer["question"].strip()
    plain = MEASURED.sub("", question.lower())
    words = re.findall(r"\w+", plain)
    expect(
        question.endswith("?") and question.count("?") == 1,
        "the question is one, and ends with a question mark",
    )
    expect(
        bool(words) and words[0] in STARTS,
        "it can be answered by yes or no, so it begins with a verb such as does or has",
    )
    expect(not {"and", "or"} & set(words), "it asks about one thing, without and or or")
    taste = sorted(TASTE & set(words))
    expect(not taste, f"two people understand {', '.join(taste)} differently")
    facts = next(day["facts"] for day in golden_days() if day["id"] == "02-09-LGA")
    for side in ("yes", "no"):
        found = problems(answer[side], facts)
        expect(
            not found,
            f"problems finds {found} in the text of {side}; it knows certain phrases, "
            "so do not change these",
        )
    expect(answer["yes"] != answer["no"], "the same text cannot pass and fail")
    expect(
        not LEAST_WORDS.search(question.lower()) or {"no", "not", "never"} & set(words),
        "yes means short enough, so ask whether it has at most so many words",
    )
    counted = MOST_WORDS.search(question.lower())
    if counted and not {"each", "every", "sentence", "line", "lines"} & set(words):
        most, below, or_fewer = counted.groups()
        limit = int(below) - 1 if below else int(most or or_fewer)
        for side in ("yes", "no"):
            size = len(answer[side].split())
            expect(
                (size <= limit) == (side == "yes"),
                f"the text of {side} has {size} words, so your question says otherwise",
            )
            expect(
                abs(size - limit) <= NEAR,
                f"the text of {side} has {size} words: that is not near {limit}",
            )
    same = difflib.SequenceMatcher(
        None, answer["yes"].split(), answer["no"].split(), autojunk=False
    ).ratio()
    expect(same > 0.7, "the two texts differ in much more than the criterion")


@exercise("size-golden-set")
def size_golden_set(answer: Any, rng: np.random.Generator) -> None:
    """Compare both numbers with the expected ones."""
    expect(callable(answer), "give the function itself, without calling it")
    for _ in range(6):
        rate = float(rng.choice([0.01, 0.02, 0.04, 0.07, 0.15]))
        share = float(rng.choice([0.6, 0.75, 0.85, 0.92]))
        width = float(rng.choice([0.02, 0.03, 0.05, 0.08]))
        right = (
            math.ceil(3 / rate - 1e-9),
            math.ceil(1.96**2 * share * (1 - share) / width**2 - 1e-9),
        )
        given = answer(rate, share, width)
        expect(
            isinstance(given, (tuple, list, np.ndarray)) and len(given) == 2,
            f"return two numbers, not {given!r}",
        )
        expect(
            tuple(float(number) for number in given) == right,
            f"for rate {rate}, share {share} and half-width {width} it says {given}, "
            f"expected {right}",
        )


@exercise("weigh-strata")
def weigh_strata(answer: Any, rng: np.random.Generator) -> None:
    """Draw tables of two to four strata, and leave one unread."""
    expect(callable(answer), "give the function itself, without calling it")
    names = ["storm", "ordinary", "fog", "holiday"]
    for count in (2, 3, 4):
        population = {name: int(rng.integers(20, 900)) for name in names[:count]}
        parts = []
        for place, name in enumerate(population):
            rows = int(rng.integers(10, 40))
            good = np.arange(rows) < rows * (0.3 + 0.15 * place)
            parts.append(pd.DataFrame({"stratum": name, "good": good}))
        table = pd.concat(parts).sample(frac=1, random_state=int(rng.integers(99)))
        table = table.reset_index(drop=True)
        shares = table.groupby("stratum")["good"].mean()
        total = sum(population.values())
        right = sum(shares[name] * size for name, size in population.items()) / total
        given = answer(table.copy(), dict(population))
        expect(
            isinstance(given, (tuple, list)) and len(given) == 3,
            f"return three things, not {given!r}",
        )
        share, worst, low = given
        expect(
            np.isclose(float(share), right, atol=1e-6),
            f"for shares {shares.round(3).to_dict()} and population {population} it "
            f"says {float(share):.3f}, expected {right:.3f}",
        )
        expect(
            worst == shares.idxmin() and np.isclose(float(low), shares.min()),
            f"the lowest share is {shares.min():.3f}, of {shares.idxmin()}; it says "
            f"{low} of {worst}",
        )
        try:
            given = answer(table.copy(), {**population, "night": 50})
        except ValueError:
            continue
        expect(False, f"nobody has read a text of the night, but it says {given}")
