"""The service that pages call; behind it answers a model, or what was recorded of one.

It counts the calls and, if wanted, records them. ``language_model`` starts it.
"""

import asyncio
import json
import os
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from nordlys.llm import NAME, OPTIONS, weights
from nordlys.llm.tape import MissError, Recorder, Tape

EVENTS = "text/event-stream"
OPTION = json.loads(os.environ[OPTIONS])
MODE = OPTION.pop("mode")
TAPE = Path(OPTION.pop("tape"))
PATIENCE = 300.0  # seconds; a small model on a busy machine is slow
EACH_NEW = httpx2.Limits(max_keepalive_connections=0)
# A connection is never used twice: the model closes one that is idle without a word,
# and a request that is sent at that moment would be lost.
CALLS = Counter(live=0, recorded=0, remote=0)


def start_model() -> tuple[Any, str]:
    """Load the weights and serve them, until this process ends.

    Returns:
        The server, which runs in threads of its own, and its address.
    """
    import xllamacpp

    kind = xllamacpp.llama_flash_attn_type
    wanted = "ENABLED" if OPTION["flash_attention"] else "DISABLED"
    setting = xllamacpp.CommonParams()
    setting.model.path = str(weights())
    setting.model_alias = {NAME}  # else every answer names a path of this machine
    setting.n_ctx, setting.n_parallel = OPTION["context"], OPTION["slots"]
    setting.cpuparams.n_threads = OPTION["threads"]
    setting.cpuparams_batch.n_threads = OPTION["threads"]
    setting.flash_attn_type = getattr(kind, f"LLAMA_FLASH_ATTN_TYPE_{wanted}")
    setting.ctx_shift, setting.warmup, setting.verbosity = False, False, 0
    setting.endpoint_metrics = True
    setting.hostnames, setting.port = ["127.0.0.1"], 0
    server = xllamacpp.Server(setting)
    return server, server.listening_address


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """Make ready what answers, and only then take requests."""
    app.state.tape = Tape(TAPE) if MODE == "recorded" else None
    app.state.recorder = None
    base, headers = "http://127.0.0.1", {}
    if MODE == "remote":
        base = os.environ["OPENAI_BASE_URL"].removesuffix("/").removesuffix("/v1")
        headers = {"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"}
    elif MODE != "recorded":
        app.state.server, base = await asyncio.to_thread(start_model)
    if MODE == "record":
        app.state.recorder = Recorder(TAPE, weights(), OPTION)
    local = MODE != "remote"
    async with httpx2.AsyncClient(
        base_url=base,
        headers=headers,
        timeout=PATIENCE,
        limits=EACH_NEW,
        trust_env=not local,
    ) as app.state.behind:
        while MODE in ("live", "record"):
            if (await app.state.behind.get("/health")).status_code == 200:
                break
            await asyncio.sleep(0.05)
        yield
    if MODE in ("live", "record"):
        os._exit(0)  # the model's threads do not end by themselves


async def calls(request: Request) -> Response:
    """Tell how many calls each backend has answered."""
    return JSONResponse(dict(CALLS))


async def relay(request: Request) -> Response:
    """Answer a call of the API."""
    path, body = request.url.path, await request.body()
    try:
        asked = json.loads(body) if body else None
    except ValueError:
        asked = body.decode(errors="replace")
    if path == "/health":
        return JSONResponse({"status": "ok"})
    if request.app.state.tape is not None:
        return await replayed(request.app.state.tape, path, asked)
    CALLS["remote" if MODE == "remote" else "live"] += 1
    call = {"path": path, "request": asked}
    return await passed_on(request, call, body)


async def replayed(tape: Tape, path: str, asked: Any) -> Response:
    """Answer with what was recorded, at the pace of then."""
    try:
        call = tape.find(path, asked)
    except MissError as problem:
        told = {"message": str(problem), "type": "not_recorded", "code": 404}
        return JSONResponse({"error": told}, status_code=404)
    CALLS["recorded"] += 1
    if "events" in call:
        return StreamingResponse(played(call), media_type=EVENTS)
    await asyncio.sleep(call["seconds"])
    content = call["response"]
    if isinstance(content, str):
        return Response(content, call["status"], media_type="text/plain")
    return JSONResponse(content, call["status"])


async def played(call: dict[str, Any]) -> AsyncIterator[str]:
    """Yield the events of a recorded stream."""
    await asyncio.sleep(call["first"])
    pause = (call["seconds"] - call["first"]) / max(1, len(call["events"]))
    for event in call["events"]:
        yield f"data: {event if isinstance(event, str) else json.dumps(event)}\n\n"
        await asyncio.sleep(pause)


async def passed_on(request: Request, call: dict[str, Any], body: bytes) -> Response:
    """Ask what is behind, and record its answer if wanted."""
    behind: httpx2.AsyncClient = request.app.state.behind
    kept = {"content-type": request.headers.get("content-type", "application/json")}
    onward = behind.build_request(
        request.method, call["path"], content=body, headers=kept
    )
    began = time.perf_counter()
    try:
        answer = await behind.send(onward, stream=True)
    except httpx2.TransportError as problem:
        told = f"The model at {behind.base_url} gives no answer: {problem}"
        error = {"message": told, "type": "no_answer", "code": 502}
        return JSONResponse({"error": error}, status_code=502)
    kind = answer.headers.get("content-type", "")
    if kind.startswith(EVENTS):
        return StreamingResponse(
            passing(request, call, answer, began), media_type=EVENTS
        )
    content = await answer.aread()
    await answer.aclose()
    try:
        call["response"] = json.loads(content)
    except ValueError:
        call["response"] = content.decode(errors="replace")
    call |= {"status": answer.status_code, "seconds": time.perf_counter() - began}
    if request.app.state.recorder:
        request.app.state.recorder.write(call)
    return Response(content, answer.status_code, media_type=kind)


async def passing(
    request: Request, call: dict[str, Any], answer: httpx2.Response, began: float
) -> AsyncIterator[str]:
    """Yield a stream's lines as they come; record those that came, however it ends."""
    events: list[Any] = []
    try:
        async for line in answer.aiter_lines():
            if line.startswith("data: "):
                text = line.removeprefix("data: ")
                events.append(json.loads(text) if text.startswith("{") else text)
                call.setdefault("first", time.perf_counter() - began)
            yield f"{line}\n"
    finally:  # first what needs no waiting: a client may have closed the connection
        seconds = time.perf_counter() - began
        call |= {"status": answer.status_code, "seconds": seconds, "events": events}
        if request.app.state.recorder and events:
            request.app.state.recorder.write(call)
        await answer.aclose()


app = Starlette(
    routes=[
        Route("/calls", calls),
        Route("/{path:path}", relay, methods=["GET", "POST"]),
    ],
    lifespan=lifespan,
)
