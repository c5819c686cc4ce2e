"""Checks of the exercises on building an API."""

import hashlib
import re
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import numpy as np

from nordlys.checks import exercise, expect

FAULTS = {
    "an hour of 24 is answered": "hour",
    "an hour of 24 is refused with 400": "hour status",
    "the risk comes in per cent": "risk",
    "the risk is below 0": "sign",
    "a second decision on a flight gets 201": "twice",
    "a second decision on a flight gets 422": "twice status",
    "a request with a wrong key is answered": "key",
    "a request with a wrong key gets 403": "key status",
    "a refusal is no application/problem+json": "form",
}


@exercise("call-schema")
def call_schema(answer: Any, rng: np.random.Generator) -> None:
    """Try the schema on good calls and on nonsense of each kind."""
    from pydantic import BaseModel, ValidationError

    is_model = isinstance(answer, type) and issubclass(answer, BaseModel)
    expect(is_model, "give the class itself, made from BaseModel")
    good = {
        "flight": int(rng.integers(1, 10_000)),
        "origin": str(rng.choice(["EWR", "JFK", "LGA"])),
        "minutes": int(rng.integers(0, 121)),
        "reached": bool(rng.integers(2)),
    }
    edges = [{"flight": 1}, {"flight": 9999}, {"minutes": 0}, {"minutes": 120}]
    for change in ({}, *edges, {"minutes": None}, {"origin": "LGA"}):
        try:
            answer.model_validate(good | change)
        except ValidationError as refusal:
            told = refusal.errors()[0]
            where = ".".join(map(str, told["loc"]))
            expect(
                False, f"{good | change} is a call, refused for {where}: {told['msg']}"
            )
    for change in (
        {"flight": 0},
        {"flight": 10_000},
        {"origin": "Newark"},
        {"origin": "jfk"},
        {"minutes": -1},
        {"minutes": 121},
        {"minutes": 2.5},
        {"reached": "perhaps"},
        {"reached": None},
        {"minuets": 3},
    ):
        _expect_refusal(
            answer, good | change, f"{change} is nonsense, and was accepted"
        )
    for name in ("flight", "origin", "reached"):
        rest = {key: value for key, value in good.items() if key != name}
        _expect_refusal(answer, rest, f"a call without {name} was accepted")
    schema = answer.model_json_schema()["properties"].get("minutes", {})
    expect(
        re.search(r"\bmin\b|minute", str(schema.get("description", "")).lower()),
        "a stranger cannot see the unit of minutes: say it in its description",
    )


def _expect_refusal(model: Any, value: dict, message: str) -> None:
    from pydantic import ValidationError

    try:
        model.model_validate(value)
    except ValidationError:
        return
    expect(False, message)


@exercise("decision-endpoint")
def decision_endpoint(answer: Any, rng: np.random.Generator) -> None:
    """Ask the reader's endpoint for decisions that are there and that are not."""
    from fastapi import APIRouter, FastAPI
    from fastapi.testclient import TestClient

    from nordlys.examples import desk_api

    is_app = isinstance(answer, FastAPI)
    expect(is_app or isinstance(answer, APIRouter), "give the app, such as reading")
    rows = _decisions(rng)
    opened = []

    def database() -> Iterator[sqlite3.Connection]:
        opened.append(True)
        memory = sqlite3.connect(":memory:", check_same_thread=False)
        with closing(memory) as connection:
            connection.execute(desk_api.TABLE)
            for row in rows:
                connection.execute(desk_api.INSERT, row | {"key": None})
            yield connection

    app = FastAPI()
    app.include_router(answer.router if is_app else answer)
    app.dependency_overrides[desk_api.database] = database
    client = TestClient(app, raise_server_exceptions=False)
    for row in rows:
        reply = client.get(_address(row))
        expect(
            opened, f"{_address(row)} asked no Database: name it among the parameters"
        )
        expect(
            reply.status_code == 200,
            f"{_address(row)} is stored, and the status is {reply.status_code}",
        )
        expect(
            reply.json() == row,
            f"{row} is stored, and you answer {reply.text[:120]}",
        )
    for change in (
        {"flight": 9998},
        {"origin": "LGA"},
        {"flight_date": "2013-12-24"},
        {"carrier": "B6"},
    ):
        path = _address(rows[0] | change)
        status = client.get(path).status_code
        expect(
            status == 404,
            f"no decision is stored at {path}, and the status is {status}",
        )
    for change in (
        {"flight": 0},
        {"flight": 10_000},
        {"origin": "CPH"},
        {"flight_date": "tomorrow"},
        {"carrier": "EVX"},
    ):
        path = _address(rows[0] | change)
        status = client.get(path).status_code
        expect(status == 422, f"{path} breaks the contract, and the status is {status}")


def _decisions(rng: np.random.Generator) -> list[dict[str, Any]]:
    """Return decisions on four flights, of which two have the same number."""
    number = int(rng.integers(1, 9000))
    places = [
        ("EWR", number),
        ("JFK", number),
        ("JFK", number + 1),
        ("EWR", number + 2),
    ]
    return [
        {
            "flight_date": f"2013-07-{rng.integers(10, 29)}",
            "carrier": "EV",
            "flight": flight,
            "origin": origin,
            "act": bool(index % 2),
        }
        for index, (origin, flight) in enumerate(places)
    ]


def _address(row: dict[str, Any]) -> str:
    names = ("origin", "flight_date", "carrier", "flight")
    return "/v1/decisions/" + "/".join(str(row[name]) for name in names)


@exercise("keys-of-clients")
def keys_of_clients(answer: Callable, rng: np.random.Generator) -> None:
    """Try the reader's dependency with known, unknown and strange keys."""
    from fastapi import HTTPException

    expect(callable(answer), "give the function itself, without calling it")
    keys = {name: secrets.token_urlsafe(24) for name in ("screen", "notebook", "night")}
    hashes = {
        name: hashlib.sha256(key.encode()).hexdigest() for name, key in keys.items()
    }
    for index in rng.permutation(len(keys)):
        name = list(keys)[index]
        try:
            known = answer(keys[name], dict(hashes))
        except HTTPException:
            raise AssertionError(
                f"the key of {name!r} is right, and was refused"
            ) from None
        expect(known == name, f"with the key of {name!r} you return {known!r}")
    strange = {
        "an empty key": "",
        "the name of a client": "screen",
        "the hash instead of the key": hashes["screen"],
        "half a key": keys["screen"][:16],
        "a key with letters beyond ASCII": "nøgle",
    }
    for what, given in strange.items():
        try:
            known = answer(given, dict(hashes))
        except HTTPException as refusal:
            status = refusal.status_code
            expect(status == 401, f"{what} is refused with {status}, and 401 says why")
            told = str(refusal.detail)
            told = told.replace(given, "") if given else told  # an echo tells nothing
            expect(
                not any(secret in told for pair in hashes.items() for secret in pair),
                "the refusal names a client or a stored hash: a stranger should learn "
                "neither",
            )
            continue
        expect(False, f"{what} was accepted as {known!r}")


@exercise("promises-tested")
def promises_tested(answer: Callable, rng: np.random.Generator) -> None:
    """Hold the reader's test against a sound service and some that break a promise."""
    expect(callable(answer), "give the function itself, without calling it")
    for _ in range(2):
        try:
            answer(_client(""))
        except Exception as problem:
            told = f"{type(problem).__name__} {problem}".strip()
            expect(False, f"the service is sound, and your test fails: {told}")
    faults = list(FAULTS.items())
    for index in rng.permutation(len(faults)):
        what, fault = faults[index]
        try:
            answer(_client(fault))
        except Exception:
            continue
        expect(False, f"your test passes on a service where {what}")


def _client(fault: str) -> Any:
    """Return a client, with the key, of a desk API that has one fault or none."""
    from fastapi import Depends, FastAPI, HTTPException, Request
    from fastapi.exceptions import RequestValidationError
    from fastapi.responses import JSONResponse
    from fastapi.testclient import TestClient

    from nordlys.examples import desk_api

    app, stored = FastAPI(), set()
    last_hour = 24 if fault == "hour" else 23

    def known(request: Request) -> None:
        if request.headers.get("X-API-Key") != "key" and fault != "key":
            raise HTTPException(403 if fault == "key status" else 401, "Unknown key")

    @app.get("/v1/risk", dependencies=[Depends(known)])
    def risk(origin: str, hour: int, carrier: str) -> JSONResponse:
        if not 0 <= hour <= last_hour or origin not in {"EWR", "JFK", "LGA"}:
            status = 400 if fault == "hour status" else 422
            raise HTTPException(status, "query.hour or query.origin")
        risk = {"risk": 54.0, "sign": -0.54}.get(fault, 0.54)
        return JSONResponse({"risk": risk, "act": True, "reason": "as 54 of 100"})

    @app.post("/v1/decisions", status_code=201, dependencies=[Depends(known)])
    def record(decision: desk_api.Decision) -> desk_api.Decision:
        flight = (decision.flight_date, decision.carrier, decision.flight)
        if (*flight, decision.origin) in stored and fault != "twice":
            status = 422 if fault == "twice status" else 409
            raise HTTPException(status, "This flight has a decision already")
        stored.add((*flight, decision.origin))
        return decision

    if fault != "form":
        for kind in (desk_api.AnyHTTPException, RequestValidationError):
            app.add_exception_handler(kind, desk_api.problem)
    return TestClient(app, headers={"X-API-Key": "key"}, raise_server_exceptions=False)
