"""Checks of the exercises of the page on the first service."""

from typing import Any

import numpy as np

from nordlys.checks import exercise, expect
from nordlys.costs import COST_ACT, COST_MISS, cost_per_flight

A_FUNCTION = "give the function itself, without calling it"


def _number(answer: Any, what: str) -> float:
    """Return the answer as a number; anything else is rejected."""
    right = isinstance(answer, int | float | np.number) and not isinstance(answer, bool)
    expect(right, f"return {what} as one number, not {type(answer).__name__}")
    return float(answer)


@exercise("lowest-success")
def lowest_success(answer: Any, rng: np.random.Generator) -> None:
    """Check the success rate at which always and never acting cost the same."""
    import pandas as pd

    expect(callable(answer), A_FUNCTION)
    for _ in range(5):
        # More bad flights than the break-even of 0.2, so that some rate is enough.
        bad = pd.Series(rng.permutation(np.arange(400) < rng.integers(100, 260)))
        success = _number(answer(bad), "the success rate")
        expect(
            0 < success < 1,
            f"with {bad.mean():.0%} bad flights the rate is between 0 and 1, "
            f"not {success:g}",
        )
        always = cost_per_flight(bad | True, bad, success=success)
        never = cost_per_flight(bad & False, bad, success=success)
        hint = "a lower rate is enough" if always < never else "that is not enough"
        expect(
            abs(always - never) < 1e-6,
            f"with {bad.mean():.0%} bad flights and your rate {success:.3f}, always "
            f"acting costs {always:.2f} and never acting {never:.2f}: {hint}; at the "
            "rate we look for both cost the same",
        )
    rare = pd.Series([True] + [False] * 99)
    expect(
        _number(answer(rare), "the success rate") > 1,
        "with one bad flight in a hundred no success rate is enough: the result "
        "should be above one",
    )


@exercise("maturity-stage")
def stage(answer: Any, rng: np.random.Generator) -> None:
    """Check the stage of every combination of marks, in a fresh order."""
    expect(callable(answer), A_FUNCTION)
    stages = [
        "data collection",
        "model deployment",
        "semi-automated monitoring",
        "fully automated monitoring",
    ]
    for marks in rng.permutation(2 ** len(stages)):
        in_place = [bool(marks >> place & 1) for place in range(len(stages))]
        names = [name for name, there in zip(stages, in_place, strict=True) if there]
        expected = [*in_place, False].index(False)
        given = _number(answer(set(names)), "the stage")
        expect(
            given == expected,
            f"with {' and '.join(names) or 'nothing'} automatic you say {given:g}: "
            "does each stage stand on all earlier ones?",
        )


@exercise("advise-safely")
def advise_safely(answer: Any, rng: np.random.Generator) -> None:
    """Check the client against a service that works, fails, refuses or is silent."""
    import httpx2

    expect(callable(answer), A_FUNCTION)
    flight = {"origin": "EWR", "hour": int(rng.integers(6, 22)), "carrier": "EV"}
    asked: list[httpx2.Request] = []

    def ask(reply: httpx2.Response | Exception) -> Any:
        def handler(request: httpx2.Request) -> httpx2.Response:
            asked.append(request)
            if isinstance(reply, Exception):
                raise reply
            return reply

        transport = httpx2.MockTransport(handler)
        with httpx2.Client(transport=transport, base_url="http://desk") as client:
            return answer(client, dict(flight))

    for risk in (*rng.uniform(0.0, 0.19, 2), *rng.uniform(0.21, 1.0, 2)):
        expected = "act" if risk > COST_ACT / COST_MISS else "wait"
        advice = ask(httpx2.Response(200, json={"risk": risk}))
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
        _expect_act(ask, reply)
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
            patience is not None and patience <= 2,
            f"your client waits {said} to {step}, where two seconds are the limit",
        )


def _expect_act(ask: Any, reply: Any) -> None:
    """Without an answer the desk acts on every flight."""
    import httpx2

    status = getattr(reply, "status_code", None)
    case = f"on status {status}" if status else f"on a {type(reply).__name__}"
    try:
        advice = ask(reply)
    except httpx2.HTTPError as problem:
        raise AssertionError(
            f"{case} the desk got {type(problem).__name__}, where it needs an advice"
        ) from problem
    _expect_word(advice)
    expect(
        advice == "act",
        f"{case} you say {advice!r}: which policy for all flights is the cheaper one, "
        "with the costs of the case?",
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
