"""DelayRisk as a service: the rate of bad flights by airport, hour and carrier.

The rates stand in ``rates.json`` in the folder from which it is started.
"""

import json
from pathlib import Path

from fastapi import FastAPI

RATES = json.loads(Path("rates.json").read_text())
app = FastAPI()


@app.get("/health")
def health() -> dict:
    """Say that the process runs."""
    return {"status": "ok"}


@app.get("/delay-risk")
def delay_risk(origin: str, hour: int, carrier: str) -> dict:
    """Return the risk that a flight goes badly."""
    return {"risk": RATES.get(f"{origin} {hour} {carrier}", RATES["other"])}


@app.get("/ready")
def ready() -> dict:
    """Show that the service can do its work, by one prediction."""
    return delay_risk("EWR", 20, "EV")
