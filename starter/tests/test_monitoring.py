"""A prediction leaves a line and a number, and is held against what happened."""

import json

import pytest

from delayrisk.monitoring import calibration_gap


def test_each_prediction_is_one_line_that_names_no_person(service, log, make_flight):
    service.get("/delay-risk", params=make_flight().model_dump(mode="json"))
    (line,) = log.getvalue().splitlines()
    known = {"date", "origin", "carrier", "flight", "scheduled"}
    assert set(json.loads(line)) == known | {"risk", "act", "model"}


def test_the_line_also_goes_where_telemetry_listens(service, log, make_flight, caplog):
    with caplog.at_level("INFO", "delayrisk"):
        service.get("/delay-risk", params=make_flight().model_dump(mode="json"))
    assert caplog.messages == log.getvalue().splitlines()


def test_numbers_are_given_to_be_scraped(service, make_flight):
    for origin in ("JFK", "JFK", "LGA"):
        question = make_flight(origin).model_dump(mode="json")
        service.get("/delay-risk", params=question)
    text = service.get("/metrics").text
    assert 'delayrisk_predictions_total{act="true",origin="JFK"} 2.0' in text
    assert "delayrisk_risk_count 3.0" in text


def line_for(flight, risk):
    return json.dumps(flight.model_dump(mode="json") | {"risk": risk})


def test_the_gap_is_what_was_promised_less_what_happened(flights):
    bad = next(flight for flight in flights if flight.bad)
    good = next(flight for flight in flights if not flight.bad)
    lines = [line_for(bad, 0.1), line_for(bad, 0.7), line_for(good, 0.5)]
    gap, count = calibration_gap(lines, flights)
    assert gap == pytest.approx((0.7 + 0.5) / 2 - 1 / 2)
    assert count == 2


def test_no_flight_has_ended_yet(flights, make_flight):
    with pytest.raises(ValueError, match="has ended"):
        calibration_gap([line_for(make_flight(flight=9999), 0.2)], flights)
