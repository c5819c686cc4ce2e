"""Answers to the exercises on answers in time, wrong and right."""

import asyncio
import math
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import numpy as np


async def blocks(ask, routes):
    return [ask(route) for route in routes]


async def one_by_one(ask, routes):
    return [await asyncio.to_thread(ask, route) for route in routes]


async def threads_that_block(ask, routes):
    with ThreadPoolExecutor(9) as pool:
        return list(pool.map(ask, routes))


async def as_they_come(ask, routes):
    jobs = [asyncio.to_thread(ask, route) for route in routes]
    return sorted([await job for job in asyncio.as_completed(jobs)], reverse=True)[1:]


def not_async(ask, routes):
    return [ask(route) for route in routes]


async def forgets_to_wait(ask, routes):
    return [asyncio.create_task(asyncio.to_thread(ask, route)) for route in routes]


async def in_a_group(ask, routes):
    async with asyncio.TaskGroup() as group:
        jobs = [group.create_task(asyncio.to_thread(ask, route)) for route in routes]
    return [job.result() for job in jobs]


async def by_executor(ask, routes):
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(9) as pool:
        return await asyncio.gather(
            *(loop.run_in_executor(pool, ask, route) for route in routes)
        )


def cuts(answers, late, promised):
    return int(answers * (1 - promised)) - late


def rounds_up(answers, late, promised):
    return math.ceil(round(answers * (1 - promised), 6)) - late


def forgets_late(answers, late, promised):
    return int(round(answers * (1 - promised), 6))


def from_what_came(answers, late, promised):
    return int(round((answers - late) * (1 - promised), 6))


def never_negative(answers, late, promised):
    return max(0, int(round(answers * (1 - promised), 6)) - late)


def towards_zero(answers, late, promised):
    # Cuts after the subtraction: a promise that is broken looks better by one.
    return int(round(answers * (1 - promised) - late, 6))


def per_mille(answers, late, promised):
    # Three digits of the share: 0.9999 becomes 1.
    return int(answers * round(1 - promised, 3)) - late


def not_cut(answers, late, promised):
    return round(answers * (1 - promised) - late, 6)


def by_numpy(answers, late, promised):
    return np.floor(np.round(answers * (1 - promised), 6)) - late


def by_division(answers, late, promised):
    return round(answers * (1 - promised), 6) // 1 - late


def by_decimal(answers, late, promised):
    return int(answers * (1 - Decimal(str(promised)))) - late


WRONG = {
    "side-by-side": [
        blocks,
        one_by_one,
        threads_that_block,
        as_they_come,
        not_async,
        forgets_to_wait,
        "await ask(routes)",
    ],
    "late-answers-left": [
        cuts,
        rounds_up,
        forgets_late,
        from_what_came,
        never_negative,
        towards_zero,
        per_mille,
        not_cut,
        70,
    ],
}
ALSO_RIGHT = {
    "side-by-side": [in_a_group, by_executor],
    "late-answers-left": [by_decimal, by_numpy, by_division],
}
