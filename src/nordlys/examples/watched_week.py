"""DelayRisk for the simulated week: it watches its supplier, its customers and itself.

The model is a table of rates. All times are simulated ones, read from the requests.
"""

import datetime as dt
import os
from bisect import bisect
from collections import Counter, defaultdict, deque
from typing import Annotated, Literal

import httpx2
from fastapi import FastAPI, Header, HTTPException, Query
from pydantic import BaseModel

from nordlys.simulator import past_flights

LIMIT = float(os.environ.get("SUPPLIER_SECONDS", 0.3))  # the desk waits for one
SUPPLIER = httpx2.Client(base_url=os.environ["SUPPLIER_URL"], timeout=LIMIT)
LEVELS = [2, 6, 10, 15, 25, 40]  # minutes of mean delay, between which rates differ
QUOTA = 40  # questions a client and hour
GAP_RINGS, GAP_IS_OVER = 0.4, 0.15  # two limits, so that it does not ring and ring


class Flight(BaseModel):
    """What the desk asks about; ``scheduled`` is local time."""

    date: dt.date
    origin: Literal["EWR", "JFK", "LGA"]
    carrier: str
    flight: int
    scheduled: dt.time

    @property
    def part(self) -> str:
        """Airport and part of the day, in which promise and outcome are compared."""
        return f"{self.origin} {'early' if self.scheduled.hour < 13 else 'late'}"


class Ended(Flight):
    """A flight whose outcome is known."""

    bad: bool


# The model: rates by airport, hour and level of delay, and without the level.
past = past_flights()
past["hour"] = past["scheduled"].str[:2].astype(int)
past["level"] = past["condition"].map(lambda minutes: bisect(LEVELS, minutes))
MEAN = past["bad"].mean()


def rates(columns: list[str]) -> dict:
    """Return the rate of bad flights by group; 30 average flights added to each."""
    groups = past.groupby(columns)["bad"].agg(["sum", "size"])
    return ((groups["sum"] + 30 * MEAN) / (groups["size"] + 30)).to_dict()


BY_LEVEL = rates(["origin", "hour", "level"])
BY_HOUR = rates(["origin", "hour"])

# What it remembers.
alarms: list[dict] = []
ringing: set[str] = set()  # what has rung and is not over
readings: dict[str, tuple[dt.datetime, float | None]] = {}
doubt_until: dict[str, dt.datetime] = defaultdict(lambda: dt.datetime.min)
failures = 0
asked: Counter = Counter()  # questions by client and hour
promised: dict[str, float] = {}
pairs: dict[str, deque] = defaultdict(lambda: deque(maxlen=20))
shift: dict[str, float] = defaultdict(float)


def ring(kind: str, what: str, now: dt.datetime, text: str) -> None:
    """Add an alarm, unless the same thing rings already."""
    if what not in ringing:
        ringing.add(what)
        alarms.append({"at": now.isoformat(), "kind": kind, "text": text})


def condition(origin: str, now: dt.datetime) -> float | None:
    """Return the mean delay at an airport, at most 15 minutes old, if it is known."""
    asked_at, delay = readings.get(origin, (dt.datetime.min, None))
    if now - asked_at > dt.timedelta(minutes=15):
        delay = checked(origin, now, ask_supplier(origin, now))
        readings[origin] = now, delay
    return delay


def ask_supplier(origin: str, now: dt.datetime) -> dict | None:
    """Return what the supplier says, or nothing if it fails or is slow."""
    global failures
    try:
        reply = SUPPLIER.get("/conditions", params={"origin": origin})
        reply.raise_for_status()
    except httpx2.HTTPError as error:
        failures += 1
        if failures >= 3:
            ring("outage", "supplier", now, f"supplier fails: {error!r}")
        return None
    failures = 0
    ringing.discard("supplier")
    return reply.json()


def checked(origin: str, now: dt.datetime, reply: dict | None) -> float | None:
    """Return the delay, unless it cannot be true or could not be a while ago."""
    if reply is None:
        return None
    delay, silent = reply["mean_delay"], reply["flights"] == 0
    if not -30 < delay < 150 or (silent and 8 <= now.hour < 22):
        doubt_until[origin] = now + dt.timedelta(hours=4)
        ring("data", f"reading {origin}", now, f"{origin} cannot be: {reply}")
    if now < doubt_until[origin]:
        return None
    ringing.discard(f"reading {origin}")
    return delay


app = FastAPI()


@app.get("/health")
def health() -> dict:
    """Say that the process runs."""
    return {"status": "ok"}


@app.get("/delay-risk")
def delay_risk(
    flight: Annotated[Flight, Query()],
    x_simulated_time: Annotated[dt.datetime, Header()],
    x_client: Annotated[str, Header()],
) -> dict:
    """Return the risk that a flight goes badly."""
    now = x_simulated_time
    asked[x_client, now.date(), now.hour] += 1
    if asked[x_client, now.date(), now.hour] > QUOTA:
        ring("cost", x_client, now, f"{x_client} asks more than {QUOTA} times an hour")
        raise HTTPException(429, "too many questions")
    group, delay = (flight.origin, flight.scheduled.hour), condition(flight.origin, now)
    risk = BY_HOUR.get(group, MEAN)
    if delay is not None:
        risk = BY_LEVEL.get((*group, bisect(LEVELS, delay)), risk)
    promised[flight.model_dump_json()] = risk
    risk = min(1.0, max(0.0, risk + shift[flight.part]))
    return {"risk": risk, "act": risk > 0.2, "model": "watched 1"}


@app.post("/outcomes")
def outcomes(
    ended: list[Ended], x_simulated_time: Annotated[dt.datetime, Header()]
) -> None:
    """Compare promise and outcome by airport and part of the day, and re-level."""
    for flight in ended:
        key = flight.model_dump_json(exclude={"bad"})
        if key in promised:
            pairs[flight.part].append(flight.bad - promised[key])
    for part, gaps in pairs.items():
        gap = sum(gaps) / len(gaps)
        if len(gaps) >= 12 and gap > GAP_RINGS:
            shift[part] = gap
            text = f"{part}: {gap:+.2f} more bad than promised"
            ring("drift", part, x_simulated_time, text)
        elif gap < GAP_IS_OVER:
            shift[part] = 0.0
            ringing.discard(part)


@app.get("/alarms")
def all_alarms() -> list[dict]:
    """Return all alarms so far."""
    return alarms
