"""The operations API of lecture 1: its faults come by count, each run the same ones."""

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest

from nordlys.examples import operations_api as api

DAY = "2013-03-08"
Talk = Callable[[httpx2.AsyncClient], Awaitable[Any]]


@pytest.fixture
def talk(monkeypatch: pytest.MonkeyPatch) -> Callable[[Talk], Any]:
    """Run a conversation with a fresh service, whose pauses are cut short."""
    monkeypatch.setattr(api, "HANG_SECONDS", 0.01)
    monkeypatch.setattr(api, "LATE_ANSWER_SECONDS", 0.01)
    monkeypatch.setattr(api, "BOARD_PAUSE", 0.0)
    monkeypatch.setattr(api, "RETRY_AFTER", 0)
    monkeypatch.setattr(api, "TOKEN_SECONDS", 60)

    def run(conversation: Talk) -> Any:
        async def main() -> Any:
            transport = httpx2.ASGITransport(app=api.create_app("sesame"))
            async with httpx2.AsyncClient(
                transport=transport, base_url="http://airport.test"
            ) as client:
                return await conversation(client)

        return asyncio.run(main())

    return run


async def token(
    client: httpx2.AsyncClient, program: str = "test", secret: str = "sesame"
) -> httpx2.Response:
    return await client.post(
        "/token", auth=(program, secret), data={"grant_type": "client_credentials"}
    )


async def log_in(client: httpx2.AsyncClient, program: str = "test") -> None:
    answer = await token(client, program)
    if answer.status_code == 503:
        answer = await token(client, program)
    client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"


async def whole_day(client: httpx2.AsyncClient) -> tuple[list[int], list[dict]]:
    statuses, records, cursor = [], [], ""
    while cursor is not None:
        answer = await client.get("/flights", params={"day": DAY, "cursor": cursor})
        statuses.append(answer.status_code)
        if answer.is_success:
            records += answer.json()["flights"]
            cursor = answer.json()["next"]
    return statuses, records


def test_a_day_meets_the_same_faults_each_time(talk):
    async def conversation(client):
        await log_in(client)
        return await whole_day(client), await whole_day(client)

    first, second = talk(conversation)
    assert first == second
    statuses, records = first
    assert [n for n, status in enumerate(statuses, 1) if status != 200] == [4, 7, 8]
    assert len(statuses) == api.FAULT_PERIOD
    assert len(records) == 979 + api.PAGE_SIZE, "one page comes twice"
    keys = {(r["origin"], r["carrier"], r["flight"]) for r in records}
    assert len(keys) == 979
    wrong = [r for r in records if r["arr_delay"] in ("n/a", 99999)]
    wrong += [r for r in records if r["dest"] is None or r["scheduled"] == "25:75"]
    assert len(wrong) == 4


def test_a_hasty_program_stays_blocked(talk, monkeypatch):
    monkeypatch.setattr(api, "RETRY_AFTER", 30)

    async def conversation(client):
        await log_in(client)
        query = {"day": DAY}
        return [await client.get("/flights", params=query) for _ in range(6)]

    answers = talk(conversation)
    assert [a.status_code for a in answers] == [200, 200, 200, 429, 429, 429]
    assert answers[-1].headers["Retry-After"] == "30"


def encoded(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"day": "2014-01-01"}, 404),
        ({"day": "yesterday"}, 404),
        ({"day": DAY, "cursor": "rubbish"}, 400),
        ({"day": DAY, "cursor": "å"}, 400),
        ({"day": DAY, "cursor": "[" * 5000}, 400),
        ({"day": DAY, "cursor": api.write_cursor(DAY, 99)}, 400),
        ({"day": DAY, "cursor": api.write_cursor("2013-03-09", 1)}, 400),
        ({"day": DAY, "cursor": encoded(5)}, 400),
        ({"day": DAY, "cursor": encoded(None)}, 400),
        ({"day": DAY, "cursor": encoded({"step": 1})}, 400),
        ({"day": DAY, "cursor": encoded([DAY])}, 400),
        ({"day": DAY, "cursor": encoded([DAY, "a"])}, 400),
        ({"day": DAY, "cursor": encoded([DAY, 1.5])}, 400),
        ({"day": DAY, "cursor": encoded([DAY, True])}, 400),
        ({"day": DAY, "cursor": encoded([DAY, -1])}, 400),
        ({"day": DAY, "cursor": encoded([DAY, 1, 2])}, 400),
        ({}, 422),
    ],
)
def test_wrong_questions_are_refused(talk, query, status):
    async def conversation(client):
        await log_in(client)
        return await client.get("/flights", params=query)

    assert talk(conversation).status_code == status


def test_tokens_expire_and_cannot_be_forged(talk, monkeypatch):
    async def conversation(client):
        none = await client.get("/ledger")
        await log_in(client)
        good = await client.get("/ledger")
        head, body, signature = client.headers["Authorization"].split(".")
        claims = json.loads(base64.urlsafe_b64decode(body + "=="))
        claims["sub"] = "finance"
        body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode()
        client.headers["Authorization"] = ".".join([head, body.rstrip("="), signature])
        forged = await client.get("/ledger")
        monkeypatch.setattr(api, "TOKEN_SECONDS", -1)
        await log_in(client)
        return none, good, forged, await client.get("/ledger")

    answers = talk(conversation)
    assert [answer.status_code for answer in answers] == [401, 200, 401, 401]
    assert answers[2].json()["detail"] == "signature verification failed"
    assert answers[3].json()["detail"] == "token expired"


def test_five_wrong_secrets_lock_a_program_out(talk):
    async def conversation(client):
        refused = [await token(client, secret="guess") for _ in range(5)]
        return [*refused, await token(client), await token(client, "another")]

    answers = talk(conversation)
    assert [answer.status_code for answer in answers] == [401] * 5 + [403, 200]
    assert answers[0].headers["WWW-Authenticate"] == "Basic"
    assert answers[0].json()["error"] == "invalid_client"


def test_a_right_secret_clears_the_wrong_ones(talk):
    async def conversation(client):
        secrets = ["sesame", *["guess"] * 4, "sesame"] * 2
        return [await token(client, secret=secret) for secret in secrets]

    statuses = [answer.status_code for answer in talk(conversation)]
    assert statuses == [200, *[401] * 4, 503, 200, *[401] * 4, 503]


def test_tokens_come_in_the_form_of_the_standard(talk):
    async def conversation(client):
        good, busy = await token(client), await token(client)
        password = await client.post(
            "/token", auth=("test", "sesame"), data={"grant_type": "password"}
        )
        client.headers["Authorization"] = f"bearer {good.json()['access_token']}"
        return good, busy, password, await client.get("/ledger")

    good, busy, password, ledger = talk(conversation)
    assert good.json()["expires_in"] == 60
    assert [a.headers["Cache-Control"] for a in (good, busy)] == ["no-store"] * 2
    assert (busy.status_code, password.status_code) == (503, 400)
    assert password.json()["error"] == "unsupported_grant_type"
    assert ledger.status_code == 200, "the scheme is read in any case"


def test_a_voucher_is_charged_each_time_unless_it_has_a_key(talk):
    order = {"booking": "NA-1", "euros": 10.0}
    key = {"Idempotency-Key": '"NA-1-lounge"'}

    async def conversation(client):
        await log_in(client)
        for headers in ({}, {}, key, key):
            await client.post("/vouchers", json=order, headers=headers)
        other = await client.post(
            "/vouchers", json=order | {"euros": 20.0}, headers=key
        )
        return other, await client.get("/ledger")

    other, ledger = talk(conversation)
    assert other.status_code == 422
    assert [charge["number"] for charge in ledger.json()] == [1, 2, 3]


def test_a_key_without_quotes_is_refused_and_nothing_charged(talk):
    order = {"booking": "NA-1", "euros": 10.0}

    async def conversation(client):
        await log_in(client)
        for key in ("NA-1-lounge", '"', '""', '"NA"-1"'):
            headers = {"Idempotency-Key": key}
            answer = await client.post("/vouchers", json=order, headers=headers)
            assert answer.status_code == 422, key
        return await client.get("/ledger")

    assert talk(conversation).json() == []


def test_open_endpoints_answer_without_a_token(talk):
    async def conversation(client):
        return await client.get("/gates/B7"), await client.get("/board")

    gate, board = talk(conversation)
    assert gate.json() == {"gate": "B7", "open": True}
    assert len(board.text.splitlines()) == api.BOARD_LINES


def test_the_service_refuses_to_start_without_its_secret(monkeypatch):
    monkeypatch.delenv("OPS_SECRET", raising=False)
    app = api.create_app()

    async def start() -> None:
        async with app.router.lifespan_context(app):
            pass

    with pytest.raises(RuntimeError, match="OPS_SECRET"):
        asyncio.run(start())


def test_a_program_may_send_its_key_instead_of_a_token(talk):
    async def conversation(client):
        login = ("a", "sesame")
        accepted = await client.get("/flights", params={"day": DAY}, auth=login)
        refused = [await client.get("/ledger", auth=("b", "guess")) for _ in range(5)]
        locked = await client.get("/ledger", auth=("b", "sesame"))
        return accepted, refused, locked, await client.get("/gates")

    accepted, refused, locked, gates = talk(conversation)
    assert accepted.json()["total"] == 979
    assert [answer.status_code for answer in (*refused, locked)] == [401] * 5 + [403]
    assert [gate["gate"] for gate in gates.json()] == ["A1", "B7", "C3", "D9"]
