"""What is known of any useful model, without looking inside; and what it earns."""

import pytest

from delayrisk import train
from delayrisk.model import Model, cost_per_flight, worth_acting
from delayrisk.train import price, split


def test_invariance_the_number_of_a_flight_does_not_matter(model, make_flight):
    assert model.risk(make_flight(flight=1)) == model.risk(make_flight(flight=4711))


@pytest.mark.parametrize("origin", ["EWR", "JFK", "LGA"])
def test_direction_evenings_are_riskier(model, make_flight, origin):
    morning, evening = make_flight(origin, hour=7), make_flight(origin, hour=19)
    assert model.risk(evening) > model.risk(morning) + 0.1


@pytest.mark.parametrize(("hour", "act"), [(7, False), (19, True)])
def test_minimum_the_desk_decides_right_at_newark(model, make_flight, hour, act):
    assert worth_acting(model.risk(make_flight("EWR", hour))) == act


def test_an_hour_never_seen_has_the_mean_risk(model, make_flight):
    assert model.risk(make_flight(hour=3)) == model.mean


def test_costs_are_counted_in_full(flights):
    bad = next(flight for flight in flights if flight.bad)
    good = next(flight for flight in flights if not flight.bad)
    acted = [True, False, True, False]
    assert cost_per_flight(acted, [bad, bad, good, good]) == (10 + 50 + 10 + 0) / 4


def test_the_last_week_is_later_than_all_that_was_learnt_from(flights):
    earlier, last_week = split(flights)
    assert max(f.date for f in earlier) < min(f.date for f in last_week)
    assert len({f.date for f in last_week}) == 7


def test_the_model_is_cheaper_than_any_constant_policy(model, flights):
    costs = price(model, split(flights)[1])
    assert costs["model"] < min(costs["never act"], costs["always act"]) - 0.3


def test_a_model_that_earns_nothing_is_not_written(monkeypatch, tmp_path, capsys):
    useless = Model(version="always act", rates={}, mean=0.9)
    monkeypatch.setattr(train, "fit", lambda flights: useless)
    monkeypatch.setattr(train, "MODEL", tmp_path / "model.json")
    with pytest.raises(SystemExit, match="not written"):
        train.main()
    assert not (tmp_path / "model.json").exists()
