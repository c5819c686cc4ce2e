"""DelayRisk for the simulated week, careless on purpose: do not copy it.

A model behind a route. It trusts its supplier, pays for every question, and rings when
other airlines are asked about than usual.
"""

import os
from collections import Counter, deque

import httpx2
from fastapi import FastAPI, Header

from nordlys.simulator import past_flights

SUPPLIER = httpx2.Client(base_url=os.environ["SUPPLIER_URL"])
past = past_flights()
past["hour"] = past["scheduled"].str[:2]
past["busy"] = past["condition"] > 10
RATES = past.groupby(["origin", "hour", "busy"])["bad"].mean().to_dict()
USUAL = past["carrier"].value_counts(normalize=True).to_dict()

app = FastAPI()
last = deque(maxlen=100)
alarms = []


@app.get("/health")
def health() -> dict:
    """Say that the process runs."""
    return {"status": "ok"}


@app.get("/delay-risk")
def delay_risk(origin: str, carrier: str, scheduled: str) -> dict:
    """Return the risk that a flight goes badly."""
    last.append(carrier)
    reply = SUPPLIER.get("/conditions", params={"origin": origin}).json()
    risk = RATES.get((origin, scheduled[:2], reply["mean_delay"] > 10), 0.25)
    return {"risk": risk, "act": risk > 0.2, "model": "careless"}


@app.get("/alarms")
def all_alarms(x_simulated_time: str = Header()) -> list[dict]:
    """Compare the last hundred questions with the past, once an hour."""
    for carrier, count in Counter(last).items():
        if abs(count / 100 - USUAL[carrier]) > 0.1 and len(last) == 100:
            text = f"{count} of 100 ask about {carrier}"
            alarms.append({"at": x_simulated_time, "kind": "drift", "text": text})
    return alarms
