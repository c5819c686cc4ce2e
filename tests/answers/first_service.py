"""Plausible wrong answers to the exercises of the page on the first service."""

import httpx
import numpy as np

from nordlys import COST_ACT, COST_MISS, cost_per_flight


def break_even_precision(bad):
    # The break-even probability: forgets how many flights are bad.
    return COST_ACT / COST_MISS


def share_not_needed(bad):
    # The share of failures that can be borne, instead of the share of successes.
    return 1 - COST_ACT / (COST_MISS * bad.mean())


def capped(bad):
    # Caps at one and so hides that no success rate is enough.
    return min(1.0, COST_ACT / (COST_MISS * bad.mean()))


def most_accurate(risk, bad, success):
    # Maximises accuracy: the misconception of the page.
    candidates = np.linspace(0, 1, 101)
    return candidates[np.argmax([np.mean((risk > t) == bad) for t in candidates])]


def ignores_success(risk, bad, success):
    # Assumes that acting always helps.
    candidates = np.linspace(0, 1, 101)
    return candidates[np.argmin([cost_per_flight(risk > t, bad) for t in candidates])]


def formula_only(risk, bad, success):
    # The closed form, rounded: right for perfect risks, not the cheapest on the sample.
    return COST_ACT / (COST_MISS * success)


def dearest(risk, bad, success):
    # Maximises the cost: argmax where argmin was meant.
    candidates = np.linspace(0, 1, 101)
    costs = [cost_per_flight(risk > t, bad, success=success) for t in candidates]
    return candidates[np.argmax(costs)]


def _advice(answer):
    risk = answer.raise_for_status().json()["risk"]
    return "act" if risk > COST_ACT / COST_MISS else "wait"


def waits_when_in_doubt(client, flight):
    # Doing nothing as the fallback: the dearer constant policy.
    try:
        return _advice(client.get("/delay-risk", params=flight, timeout=2))
    except httpx.TransportError:
        return "wait"
    except httpx.HTTPStatusError as problem:
        if problem.response.status_code < 500:
            raise
        return "wait"


def swallows_everything(client, flight):
    # Catches its own mistakes too: a status 422 becomes an advice.
    try:
        return _advice(client.get("/delay-risk", params=flight, timeout=2))
    except Exception:
        return "act"


def no_fallback(client, flight):
    # Leaves the desk with an exception when the service is down.
    return _advice(client.get("/delay-risk", params=flight, timeout=2))


def only_silence(client, flight):
    # Forgets that a service can answer with an error.
    try:
        return _advice(client.get("/delay-risk", params=flight, timeout=2))
    except httpx.TransportError:
        return "act"


def library_timeout(client, flight):
    # Leaves the time limit to the library.
    try:
        answer = client.get("/delay-risk", params=flight)
    except httpx.TransportError:
        return "act"
    return "act" if answer.is_server_error else _advice(answer)


WRONG = {
    "1.1": [break_even_precision, share_not_needed, capped],
    "1.2": [most_accurate, ignores_success, formula_only, dearest],
    "1.3": [
        waits_when_in_doubt,
        swallows_everything,
        no_fallback,
        only_silence,
        library_timeout,
    ],
}
