"""The desk's side of the contract: it asks, waits for a second, and reads closely."""

import http.client
import json
import socket
import time
from collections import Counter
from urllib.parse import urlencode, urlsplit

import pandas as pd

from nordlys.simulator.incidents import KINDS

PATIENCE = 1.0
"""Seconds of real time that a desk waits for an answer."""

_SILENT_IN_A_ROW = 60


class WeekError(RuntimeError):
    """The week cannot be played; the message says why."""


class Desk:
    """Asks the service, and counts what is wrong with the answers.

    Attributes:
        problems: how often an answer was wrong, by kind of problem.
        examples: the first wrong answer of each kind.
    """

    def __init__(self, url: str, route: str) -> None:
        """Take the base address of the service and the path of its question."""
        address = urlsplit(url)
        if address.scheme != "http" or not address.hostname:
            raise WeekError(f"{url!r} is no address such as http://127.0.0.1:8000")
        self._route = route
        self._connection = http.client.HTTPConnection(
            address.hostname, address.port, timeout=PATIENCE
        )
        self._silent = 0
        self.problems: Counter[str] = Counter()
        self.examples: dict[str, str] = {}

    def ask(
        self, question: dict, now: pd.Timestamp, client: str
    ) -> tuple[int, dict | None]:
        """Ask one question.

        Args:
            question: its fields.
            now: the simulated time.
            client: who asks; problems are counted if the name begins with ``desk``,
                because nobody has to answer the kiosk.

        Returns:
            The status, 0 if nothing came in time, and the answer, None if it is wrong.
        """
        path = f"{self._route}?{urlencode(question)}"
        began = time.perf_counter()
        reply = self._call("GET", path, now, client=client)
        late = time.perf_counter() - began > PATIENCE
        answer, problem = None, "no answer within a second"
        if reply and not late:
            answer, problem = _read_answer(*reply)
        if problem and client.startswith("desk"):
            text = reply[1].decode(errors="replace")[:80] if reply else "nothing"
            self._note(problem, text)
        return (reply[0] if reply and not late else 0), answer

    def tell_outcomes(self, outcomes: list[dict], now: pd.Timestamp) -> None:
        """Post what has become known; 404 means that the service wants none.

        Args:
            outcomes: questions with ``bad``.
            now: the simulated time.
        """
        reply = self._call("POST", "/outcomes", now, json.dumps(outcomes).encode())
        if reply is None:
            self._note("POST /outcomes: no answer within a second", "nothing")
        elif reply[0] >= 400 and reply[0] not in {404, 405}:
            text = reply[1].decode(errors="replace")[:80]
            self._note(f"POST /outcomes: status {reply[0]}", text)

    def read_alarms(self, now: pd.Timestamp) -> list[tuple[str, str, str]]:
        """Return what the service lists; 404 means that it has no alarms.

        Args:
            now: the simulated time.

        Returns:
            Kind, text and time of each alarm that is written as the contract says; the
            others are counted as problems.
        """
        reply = self._call("GET", "/alarms", now)
        if reply is None:
            self._note("GET /alarms: no answer within a second", "nothing")
            return []
        status, body = reply
        if status == 404:
            return []
        try:
            listed = json.loads(body)
        except ValueError:
            listed = None
        if status != 200 or not isinstance(listed, list):
            text = body.decode(errors="replace")[:80]
            self._note(f"GET /alarms: status {status}, or no list", text)
            return []
        alarms = []
        for alarm in listed:
            try:
                at, kind, text = alarm["at"], alarm["kind"], alarm["text"]
                pd.Timestamp(at)
                if kind not in KINDS:
                    raise ValueError
                alarms.append((kind, str(text), str(at)))
            except (ValueError, TypeError, KeyError):
                self._note("GET /alarms: at, kind or text is wrong", str(alarm)[:80])
        return alarms

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _note(self, problem: str, text: str) -> None:
        self.problems[problem] += 1
        self.examples.setdefault(problem, text)

    def _call(
        self,
        method: str,
        path: str,
        now: pd.Timestamp,
        body: bytes | None = None,
        client: str = "simulator",
    ) -> tuple[int, bytes] | None:
        """Return status and body, or None if there was nothing within the time."""
        headers = {"X-Simulated-Time": f"{now:%Y-%m-%dT%H:%M}", "X-Client": client}
        if body is not None:
            headers["Content-Type"] = "application/json"
            # A server closes a connection after a crash; what is told once at most
            # must not be lost with it.
            self._connection.close()
        for fresh in (False, True):
            try:
                self._connection.request(method, path, body, headers)
                response = self._connection.getresponse()
                reply = response.status, response.read()
                self._silent = 0
                return reply
            except TimeoutError:
                self._connection.close()
                break
            except (OSError, http.client.HTTPException):
                self._connection.close()
                if fresh or method == "POST":  # told once at most
                    break
        self._silent += 1
        if self._silent >= _SILENT_IN_A_ROW:
            raise WeekError(
                f"The service has not answered {self._silent} requests in a row, the "
                f"last at {now:%A %H:%M}: does it still run?"
            )
        return None


def _read_answer(status: int, body: bytes) -> tuple[dict | None, str | None]:
    """Return the answer, or None and what is wrong with it."""
    if status != 200:
        return None, f"status {status}"
    try:
        answer = json.loads(body)
    except ValueError:
        return None, "the body is not JSON"
    if not isinstance(answer, dict):
        return None, "the body is no object"
    risk = answer.get("risk")
    if (
        isinstance(risk, bool)
        or not isinstance(risk, int | float)
        or not 0 <= risk <= 1
    ):
        return None, "risk is no number from 0 to 1"
    if not isinstance(answer.get("act"), bool):
        return None, "act is neither true nor false"
    if not isinstance(answer.get("model"), str):
        return None, "model is no text"
    return answer, None


def service_is_up(host: str, port: int) -> bool:
    """Say whether ``GET /health`` is answered with 200.

    Args:
        host: name or number of the machine.
        port: where the service listens.
    """
    connection = http.client.HTTPConnection(host, port, timeout=1)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException, socket.gaierror):
        return False
    finally:
        connection.close()
