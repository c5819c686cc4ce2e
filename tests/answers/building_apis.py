"""Plausible wrong answers to the exercises on building an API."""

import hashlib
import secrets
import sqlite3
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, FastAPI, HTTPException
from pydantic import BaseModel, Field

from nordlys.examples.desk_api import Carrier, Database, Date, Decision

Airport = Literal["EWR", "JFK", "LGA"]
MINUTES = "length of the call in minutes; null while it goes on"


class NoLimits(BaseModel, extra="forbid"):
    # Types alone: a call of minus three minutes passes.
    flight: int
    origin: Airport
    minutes: int | None = Field(default=None, description=MINUTES)
    reached: bool


class MisspeltIgnored(BaseModel):
    # Forgets that unknown fields are ignored unless forbidden.
    flight: int = Field(ge=1, le=9999)
    origin: Airport
    minutes: int | None = Field(default=None, ge=0, le=120, description=MINUTES)
    reached: bool


class AlwaysOver(BaseModel, extra="forbid"):
    # Forgets the call that still goes on.
    flight: int = Field(ge=1, le=9999)
    origin: Airport
    minutes: int = Field(ge=0, le=120, description=MINUTES)
    reached: bool


class StrictlyInside(BaseModel, extra="forbid"):
    # gt and lt exclude the limits themselves.
    flight: int = Field(gt=1, lt=9999)
    origin: Airport
    minutes: int | None = Field(default=None, gt=0, lt=120, description=MINUTES)
    reached: bool


class NoUnit(BaseModel, extra="forbid"):
    # Says nothing about the unit.
    flight: int = Field(ge=1, le=9999)
    origin: Airport
    minutes: int | None = Field(default=None, ge=0, le=120)
    reached: bool


class AnyAirport(BaseModel, extra="forbid"):
    # Three letters look like an airport.
    flight: int = Field(ge=1, le=9999)
    origin: str = Field(pattern="^[A-Za-z]{3}$")
    minutes: int | None = Field(default=None, ge=0, le=120, description=MINUTES)
    reached: bool


ADDRESS = "/v1/decisions/{origin}/{flight_date}/{carrier}/{flight}"
Number = Annotated[int, Field(ge=1, le=9999)]
BY_KEY = """SELECT act FROM decisions
    WHERE (origin, flight_date, carrier, flight) = (?, ?, ?, ?)"""

null_if_missing = APIRouter()


@null_if_missing.get(ADDRESS)
def answers_null(
    origin: Airport, flight_date: Date, carrier: Carrier, flight: Number, db: Database
) -> Decision | None:
    # 200 with null where nothing is stored.
    row = db.execute(BY_KEY, [origin, str(flight_date), carrier, flight]).fetchone()
    if row is None:
        return None
    return Decision(
        flight_date=flight_date,
        carrier=carrier,
        flight=flight,
        origin=origin,
        act=bool(row[0]),
    )


crashes_if_missing = APIRouter()


@crashes_if_missing.get(ADDRESS)
def crashes(
    origin: Airport, flight_date: Date, carrier: Carrier, flight: Number, db: Database
) -> Decision:
    # Takes the first column of nothing: a 500.
    (act,) = db.execute(BY_KEY, [origin, str(flight_date), carrier, flight]).fetchone()
    return Decision(
        flight_date=flight_date,
        carrier=carrier,
        flight=flight,
        origin=origin,
        act=bool(act),
    )


takes_any_text = APIRouter()


@takes_any_text.get(ADDRESS)
def any_text(
    origin: str, flight_date: str, carrier: str, flight: int, db: Database
) -> dict:
    # No contract: nonsense is looked up, and not found.
    row = db.execute(BY_KEY, [origin, flight_date, carrier, flight]).fetchone()
    if row is None:
        raise HTTPException(404, "no decision on this flight")
    return {
        "flight_date": flight_date,
        "carrier": carrier,
        "flight": flight,
        "origin": origin,
        "act": bool(row[0]),
    }


forgets_airport = APIRouter()


@forgets_airport.get(ADDRESS)
def forgets(
    origin: Airport, flight_date: Date, carrier: Carrier, flight: Number, db: Database
) -> Decision:
    # Looks up by the number alone, which two airports use.
    row = db.execute("SELECT act FROM decisions WHERE flight = ?", [flight]).fetchone()
    if row is None:
        raise HTTPException(404, "no decision on this flight")
    return Decision(
        flight_date=flight_date,
        carrier=carrier,
        flight=flight,
        origin=origin,
        act=bool(row[0]),
    )


def router_of(carrier=Carrier, flight=Number, where=BY_KEY) -> APIRouter:
    """Return a right router, but for what is changed."""
    router = APIRouter()

    @router.get(ADDRESS)
    def read(
        origin: Airport,
        flight_date: Date,
        carrier: carrier,
        flight: flight,
        db: Database,
    ) -> dict:
        names = ["origin", "flight_date", "carrier", "flight"]
        values = [origin, str(flight_date), carrier, flight]
        asked = dict(zip(names, values, strict=True))
        row = db.execute(where, asked if ":" in where else values).fetchone()
        if row is None:
            raise HTTPException(404, "no decision on this flight")
        return asked | {"act": bool(row[0])}

    return router


NO_CARRIER = """SELECT act FROM decisions WHERE flight_date = :flight_date
    AND origin = :origin AND flight = :flight"""

other_order = APIRouter()  # the airline stands where the airport should
other_order.add_api_route(
    "/v1/decisions/{carrier}/{flight_date}/{origin}/{flight}", forgets
)

opens_its_own = APIRouter()


def own_database():
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    connection.execute(
        "CREATE TABLE decisions (origin, flight_date, carrier, flight, act)"
    )
    yield connection
    connection.close()


@opens_its_own.get(ADDRESS)
def own(
    origin: Airport,
    flight_date: Date,
    carrier: Carrier,
    flight: Number,
    db: Annotated[sqlite3.Connection, Depends(own_database)],
) -> Decision:
    # A database of its own: no test can hand it another.
    raise HTTPException(404, "no decision on this flight")


def hash_is_enough(given: str, hashes: dict[str, str]) -> str:
    # Compares with the hash itself, so whoever reads the store is let in.
    for name, known in hashes.items():
        if given == known or hashlib.sha256(given.encode()).hexdigest() == known:
            return name
    raise HTTPException(401, "Unknown key")


def forbidden(given: str, hashes: dict[str, str]) -> str:
    # 403 is for who is known and may not.
    for name, known in hashes.items():
        if hashlib.sha256(given.encode()).hexdigest() == known:
            return name
    raise HTTPException(403, "Unknown key")


def first_only(given: str, hashes: dict[str, str]) -> str:
    # Gives up after the first client.
    for name, known in hashes.items():
        if hashlib.sha256(given.encode()).hexdigest() == known:
            return name
        raise HTTPException(401, "Unknown key")
    raise HTTPException(401, "Unknown key")


def only_says_true(given: str, hashes: dict[str, str]) -> bool:
    # Says that the key is known, and not whose it is.
    if hashlib.sha256(given.encode()).hexdigest() in hashes.values():
        return True
    raise HTTPException(401, "Unknown key")


def none_if_unknown(given: str, hashes: dict[str, str]) -> str | None:
    # Returns None, and the endpoint goes on.
    digest = hashlib.sha256(given.encode()).hexdigest()
    return next((name for name, known in hashes.items() if known == digest), None)


def compared_as_text(given: str, hashes: dict[str, str]) -> str:
    # compare_digest refuses text beyond ASCII with a TypeError: a 500.
    for name, known in hashes.items():
        if secrets.compare_digest(given, "never") or (
            hashlib.sha256(given.encode()).hexdigest() == known
        ):
            return name
    raise HTTPException(401, "Unknown key")


def tells_names(given: str, hashes: dict[str, str]) -> str:
    # Helps the stranger with the list of clients.
    for name, known in hashes.items():
        if hashlib.sha256(given.encode()).hexdigest() == known:
            return name
    raise HTTPException(401, f"none of {list(hashes)}")


def tells_hashes(given: str, hashes: dict[str, str]) -> str:
    # Names no client, but gives away what is stored.
    for name, known in hashes.items():
        if hashlib.sha256(given.encode()).hexdigest() == known:
            return name
    raise HTTPException(401, f"none of {list(hashes.values())}")


GOOD = {"origin": "EWR", "hour": 20, "carrier": "EV"}
DECISION = {"flight_date": "2013-07-10", "carrier": "EV", "flight": 4321}
DECISION |= {"origin": "EWR", "act": True}


def only_the_good_case(client):
    # A service that answers is not yet one that refuses.
    assert client.get("/v1/risk", params=GOOD).status_code == 200
    assert client.post("/v1/decisions", json=DECISION).status_code == 201


def forgets_the_form(client):
    # Looks at statuses only.
    assert 0 <= client.get("/v1/risk", params=GOOD).json()["risk"] <= 1
    assert client.get("/v1/risk", params=GOOD | {"hour": 24}).status_code == 422
    assert client.post("/v1/decisions", json=DECISION).status_code == 201
    assert client.post("/v1/decisions", json=DECISION).status_code == 409
    stranger = client.get("/v1/risk", params=GOOD, headers={"X-API-Key": "no"})
    assert stranger.status_code == 401


def forgets_the_key(client):
    # The client of the test has the key, so nobody asks without it.
    assert 0 <= client.get("/v1/risk", params=GOOD).json()["risk"] <= 1
    wrong = client.get("/v1/risk", params=GOOD | {"hour": 24})
    assert wrong.status_code == 422
    assert wrong.headers["content-type"] == "application/problem+json"
    assert client.post("/v1/decisions", json=DECISION).status_code == 201
    assert client.post("/v1/decisions", json=DECISION).status_code == 409


def any_refusal(client):
    # Each refusal will do, whatever its status.
    assert 0 <= client.get("/v1/risk", params=GOOD).json()["risk"] <= 1
    wrong = client.get("/v1/risk", params=GOOD | {"hour": 24})
    assert wrong.status_code >= 400
    assert wrong.headers["content-type"] == "application/problem+json"
    assert client.post("/v1/decisions", json=DECISION).status_code == 201
    assert client.post("/v1/decisions", json=DECISION).status_code >= 400
    stranger = client.get("/v1/risk", params=GOOD, headers={"X-API-Key": "no"})
    assert stranger.status_code >= 400


def only_the_upper_end(client):
    # A risk has two ends.
    assert client.get("/v1/risk", params=GOOD).json()["risk"] <= 1
    wrong = client.get("/v1/risk", params=GOOD | {"hour": 24})
    assert wrong.status_code == 422
    assert wrong.headers["content-type"] == "application/problem+json"
    assert client.post("/v1/decisions", json=DECISION).status_code == 201
    assert client.post("/v1/decisions", json=DECISION).status_code == 409
    stranger = client.get("/v1/risk", params=GOOD, headers={"X-API-Key": "no"})
    assert stranger.status_code == 401


def compares_without_assert(client):
    # A comparison that nobody asserts.
    client.get("/v1/risk", params=GOOD | {"hour": 24}).status_code == 422  # noqa: B015


def wants_no_decision(client):
    # Expects a refusal of the first decision.
    assert client.post("/v1/decisions", json=DECISION).status_code == 409


WRONG = {
    "call-schema": [
        NoLimits,
        MisspeltIgnored,
        AlwaysOver,
        StrictlyInside,
        NoUnit,
        AnyAirport,
        NoUnit(flight=1, origin="EWR", reached=True),
        dict,
    ],
    "decision-endpoint": [
        null_if_missing,
        crashes_if_missing,
        takes_any_text,
        forgets_airport,
        other_order,
        opens_its_own,
        router_of(where=NO_CARRIER),
        router_of(carrier=str),
        router_of(flight=Annotated[int, Field(ge=1)]),
        APIRouter(),
        FastAPI(),
        forgets,
    ],
    "keys-of-clients": [
        hash_is_enough,
        forbidden,
        first_only,
        only_says_true,
        none_if_unknown,
        compared_as_text,
        tells_names,
        tells_hashes,
        "screen",
    ],
    "promises-tested": [
        only_the_good_case,
        forgets_the_form,
        forgets_the_key,
        any_refusal,
        only_the_upper_end,
        compares_without_assert,
        wants_no_decision,
        None,
    ],
}


class OptionalCall(BaseModel, extra="forbid"):
    # The same limits by Annotated, and minutes required.
    flight: Annotated[int, Field(gt=0, lt=10_000)]
    origin: Annotated[str, Field(pattern="^(EWR|JFK|LGA)$")]
    minutes: Annotated[int, Field(ge=0, le=120)] | None = Field(description=MINUTES)
    reached: bool


class ShortUnit(BaseModel, extra="forbid"):
    # The unit by its sign.
    flight: int = Field(ge=1, le=9999)
    origin: Airport
    minutes: int | None = Field(None, ge=0, le=120, description="length, in min")
    reached: bool


by_count = FastAPI()


@by_count.get(ADDRESS)
def counted(
    origin: Airport, flight_date: Date, carrier: Carrier, flight: Number, db: Database
) -> dict:
    # Reads all of the airport, and answers a dictionary.
    rows = db.execute("SELECT * FROM decisions WHERE origin = ?", [origin]).fetchall()
    names = ["flight_date", "carrier", "flight", "origin", "act"]
    for row in rows:
        if row[:3] == (str(flight_date), carrier, flight):
            return dict(zip(names, row[:5], strict=True)) | {"act": bool(row[4])}
    raise HTTPException(404, "no decision on this flight")


def by_table(given: str, hashes: dict[str, str]) -> str:
    # A table from hash to name.
    names = {known: name for name, known in hashes.items()}
    digest = hashlib.sha256(given.encode()).hexdigest()
    if digest not in names:
        raise HTTPException(401)
    return names[digest]


def repeats_it(given: str, hashes: dict[str, str]) -> str:
    # Repeats what was sent, which the stranger knows.
    for name, known in hashes.items():
        if hashlib.sha256(given.encode()).hexdigest() == known:
            return name
    raise HTTPException(401, f"{given} is no key")


def loose_test(client):
    # Asks more than is needed, in another order.
    for path in ("/v1/risk", "/v1/decisions"):
        assert client.get(path, headers={"X-API-Key": "wrong"}).status_code in {
            401,
            405,
        }
    for hour in (-1, 24, 99):
        refusal = client.get("/v1/risk", params=GOOD | {"hour": hour})
        assert refusal.is_client_error
        assert refusal.json()["status"] == 422
    assert 0 <= client.get("/v1/risk", params=GOOD).json()["risk"] < 1
    statuses = [client.post("/v1/decisions", json=DECISION).status_code for _ in "ab"]
    assert statuses == [201, 409]


ALSO_RIGHT = {
    "call-schema": [OptionalCall, ShortUnit],
    "decision-endpoint": [by_count, router_of()],
    "keys-of-clients": [by_table, repeats_it],
    "promises-tested": [loose_test],
}
