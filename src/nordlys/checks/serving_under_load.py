"""Checkers of the section on serving under load."""

import asyncio
import selectors
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from math import ceil, floor, isclose
from typing import Any

import numpy as np

from nordlys.checks import exercise, expect

LONG = 50  # seconds after which a question counts as stuck
LETTERS = {"median": "B", "p95": "AC", "p99": "A", "doubt": "C"}
HINTS = {
    "median": "which curve is lowest at 50 on the axis?",
    "p95": "go to 95 on the axis: which curves are below the limit there?",
    "p99": "go to 99 on the axis: which curves are below the limit there?",
    "doubt": "how many questions are 25 a second for a minute?",
}


@exercise("read-latency-plot")
def read_latency_plot(answer: Any, rng: np.random.Generator) -> None:
    """Compare letters, in any order and case."""
    expect(isinstance(answer, dict), "give a dict with four letters or groups of them")
    for key, letters in LETTERS.items():
        expect(key in answer, f"{key} is missing")
        given = sorted(set("".join(answer[key]).upper()) - set(" ,"))
        expect(given == sorted(letters), f"{key}: {HINTS[key]}")


@exercise("unequal-calls")
def unequal_calls(answer: Any, rng: np.random.Generator) -> None:
    """Compare with the moments at which calls begin and end."""
    expect(callable(answer), "give the function itself, without calling it")
    cases = [([0, 1, 1], [3, 1, 1]), ([5, 9, 0.5], [1, 2, 1])]
    cases.append((rng.exponential(1.2, 200), rng.exponential(1, 200)))
    for gaps, calls in cases:
        free, wanted = 0.0, []
        for came, length in zip(np.cumsum(gaps), calls, strict=True):
            free = max(free, came) + length
            wanted.append(free - came)
        given = answer(np.array(gaps, float), np.array(calls, float))
        expect(
            np.shape(given) == np.shape(wanted),
            f"of {len(wanted)} questions each has a wait, but the shape of the "
            f"answer is {np.shape(given)}",
        )
        wrong = np.flatnonzero(~np.isclose(given, wanted))
        expect(
            not wrong.size,
            f"for gaps {np.round(gaps[:3], 2)} and calls {np.round(calls[:3], 2)} …: "
            f"{wrong.size} of {len(wanted)} waits differ; a wait ends with the answer, "
            "and a gap can be longer than the work that was left",
        )


@exercise("fleet-and-price")
def fleet_and_price(answer: Any, rng: np.random.Generator) -> None:
    """Compare with fleets of several demands.

    Where one fits exactly, dividing floats may ask for one machine more.
    """
    expect(callable(answer), "give the function itself, without calling it")
    cases = [(1000, 250, 1, 10, 0.8, 0.05), (1000, 250, 20, 15, 0.8, 0.05)]
    cases += [(300, 30, 1, 7, 0.7, 0.2), (6, 1, 3, 1, 0.5, 1.5)]
    cases.append((int(rng.integers(500, 900)), 100, 4, 23, 0.6, 0.1))
    cases.append((8, 2, 2, 1000, 0.5, 0.1))  # eight fit, and here floats are exact
    for case in cases:
        peak, mean, together, cost, highest, price = case
        share = round(peak * cost / (together * 1000 * highest), 9)
        counts = {ceil(share) + 1}
        if highest != 0.5:
            counts.add(floor(share) + 2)
        given = answer(*case)
        expect(
            isinstance(given, tuple | list) and len(given) == 2,
            "return two values: machines, and euros for a thousand predictions",
        )
        expect(
            given[0] in counts,
            f"plan{case} rents {given[0]} machines, expected {min(counts)}",
        )
        euros = given[0] * price / (mean * 3.6)
        expect(
            isclose(given[1], euros, rel_tol=1e-6),
            f"plan{case} says {given[1]:.6g} euros a thousand, expected {euros:.6g}",
        )


class _Skipping(selectors.DefaultSelector):
    """Skip the time in which a loop would wait, and count it."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list:
        """Return what is ready; without anything to wait for, wait for real."""
        ready = super().select(timeout if timeout is None else 0)
        self.now += 0 if ready else timeout or 0
        return ready


def _loop() -> asyncio.AbstractEventLoop:
    """Return a loop that waits at once, so that a busy machine changes nothing."""
    selector = _Skipping()
    loop = asyncio.SelectorEventLoop(selector)
    loop.time = lambda: selector.now
    return loop


async def _replied(guarded: Callable, question: str) -> Any:
    """Return what is answered, unless it takes so long that something waits."""
    reply = asyncio.ensure_future(guarded(question))
    done, _ = await asyncio.wait([reply], timeout=LONG)
    expect(done, f"'{question}' has not come back in {LONG} s: it must not wait")
    return reply.result()


async def _limited(guard: Callable, limit: int) -> None:
    """Fill all places with questions that are held, and ask once more."""
    asked, gate = [], asyncio.Event()

    async def ask(question: str) -> str:
        asked.append(question)
        if question != "first":
            await gate.wait()
        return f"answer to {question}"

    guarded = guard(ask, limit, 4 * LONG)
    expect(callable(guarded), "guard returns a function")
    first = await _replied(guarded, "first")
    held = [asyncio.create_task(guarded(f"held {i}")) for i in range(limit)]
    await asyncio.sleep(0.05)
    expect(len(asked) == limit + 1, f"{limit} questions may be inside at once")
    given = await _replied(guarded, "one too many")
    expect(given == 503, f"with {limit} inside, another gets {given!r}, not 503")
    expect("one too many" not in asked, "a refused question is not to be asked")
    gate.set()
    given = [first, *await asyncio.gather(*held)]
    wanted = ["answer to first", *(f"answer to held {i}" for i in range(limit))]
    expect(given == wanted, f"those inside get {given}, expected {wanted}")


async def _ended(guard: Callable, limit: int) -> None:
    """Ask what is too slow, and what breaks, until a lost place would be missed."""
    working = []

    async def ask(question: str) -> str:
        if question == "breaks":
            raise ValueError("the supplier's own error")
        if question == "slow":
            working.append(question)
            try:
                await asyncio.sleep(4 * LONG)
            finally:
                working.remove(question)
        return f"answer to {question}"

    guarded = guard(ask, limit, 0.3)
    for _ in range(limit + 1):
        given = await _replied(guarded, "slow")
        expect(given != 503, "the place of a question that was ended is not free again")
        expect(given == 504, f"a question slower than the patience gets {given!r}")
        await asyncio.sleep(0.05)  # so that what was cancelled can end
        expect(
            not working, "a question that got 504 is still with the supplier: end it"
        )
    for _ in range(limit):
        try:
            await _replied(guarded, "breaks")
        except ValueError:
            continue
        expect(False, "an error of the supplier should reach the caller")
    given = await _replied(guarded, "last")
    expect(given == "answer to last", f"after errors, a question gets {given!r}")


async def _guarded(guard: Callable, limit: int) -> None:
    """Try the limit and the time-out, each with a guard of its own."""
    await _limited(guard, limit)
    await _ended(guard, limit)


def _in_a_loop(guard: Callable, limit: int) -> None:
    with asyncio.Runner(loop_factory=_loop) as runner:
        runner.run(_guarded(guard, limit))


@exercise("limit-and-time-out")
def limit_and_time_out(answer: Any, rng: np.random.Generator) -> None:
    """Try the guard in a loop of its own: a notebook has one that runs already."""
    expect(callable(answer), "give the function guard itself, without calling it")
    with ThreadPoolExecutor(1) as pool:
        limit = int(rng.integers(2, 5))
        pool.submit(_in_a_loop, answer, limit).result()
