"""The flights are what the model believes them to be."""

import pytest
from pydantic import ValidationError

from delayrisk.flights import FlownFlight

ROW = {
    "date": "2013-05-01",
    "origin": "EWR",
    "dest": "CLT",
    "carrier": "US",
    "flight": "1219",
    "scheduled": "05:00",
    "arr_delay": "1",
}


def test_no_flight_comes_twice(flights):
    assert len({flight.key for flight in flights}) == len(flights)


def test_the_file_holds_one_whole_month(flights):
    assert len({flight.date for flight in flights}) == 31
    assert len({(flight.date.year, flight.date.month) for flight in flights}) == 1


def test_a_plausible_share_went_badly(flights):
    assert 0.15 < sum(flight.bad for flight in flights) / len(flights) < 0.40


@pytest.mark.parametrize(
    ("arr_delay", "bad"), [("15", False), ("16", True), ("", True)]
)
def test_late_is_more_than_fifteen_minutes_or_never(arr_delay, bad):
    assert FlownFlight.model_validate(ROW | {"arr_delay": arr_delay}).bad == bad


@pytest.mark.parametrize(
    "wrong", [{"origin": "BOS"}, {"scheduled": "25:75"}, {"arr_delay": "n/a"}]
)
def test_a_wrong_row_is_refused(wrong):
    with pytest.raises(ValidationError):
        FlownFlight.model_validate(ROW | wrong)
