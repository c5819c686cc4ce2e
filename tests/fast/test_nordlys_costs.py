"""The cost of a policy is what a pencil says it is."""

import numpy as np
import pytest

from nordlys import COST_ACT, COST_MISS, cost_per_flight, is_bad, load_flights

NONE = np.array([], dtype=bool)


def test_each_cell_of_the_cost_matrix() -> None:
    act, bad = [True, True, False, False], [True, False, True, False]
    costs = [cost_per_flight([a], [b]) for a, b in zip(act, bad, strict=True)]
    assert costs == [COST_ACT, COST_ACT, COST_MISS, 0]
    assert cost_per_flight(act, bad) == sum(costs) / 4


def test_acting_that_often_fails() -> None:
    assert cost_per_flight([True], [True], success=0.6) == pytest.approx(30)
    assert cost_per_flight([True], [False], success=0.6) == 10
    assert cost_per_flight([True], [True], success=0) == COST_ACT + COST_MISS


def test_other_prices() -> None:
    assert cost_per_flight([True, False], [False, True], cost_act=1, cost_miss=3) == 2


def test_constant_policies_of_the_year() -> None:
    bad = is_bad(load_flights(["arr_delay"]))
    always = cost_per_flight(np.ones(len(bad), dtype=bool), bad)
    never = cost_per_flight(np.zeros(len(bad), dtype=bool), bad)
    assert always == COST_ACT
    assert never == pytest.approx(COST_MISS * bad.mean())
    assert never > always


def test_the_answer_is_a_plain_number() -> None:
    assert type(cost_per_flight(np.array([True]), np.array([False]))) is float


@pytest.mark.parametrize(
    ("act", "bad", "success"),
    [([True], [True, False], 1.0), (NONE, NONE, 1.0), ([True], [True], 1.5),
     ([True], [True], -0.1), ([True], [True], float("nan"))],
)  # fmt: skip
def test_nonsense_is_refused(act: list, bad: list, success: float) -> None:
    with pytest.raises(ValueError):
        cost_per_flight(act, bad, success=success)


@pytest.mark.parametrize("act", [[0.1], ["wait"], [1]])
def test_risks_and_words_are_no_decisions(act: list) -> None:
    with pytest.raises(TypeError, match="booleans"):
        cost_per_flight(act, [True])
