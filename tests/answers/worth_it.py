"""Plausible wrong answers to the exercises of the page on what an answer is worth."""

import pandas as pd

from nordlys import COST_ACT, COST_MISS, cost_per_flight


def break_even_precision(bad):
    # The break-even probability: forgets how many flights are bad.
    return COST_ACT / COST_MISS


def share_not_needed(bad):
    # The share of failures that can be borne, instead of the share of successes.
    return 1 - COST_ACT / (COST_MISS * bad.mean())


def capped(bad):
    # Caps at one and so hides that no success rate is enough.
    return min(1.0, COST_ACT / (COST_MISS * bad.mean()))


def _choose(risks, bad, limit, success, constants=("never act", "always act")):
    table = pd.DataFrame({"never act": False, "always act": True}, index=bad.index)
    table = table[list(constants)]
    for name in risks:
        table[name] = risks[name] > limit
    return table.apply(cost_per_flight, bad=bad, success=success).idxmin()


def one_half(risks, bad, success):
    # Keeps the threshold of predict.
    return _choose(risks, bad, 0.5, success)


def limit_forgets_success(risks, bad, success):
    # Acts as if acting always helped, and pays as it is.
    return _choose(risks, bad, COST_ACT / COST_MISS, success)


def cost_forgets_success(risks, bad, success):
    # Acts as it should, and counts the euros as if acting always helped.
    return _choose(risks, bad, COST_ACT / (success * COST_MISS), 1.0)


def forgets_success(risks, bad, success):
    return _choose(risks, bad, COST_ACT / COST_MISS, 1.0)


def success_upside_down(risks, bad, success):
    # Multiplies by the success rate where the loss is divided.
    return _choose(risks, bad, success * COST_ACT / COST_MISS, success)


def models_only(risks, bad, success):
    # Never asks whether a constant policy is cheaper.
    limit = COST_ACT / (success * COST_MISS)
    return _choose(risks, bad, limit, success, constants=())


def beats_today(risks, bad, success):
    # Compares with what the desk does today, and not with the best constant policy.
    limit = COST_ACT / (success * COST_MISS)
    return _choose(risks, bad, limit, success, constants=("never act",))


def most_accurate(risks, bad, success):
    return (risks > 0.5).eq(bad, axis=0).mean().idxmax()


def its_price(risks, bad, success):
    # Returns what the cheapest policy costs, and not its name.
    limit = COST_ACT / (success * COST_MISS)
    acts = risks > limit
    return acts.apply(cost_per_flight, bad=bad, success=success).min()


STAGES = {"bakery": 1, "insurer": 0, "bank": 2, "shop": 3, "grid": 4}

WRONG = {
    "cheapest-policy": [
        one_half,
        limit_forgets_success,
        cost_forgets_success,
        forgets_success,
        success_upside_down,
        models_only,
        beats_today,
        most_accurate,
        its_price,
        lambda risks, bad, success: "always",
    ],
    "lowest-success": [
        break_even_precision,
        share_not_needed,
        capped,
        lambda bad: COST_MISS * bad.mean() / COST_ACT,  # upside down
        lambda bad: f"{COST_ACT / (COST_MISS * bad.mean()):.0%}",
    ],
    "maturity-stage": [
        STAGES | {"insurer": 2},  # marks counted, whatever they stand on
        STAGES | {"insurer": 3},  # the highest mark, as a brochure would
        STAGES | {"bakery": 2},  # a model in use is not one installed automatically
        STAGES | {"shop": 4},  # an analyst who reads charts is half automatic
        STAGES | {"bank": 3},
        {name: stage + 1 for name, stage in STAGES.items()},  # no stage zero
        {"bakery": 1},
        list(STAGES.values()),
    ],
}
