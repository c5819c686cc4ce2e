"""Whole weeks: the service that watches scores high, the careless one low."""

import pytest

from nordlys.machines import serve
from nordlys.simulator import Score, Week
from nordlys.simulator import supplier as supplier_module


def play(module: str, seed: int, **variables: str) -> Score:
    week = Week(seed=seed)
    with week.supplier() as supplier:
        variables |= {"SUPPLIER_URL": supplier}
        with serve(f"nordlys.examples.{module}:app", env=variables) as service:
            return week.run(service.url)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_service_that_watches_scores_high(seed):
    score = play("watched_week", seed)
    assert score.total > 70, score
    assert None not in score.found.values() and max(score.found.values()) <= 12
    assert score.availability > 0.995 and score.kiosk_refused > 300
    assert score.cost < min(score.baselines.values()) - 0.3
    assert score.supplier_calls < 1500


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_careless_service_scores_low(seed, monkeypatch):
    monkeypatch.setattr(supplier_module, "_HANGS", 5)  # so that it takes less long
    score = play("careless_week", seed)
    assert score.total < 25, score
    assert len(score.false_alarms) >= 4
    assert all(score.found[kind] is None for kind in ("data", "outage", "cost"))
    assert score.availability < 0.97 and score.supplier_calls > 3000


def test_without_a_time_limit_the_same_service_keeps_desks_waiting():
    score = play("watched_week", 1, SUPPLIER_SECONDS="60")
    assert score.problems.keys() == {"no answer within a second"}
    assert score.problems["no answer within a second"] >= 10
