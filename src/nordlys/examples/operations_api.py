"""The airport's operations API: a day of real flights, with faults made on purpose.

``serve("nordlys.examples.operations_api:app")`` runs it. Every fault comes by the
count of a program's requests, never by chance, so each run meets the same ones. A
program is the name that it sends with its key, or when it asks for a token.
"""

import asyncio
import base64
import json
import os
import secrets
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any
from urllib.parse import parse_qs

import jwt
import pandas as pd
from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Request
from fastapi.responses import JSONResponse, StreamingResponse
from fastapi.security import HTTPBasic, HTTPBasicCredentials
from pydantic import BaseModel, Field

from nordlys.data import load_flights

PAGE_SIZE = 100
"""Flights on one page."""

TOKEN_SECONDS = 2
"""Life of an access token: very short, so that a page of the book sees it end."""

TOKEN_FAULT_PERIOD = 2
"""Of a program's good requests for a token, each time the last of so many gets 503."""

REPEATED_PAGE = 5
"""The page that is delivered twice, under two cursors."""

SPOILED_PAGE = 8
"""The page on which some records are wrong."""

FAULTS = {4: 429, 7: 503, 8: 503}
"""Which of a program's requests for flights fail, and with which status."""

FAULT_PERIOD = 14
"""Requests after which the faults begin again: one whole day of about 1,000 flights."""

RETRY_AFTER = 1
"""Whole seconds, as the header demands, that a program must wait after a 429."""

WRONG_SECRETS = 5
"""Wrong secrets after which a program is locked out."""

GATES = {"A1": "JFK", "B7": "EWR", "C3": "EWR", "D9": "LGA"}
"""Gates, and the airport of each."""

HANGING_GATE, HANG_SECONDS = "B7", 3.0
"""A gate whose sensor is silent, and for how long."""

LATE_ANSWER_SECONDS = 1.2
"""How late the answer to a program's first order is. The order itself is at once."""

BOARD_LINES, BOARD_PAUSE = 5, 0.6
"""Lines of the departure board, and seconds between two of them."""


QUOTED = r'^"[ !#-\[\]-~]+"$'
"""Form of an idempotency key: a text in double quotes, as in the IETF's draft."""


class Order(BaseModel):
    """A lounge voucher that a customer orders and is charged for."""

    booking: str = Field(min_length=1)
    euros: float = Field(gt=0, le=100)


class Charge(Order):
    """A line of the ledger: an order that has been charged."""

    number: int


@dataclass
class State:
    """What the service remembers; it begins afresh with every start."""

    secret: str
    signing_key: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    wrong_secrets: Counter = field(default_factory=Counter)
    logins: Counter = field(default_factory=Counter)
    requests: Counter = field(default_factory=Counter)
    blocked_until: dict[str, float] = field(default_factory=dict)
    orders: Counter = field(default_factory=Counter)
    ledger: dict[str, list[Charge]] = field(default_factory=lambda: defaultdict(list))
    answers: dict[tuple[str, str], Charge] = field(default_factory=dict)
    days: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


def state_of(request: Request) -> State:
    """Return the state of the running service."""
    return request.app.state.service


Service = Annotated[State, Depends(state_of)]
router = APIRouter()


# --- who may ask -------------------------------------------------------------------


@router.post("/token")
async def issue_token(
    request: Request,
    service: Service,
    client: Annotated[HTTPBasicCredentials, Depends(HTTPBasic())],
) -> JSONResponse:
    """Exchange a program's secret for a short-lived token (RFC 6749, section 4.4)."""
    form = parse_qs((await request.body()).decode(errors="replace"))
    if form.get("grant_type") != ["client_credentials"]:
        return token_error(400, "unsupported_grant_type", "ask for client_credentials")
    program = client.username
    if (refusal := refuse_secret(service, client)) == 403:
        return token_error(403, "access_denied", "locked: too many wrong secrets")
    if refusal:
        return token_error(401, "invalid_client", "wrong secret")
    service.logins[program] += 1
    if service.logins[program] % TOKEN_FAULT_PERIOD == 0:
        return token_error(503, "temporarily_unavailable", "try again later")
    now = time.time()
    claims = {"sub": program, "iat": now, "exp": now + TOKEN_SECONDS}
    token = jwt.encode(claims, service.signing_key, algorithm="HS256")
    answer = {"access_token": token, "token_type": "Bearer"}
    answer |= {"expires_in": TOKEN_SECONDS}
    return JSONResponse(answer, headers={"Cache-Control": "no-store"})


def refuse_secret(service: State, client: HTTPBasicCredentials) -> int | None:
    """Return the status with which a name and its secret are refused, or None."""
    program = client.username
    if service.wrong_secrets[program] >= WRONG_SECRETS:
        return 403
    if not secrets.compare_digest(client.password.encode(), service.secret.encode()):
        service.wrong_secrets[program] += 1
        return 401
    del service.wrong_secrets[program]
    return None


def token_error(status: int, error: str, description: str) -> JSONResponse:
    """Refuse a token in the form that RFC 6749, section 5.2, asks for."""
    headers = {"Cache-Control": "no-store"}
    if status == 401:
        headers["WWW-Authenticate"] = "Basic"
    body = {"error": error, "error_description": description}
    return JSONResponse(body, status, headers)


async def program_of(
    request: Request, service: Service, authorization: Annotated[str, Header()] = ""
) -> str:
    """Return the program that shows its name and key, or a token; else answer 401.

    The key is the secret that a token is had for: a caller may send either.
    """
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() == "basic":
        client = await HTTPBasic()(request)
        if refusal := refuse_secret(service, client):
            told = "locked: too many wrong keys" if refusal == 403 else "wrong key"
            raise HTTPException(refusal, told, {"WWW-Authenticate": "Basic"})
        return client.username
    try:
        if scheme.lower() != "bearer":
            raise jwt.InvalidTokenError("token missing")
        # PyJWT compares whole seconds; these tokens live too short a time for that.
        options: Any = {"verify_exp": False, "verify_iat": False, "require": ["exp"]}
        claims = jwt.decode(token, service.signing_key, ["HS256"], options=options)
        if claims["exp"] <= time.time():
            raise jwt.ExpiredSignatureError("token expired")
    except jwt.InvalidTokenError as problem:
        headers = {"WWW-Authenticate": "Bearer"}
        raise HTTPException(401, str(problem).lower(), headers) from None
    return claims["sub"]


Program = Annotated[str, Depends(program_of)]


# --- the flights of a day, a page at a time ----------------------------------------


@router.get("/flights")
async def flights(
    service: Service, program: Program, day: str, cursor: str = ""
) -> dict[str, Any]:
    """Return one page of a day's flights, and the cursor of the next page."""
    if (status := due_fault(service, program)) == 429:
        headers = {"Retry-After": str(RETRY_AFTER)}
        raise HTTPException(429, "too many requests", headers)
    if status:
        raise HTTPException(status, "try again later")
    if day not in service.days:
        service.days[day] = records_of(day)
    order = delivery_order(len(service.days[day]))
    if not order:
        raise HTTPException(404, f"no flights on {day!r}")
    step = read_cursor(cursor, day, len(order))
    start = (order[step] - 1) * PAGE_SIZE
    page = [dict(record) for record in service.days[day][start : start + PAGE_SIZE]]
    if order[step] == SPOILED_PAGE:
        spoil(page)
    after = write_cursor(day, step + 1) if step + 1 < len(order) else None
    return {"flights": page, "total": len(service.days[day]), "next": after}


def due_fault(service: State, program: str) -> int | None:
    """Return the status that this request must fail with, or None."""
    now = time.monotonic()
    if now < service.blocked_until.get(program, 0.0):
        return 429
    service.requests[program] += 1
    turn = (service.requests[program] - 1) % FAULT_PERIOD + 1
    if FAULTS.get(turn) == 429:
        service.blocked_until[program] = now + RETRY_AFTER
    return FAULTS.get(turn)


def records_of(day: str) -> list[dict[str, Any]]:
    """Return the flights of one day as JSON records, in order of schedule.

    ``scheduled`` is local clock time; ``arr_delay`` is minutes, null if the flight
    was cancelled or diverted. The day is over: nobody is still in the air.
    """
    date, table = day_or_404(day), timetable()
    chosen = table["month"].eq(date.month) & table["day"].eq(date.day)
    table = table[chosen & table["year"].eq(date.year)]
    table = table.sort_values(["sched_dep_time", "origin", "carrier", "flight"])
    return [
        {
            "day": day,
            "origin": row.origin,
            "carrier": row.carrier,
            "flight": row.flight,
            "dest": row.dest,
            "scheduled": f"{row.hour:02d}:{row.minute:02d}",
            "arr_delay": None if pd.isna(row.arr_delay) else int(row.arr_delay),
        }
        for row in table.itertuples()
    ]


@cache
def timetable() -> pd.DataFrame:
    """Return all flights; read once, before the first request comes."""
    columns = ["year", "month", "day", "origin", "carrier", "flight", "dest"]
    return load_flights([*columns, "sched_dep_time", "hour", "minute", "arr_delay"])


def day_or_404(day: str) -> pd.Timestamp:
    """Read an ISO date, or answer 404: such a day has no flights."""
    try:
        return pd.to_datetime(day, format="%Y-%m-%d")
    except ValueError:
        raise HTTPException(404, f"no such day: {day!r}") from None


def delivery_order(flights: int) -> list[int]:
    """Return the numbers of the pages as they are delivered: one comes twice."""
    pages = range(1, -(-flights // PAGE_SIZE) + 1)
    return sorted([*pages, *(page for page in pages if page == REPEATED_PAGE)])


def spoil(page: list[dict[str, Any]]) -> None:
    """Damage four records in place, each in a way that suppliers know how to."""
    damage: list[dict[str, Any]] = [
        {"arr_delay": "n/a"},
        {"scheduled": "25:75"},
        {"arr_delay": 99999},
        {"dest": None},
    ]
    for record, wrong in zip(page[10::20], damage, strict=False):
        record.update(wrong)


def write_cursor(day: str, step: int) -> str:
    """Return an opaque bookmark: callers pass it back and never look inside."""
    return base64.urlsafe_b64encode(json.dumps([day, step]).encode()).decode()


def read_cursor(cursor: str, day: str, steps: int) -> int:
    """Return the step that a bookmark stands for; the first if there is none.

    Nothing that a caller sends is decoded: a cursor is one we made, or it is refused.
    """
    if not cursor:
        return 0
    known = {write_cursor(day, step): step for step in range(steps)}
    if cursor not in known:
        raise HTTPException(400, "not a cursor of this day")
    return known[cursor]


# --- vouchers, which cost money ----------------------------------------------------


@router.post("/vouchers", status_code=201)
async def order_voucher(
    order: Order,
    service: Service,
    program: Program,
    idempotency_key: Annotated[str | None, Header(pattern=QUOTED)] = None,
) -> Charge:
    """Charge for one voucher; with an ``Idempotency-Key``, once however often asked."""
    earlier = service.answers.get((program, idempotency_key or ""))
    if earlier:
        if (earlier.booking, earlier.euros) != (order.booking, order.euros):
            raise HTTPException(422, "this key was used for another order")
        return earlier
    ledger = service.ledger[program]
    charge = Charge(number=len(ledger) + 1, **order.model_dump())
    ledger.append(charge)
    if idempotency_key:
        service.answers[program, idempotency_key] = charge
    service.orders[program] += 1
    if service.orders[program] == 1:
        await asyncio.sleep(LATE_ANSWER_SECONDS)
    return charge


@router.get("/ledger")
async def read_ledger(service: Service, program: Program) -> list[Charge]:
    """Return what this program has been charged for."""
    return service.ledger[program]


# --- open to everyone, and slow ----------------------------------------------------


@router.get("/gates")
async def list_gates() -> list[dict[str, str]]:
    """Return the gates and their airports."""
    return [{"gate": gate, "airport": airport} for gate, airport in GATES.items()]


@router.get("/gates/{gate}")
async def read_gate(gate: str) -> dict[str, Any]:
    """Say whether a gate is open; the sensor of one gate keeps silent for long."""
    if gate == HANGING_GATE:
        await asyncio.sleep(HANG_SECONDS)
    return {"gate": gate, "open": True}


@router.get("/board")
async def read_board() -> StreamingResponse:
    """Send the departure board line by line, with a pause before each line."""

    async def lines() -> AsyncIterator[str]:
        for number in range(1, BOARD_LINES + 1):
            await asyncio.sleep(BOARD_PAUSE)
            yield f"line {number}\n"

    return StreamingResponse(lines(), media_type="text/plain")


def create_app(secret: str | None = None) -> FastAPI:
    """Return a service with nothing remembered yet.

    Args:
        secret: what programs exchange for a token; by default the environment
            variable ``OPS_SECRET``, without which the service refuses to start.
    """
    secret = secret or os.environ.get("OPS_SECRET", "")

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if not secret:
            raise RuntimeError("Set the environment variable OPS_SECRET")
        timetable()
        yield

    app = FastAPI(title="Airport operations", lifespan=lifespan)
    app.state.service = State(secret)
    app.include_router(router)
    return app


app = create_app()
