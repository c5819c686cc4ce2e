"""Answers to the exercises on observability, wrong and right."""

import time

import pandas as pd
from fastapi import Response
from prometheus_client import Counter, Histogram

EVERY = float("inf")


def watcher(
    *,
    edges=(0.05, 0.25, 1),
    logged=lambda request: request.url.path,
    first=500,
    swallows=False,
    label="status",
    in_finally=True,
    sends=lambda response: response,
    timed=lambda status: True,
    told=lambda status: True,
    name="path",
    noted=lambda status: status,
    shown=float,
    scale=1,
    late_clock=False,
):
    """Return a ``watch`` with one thing changed."""

    def watch(app, registry, log):
        answers = Counter("answers", "By status", [label], registry=registry)
        seconds = Histogram("seconds", "Time", buckets=edges, registry=registry)

        def note(request, status, began):
            took = time.perf_counter() - began
            answers.labels(status).inc()
            if timed(status):
                seconds.observe(scale * took)
            if told(status):
                fields = {name: logged(request), "status": noted(status)}
                log.info("answered", **fields, seconds=shown(took))

        @app.middleware("http")
        async def measured(request, call_next):
            began, status = time.perf_counter(), first
            if not in_finally:
                response = await call_next(request)
                note(request, response.status_code, began)
                return response
            try:
                response = await call_next(request)
                began = time.perf_counter() if late_clock else began
                status = response.status_code
                return sends(response)
            except ValueError:
                if not swallows:
                    raise
                return Response(status_code=500)
            finally:
                note(request, status, began)

    return watch


def counts_only(app, registry, log):
    answers = Counter("answers", "By status", ["status"], registry=registry)

    @app.middleware("http")
    async def measured(request, call_next):
        response = await call_next(request)
        answers.labels(response.status_code).inc()
        return response


def reraises(app, registry, log):
    answers = Counter("answers", "By status", ["status"], registry=registry)
    seconds = Histogram("seconds", "T", buckets=[0.1, 0.25], registry=registry)

    @app.middleware("http")
    async def measured(request, call_next):
        began = time.monotonic()
        try:
            response = await call_next(request)
        except Exception:
            answers.labels(status="500").inc()
            seconds.observe(time.monotonic() - began)
            took = time.monotonic() - began
            log.error("answered", path=request.url.path, status=500, seconds=took)
            raise
        answers.labels(status=str(response.status_code)).inc()
        took = time.monotonic() - began
        seconds.observe(took)
        fields = {"path": request.url.path, "status": str(response.status_code)}
        log.info("answered", **fields, seconds=took)
        return response


def shares(before, after, limit):
    quick = [new[limit] - old[limit] for old, new in zip(before, after, strict=True)]
    total = [new[EVERY] - old[EVERY] for old, new in zip(before, after, strict=True)]
    return quick, total


def mean_of_shares(before, after, limit):
    quick, total = shares(before, after, limit)
    return sum(q / t for q, t in zip(quick, total, strict=True)) / len(total)


def forgets_restart(before, after, limit):
    quick, total = shares(before, after, limit)
    return sum(quick) / sum(total)


def since_ever(before, after, limit):
    return sum(new[limit] for new in after) / sum(new[EVERY] for new in after)


def skips_restarted(before, after, limit):
    pairs = [(o, n) for o, n in zip(before, after, strict=True) if n[EVERY] >= o[EVERY]]
    return forgets_restart(*zip(*pairs, strict=True), limit)


def restart_by_bucket(before, after, limit):
    def increase(edge):
        pairs = [(o[edge], n[edge]) for o, n in zip(before, after, strict=True)]
        return sum(new - (old if new >= old else 0) for old, new in pairs)

    return increase(limit) / increase(EVERY)


def by_increase(before, after, limit):
    def increase(edge):
        return sum(
            new[edge] - (old[edge] if new[EVERY] >= old[EVERY] else 0)
            for old, new in zip(before, after, strict=True)
        )

    return increase(limit) / increase(EVERY)


def alert(limit=0.05 * 28 * 24 / 3, long="3h", short="15min", floor=600, allowed=0.03):
    """Return an ``alarm`` with one thing changed."""

    def alarm(minutes):
        def too_fast(window):
            sums = minutes.rolling(window).sum()
            return sums["late"] > limit * allowed * sums["asked"]

        fast = too_fast(long) & (too_fast(short) if short else True)
        return fast & (minutes["asked"].rolling(long).sum() > floor)

    return alarm


def mean_of_minutes(minutes):
    share = (minutes["late"] / minutes["asked"].where(minutes["asked"] > 0)).fillna(0)
    limit = 0.05 * 28 * 24 / 3 * 0.03
    fast = (share.rolling("3h").mean() > limit) & (
        share.rolling("15min").mean() > limit
    )
    return fast & (minutes["asked"].rolling("3h").sum() > 600)


def either_window(minutes):
    return alert(short=None)(minutes) | alert(long="15min", floor=600)(minutes)


def by_burn_rate(minutes):
    def burn(window):
        sums = minutes.rolling(window).sum()
        return (sums["late"] / sums["asked"].where(sums["asked"] > 0)).fillna(0) / 0.03

    enough = minutes["asked"].rolling("3h").sum() > 600
    return pd.concat([burn("3h") > 11.2, burn("15min") > 11.2, enough], axis=1).all(
        axis=1
    )


WRONG = {
    "watch-endpoints": [
        watcher(edges=(0.1, 0.5, 1)),
        watcher(logged=lambda request: str(request.url)),
        watcher(first=200),
        watcher(swallows=True),
        watcher(sends=lambda response: Response("OK", response.status_code)),
        watcher(sends=lambda r: r if r.status_code == 200 else Response("Sorry")),
        watcher(timed=lambda status: status < 500),  # only answers
        watcher(told=lambda status: status >= 400),  # only what went wrong
        watcher(name="url"),
        watcher(shown="{:.3f} s".format),
        watcher(scale=1000),
        watcher(late_clock=True),
        watcher(logged=lambda request: str(request.base_url)),
        watcher(noted=lambda status: 500),
        watcher(label="path"),
        watcher(in_finally=False),
        counts_only,
        "app",
    ],
    "share-of-copies": [
        mean_of_shares,
        forgets_restart,
        since_ever,
        skips_restarted,
        restart_by_bucket,
        0.5,
    ],
    "partner-alert": [
        alert(limit=14.4),
        alert(limit=0.05 * 30 * 24 / 3),
        alert(short=None),
        alert(floor=0),
        alert(long="1h"),
        alert(allowed=0.005),
        mean_of_minutes,
        either_window,
        lambda minutes: alert()(minutes).where(minutes["asked"] > 0),
        lambda minutes: False,
    ],
}
ALSO_RIGHT = {
    "watch-endpoints": [watcher(), reraises],
    "share-of-copies": [by_increase],
    "partner-alert": [alert(), by_burn_rate],
}
