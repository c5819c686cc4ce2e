"""Plausible wrong answers to the exercises of the page on the first service."""

import httpx2

from nordlys import COST_ACT, COST_MISS

VOUCHER = """\
from typing import Annotated, Literal

from fastapi import FastAPI, Query

Airport = Literal["EWR", "JFK", "LGA"]
Guests = Annotated[int, Query(ge=1, le=9)]
app = FastAPI()


@app.get("/voucher")
def voucher(airport: Airport, guests: Guests) -> dict:
    return {"euros": 10 * guests}
"""


def _voucher(before, after):
    assert before in VOUCHER, before
    return VOUCHER.replace(before, after, 1)


AIRPORT, GUESTS = 'Literal["EWR", "JFK", "LGA"]', "Annotated[int, Query(ge=1, le=9)]"


def _advice(answer):
    risk = answer.raise_for_status().json()["risk"]
    return "act" if risk > COST_ACT / COST_MISS else "wait"


def swallows_everything(client, flight, fallback):
    # Catches its own mistakes too: a status 422 becomes an advice.
    try:
        return _advice(client.get("/delay-risk", params=flight, timeout=2))
    except Exception:
        return fallback


def no_fallback(client, flight, fallback):
    # Leaves the desk with an exception when the service is down.
    return _advice(client.get("/delay-risk", params=flight, timeout=2))


def only_silence(client, flight, fallback):
    # Forgets that a service can answer with an error.
    try:
        return _advice(client.get("/delay-risk", params=flight, timeout=2))
    except httpx2.TransportError:
        return fallback


def two_kinds_of_silence(client, flight, fallback):
    # Forgets the service that takes the question and breaks off.
    try:
        answer = client.get("/delay-risk", params=flight, timeout=2)
    except (httpx2.TimeoutException, httpx2.ConnectError):
        return fallback
    return fallback if answer.is_server_error else _advice(answer)


def only_500(client, flight, fallback):
    # Knows one status of failure; 503 reaches the desk as an exception.
    try:
        answer = client.get("/delay-risk", params=flight, timeout=2)
    except httpx2.TransportError:
        return fallback
    return fallback if answer.status_code == 500 else _advice(answer)


def says_true(client, flight, fallback):
    # Returns whether to act, where the desk needs the word.
    try:
        answer = client.get("/delay-risk", params=flight, timeout=2)
    except httpx2.TransportError:
        return True
    return True if answer.is_server_error else _advice(answer) == "act"


def read_only(client, flight, fallback):
    # Limits the wait for the answer, but waits for ever for a connection.
    limit = httpx2.Timeout(None, read=2)
    try:
        answer = client.get("/delay-risk", params=flight, timeout=limit)
    except httpx2.TransportError:
        return fallback
    return fallback if answer.is_server_error else _advice(answer)


def milliseconds(client, flight, fallback):
    # Takes the time-out for milliseconds of another library.
    try:
        answer = client.get("/delay-risk", params=flight, timeout=0.002)
    except httpx2.TransportError:
        return fallback
    return fallback if answer.is_server_error else _advice(answer)


def sooner_to_connect(client, flight, fallback):
    # Right: waits two seconds for the answer, and one for the connection.
    limit = httpx2.Timeout(2, connect=1)
    try:
        answer = client.get("/delay-risk", params=flight, timeout=limit)
    except httpx2.RequestError:
        return fallback
    return fallback if answer.is_server_error else _advice(answer)


def library_timeout(client, flight, fallback):
    # Leaves the time limit to the library.
    try:
        answer = client.get("/delay-risk", params=flight)
    except httpx2.TransportError:
        return fallback
    return fallback if answer.is_server_error else _advice(answer)


def acts_by_law(client, flight, fallback):
    # Knows one constant policy, whatever was decided.
    try:
        answer = client.get("/delay-risk", params=flight, timeout=2)
    except httpx2.TransportError:
        return "act"
    return "act" if answer.is_server_error else _advice(answer)


def always_falls_back(client, flight, fallback):
    # Asks, and does not listen.
    client.get("/delay-risk", params=flight, timeout=2)
    return fallback


def first_flight(flights, training, serving):
    # Looks at one flight, and skew may begin with another.
    trained, served = training(flights).iloc[0], serving(flights).iloc[0]
    return [name for name in trained.index if trained[name] != served[name]]


def every_flight(flights, training, serving):
    # Wants all flights to differ.
    trained, served = training(flights), serving(flights)
    return [name for name in trained if (trained[name] != served[name]).all()]


def kinds_only(flights, training, serving):
    # Compares the kinds of the columns and not what stands in them.
    trained, served = training(flights).dtypes, serving(flights).dtypes
    return [name for name in trained.index if trained[name] != served[name]]


def same_categories(flights, training, serving):
    # Compares which values occur, and not on which flight.
    trained, served = training(flights), serving(flights)
    return [name for name in trained if set(trained[name]) != set(served[name])]


def text_of_both(flights, training, serving):
    # Makes text of both, and so hides that one is a number.
    trained, served = training(flights).astype(str), serving(flights).astype(str)
    return [name for name in trained if not trained[name].equals(served[name])]


def says_whether(flights, training, serving):
    # Says that something differs, and not what.
    return not training(flights).equals(serving(flights))


def by_any(flights, training, serving):
    # Right: compares each value.
    differs = (training(flights) != serving(flights)).any()
    return [str(name) for name in differs.index[differs]]


def in_another_order(flights, training, serving):
    # Right: the exercise names no order.
    return by_any(flights, training, serving)[::-1]


WRONG = {
    "voucher-contract": [
        _voucher(AIRPORT, "str"),
        _voucher(AIRPORT, 'Annotated[str, Query(pattern="EWR|JFK|LGA")]'),
        _voucher(AIRPORT, 'Literal["EWR", "JFK"]'),
        _voucher(AIRPORT, 'Literal["EWR", "JFK", "LGA", "CPH"]'),
        _voucher(GUESTS, "int"),
        _voucher(GUESTS, "Annotated[int, Query(gt=1, lt=9)]"),
        _voucher(GUESTS, "Annotated[int, Query(ge=0, le=9)]"),
        _voucher(GUESTS, "Annotated[int, Query(ge=1)]"),
        _voucher(GUESTS, "Annotated[float, Query(ge=1, le=9)]"),
        _voucher(GUESTS, "..."),
        VOUCHER.replace("app", "service"),
        _voucher("10 * guests", "guests"),
        "voucher.txt",
    ],
    "advise-safely": [
        acts_by_law,
        always_falls_back,
        swallows_everything,
        no_fallback,
        only_silence,
        two_kinds_of_silence,
        only_500,
        says_true,
        read_only,
        milliseconds,
        library_timeout,
        lambda client, flight, fallback: fallback,
        lambda client, flight, fallback: _advice(client.get("/delay-risk", timeout=2)),
        lambda client, flight, fallback: _advice(client.get("/risk", params=flight)),
    ],
    "skewed-columns": [
        first_flight,
        every_flight,
        kinds_only,
        same_categories,
        text_of_both,
        says_whether,
    ],
}

ALSO_RIGHT = {
    "advise-safely": [sooner_to_connect],
    "skewed-columns": [by_any, in_another_order],
    "voucher-contract": [
        VOUCHER,
        _voucher(GUESTS, "Annotated[int, Query(gt=0, lt=10)]"),
        _voucher(AIRPORT, 'Annotated[str, Query(pattern="^(EWR|JFK|LGA)$")]'),
    ],
}
