"""Checkers of the section on what a caller may rely on."""

import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from nordlys.checks import exercise, expect

TAKE = "UPDATE budget SET euros = euros - 10 WHERE day = ? AND euros >= 10"
DAY = "2013-07-10"


class _Busy:
    """A connection, on which somebody else spends right after the first question."""

    def __init__(self, db: sqlite3.Connection, rival: Callable[[], None]) -> None:
        self._db, self._rival, self._asked = db, rival, False

    def execute(self, sql: str, values: Any = ()) -> sqlite3.Cursor:
        done = self._db.execute(sql, values)
        if sql.lstrip().upper().startswith("SELECT") and not self._asked:
            self._asked = True
            rows = done.fetchall()
            self._rival()
            return _Rows(rows)
        return done

    def cursor(self) -> "_Cursor":
        return _Cursor(self)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)

    def __enter__(self) -> "_Busy":
        self._db.__enter__()
        return self

    def __exit__(self, *problem: object) -> None:
        self._db.__exit__(*problem)


class _Cursor:
    """A cursor of a busy connection."""

    def __init__(self, busy: _Busy) -> None:
        self._busy = busy

    def execute(self, sql: str, values: Any = ()) -> "_Cursor":
        self._done = self._busy.execute(sql, values)
        return self

    def __iter__(self) -> Any:
        return iter(self._done)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._done, name)

    def close(self) -> None:
        """Leave the connection open."""


class _Rows:
    """Rows that were read before the other one spent."""

    def __init__(self, rows: list[tuple]) -> None:
        self._rows, self.rowcount = iter(rows), -1

    def fetchone(self) -> tuple | None:
        return next(self._rows, None)

    def fetchall(self) -> list[tuple]:
        return list(self._rows)

    def __iter__(self) -> Any:
        return self._rows


def _left_after(answer: Callable, start: int, busy: bool) -> tuple[Any, int, bool]:
    """Spend once; return the answer, what is left, and whether the other one spent."""
    rivals = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "budget.db")
        with (
            closing(sqlite3.connect(path, timeout=0.2, isolation_level=None)) as db,
            closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as other,
        ):
            db.execute("CREATE TABLE budget (day TEXT PRIMARY KEY, euros INTEGER)")
            db.execute("INSERT INTO budget VALUES (?, ?)", [DAY, start])
            db.execute("INSERT INTO budget VALUES ('2013-07-11', 500)")

            def spend_too() -> None:
                try:
                    rivals.append(other.execute(TAKE, [DAY]).rowcount == 1)
                except sqlite3.OperationalError:  # the reader has locked it: fine
                    rivals.append(False)

            given = answer(_Busy(db, spend_too) if busy else db, DAY)
            days = dict(other.execute("SELECT day, euros FROM budget").fetchall())
    expect(days["2013-07-11"] == 500, "another day has lost money: name the day")
    return given, days[DAY], any(rivals)


@exercise("last-ten-euros")
def last_ten_euros(answer: Any, rng: np.random.Generator) -> None:
    """Spend alone, then with somebody who spends between question and change."""
    expect(callable(answer), "give the function itself, without calling it")
    for start in (*(10 * int(rng.integers(2, 9)) for _ in range(2)), 10, 9, 0):
        given, left, _ = _left_after(answer, start, busy=False)
        wanted = start >= 10
        expect(
            isinstance(given, bool | np.bool_) and bool(given) == wanted,
            f"with {start} euros it returned {given!r}, expected {wanted}",
        )
        expect(
            left == start - 10 * wanted,
            f"of {start} euros {left} are left, expected {start - 10 * wanted}",
        )
    for start in (10, 20, 10 * int(rng.integers(3, 9))):
        given, left, rival = _left_after(answer, start, busy=True)
        spent = 10 * (bool(given) + rival)
        expect(
            left == start - spent and left >= 0,
            f"two spent at once, {spent} of {start} euros in all, and {left} are "
            "left: question and change must be one statement, or one transaction",
        )


ASKED = ["origin", "hour", "carrier"]
ANSWERED = {"risk": "number", "act": "boolean", "reason": "string"}


@exercise("gentle-change")
def gentle_change(answer: Any, rng: np.random.Generator) -> None:
    """Ask as of old and with a rate of success; compare the contract."""
    from fastapi import APIRouter, FastAPI
    from fastapi.testclient import TestClient

    from nordlys.examples.desk_api import delay_rates

    expect(isinstance(answer, APIRouter), "give the router, an APIRouter")
    app = FastAPI()
    app.include_router(answer)
    operation = app.openapi()["paths"].get("/v1/risk", {}).get("get")
    expect(operation is not None, "there is no GET /v1/risk: keep the old address")
    needed = {p["name"]: p["required"] for p in operation.get("parameters", [])}
    gone = [name for name in ASKED if name not in needed]
    expect(not gone, f"a caller of today sends {gone}, and nobody reads it")
    more = [name for name, must in needed.items() if must and name not in ASKED]
    expect(not more, f"{more} is needed now, and no caller of today sends it")
    expect("success" in needed, "success is not among what is asked for")
    client = TestClient(app, raise_server_exceptions=False)
    rates = {r: v for r, v in delay_rates().items() if r != "other"}
    routes = sorted(rates)
    between = [r for r in routes if 0.22 < rates[r][0] < 0.32]
    edge = next(r for r in routes if rates[r][0] == 0.2)  # not above 0.20
    some = between[rng.integers(len(between))], routes[rng.integers(300)]
    for route in (*some, edge):
        question = dict(zip(ASKED, route, strict=True))
        for success in (None, 1.0, 0.6, 0.1):
            sent = question | ({} if success is None else {"success": success})
            told = client.get("/v1/risk", params=sent)
            expect(
                told.status_code == 200,
                f"{sent} brought {told.status_code}: {told.text[:200]}",
            )
            _compare(told.json(), rates[route][0], success or 1.0, sent)
    for success in (0, -1, 1.5):
        sent = dict(zip(ASKED, routes[0], strict=True)) | {"success": success}
        refused = client.get("/v1/risk", params=sent).status_code
        expect(refused == 422, f"success {success} brought {refused}, expected 422")


def _compare(told: dict, risk: float, success: float, sent: dict) -> None:
    """Expect the fields of today, unchanged, and the new one."""
    gone = [name for name in ANSWERED if name not in told]
    expect(not gone, f"{gone} is missing in the answer, and a caller reads it")
    kinds = {"risk": float, "act": bool, "reason": str}
    other = [name for name, kind in kinds.items() if not isinstance(told[name], kind)]
    expect(not other, f"{other} has another type than today")
    expect(abs(told["risk"] - risk) < 1e-9, f"the risk for {sent} is another one")
    above = told.get("act_above")
    expect(
        isinstance(above, float) and abs(above - 0.2 / success) < 1e-9,
        f"act_above for {sent} is {above}, expected {0.2 / success}, unrounded",
    )
    expect(
        told["act"] == (risk > 0.2 / success),
        f"with a risk of {risk:.2f} and success {success} act is {told['act']}",
    )
