"""The desk's client: asks about a flight, patiently, and says what else to do.

Usage: uv run python -m delayrisk.client 2013-05-30 JFK B6 181 17:05
"""

import os
import sys
import time

import httpx2
from pydantic import ValidationError

from delayrisk.contract import Answer, Flight

TRIES = 3
LONGEST_WAIT = 5.0
"""Seconds; if the service asks for more, we give up: a customer stands at the desk."""

WITHOUT_ANSWER = "No answer from DelayRisk: act on departures from 15:00 on."


def wait_before(retry: int, response: httpx2.Response | None) -> float:
    """Return the seconds to wait: what the service asks for, else more each time."""
    told = response.headers.get("Retry-After", "") if response else ""
    return float(told) if told.isdigit() else 0.25 * 2**retry


def ask(http: httpx2.Client, flight: Flight) -> Answer:
    """Return the service's answer; try again if it is busy or cannot be reached.

    Raises:
        httpx2.HTTPError: if it refuses the question, after three tries, or if the next
            try would have to wait too long.
    """
    for retry in range(TRIES):
        response = None
        try:
            response = http.get("/delay-risk", params=flight.model_dump(mode="json"))
            if response.status_code not in {429, 503}:
                break
        except httpx2.TransportError:
            if retry + 1 == TRIES:
                raise
        wait = wait_before(retry, response)
        if retry + 1 == TRIES or wait > LONGEST_WAIT:
            break
        time.sleep(wait)
    response.raise_for_status()
    return Answer.model_validate_json(response.content)


def main() -> None:
    """Ask about the flight on the command line; the variable DELAYRISK_URL says where.

    Without an answer the desk still gets a rule, and the exit code is 1.
    """
    names = ("date", "origin", "carrier", "flight", "scheduled")
    try:
        flight = Flight.model_validate(dict(zip(names, sys.argv[1:], strict=False)))
    except ValidationError as problem:
        wrong = [f"{error['loc'][0]}: {error['msg']}" for error in problem.errors()]
        sys.exit("\n".join([f"Say {' '.join(names)}, for one flight.", *wrong]))
    url = os.environ.get("DELAYRISK_URL", "http://127.0.0.1:8000")
    try:
        with httpx2.Client(base_url=url, timeout=2.0) as http:
            answer = ask(http, flight)
    except httpx2.HTTPError as problem:
        sys.exit(f"{WITHOUT_ANSWER} ({problem})")
    advice = "Act" if answer.act else "Wait"
    print(f"{advice}: the risk is {answer.risk:.0%} ({answer.model}).")


if __name__ == "__main__":
    main()
