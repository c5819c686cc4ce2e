"""Checks of the exercises of the page on what an answer is worth."""

from typing import Any

import numpy as np

from nordlys.checks import exercise, expect
from nordlys.costs import COST_ACT, COST_MISS, cost_per_flight

A_FUNCTION = "give the function itself, without calling it"


@exercise("cheapest-policy")
def cheapest_policy(answer: Any, rng: np.random.Generator) -> None:
    """Check the choice where a model is cheapest, and where a constant policy is."""
    expect(callable(answer), A_FUNCTION)
    shifted, guesses = ("bold", "calibrated", "timid"), ("coin", "guess")
    for expected, success, low, high, models in (
        ("calibrated", 1.0, 0.0, 1.0, ("accurate", "calibrated")),
        ("calibrated", 0.6, 0.0, 0.8, shifted),
        ("calibrated", 0.6, 0.2, 0.5, shifted),
        ("always act", 1.0, 0.4, 0.9, guesses),
        ("never act", 0.4, 0.0, 0.4, guesses),
    ):
        risks, bad = _models(rng, low, high, models)
        chosen = answer(risks.copy(), bad.copy(), success)
        expect(
            isinstance(chosen, str),
            f"return the name of a policy, not {type(chosen).__name__}",
        )
        limit = COST_ACT / (success * COST_MISS)
        policies = {"never act": bad & False, "always act": bad | True}
        policies |= {name: risks[name] > limit for name in risks}
        expect(
            chosen in policies,
            f"{chosen!r} is neither a constant policy nor a column of the risks",
        )
        costs = {
            name: cost_per_flight(act, bad, success=success)
            for name, act in policies.items()
        }
        expect(
            chosen == expected,
            f"at a success rate of {success:g} you choose {chosen!r} for "
            f"{costs[chosen]:.2f} euros a flight, where {expected!r} costs "
            f"{costs[expected]:.2f}",
        )


def _models(
    rng: np.random.Generator, low: float, high: float, names: tuple[str, ...]
) -> tuple[Any, Any]:
    """Return the risks of some models, and outcomes with chances from low to high."""
    import pandas as pd

    chance = rng.uniform(low, high, 4000)
    bad = rng.random(chance.size) < chance
    models = {
        # Right most often, because it knows how the riskiest flights went.
        "accurate": np.where(bad & (chance > 0.5), 0.9, 0.1),
        "bold": np.minimum(1.0, chance + 0.15),
        "calibrated": chance,
        "timid": np.maximum(0.0, chance - 0.15),
        "coin": rng.random(chance.size),
        "guess": rng.random(chance.size),
    }
    chosen = [str(name) for name in rng.permutation(names)]
    return pd.DataFrame({name: models[name] for name in chosen}), pd.Series(bad)


def _number(answer: Any, what: str) -> float:
    """Return the answer as a number; anything else is rejected."""
    right = isinstance(answer, int | float | np.number) and not isinstance(answer, bool)
    expect(right, f"return {what} as one number, not {type(answer).__name__}")
    return float(answer)


@exercise("lowest-success")
def lowest_success(answer: Any, rng: np.random.Generator) -> None:
    """Check the success rate at which always and never acting cost the same."""
    import pandas as pd

    expect(callable(answer), A_FUNCTION)
    for _ in range(5):
        # More bad flights than the break-even of 0.2, so that some rate is enough.
        bad = pd.Series(rng.permutation(np.arange(400) < rng.integers(100, 260)))
        success = _number(answer(bad), "the success rate")
        expect(
            0 < success < 1,
            f"with {bad.mean():.0%} bad flights the rate is between 0 and 1, "
            f"not {success:g}",
        )
        always = cost_per_flight(bad | True, bad, success=success)
        never = cost_per_flight(bad & False, bad, success=success)
        hint = "a lower rate is enough" if always < never else "that is not enough"
        expect(
            abs(always - never) < 1e-6,
            f"with {bad.mean():.0%} bad flights and your rate {success:.3f}, always "
            f"acting costs {always:.2f} and never acting {never:.2f}: {hint}; at the "
            "rate we look for both cost the same",
        )
    rare = pd.Series([True] + [False] * 99)
    expect(
        _number(answer(rare), "the success rate") > 1,
        "with one bad flight in a hundred no success rate is enough: the result "
        "should be above one",
    )


STAGES = {"bakery": 1, "insurer": 0, "bank": 2, "shop": 3, "grid": 4}
AUTOMATIC = {
    "bakery": "the data",
    "insurer": "the installation, and half of the monitoring, but not the data",
    "bank": "the data and the installation",
    "shop": "the data, the installation, and half of the monitoring",
    "grid": "everything",
}


@exercise("maturity-stage")
def stage(answer: Any, rng: np.random.Generator) -> None:
    """Check the stage of each of the five organisations."""
    expect(isinstance(answer, dict), "give the dictionary of the five stages")
    expect(
        set(answer) == set(STAGES),
        f"the keys of the dictionary are {', '.join(STAGES)}, each once",
    )
    for name, expected in STAGES.items():
        given = _number(answer[name], f"the stage of {name}")
        expect(
            given == expected,
            f"the {name} is not on stage {given:g}: automatic is {AUTOMATIC[name]}; "
            "does each stage stand on all earlier ones?",
        )
