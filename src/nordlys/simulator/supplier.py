"""The supplier of departure conditions: a real HTTP server in the background."""

import json
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pandas as pd

from nordlys.simulator.incidents import Incident

PRICE = 0.02
"""Euros that the company pays for one call."""

HANG_SECONDS = 3.0
"""How long a call hangs in the outage, longer than the desk waits."""

_HANGS, _EVERY = 25, 3  # every third call hangs, until so many have; the rest is 503


class Supplier:
    """Answers ``GET /conditions?origin=JFK`` as of the simulated time ``now``.

    The parameter may have any name; its value is the place. The answer is
    ``{"place": …, "mean_delay": minutes, "flights": how many}``.

    Attributes:
        now: the simulated time, set by the week.
        calls: how often it was asked, also in vain; each costs ``PRICE``.
    """

    def __init__(self, questions: pd.DataFrame, incidents: Iterable[Incident]) -> None:
        """Take readings from the columns ``condition`` and ``based_on``."""
        self.now = questions["asked_at"].iloc[0]
        self.begin()
        self._closing = threading.Event()
        self._incidents = {incident.kind: incident for incident in incidents}
        self._readings = {
            place: (
                rows["asked_at"].to_numpy(),
                rows["condition"].tolist(),
                rows["based_on"].tolist(),
            )
            for place, rows in questions.groupby("place")
        }

    def begin(self) -> None:
        """Forget all calls, at the beginning of a week."""
        self.calls = self._in_outage = 0

    def answer(self, query: str) -> tuple[int, dict]:
        """Return status and body of one call.

        Args:
            query: such as ``origin=JFK``.
        """
        self.calls += 1
        pairs = parse_qsl(query)
        if len(pairs) != 1 or pairs[0][1] not in self._readings:
            places = ", ".join(sorted(self._readings))
            return 404, {"detail": f"ask for one place: {places}"}
        if self._incidents["outage"].covers(self.now):
            self._in_outage += 1
            turn, rest = divmod(self._in_outage, _EVERY)
            if rest == 0 and turn <= _HANGS:
                self._closing.wait(HANG_SECONDS)
            return 503, {"detail": "overloaded"}
        place = pairs[0][1]
        delay, flights = self._reading(place)
        fault = self._incidents["data"]
        if fault.where == place and fault.covers(self.now):
            seconds = fault.how == "seconds"
            delay, flights = (delay * 60, flights) if seconds else (0.0, 0)
        return 200, {"place": place, "mean_delay": delay, "flights": flights}

    def _reading(self, place: str) -> tuple[float, int]:
        times, delays, flights = self._readings[place]
        row = int(np.searchsorted(times, np.datetime64(self.now), side="right")) - 1
        return (delays[row], flights[row]) if row >= 0 else (0.0, 0)

    @contextmanager
    def listening(self) -> Iterator[str]:
        """Serve on a free port of this machine for the length of a block.

        Yields:
            The base address.
        """
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        server.block_on_close = False
        thread = threading.Thread(target=server.serve_forever, args=[0.05], daemon=True)
        thread.start()
        self._closing.clear()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            self._closing.set()
            server.shutdown()
            server.server_close()
            thread.join()


def _handler_of(supplier: Supplier) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else each answer waits 40 ms
        wbufsize = -1

        def do_GET(self) -> None:
            address = urlsplit(self.path)
            status, body = 404, {"detail": "the path is /conditions"}
            if address.path == "/conditions":
                status, body = supplier.answer(address.query)
            text = json.dumps(body).encode()
            try:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)
                self.wfile.flush()
            except OSError:  # the service has not waited
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    return Handler
