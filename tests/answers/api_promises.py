"""Answers to the exercises on what a caller may rely on, wrong and right."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from nordlys.examples.desk_api import Advice, Departure, delay_rates


def reads_first(db, day):
    (euros,) = db.execute("SELECT euros FROM budget WHERE day = ?", [day]).fetchone()
    if euros < 10:
        return False
    db.execute("UPDATE budget SET euros = ? WHERE day = ?", [euros - 10, day])
    return True


def reads_then_subtracts(db, day):
    # The change is right, and the condition is asked before.
    (euros,) = db.execute("SELECT euros FROM budget WHERE day = ?", [day]).fetchone()
    if euros < 10:
        return False
    db.execute("UPDATE budget SET euros = euros - 10 WHERE day = ?", [day])
    return True


def reads_by_cursor(db, day):
    # The same race, by a cursor.
    cursor = db.cursor()
    cursor.execute("SELECT euros FROM budget WHERE day = ?", [day])
    (euros,) = cursor.fetchone()
    if euros < 10:
        return False
    cursor.execute("UPDATE budget SET euros = ? WHERE day = ?", [euros - 10, day])
    cursor.close()
    return True


def loops_over_rows(db, day):
    # The same race, in a loop over the rows.
    cursor = db.cursor()
    for (euros,) in cursor.execute("SELECT euros FROM budget WHERE day = ?", [day]):
        if euros >= 10:
            new = [euros - 10, day]
            db.execute("UPDATE budget SET euros = ? WHERE day = ?", new)
            return True
    return False


def without_condition(db, day):
    sql = "UPDATE budget SET euros = euros - 10 WHERE day = ?"
    return db.execute(sql, [day]).rowcount == 1


def forgets_the_day(db, day):
    sql = "UPDATE budget SET euros = euros - 10 WHERE euros >= 10"
    return db.execute(sql).rowcount > 0


def always_true(db, day):
    sql = "UPDATE budget SET euros = euros - 10 WHERE day = ? AND euros >= 10"
    db.execute(sql, [day])
    return True


def leaves_the_last_ten(db, day):
    sql = "UPDATE budget SET euros = euros - 10 WHERE day = ? AND euros > 10"
    return db.execute(sql, [day]).rowcount == 1


def only_asks(db, day):
    # Says that the money is there, and does not take it.
    sql = "SELECT euros >= 10 FROM budget WHERE day = ?"
    return bool(db.execute(sql, [day]).fetchone()[0])


def says_how_many(db, day):
    sql = "UPDATE budget SET euros = euros - 10 WHERE day = ? AND euros >= 10"
    return f"{db.execute(sql, [day]).rowcount} rows"


def locks_first(db, day):
    # A transaction that holds the lock from before the question to the change.
    db.execute("BEGIN IMMEDIATE")
    try:
        return reads_first(db, day)
    finally:
        db.execute("COMMIT")


def returned(db, day):
    sql = """UPDATE budget SET euros = euros - 10
        WHERE day = ? AND euros >= 10 RETURNING euros"""
    return db.execute(sql, [day]).fetchone() is not None


def cursor_changes(db, day):
    cursor = db.cursor()
    sql = "UPDATE budget SET euros = euros - 10 WHERE day = ? AND euros >= 10"
    cursor.execute(sql, [day])
    return cursor.rowcount == 1


def cursor_that_tries_again(db, day):
    # Asks first, and changes only if nobody came between.
    cursor = db.cursor()
    while True:
        cursor.execute("SELECT euros FROM budget WHERE day = ?", [day])
        euros = cursor.fetchone()[0]
        if euros < 10:
            return False
        sql = "UPDATE budget SET euros = ? WHERE day = ? AND euros = ?"
        if cursor.execute(sql, [euros - 10, day, euros]).rowcount:
            return True


class Asked(Departure):
    success: Annotated[float, Query(gt=0, le=1)] = 1.0


class Needed(Departure):
    success: Annotated[float, Query(gt=0, le=1)]


class Unlimited(Departure):
    success: float = 1.0


class BelowOne(Departure):
    success: Annotated[float, Query(gt=0, lt=1)] = 1.0


class AirportOnly(BaseModel):
    origin: str
    success: Annotated[float, Query(gt=0, le=1)] = 1.0


class Above(Advice):
    act_above: float


class AtMostOne(Advice):
    # A limit is no risk: at a success of 0.1 it is 2.
    act_above: Annotated[float, Field(ge=0, le=1)]


class Renamed(BaseModel):
    value: float
    act: bool
    reason: str
    act_above: float


class AsText(BaseModel):
    risk: str
    act: bool
    reason: str
    act_above: float


def router_of(asks, answers, path="/v1/risk", threshold=0.2, **change) -> APIRouter:
    """Return a router that answers as wanted, but for what is changed."""
    router = APIRouter()

    @router.get(path)
    def read(asked: Annotated[asks, Query()]) -> answers:
        risk, flights = delay_rates()[asked.origin, asked.hour, asked.carrier]
        above = threshold / getattr(asked, "success", 1.0)
        body = {"risk": risk, "act": risk > above, "reason": f"as {flights} flights"}
        body |= {"act_above": above}
        return answers(**(body | {name: f(body) for name, f in change.items()}))

    return router


def split_parameters() -> APIRouter:
    router = APIRouter()

    @router.get("/v1/risk")
    def read(
        origin: str,
        hour: Annotated[int, Query(ge=0, le=23)],
        carrier: str,
        success: Annotated[float, Field(gt=0, le=1)] = 1,
        language: str = "en",
    ) -> dict:
        risk, _ = delay_rates()[origin, hour, carrier]
        body = {"risk": risk, "act": risk * success > 0.2, "reason": "", "more": 1}
        return body | {"act_above": 0.2 / success}

    return router


WRONG = {
    "last-ten-euros": [
        reads_first,
        reads_then_subtracts,
        reads_by_cursor,
        loops_over_rows,
        without_condition,
        forgets_the_day,
        always_true,
        leaves_the_last_ten,
        only_asks,
        says_how_many,
        "UPDATE budget SET euros = euros - 10",
    ],
    "gentle-change": [
        router_of(Needed, Above),
        router_of(Unlimited, Above),
        router_of(Departure, Above),
        router_of(BelowOne, Above),
        router_of(AirportOnly, Above),
        router_of(Asked, Advice),
        router_of(Asked, AtMostOne),
        router_of(Asked, Above, act_above=lambda body: min(body["act_above"], 1.0)),
        router_of(Asked, Above, act_above=lambda body: round(body["act_above"], 2)),
        router_of(Asked, Above, act=lambda body: body["risk"] >= body["act_above"]),
        router_of(Asked, Renamed, value=lambda body: body["risk"]),
        router_of(Asked, AsText, risk=lambda body: f"{body['risk']:.0%}"),
        router_of(Asked, Above, path="/v2/risk"),
        router_of(Asked, Above, act=lambda body: body["risk"] > 0.2),
        router_of(Asked, Above, act_above=lambda body: 0.2),
        router_of(Asked, Above, risk=lambda body: body["risk"] / 2),
        router_of(Asked, Above, threshold=0.25),
        "/v1/risk",
    ],
}
ALSO_RIGHT = {
    "last-ten-euros": [
        locks_first,
        returned,
        cursor_changes,
        cursor_that_tries_again,
    ],
    "gentle-change": [split_parameters()],
}
