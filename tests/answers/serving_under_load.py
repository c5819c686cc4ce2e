"""Answers to the exercises on serving under load, wrong and right."""

import asyncio
from contextlib import suppress
from functools import partial
from math import ceil, floor

import numpy as np


def reading(**changed):
    return {"median": "B", "p95": "AC", "p99": "A", "doubt": "C"} | changed


def only_own_calls(gaps, calls):
    return np.array(calls, float)


def without_own_call(gaps, calls):
    work, results = 0.0, []
    for gap, length in zip(gaps, calls, strict=True):
        work = max(0.0, work - gap)
        results.append(work)
        work += length
    return np.array(results)


def negative_work(gaps, calls):
    work, results = 0.0, []
    for gap, length in zip(gaps, calls, strict=True):
        work = work - gap + length
        results.append(work)
    return np.array(results)


def all_of_one(gaps, calls):
    work, results = 0.0, []
    for gap in gaps:
        work = max(0.0, work - gap) + 1
        results.append(work)
    return np.array(results)


def gap_after(gaps, calls):
    work, results = 0.0, []
    for gap, length in zip(gaps, calls, strict=True):
        results.append(work + length)
        work = max(0.0, work + length - gap)
    return np.array(results)


def by_moments(gaps, calls):
    came, free, results = np.cumsum(gaps), 0.0, []
    for at, length in zip(came, calls, strict=True):
        free = max(at, free) + length
        results.append(free - at)
    return results


def planned(peak, mean, together, cost, highest, price, spare=1, rounds=ceil):
    count = rounds(round(peak / together * cost / 1000 / highest, 9)) + spare
    return count, count * price / (mean * 3600) * 1000


def without_rounding(peak, mean, together, cost, highest, price):
    count = ceil(peak / together * cost / 1000 / highest) + 1
    return count, count * price / (mean * 3600) * 1000


def no_spare(*case):
    return planned(*case, spare=0)


def rounded_down(*case):
    return planned(*case, rounds=floor)


def one_more_always(*case):
    # Rounds down and adds one, also where the machines fit exactly.
    return planned(*case, rounds=lambda machines: floor(machines) + 1)


def priced_at_peak(peak, mean, *rest):
    return planned(peak, peak, *rest)


def sized_by_mean(peak, mean, *rest):
    return planned(mean, mean, *rest)


def forgets_together(peak, mean, together, *rest):
    return planned(peak, mean, 1, *rest)


def forgets_knee(peak, mean, together, cost, highest, price):
    return planned(peak, mean, together, cost, 1, price)


def for_one(*case):
    count, euros = planned(*case)
    return count, euros / 1000


def as_list(*case):
    return list(planned(*case))


def waits_for_a_place(ask, limit, patience):
    slots = asyncio.Semaphore(limit)

    async def guarded(question):
        async with slots:
            try:
                async with asyncio.timeout(patience):
                    return await ask(question)
            except TimeoutError:
                return 504

    return guarded


def no_time_out(ask, limit, patience):
    slots = asyncio.Semaphore(limit)

    async def guarded(question):
        if slots.locked():
            return 503
        async with slots:
            return await ask(question)

    return guarded


def no_limit(ask, limit, patience):
    async def guarded(question):
        try:
            return await asyncio.wait_for(ask(question), patience)
        except TimeoutError:
            return 504

    return guarded


def one_more(ask, limit, patience):
    return counted(ask, limit + 1, patience)


def keeps_the_place(ask, limit, patience):
    inside = 0

    async def guarded(question):
        nonlocal inside
        if inside >= limit:
            return 503
        inside += 1
        try:
            answer = await asyncio.wait_for(ask(question), patience)
        except TimeoutError:
            return 504
        inside -= 1
        return answer

    return guarded


def keeps_it_after_errors(ask, limit, patience):
    inside = 0

    async def guarded(question):
        nonlocal inside
        if inside >= limit:
            return 503
        inside += 1
        try:
            answer = await asyncio.wait_for(ask(question), patience)
        except TimeoutError:
            answer = 504
        inside -= 1
        return answer

    return guarded


def asks_and_refuses(ask, limit, patience):
    inside = 0

    async def guarded(question):
        nonlocal inside
        inside += 1
        try:
            answer = await asyncio.wait_for(ask(question), patience)
            return 503 if inside > limit else answer
        except TimeoutError:
            return 504
        finally:
            inside -= 1

    return guarded


def hopes(ask, limit, patience):
    guarded = counted(ask, limit, patience)

    async def twice(question):
        given = await guarded(question)
        with suppress(TimeoutError):
            return await asyncio.wait_for(ask(question), 1) if given == 503 else given
        return 503

    return twice


def counted(ask, limit, patience, full=503, ends=TimeoutError, late=504, told=str):
    inside = 0

    async def guarded(question):
        nonlocal inside
        if inside >= limit:
            return full
        inside += 1
        try:
            return told(await asyncio.wait_for(ask(question), patience))
        except ends:
            return late
        finally:
            inside -= 1

    return guarded


def gives_up(ask, limit, patience, ends=False):
    places = set()

    async def guarded(question):
        if len(places) >= limit:
            return 503
        task = asyncio.ensure_future(ask(question))
        places.add(task)
        done, _ = await asyncio.wait([task], timeout=patience)
        places.discard(task)
        if done:
            return task.result()
        if ends:  # else the supplier works on, and its place is given away
            task.cancel()
        return 504

    return guarded


WRONG = {
    "read-latency-plot": [
        reading(median="A"),
        reading(median="C"),
        reading(p95="ABC"),
        reading(p95="A"),
        reading(p99="AC"),
        reading(doubt="B"),
        {"median": "B"},
        "B",
    ],
    "unequal-calls": [
        only_own_calls,
        without_own_call,
        negative_work,
        all_of_one,
        gap_after,
        lambda gaps, calls: by_moments(gaps, calls)[-1],
        3,
    ],
    "fleet-and-price": [
        no_spare,
        rounded_down,
        one_more_always,
        priced_at_peak,
        sized_by_mean,
        forgets_together,
        forgets_knee,
        for_one,
        lambda *case: planned(*case)[0],  # only machines
        14,
    ],
    "limit-and-time-out": [
        waits_for_a_place,
        no_time_out,
        no_limit,
        one_more,
        keeps_the_place,
        gives_up,
        keeps_it_after_errors,
        asks_and_refuses,
        hopes,
        lambda ask, limit, patience: counted(ask, limit - 1, patience),
        partial(counted, full="503"),
        partial(counted, late=None),
        partial(counted, ends=Exception),  # any error is taken for silence
        partial(counted, told=lambda answer: None),  # forgets to return it
        lambda ask, limit, patience: None,  # forgets to return the function
        503,
    ],
}
ALSO_RIGHT = {
    "read-latency-plot": [reading(p95="c, a"), reading(p95=["A", "C"])],
    "unequal-calls": [by_moments],
    "fleet-and-price": [as_list, without_rounding],
    "limit-and-time-out": [counted, partial(gives_up, ends=True)],
}
