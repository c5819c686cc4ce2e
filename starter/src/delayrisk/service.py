"""The service: asks the model about one flight, and tells the monitor.

Usage: uv run uvicorn --factory delayrisk.service:start
"""

import datetime as dt
import os
import sys
from pathlib import Path
from typing import Annotated

from fastapi import FastAPI, Query, Response

from delayrisk.contract import Answer, Flight
from delayrisk.model import MODEL, Model, worth_acting
from delayrisk.monitoring import Monitor

READY_FLIGHT = Flight(
    date=dt.date(2013, 5, 31),
    origin="EWR",
    carrier="EV",
    flight=1,
    scheduled=dt.time(20),
)
"""The flight that the service asks itself about."""


def create_app(model: Model, monitor: Monitor) -> FastAPI:
    """Return the service of a model, watched by a monitor."""
    app = FastAPI(title="DelayRisk")

    def answer(flight: Flight) -> Answer:
        risk = model.risk(flight)
        return Answer(risk=risk, act=worth_acting(risk), model=model.version)

    @app.get("/health")
    def health() -> dict:
        """Say that the process runs."""
        return {"status": "ok"}

    @app.get("/ready")
    def ready() -> Answer:
        """Show that the service can do its work, by one prediction."""
        return answer(READY_FLIGHT)

    @app.get("/delay-risk")
    def delay_risk(flight: Annotated[Flight, Query()]) -> Answer:
        """Return the risk that a flight goes badly."""
        given = answer(flight)
        monitor.record(flight, given.risk, given.act, given.model)
        return given

    @app.get("/metrics")
    def metrics() -> Response:
        """Give the monitor's numbers, in the text format of Prometheus."""
        return Response(monitor.metrics(), media_type="text/plain; version=0.0.4")

    return app


def start() -> FastAPI:
    """Return the service of the model in ``model.json``.

    The variable ``DELAYRISK_MODEL`` names another file, and ``DELAYRISK_LOG`` a file
    for the monitor's lines, which else are printed.
    """
    file = Path(os.environ.get("DELAYRISK_MODEL", MODEL))
    if not file.is_file():
        sys.exit(f"There is no {file}: run uv run python -m delayrisk.train")
    model = Model.model_validate_json(file.read_text())
    log = os.environ.get("DELAYRISK_LOG")
    return create_app(model, Monitor(open(log, "a") if log else sys.stdout))
