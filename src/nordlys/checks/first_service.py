"""Checks of the exercises of the page on the first service."""

from typing import Any

import numpy as np

from nordlys.checks import exercise
from nordlys.costs import COST_ACT, COST_MISS, cost_per_flight


@exercise("1.1")
def lowest_success(answer: Any, rng: np.random.Generator) -> None:
    """Check the success rate at which always and never acting cost the same."""
    import pandas as pd

    assert callable(answer), "give the function itself, without calling it"
    for _ in range(5):
        bad = pd.Series(rng.random(400) < rng.uniform(0.25, 0.6))
        success = answer(bad)
        assert 0 < success < 1, (
            f"with {bad.mean():.0%} bad flights the rate is between 0 and 1, "
            f"not {success}"
        )
        always = cost_per_flight(bad | True, bad, success=success)
        never = cost_per_flight(bad & False, bad, success=success)
        assert abs(always - never) < 1e-6, (
            f"with {bad.mean():.0%} bad flights and your rate {success:.3f}, always "
            f"acting costs {always:.2f} and never acting {never:.2f}"
        )
    rare = pd.Series([True] + [False] * 99)
    assert answer(rare) > 1, (
        "with one bad flight in a hundred no success rate is enough: the result "
        "should be above one"
    )


@exercise("1.2")
def best_threshold(answer: Any, rng: np.random.Generator) -> None:
    """Check that the threshold chosen is the cheapest of the 101 candidates."""
    assert callable(answer), "give the function itself, without calling it"
    for success in (1.0, *rng.uniform(0.4, 0.9, size=3)):
        risk = rng.beta(2, 5, size=2_000)
        bad = rng.random(2_000) < risk
        chosen = answer(risk, bad, success)
        steps = 100 * np.asarray(chosen, dtype=float)
        assert np.ndim(chosen) == 0, "return one threshold"
        assert abs(steps - np.round(steps)) < 1e-6, (
            f"{float(chosen):.4f} is none of the thresholds 0.00, 0.01, …, 1.00"
        )
        costs = [
            cost_per_flight(risk > threshold, bad, success=success)
            for threshold in np.linspace(0, 1, 101)
        ]
        cost = costs[int(np.round(steps))]
        assert cost <= min(costs) + 1e-9, (
            f"at success rate {success:.2f} your threshold {float(chosen):.2f} costs "
            f"{cost:.2f} a flight, and there is one that costs {min(costs):.2f}"
        )


@exercise("1.3")
def advise_safely(answer: Any, rng: np.random.Generator) -> None:
    """Check the client against a service that works, fails, refuses or is silent."""
    import httpx

    assert callable(answer), "give the function itself, without calling it"
    flight = {"origin": "EWR", "hour": int(rng.integers(6, 22)), "carrier": "EV"}
    asked: list[httpx.Request] = []

    def ask(reply: httpx.Response | Exception) -> Any:
        def handler(request: httpx.Request) -> httpx.Response:
            asked.append(request)
            if isinstance(reply, Exception):
                raise reply
            return reply

        transport = httpx.MockTransport(handler)
        with httpx.Client(transport=transport, base_url="http://desk") as client:
            return answer(client, flight)

    for risk in (*rng.uniform(0.0, 0.19, 2), *rng.uniform(0.21, 1.0, 2)):
        expected = "act" if risk > COST_ACT / COST_MISS else "wait"
        advice = ask(httpx.Response(200, json={"risk": risk}))
        assert advice == expected, f"at risk {risk:.2f} you say {advice!r}"
    request = asked[0]
    assert request.url.path == "/delay-risk", f"you asked {request.url.path}"
    sent = dict(request.url.params)
    assert sent == {name: str(value) for name, value in flight.items()}, (
        f"the service was asked about {sent} instead of {flight}"
    )
    patience = request.extensions["timeout"]
    assert patience["read"] is not None and patience["read"] <= 2, (
        f"your client waits {patience['read']} seconds for an answer, not two"
    )
    silence = (httpx.ConnectError("refused"), httpx.ReadTimeout("too slow"))
    for reply in (*silence, httpx.Response(500), httpx.Response(503)):
        try:
            advice = ask(reply)
        except httpx.HTTPError as problem:
            raise AssertionError(
                f"the desk got {type(problem).__name__} where it needs an advice"
            ) from problem
        assert advice == "act", (
            f"without an answer you say {advice!r}: which policy for all flights is "
            "the cheaper one, with the costs of the case?"
        )
    refusal = httpx.Response(422, json={"detail": []})
    try:
        advice = ask(refusal)
    except httpx.HTTPStatusError:
        return
    except Exception as problem:
        raise AssertionError(
            f"on status 422 your client fails with {type(problem).__name__}: let the "
            "status itself be the error"
        ) from problem
    raise AssertionError(f"on status 422 you say {advice!r}, and nobody sees the error")
