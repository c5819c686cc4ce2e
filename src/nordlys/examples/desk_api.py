"""The desk's API: the risk of a flight, and a record of what the desk decided.

``serve("nordlys.examples.desk_api:app", env={"DESK_API_KEY": key})`` runs it. It keeps
the decisions in ``desk.db``, in the folder from which it is started.
"""

import os
import re
import secrets
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from datetime import date
from functools import cache
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.security import APIKeyHeader
from pydantic import BaseModel, BeforeValidator, Field
from starlette.exceptions import HTTPException as AnyHTTPException

from nordlys.costs import COST_ACT, COST_MISS
from nordlys.data import is_bad, load_flights

ACT_ABOVE = COST_ACT / COST_MISS  # break-even: above it acting costs less than waiting
PROBLEM = "application/problem+json"
REFUSAL = {"description": "problem details (RFC 9457)", "content": {PROBLEM: {}}}
TABLE = """CREATE TABLE IF NOT EXISTS decisions (
    flight_date TEXT, carrier TEXT, flight INTEGER, origin TEXT, act INTEGER NOT NULL,
    key TEXT UNIQUE, PRIMARY KEY (flight_date, carrier, flight, origin)) STRICT"""
INSERT = """INSERT INTO decisions VALUES
    (:flight_date, :carrier, :flight, :origin, :act, :key) ON CONFLICT DO NOTHING"""


def written(value: object) -> object:
    """Refuse a number, which Pydantic would take for seconds since 1970."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(value)):
        raise ValueError("write the date as in 2013-07-10")
    return value


Date = Annotated[date, BeforeValidator(written)]
Origin = Literal["EWR", "JFK", "LGA"]
Carrier = Annotated[str, Field(pattern="^[A-Z0-9]{2}$", examples=["EV"])]


class Departure(BaseModel, extra="forbid"):
    """What is asked about."""

    origin: Origin
    hour: int = Field(ge=0, le=23, description="scheduled hour, local time")
    carrier: Carrier


class Advice(BaseModel):
    """What is answered."""

    risk: float = Field(ge=0, le=1, description="probability of going badly")
    act: bool = Field(description="whether acting costs less than waiting")
    reason: str


class Decision(BaseModel, extra="forbid"):
    """What the desk decided on one flight."""

    flight_date: Date
    carrier: Carrier
    flight: int = Field(ge=1, le=9999)
    origin: Origin
    act: bool = Field(strict=True)  # else "no" and 0 count as booleans, too


def problem(request: Request, error: Exception) -> JSONResponse:
    """Answer every error in the form of RFC 9457."""
    status = getattr(error, "status_code", 500)
    detail = getattr(error, "detail", "The service failed; its log says why.")
    if isinstance(error, RequestValidationError):
        status, found = 422, error.errors()
        detail = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in found)
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase}
    body |= {"status": status, "detail": detail}
    return JSONResponse(body, status, getattr(error, "headers", None), PROBLEM)


@cache
def delay_rates() -> dict[tuple | str, tuple[float, int]]:
    """Return share of bad flights and number of flights, January to March, by route."""
    flights = load_flights(["month", "origin", "hour", "carrier", "arr_delay"])
    past = flights.assign(bad=is_bad(flights))[flights["month"] <= 3]
    groups = past.groupby(["origin", "hour", "carrier"])["bad"].agg(["mean", "size"])
    rates = {route: (share, size) for route, share, size in groups.itertuples()}
    return rates | {"other": (float(past["bad"].mean()), len(past))}


def database() -> Iterator[sqlite3.Connection]:
    """Lend one connection to one request, which may change threads."""
    with closing(sqlite3.connect("desk.db", check_same_thread=False)) as connection:
        yield connection


def known_caller(given: str = Depends(APIKeyHeader(name="X-API-Key"))) -> None:
    """Refuse whoever does not send the key; as bytes, since text must be ASCII here."""
    if not secrets.compare_digest(given.encode(), os.environ["DESK_API_KEY"].encode()):
        raise HTTPException(401, "Unknown key", {"WWW-Authenticate": "APIKey"})


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Refuse to start without a key; read the rates and make the table."""
    if not os.environ.get("DESK_API_KEY"):
        raise RuntimeError("Set the environment variable DESK_API_KEY")
    delay_rates()
    with closing(sqlite3.connect("desk.db")) as connection:
        connection.execute(TABLE)
    yield


app = FastAPI(title="DelayRisk for the desk", version="1.0.0", lifespan=lifespan)
for kind in (AnyHTTPException, RequestValidationError, Exception):
    app.add_exception_handler(kind, problem)
Database = Annotated[sqlite3.Connection, Depends(database)]
Key = Annotated[str | None, Header(min_length=1, max_length=64)]
refusals: dict[int | str, dict] = {401: REFUSAL, 422: REFUSAL}
v1 = APIRouter(prefix="/v1", dependencies=[Depends(known_caller)], responses=refusals)


@v1.get("/risk")
def read_risk(asked: Annotated[Departure, Query()]) -> Advice:
    """Return the risk of such a departure, and what to do about it."""
    rates, route = delay_rates(), (asked.origin, asked.hour, asked.carrier)
    risk, flights = rates.get(route, rates["other"])
    which = (
        f"{flights:,} such" if route in rates else f"all {flights:,} (none was such)"
    )
    reason = f"{risk:.0%} of {which} flights went badly from January to March"
    return Advice(risk=risk, act=risk > ACT_ABOVE, reason=reason)


@v1.post("/decisions", status_code=201, responses={400: REFUSAL, 409: REFUSAL})
def record(decision: Decision, db: Database, idempotency_key: Key = None) -> Decision:
    """Record a decision; the same one again under its key changes nothing."""
    row = decision.model_dump(mode="json") | {"key": idempotency_key}
    with db:
        added = db.execute(INSERT, row).rowcount
    stored = db.execute("SELECT * FROM decisions WHERE key = :key", row).fetchone()
    if not added and stored != tuple(row.values()):
        raise HTTPException(409, "This flight, or this key, has another decision")
    return decision


@app.get("/health")
def health() -> dict[str, str]:
    """Say that the process runs."""
    return {"status": "ok"}


@app.get("/ready", responses={503: REFUSAL})
def ready(db: Database) -> dict[str, str]:
    """Say that the service can do its work."""
    table = "SELECT name FROM sqlite_schema WHERE name = 'decisions'"
    if db.execute(table).fetchone() is None:
        raise HTTPException(503, "The table of decisions is missing")
    return {"status": "ready"}


app.include_router(v1)
