"""The desk's API keeps its contract: what it refuses, how, and what it stores once."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from nordlys.costs import COST_ACT, COST_MISS
from nordlys.examples import desk_api

EVENING = {"origin": "EWR", "hour": 20, "carrier": "EV"}
DECISION = {"flight_date": "2013-07-10", "carrier": "EV", "flight": 4321}
DECISION |= {"origin": "EWR", "act": True}


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DESK_API_KEY", "sesam")
    headers = {"X-API-Key": "sesam"}
    with TestClient(desk_api.app, raise_server_exceptions=False, headers=headers) as c:
        yield c


def stored() -> list[tuple]:
    with closing(sqlite3.connect("desk.db")) as connection:
        return connection.execute("SELECT flight, act FROM decisions").fetchall()


def test_the_risk_has_an_advice_and_a_reason(desk: TestClient) -> None:
    answer = desk.get("/v1/risk", params=EVENING).raise_for_status().json()
    risk, flights = desk_api.delay_rates()["EWR", 20, "EV"]
    assert answer["risk"] == risk
    assert answer["act"] == (risk > COST_ACT / COST_MISS)
    assert f"{flights} such flights" in answer["reason"]


def test_a_route_never_flown_says_so(desk: TestClient) -> None:
    answer = desk.get("/v1/risk", params=EVENING | {"carrier": "ZZ"}).json()
    assert answer["risk"] == desk_api.delay_rates()["other"][0]
    assert "none was such" in answer["reason"]


@pytest.mark.parametrize(
    "nonsense",
    [{"origin": "CPH"}, {"hour": -5}, {"hour": 24}, {"carrier": "ev"}, {"our": 20}],
)
def test_nonsense_is_refused(desk: TestClient, nonsense: dict) -> None:
    answer = desk.get("/v1/risk", params=EVENING | nonsense)
    assert answer.status_code == 422
    assert f"query.{next(iter(nonsense))}" in answer.json()["detail"]


@pytest.mark.parametrize(
    "nonsense",
    [
        {"flight_date": 0},
        {"flight_date": "0"},
        {"flight_date": "2013-02-30"},
        {"flight": 0},
        {"flight": 10**30},
        {"act": "no"},
        {"acted": True},
    ],
)
def test_no_nonsense_is_stored(desk: TestClient, nonsense: dict) -> None:
    assert desk.post("/v1/decisions", json=DECISION | nonsense).status_code == 422
    assert stored() == []


def test_one_flight_has_one_decision(desk: TestClient) -> None:
    assert desk.post("/v1/decisions", json=DECISION).status_code == 201
    assert desk.post("/v1/decisions", json=DECISION).status_code == 409
    other = desk.post("/v1/decisions", json=DECISION | {"act": False})
    assert other.status_code == 409
    assert stored() == [(4321, 1)]


def test_one_key_stands_for_one_decision(desk: TestClient) -> None:
    key = {"Idempotency-Key": "click-1"}
    for _ in range(2):
        answer = desk.post("/v1/decisions", json=DECISION, headers=key)
        assert (answer.status_code, answer.json()) == (201, DECISION)
    other = desk.post("/v1/decisions", json=DECISION | {"flight": 1}, headers=key)
    assert other.status_code == 409
    assert stored() == [(4321, 1)]


def test_clicks_at_once_are_stored_once(desk: TestClient) -> None:
    def click(_: int) -> int:
        headers = {"Idempotency-Key": "click-2"}
        return desk.post("/v1/decisions", json=DECISION, headers=headers).status_code

    with ThreadPoolExecutor(4) as hands:
        assert list(hands.map(click, range(8))) == [201] * 8
    assert stored() == [(4321, 1)]


def test_the_key_is_asked_for_first(desk: TestClient) -> None:
    for given in ("", "sesame", "sésam".encode()):
        answer = desk.post("/v1/decisions", json={}, headers={"X-API-Key": given})
        assert answer.status_code == 401
        assert "WWW-Authenticate" in answer.headers
    assert desk.get("/health").status_code == 200


def test_every_error_has_one_form(desk: TestClient) -> None:
    lost = desk.get("/v1/risk", params=EVENING, headers={"X-API-Key": "lost"})
    invalid, absent = desk.get("/v1/risk"), desk.get("/nowhere")
    with closing(sqlite3.connect("desk.db")) as connection:
        connection.execute("DROP TABLE decisions")
    broken, unready = desk.post("/v1/decisions", json=DECISION), desk.get("/ready")
    for status, answer in {
        401: lost,
        404: absent,
        422: invalid,
        500: broken,
        503: unready,
    }.items():
        assert answer.headers["content-type"] == "application/problem+json"
        body = answer.json()
        assert set(body) == {"type", "title", "status", "detail"}
        assert body["status"] == answer.status_code == status
        assert "sqlite" not in answer.text  # what went wrong inside stays inside


def test_it_refuses_to_start_without_a_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DESK_API_KEY", raising=False)
    with pytest.raises(RuntimeError, match="DESK_API_KEY"), TestClient(desk_api.app):
        pass
    assert list(tmp_path.iterdir()) == []
