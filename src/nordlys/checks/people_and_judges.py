"""Checks of the exercises on people and judges."""

from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd

from nordlys.checks import exercise, expect

SENDABLE = {115, 98, 44, 19, 140, 168}
DISPUTED = {57, 168}
TWELVE = SENDABLE | {41, 81, 53, 57, 29, 11}


def _kappa(first: np.ndarray, second: np.ndarray) -> float:
    """Return agreement beyond chance."""
    luck = sum(
        (first == x).mean() * (second == x).mean() for x in np.union1d(first, second)
    )
    return float(((first == second).mean() - luck) / (1 - luck))


@exercise("twelve-verdicts")
def twelve_verdicts(answer: Any, rng: np.random.Generator) -> None:
    """Compare verdicts with those of the book; a few may differ."""
    expect(isinstance(answer, dict), f"give a dictionary, not {answer!r}")
    given = {int(number): verdict for number, verdict in answer.items()}
    missing = sorted(TWELVE - given.keys())
    expect(not missing, f"there is no verdict on {missing}")
    odd = {given[number] for number in TWELVE} - {"yes", "no"}
    expect(not odd, f'a verdict is "yes" or "no", not {odd}')
    order = sorted(TWELVE)
    yours = np.array([given[number] == "yes" for number in order])
    ours = np.array([number in SENDABLE for number in order])
    differ = [order[place] for place in np.flatnonzero(yours != ours)]
    expect(
        set(differ) <= DISPUTED,
        f"you agree on {12 - len(differ)} of 12, kappa {_kappa(yours, ours):.2f}; "
        f"read these again, number by number: {differ}",
    )


@exercise("form-kappa")
def form_kappa(answer: Any, rng: np.random.Generator) -> None:
    """Draw ratings with gaps, in random order, by two criteria."""
    expect(callable(answer), "give the function itself, without calling it")
    for share in (0.5, 0.8, 0.9):
        table, shown = _ratings(rng, share)
        first, second = (table[name].to_numpy() for name in ("anna", "bo"))
        right = len(table), (first == second).mean(), _kappa(first, second)
        given = answer(shown.copy(), "true")
        expect(
            isinstance(given, (tuple, list)) and len(given) == 3,
            f"return three numbers, not {given!r}",
        )
        expect(
            int(given[0]) == right[0],
            f"both have rated {right[0]} texts by this criterion, not {given[0]}",
        )
        for name, yours, ours in zip(
            ("raw", "kappa"), given[1:], right[1:], strict=True
        ):
            expect(
                np.isclose(float(yours), ours, atol=1e-6),
                f"{name} is {ours:.3f}, not {float(yours):.3f}",
            )


def _ratings(
    rng: np.random.Generator, share: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return votes of both raters on the texts that both have read, and the export."""
    rows, both = [], []
    for day in range(15):
        for system in ("old", "new"):
            text = {"id": f"d{day}", "system": system}
            truth, reads = rng.random() < share, rng.random(2) < 0.8
            votes = {
                name: "yes" if truth ^ (rng.random() < 0.2) else "no"
                for name in ("anna", "bo")
            }
            if reads.all():
                both.append(votes)
            for name, read in zip(votes, reads, strict=True):
                vote = {**text, "rater": name, "place": 1, "note": ""}
                if read:
                    rows.append({**vote, "criterion": "true", "answer": votes[name]})
                other = str(rng.choice(["yes", "no"]))
                rows.append({**vote, "criterion": "clear", "answer": other})
    both[0], both[1] = {"anna": "yes", "bo": "yes"}, {"anna": "yes", "bo": "no"}
    return _aligned(rows, both, rng)


def _aligned(
    rows: list[dict], both: list[dict], rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make rows agree with what both have said, and shuffle them."""
    shown = pd.DataFrame(rows)
    true = shown[shown["criterion"] == "true"]
    twice = true[true.duplicated(["id", "system"], keep=False)]
    for name in ("anna", "bo"):
        places = twice.index[twice["rater"] == name]
        shown.loc[places, "answer"] = [votes[name] for votes in both]
    order = rng.permutation(len(shown))
    return pd.DataFrame(both), shown.iloc[order].reset_index(drop=True)


@exercise("table-four")
def table_four(answer: Any, rng: np.random.Generator) -> None:
    """Compare with averages of the two collections."""
    folder = files("nordlys") / "data"
    study = pd.read_csv(folder / "zhang_table2_human_ratings.csv")
    printed = pd.read_csv(folder / "zhang_table4_freelance.csv").set_index("source")
    davinci = study["model"] == "Davinci Instruct v2 (175B*)"
    rows = {
        "Zero-shot Instruct Davinci": davinci & (study["setting"] == "zero-shot"),
        "Reference Summaries": study["model"] == "Existing references",
    }
    expect(isinstance(answer, pd.DataFrame), f"give a table, not {type(answer)}")
    for name, chosen in rows.items():
        row = study[chosen].iloc[0]
        for criterion in printed.columns:
            expect(
                name in answer.index and criterion in answer.columns,
                f"there is no cell {name}, {criterion}",
            )
            average = (row[f"cnndm_{criterion}"] + row[f"xsum_{criterion}"]) / 2
            right = average - printed.loc[name, criterion]
            given = float(answer.loc[name, criterion])
            expect(
                abs(given - right) < 0.0051,
                f"{name}, {criterion}: the average of both collections is "
                f"{average:.3f}, so the difference is {right:.3f}, not {given:.3f}",
            )


@exercise("judge-on-split")
def judge_on_split(answer: Any, rng: np.random.Generator) -> None:
    """Draw judges whose errors differ between the two halves of the dates."""
    expect(callable(answer), "give the function itself, without calling it")
    for _ in range(4):
        scores, bad, dates = _judged(rng)
        chooses = np.isin(dates, np.unique(dates)[::2])
        while _tied(scores[chooses], bad[chooses]):
            scores, bad, dates = _judged(rng)
            chooses = np.isin(dates, np.unique(dates)[::2])
        right = _rates(scores, bad, chooses)
        given = answer(scores.copy(), bad.copy(), dates.copy())
        expect(
            isinstance(given, (tuple, list)) and len(given) == 2,
            f"return two numbers, not {given!r}",
        )
        expect(
            np.allclose([float(x) for x in given], right, atol=1e-6),
            f"it says {[round(float(x), 3) for x in given]}, expected "
            f"{[round(float(x), 3) for x in right]}, by {(~chooses).sum()} texts",
        )


def _judged(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw scores, whether each text is bad, and its date."""
    dates = np.array([f"{m:02d}-{d:02d}" for m in (2, 7)
                      for d in rng.choice(28, 20, replace=False) + 1])  # fmt: skip
    dates = rng.permutation(np.repeat(dates, 3))
    bad = rng.random(120) < 0.5
    return np.round(rng.normal(-1, 0.6, 120) - 0.8 * bad, 1), bad, dates


def _totals(scores: np.ndarray, bad: np.ndarray) -> np.ndarray:
    """Return sensitivity plus specificity of each limit, in the limits' order."""
    limits = np.unique(scores)
    return np.array([(scores < x)[bad].mean() + (scores >= x)[~bad].mean()
                     for x in limits])  # fmt: skip


def _tied(scores: np.ndarray, bad: np.ndarray) -> bool:
    """Say whether two limits are equally good, so that rounding errors choose."""
    totals = _totals(scores, bad)
    return (totals > totals.max() - 1e-9).sum() > 1


def _rates(
    scores: np.ndarray, bad: np.ndarray, chooses: np.ndarray
) -> tuple[float, float]:
    """Return sensitivity and specificity on texts that have not chosen the limit."""
    known, truth = scores[chooses], bad[chooses]
    limit = np.unique(known)[_totals(known, truth).argmax()]
    flags, truth = scores[~chooses] < limit, bad[~chooses]
    return flags[truth].mean(), (~flags[~truth]).mean()
