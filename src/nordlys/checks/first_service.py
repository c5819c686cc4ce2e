"""Checks of the exercises of the page on the first service."""

import re
from pathlib import Path
from typing import Any

import numpy as np

from nordlys.checks import exercise, expect
from nordlys.costs import COST_ACT, COST_MISS

A_FUNCTION = "give the function itself, without calling it"


@exercise("voucher-contract")
def voucher_contract(answer: Any, rng: np.random.Generator) -> None:
    """Ask the reader's service about vouchers, with sense and with nonsense."""
    from fastapi import FastAPI
    from fastapi.testclient import TestClient

    text = _text_of(answer)
    gap = re.search(r"…|= \.\.\.$", text, re.MULTILINE)
    expect(not gap, "there is a gap left, marked by ...")
    space: dict[str, Any] = {"__name__": "voucher"}
    exec(compile(text, "voucher.py", "exec"), space)  # the reader's own file
    expect(isinstance(space.get("app"), FastAPI), "the file makes no service `app`")
    client = TestClient(space["app"], raise_server_exceptions=False)
    for airport in ("EWR", "JFK", "LGA"):
        for guests in (1, int(rng.integers(2, 9)), 9):
            asked = {"airport": airport, "guests": guests}
            reply = client.get("/voucher", params=asked)
            expect(
                reply.status_code == 200,
                f"{asked} is a proper question, and the status is {reply.status_code}",
            )
            right = reply.json() == {"euros": 10 * guests}
            expect(right, f"to {asked} you answer {reply.text}: keep the function")
    proper = {"airport": "JFK", "guests": "3"}
    for change in (
        {"airport": "CPH"},
        {"airport": "jfk"},
        {"airport": "JFKX"},
        {"airport": ""},
        {"guests": "0"},
        {"guests": "10"},
        {"guests": "-3"},
        {"guests": "2.5"},
        {"guests": "three"},
    ):
        status = client.get("/voucher", params=proper | change).status_code
        expect(
            status == 422,
            f"{change} is nonsense, and the status is {status} where the contract "
            "should refuse it with 422",
        )


def _text_of(file: Any) -> str:
    """Return a program from the name of its file, or as the text it is."""
    expect(isinstance(file, str | Path), 'name the file as a text: "voucher.py"')
    if "\n" in str(file):
        return str(file)
    expect(Path(file).is_file(), f"there is no file {str(file)!r} in this folder")
    return Path(file).read_text(encoding="utf-8")


@exercise("advise-safely")
def advise_safely(answer: Any, rng: np.random.Generator) -> None:
    """Check the client against a service that works, fails, refuses or is silent."""
    import httpx2

    expect(callable(answer), A_FUNCTION)
    flight = {"origin": "EWR", "hour": int(rng.integers(6, 22)), "carrier": "EV"}
    asked: list[httpx2.Request] = []

    def ask(reply: httpx2.Response | Exception, fallback: str = "wait") -> Any:
        def handler(request: httpx2.Request) -> httpx2.Response:
            asked.append(request)
            if isinstance(reply, Exception):
                raise reply
            return reply

        transport = httpx2.MockTransport(handler)
        with httpx2.Client(transport=transport, base_url="http://desk") as client:
            return answer(client, dict(flight), fallback)

    for risk in (*rng.uniform(0.0, 0.19, 2), *rng.uniform(0.21, 1.0, 2)):
        expected = "act" if risk > COST_ACT / COST_MISS else "wait"
        other = "wait" if expected == "act" else "act"
        advice = ask(httpx2.Response(200, json={"risk": risk}), other)
        expect(asked, "no request arrived: ask with the client that you are given")
        _expect_word(advice)
        expect(advice == expected, f"at risk {risk:.2f} you say {advice!r}")
    _expect_request(asked[0], flight)
    silence = (
        httpx2.ConnectError("refused"),
        httpx2.ReadTimeout("too slow"),
        httpx2.RemoteProtocolError("hung up"),
    )
    for reply in (*silence, httpx2.Response(500), httpx2.Response(503)):
        for fallback in ("act", "wait"):
            _expect_fallback(ask, reply, fallback)
    _expect_error(ask, httpx2.Response(422, json={"detail": []}))


def _expect_word(advice: Any) -> None:
    expect(
        isinstance(advice, str) and advice in {"act", "wait"},
        f'return the word "act" or the word "wait", not {advice!r}',
    )


def _expect_request(request: Any, flight: dict) -> None:
    """The right question was asked, with the time-out of the exercise."""
    expect(request.url.path == "/delay-risk", f"you asked {request.url.path}")
    sent = dict(request.url.params)
    expect(
        sent == {name: str(value) for name, value in flight.items()},
        f"the service was asked about {sent} instead of {flight}",
    )
    for step in ("connect", "read"):
        patience = request.extensions["timeout"][step]
        said = "for ever" if patience is None else f"{patience:g} seconds"
        expect(
            patience == 2 or (step == "connect" and patience and patience < 2),
            f"your client waits {said} to {step}, where two seconds are asked for",
        )


def _expect_fallback(ask: Any, reply: Any, fallback: str) -> None:
    """Without an answer the desk does what was decided beforehand."""
    import httpx2

    status = getattr(reply, "status_code", None)
    case = f"on status {status}" if status else f"on a {type(reply).__name__}"
    try:
        advice = ask(reply, fallback)
    except httpx2.HTTPError as problem:
        raise AssertionError(
            f"{case} the desk got {type(problem).__name__}, where it needs an advice"
        ) from problem
    _expect_word(advice)
    expect(
        advice == fallback,
        f"{case} you say {advice!r}, though the fallback is {fallback!r}",
    )


def _expect_error(ask: Any, refusal: Any) -> None:
    """A refused question raises the error of its status."""
    import httpx2

    try:
        advice = ask(refusal)
    except httpx2.HTTPStatusError:
        return
    except Exception as problem:
        raise AssertionError(
            f"on status 422 your client fails with {type(problem).__name__}: let the "
            "status itself be the error"
        ) from problem
    raise AssertionError(f"on status 422 you say {advice!r}, and nobody sees the error")


@exercise("skewed-columns")
def skewed_columns(answer: Any, rng: np.random.Generator) -> None:
    """Check the test that compares two encodings on the same flights."""
    import pandas as pd

    expect(callable(answer), A_FUNCTION)
    flights = pd.DataFrame(
        {
            "origin": rng.choice(["EWR", "JFK", "LGA"], 60),
            "hour": rng.integers(10, 23, 60),
            "carrier": rng.choice(["DL", "EV", "UA", "B6"], 60),
        }
    )
    early = flights.assign(hour=[*flights["hour"][:-1], 6])  # only the last flight

    def encode(table: pd.DataFrame) -> pd.DataFrame:
        return table.astype(str)

    def two_digits(table: pd.DataFrame) -> pd.DataFrame:
        return table.assign(hour=table["hour"].astype(str).str.zfill(2))

    def number(table: pd.DataFrame) -> pd.DataFrame:
        return table.copy()

    def turned(table: pd.DataFrame) -> pd.DataFrame:
        return encode(table).assign(carrier=table["carrier"].to_numpy()[::-1])

    def both(table: pd.DataFrame) -> pd.DataFrame:
        return encode(table).assign(
            origin=table["origin"].str.lower(), hour=table["hour"] + 1
        )

    for table, serving, expected, case in (
        (early, encode, [], "both encode alike"),
        (flights, two_digits, [], "two digits change no hour from ten on"),
        (early, two_digits, ["hour"], "one flight, the last, leaves at 06"),
        (flights, number, ["hour"], "the service keeps hours as numbers"),
        (flights, turned, ["carrier"], "the airlines are those of other flights"),
        (flights, both, ["origin", "hour"], "airports and hours are changed"),
    ):
        columns = answer(table.copy(), encode, serving)
        expect(
            isinstance(columns, list) and all(isinstance(x, str) for x in columns),
            f"return a list of names of columns, not {type(columns).__name__}",
        )
        expect(
            sorted(columns) == sorted(expected), f"where {case} you return {columns}"
        )
