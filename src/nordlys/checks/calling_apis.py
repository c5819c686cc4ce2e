"""Checks of the exercises on calling APIs."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any

import numpy as np

from nordlys.checks import exercise, expect

TEMPORARY = {429, 502, 503, 504, None}
IDEMPOTENT = {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"}


@exercise("may-retry")
def retry_rule(may_retry: Callable, rng: np.random.Generator) -> None:
    """Compare the rule with the reference on every method, status and key."""
    statuses = [200, 201, 400, 401, 403, 404, 409, 422, 500, *TEMPORARY]
    cases = [
        (method, status, has_key)
        for method in [*sorted(IDEMPOTENT), "POST", "PATCH"]
        for status in statuses
        for has_key in (False, True)
    ]
    for index in rng.permutation(len(cases)):
        method, status, has_key = cases[index]
        said = may_retry(method, status, has_key)
        answered = "no answer" if status is None else f"status {status}"
        case = f"{method}, {answered}, {'a' if has_key else 'no'} key"
        expect(
            isinstance(said, bool | np.bool_),
            f"for {case} you returned {said!r}; answer True or False",
        )
        passing, harmless = status in TEMPORARY, has_key or method in IDEMPOTENT
        why = f"{answered} may pass" if passing else f"{answered} stays as it is"
        if passing and harmless:
            how = "" if method in IDEMPOTENT else " with a key"
            why += f" and {method}{how} repeats without harm, so a retry is right"
        elif passing:
            why += f", but what if the first {method} was carried out?"
        expect(said == (passing and harmless), f"for {case} you returned {said}: {why}")


@exercise("collect-pages")
def collect_pages(collect: Callable, rng: np.random.Generator) -> None:
    """Try the loop on services with repeated and empty pages, and on a circle."""
    for _ in range(20):
        pages = random_pages(rng)
        expected = {item["id"]: item for page in pages for item in page}
        found = collect(Supplier(pages))
        expect(
            isinstance(found, list) and all(isinstance(x, dict) for x in found),
            f"return a list of records, not {type(found).__name__}",
        )
        ids = [item["id"] for item in found]
        expect(len(ids) == len(set(ids)), "some id came back more than once")
        missing = len(expected) - len(ids)
        expect(
            missing <= 0,
            f"{missing} of {len(expected)} records are missing; "
            "what else may a page be, besides full?",
        )
        expect(ids == list(expected), "the ids are not in order of first appearance")
        expect(found == list(expected.values()), "give the records whole")
    circle = Supplier(random_pages(rng), circle=True)
    try:
        collect(circle)
    except RuntimeError:
        return
    expect(False, "the service named a used cursor, and no RuntimeError was raised")


def random_pages(rng: np.random.Generator) -> list[list[dict[str, Any]]]:
    """Return a few pages of records; one is repeated, one in the middle is empty."""
    ids = rng.permutation(1000)[: rng.integers(12, 60)].tolist()
    size = int(rng.integers(2, 6))
    starts = range(0, len(ids), size)
    items = [{"id": n, "gate": int(rng.integers(1, 40))} for n in ids]
    pages = [items[start : start + size] for start in starts]
    repeated = int(rng.integers(len(pages)))
    pages.insert(repeated, [dict(item) for item in pages[repeated]])
    pages.insert(int(rng.integers(1, len(pages))), [])
    return pages


class Supplier:
    """A paginated service; its cursors say nothing to who does not know them."""

    def __init__(self, pages: list[list[dict[str, Any]]], circle: bool = False) -> None:
        """Serve ``pages``; in a circle the last page points back to the second."""
        self.pages, self.circle, self.calls = pages, circle, 0

    def __call__(self, cursor: str) -> dict[str, Any]:
        """Return the page that a cursor stands for."""
        self.calls += 1
        expect(
            self.calls <= 3 * len(self.pages),
            "the loop never ends: is the cursor a new one?",
        )
        known = {"": 0} | {f"c{7 * n}": n for n in range(1, len(self.pages))}
        expect(cursor in known, f"the service never named the cursor {cursor!r}")
        after = known[cursor] + 1
        if after == len(self.pages):
            return {"items": self.pages[-1], "next": "c7" if self.circle else None}
        return {"items": self.pages[after - 1], "next": f"c{7 * after}"}


@exercise("next-wait")
def waiting_time(next_wait: Callable, rng: np.random.Generator) -> None:
    """Try seconds, dates of the past and future, silence, and small caps."""
    for _ in range(10):
        zone = timezone(timedelta(hours=int(rng.integers(-11, 12))))
        now = datetime(2013, 3, 8, tzinfo=UTC) + timedelta(
            seconds=int(rng.integers(0, 10**7))
        )
        gap = int(rng.integers(2, 600))
        for seconds in (gap, 0, -gap, 3 * 86_400 + gap):
            header = format_datetime(now + timedelta(seconds=seconds), usegmt=True)
            for cap in (float(gap + 60), gap / 2):
                told = f"told {header!r} at {now:%H:%M:%S} UTC, cap {cap:g}"
                wait = call(next_wait, 1, header, now.astimezone(zone), cap)
                obeys(wait, max(seconds, 0), cap, told)
        for cap in (float(gap + 60), float(gap), gap / 2):
            attempt = int(rng.integers(1, 5))
            wait = call(next_wait, attempt, str(gap), now, cap)
            obeys(wait, gap, cap, f"told {str(gap)!r}, cap {cap:g}")
    now = datetime(2013, 3, 8, 12, tzinfo=UTC)
    for attempt in (1, 2, 3, 4, 9):
        limit = min(0.5 * 2 ** (attempt - 1), 20.0)
        answers = [call(next_wait, attempt, None, now, 20.0) for _ in range(200)]
        waits = [wait for wait in answers if wait is not None]
        case = f"told nothing, attempt {attempt}, cap 20:"
        expect(len(waits) == 200, f"{case} you give up, though nobody named a time")
        case += " your 200 waits lie between"
        case += f" {min(waits):.2f} and {max(waits):.2f} seconds, and"
        expect(min(waits) >= 0 and max(waits) <= limit, f"{case} some are not allowed")
        spread = min(waits) < 0.3 * limit and max(waits) > 0.7 * limit
        expect(spread, f"{case} do not fill what is allowed; a crowd must scatter")


def call(next_wait: Callable, *case: object) -> float | None:
    """Return the answer to one case, a number or None, or say that it is neither."""
    wait = next_wait(*case)
    if wait is None:
        return None
    number = isinstance(wait, int | float | np.number) and not isinstance(wait, bool)
    expect(number, f"for {case[:2]} you returned {wait!r}; give seconds, or None")
    return float(wait)


def obeys(wait: float | None, told: float, cap: float, case: str) -> None:
    """Expect the wait that was told or, if that is beyond the cap, none."""
    if told > cap:
        expect(
            wait is None,
            f"{case}: you wait {wait}; the service asks for longer than we may wait, "
            "and asking sooner is against its word: give up, return None",
        )
    else:
        expect(wait is not None, f"{case}: you give up, though the cap allows it")
        expect(abs(wait - told) < 0.5, f"{case}: you wait {wait:g}; {ask(wait)}")


def ask(wait: float) -> str:
    """Return a question that fits a wrong wait."""
    if wait < 0:
        return "can one wait a negative time?"
    return "how far is the time that was told from now, in seconds?"
