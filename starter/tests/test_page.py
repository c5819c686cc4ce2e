"""The page says on which flights to act, and would look alike under any address."""

import re

from delayrisk.model import worth_acting
from delayrisk.page import page


def test_the_page_lists_the_flights_worth_acting_on(model, flights):
    day = [flight for flight in flights if flight.date == flights[-1].date]
    text = page(model, day)
    wanted = [flight for flight in day if worth_acting(model.risk(flight))]
    assert 0 < len(wanted) < len(day)
    assert text.count("<tr><td>") == len(wanted)
    assert f"{len(wanted)} flights to act on" in text


def test_the_riskiest_flight_comes_first(model, make_flight):
    text = page(model, [make_flight(hour=hour, flight=hour) for hour in (15, 17, 19)])
    shown = [int(risk) for risk in re.findall(r"<td>(\d+)%</td>", text)]
    assert shown == sorted(shown, reverse=True)


def test_what_comes_from_outside_cannot_become_markup(model, make_flight):
    strange = model.model_copy(update={"version": "<script>alert(1)</script>"})
    assert "<script>" not in page(strange, [make_flight(hour=19)])


def test_no_link_begins_with_a_slash(model, make_flight):
    assert not re.search(r'(href|src)="/', page(model, [make_flight(hour=19)]))
