"""The client is patient, within limits, and the desk is never left without a rule."""

import httpx2
import pytest

from delayrisk import client
from delayrisk.client import ask

GOOD = httpx2.Response(200, json={"risk": 0.3, "act": True, "model": "test"})
BUSY = httpx2.Response(503)
TOO_MANY = httpx2.Response(429, headers={"Retry-After": "2"})
BROKEN = httpx2.ConnectError("nobody there")


@pytest.fixture
def waits(monkeypatch):
    """Make the client wait for nothing, and remember for how long it would have."""
    seconds = []
    monkeypatch.setattr(client.time, "sleep", seconds.append)
    return seconds


def answering(*replies):
    """Return a client whose service gives these replies, one after another."""
    left = iter(replies)

    def reply(request):
        match next(left):
            case httpx2.Response() as response:
                return response
            case problem:
                raise problem

    return httpx2.Client(base_url="http://desk", transport=httpx2.MockTransport(reply))


def test_it_understands_the_real_service(service, model, make_flight):
    assert ask(service, make_flight()).risk == model.rates["JFK 17"]


def test_it_tries_again_and_waits_as_long_as_it_is_told(waits, make_flight):
    assert ask(answering(BROKEN, TOO_MANY, GOOD), make_flight()).act
    assert waits == [0.25, 2.0]


@pytest.mark.parametrize("reply", [BUSY, BROKEN])
def test_it_gives_up_after_three_tries(waits, make_flight, reply):
    with pytest.raises(httpx2.HTTPError):
        ask(answering(reply, reply, reply, GOOD), make_flight())
    assert len(waits) == 2


def test_a_refused_question_is_not_asked_again(waits, make_flight):
    with pytest.raises(httpx2.HTTPStatusError):
        ask(answering(httpx2.Response(422), GOOD), make_flight())
    assert not waits


def test_it_does_not_ask_earlier_than_it_is_told(waits, make_flight):
    patient = httpx2.Response(503, headers={"Retry-After": "3600"})
    with pytest.raises(httpx2.HTTPStatusError):
        ask(answering(patient, GOOD), make_flight())
    assert not waits


def test_without_an_answer_the_desk_gets_a_rule(waits, monkeypatch):
    nobody = answering(BROKEN, BROKEN, BROKEN)
    question = ["client", "2013-05-30", "JFK", "B6", "181", "17:05"]
    monkeypatch.setattr("sys.argv", question)
    monkeypatch.setattr(client.httpx2, "Client", lambda **options: nobody)
    with pytest.raises(SystemExit, match="15:00"):
        client.main()
