"""Plausible wrong answers to the exercises of the page on the first service."""

import httpx2

from nordlys import COST_ACT, COST_MISS


def break_even_precision(bad):
    # The break-even probability: forgets how many flights are bad.
    return COST_ACT / COST_MISS


def share_not_needed(bad):
    # The share of failures that can be borne, instead of the share of successes.
    return 1 - COST_ACT / (COST_MISS * bad.mean())


def capped(bad):
    # Caps at one and so hides that no success rate is enough.
    return min(1.0, COST_ACT / (COST_MISS * bad.mean()))


STAGES = (
    "data collection",
    "model deployment",
    "semi-automated monitoring",
    "fully automated monitoring",
)


def marks_counted(automatic):
    # Counts what is automatic, whatever it stands on.
    return len(automatic)


def highest_mark(automatic):
    # Takes the highest mark, as a vendor's brochure would.
    return max((STAGES.index(name) + 1 for name in automatic), default=0)


def last_of_all(automatic):
    # Knows only the whole way or nothing.
    return 4 if set(STAGES) == automatic else 0


def from_one(automatic):
    # Begins with stage one even where nothing is automatic.
    in_place = [name in automatic for name in STAGES]
    return max(1, [*in_place, False].index(False))


def _advice(answer):
    risk = answer.raise_for_status().json()["risk"]
    return "act" if risk > COST_ACT / COST_MISS else "wait"


def waits_when_in_doubt(client, flight):
    # Doing nothing as the fallback: the dearer constant policy.
    try:
        return _advice(client.get("/delay-risk", params=flight, timeout=2))
    except httpx2.TransportError:
        return "wait"
    except httpx2.HTTPStatusError as problem:
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
    except httpx2.TransportError:
        return "act"


def two_kinds_of_silence(client, flight):
    # Forgets the service that takes the question and breaks off.
    try:
        answer = client.get("/delay-risk", params=flight, timeout=2)
    except (httpx2.TimeoutException, httpx2.ConnectError):
        return "act"
    return "act" if answer.is_server_error else _advice(answer)


def only_500(client, flight):
    # Knows one status of failure; 503 reaches the desk as an exception.
    try:
        answer = client.get("/delay-risk", params=flight, timeout=2)
    except httpx2.TransportError:
        return "act"
    return "act" if answer.status_code == 500 else _advice(answer)


def says_true(client, flight):
    # Returns whether to act, where the desk needs the word.
    try:
        answer = client.get("/delay-risk", params=flight, timeout=2)
    except httpx2.TransportError:
        return True
    return True if answer.is_server_error else _advice(answer) == "act"


def read_only(client, flight):
    # Limits the wait for the answer, but waits for ever for a connection.
    limit = httpx2.Timeout(None, read=2)
    try:
        answer = client.get("/delay-risk", params=flight, timeout=limit)
    except httpx2.TransportError:
        return "act"
    return "act" if answer.is_server_error else _advice(answer)


def library_timeout(client, flight):
    # Leaves the time limit to the library.
    try:
        answer = client.get("/delay-risk", params=flight)
    except httpx2.TransportError:
        return "act"
    return "act" if answer.is_server_error else _advice(answer)


WRONG = {
    "lowest-success": [break_even_precision, share_not_needed, capped],
    "maturity-stage": [marks_counted, highest_mark, last_of_all, from_one],
    "advise-safely": [
        waits_when_in_doubt,
        swallows_everything,
        no_fallback,
        only_silence,
        two_kinds_of_silence,
        only_500,
        says_true,
        read_only,
        library_timeout,
    ],
}
