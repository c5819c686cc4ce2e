"""Checkers of the section on answers in time."""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from inspect import iscoroutinefunction
from typing import Any

import numpy as np

from nordlys.checks import exercise, expect

PAUSE = 0.1  # seconds that the library takes
PATIENCE = 5  # seconds after which routes no longer wait for each other


async def _beside(answer: Callable, ask: Callable, routes: list) -> tuple[Any, int]:
    """Return what is answered, and how often the loop came round meanwhile."""
    rounds, done = 0, asyncio.Event()

    async def turn() -> None:
        nonlocal rounds
        while not done.is_set():
            rounds += 1
            await asyncio.sleep(PAUSE / 20)

    turning = asyncio.create_task(turn())
    await asyncio.sleep(0)
    try:
        given = await answer(ask, routes)
    finally:
        done.set()
        await turning
    return given, rounds


@exercise("side-by-side")
def side_by_side(answer: Any, rng: np.random.Generator) -> None:
    """Let the routes wait for each other: only those asked side by side meet."""
    expect(iscoroutinefunction(answer), "give a function that is written async def")
    routes = [f"EWR {hour} EV" for hour in rng.permutation(24)[:4].tolist()]
    meeting = threading.Barrier(len(routes))
    met = []

    def ask(route: str) -> str:
        try:
            meeting.wait(PATIENCE)
            met.append(route)
        except threading.BrokenBarrierError:
            pass
        time.sleep(PAUSE * (1 + len(route) % 3) * (routes.index(route) != 0) + PAUSE)
        return f"risk of {route}"

    # A notebook has a loop of its own, so this one runs in a thread.
    with ThreadPoolExecutor(1) as pool:
        given, rounds = pool.submit(
            lambda: asyncio.run(_beside(answer, ask, routes))
        ).result()
    expect(
        isinstance(given, list | tuple)
        and list(given) == [f"risk of {r}" for r in routes],
        f"the answers are {given}, expected one for each route, in their order",
    )
    expect(
        rounds > 2,
        "the event loop stood still meanwhile: a call that blocks goes to a thread",
    )
    expect(
        len(met) == len(routes),
        "the routes were asked one after the other: start all, then wait for all",
    )


@exercise("late-answers-left")
def late_answers_left(answer: Any, rng: np.random.Generator) -> None:
    """Compare with the budget of late answers, at shares that computers round."""
    expect(callable(answer), "give the function itself, without calling it")
    cases = [(10_000, 30, 0.99), (10, 0, 0.9), (1000, 0, 0.9), (1000, 5, 0.999)]
    cases += [(100, 100, 0.95), (2000, 0, 1.0), (150, 0, 0.99), (150, 5, 0.99)]
    cases += [(50_000, 1, 0.9999)]
    cases += [(int(rng.integers(1, 90)) * 1000, int(rng.integers(50)), 0.999)]
    for answers, late, promised in cases:
        in_ten_thousand = round((1 - promised) * 10_000)
        wanted = answers * in_ten_thousand // 10_000 - late
        given = answer(answers, late, promised)
        expect(
            isinstance(given, int | float | np.number) and given == wanted,
            f"late_answers_left({answers}, {late}, {promised}) is {given!r}, "
            f"expected {wanted}",
        )
