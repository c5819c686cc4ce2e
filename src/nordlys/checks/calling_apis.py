"""Checks of the exercises on calling APIs."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nordlys.checks import exercise, expect

TEMPORARY = {429, 502, 503, 504, None}
IDEMPOTENT = {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"}
A_FUNCTION = "give the function itself, without calling it"


@exercise("may-retry")
def retry_rule(may_retry: Callable, rng: np.random.Generator) -> None:
    """Compare the rule with the reference on every method, status and key."""
    expect(callable(may_retry), A_FUNCTION)
    statuses = [200, 201, 400, 401, 403, 404, 408, 409, 422, 500, 501, 505, *TEMPORARY]
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
    expect(callable(collect), A_FUNCTION)
    for _ in range(20):
        pages = random_pages(rng)
        expected = {item["id"]: item for page in pages for item in page}
        answer = collect(Supplier(pages))
        pair = isinstance(answer, tuple | list) and len(answer) == 2
        expect(pair, "return two lists, the good records and the rejected ones")
        for found, kind in zip(answer, ("good", "rejected"), strict=True):
            right = [x for x in expected.values() if is_good(x) == (kind == "good")]
            compare(found, right, kind)
    circle = Supplier(random_pages(rng), circle=True)
    try:
        collect(circle)
    except RuntimeError:
        return
    expect(False, "the service named a used cursor, and no RuntimeError was raised")


def is_good(item: dict[str, Any]) -> bool:
    """Say whether the gate of a record is a whole number above zero."""
    return isinstance(item["gate"], int) and item["gate"] > 0


def compare(found: Any, right: list[dict[str, Any]], kind: str) -> None:
    """Expect one of the two lists to hold its records, each once and in order."""
    expect(
        isinstance(found, list) and all(isinstance(x, dict) for x in found),
        f"the {kind} ones are not a list of records: {found!r}"[:200],
    )
    ids, wanted = [item["id"] for item in found], [item["id"] for item in right]
    expect(len(ids) == len(set(ids)), f"some id is among the {kind} ones twice")
    strangers = [item for item in found if item["id"] not in wanted]
    expect(not strangers, f"{strangers[:1]} is among the {kind} ones")
    missing = len(wanted) - len(ids)
    expect(
        missing <= 0,
        f"{missing} of {len(wanted)} {kind} records are missing; "
        "what else may a page be, besides full?",
    )
    expect(ids == wanted, f"the {kind} ones are not in order of first appearance")
    expect(found == right, "give the records whole")


def random_pages(rng: np.random.Generator) -> list[list[dict[str, Any]]]:
    """Return pages of records, some of them bad; one page is repeated, one empty."""
    ids = rng.permutation(1000)[: rng.integers(12, 60)].tolist()
    size = int(rng.integers(2, 6))
    starts = range(0, len(ids), size)
    items: list[dict[str, Any]] = [
        {"id": n, "gate": int(rng.integers(1, 40))} for n in ids
    ]
    chosen = rng.permutation(len(items))[:6].tolist()
    for place, gate in zip(chosen, (None, "n/a", "7", 2.5, 0, -1), strict=True):
        items[place]["gate"] = gate
    pages = [items[start : start + size] for start in starts]
    repeated = int(rng.integers(len(pages) - 1))
    again = [dict(item) for item in pages[repeated]]
    pages.insert(int(rng.integers(repeated + 2, len(pages) + 1)), again)
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
            self.calls <= len(self.pages) + 1,
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
    """Try times that were told, silence, and small caps."""
    expect(callable(next_wait), A_FUNCTION)
    for _ in range(10):
        gap = int(rng.integers(2, 600))
        for seconds, cap in ((gap, gap + 60), (gap, gap), (gap, gap / 2), (0, 20)):
            attempt = int(rng.integers(1, 9))
            wait = call(next_wait, attempt, str(seconds), float(cap))
            obeys(wait, seconds, cap, f"told {str(seconds)!r}, cap {cap:g}")
    for attempt in (1, 2, 3, 4, 9):
        limit = min(0.5 * 2 ** (attempt - 1), 20.0)
        answers = [call(next_wait, attempt, None, 20.0) for _ in range(200)]
        waits = [wait for wait in answers if wait is not None]
        case = f"told nothing, attempt {attempt}, cap 20:"
        expect(len(waits) == 200, f"{case} you give up, though nobody named a time")
        case += " your 200 waits lie between"
        case += f" {min(waits):.2f} and {max(waits):.2f} seconds, and"
        expect(min(waits) >= 0 and max(waits) <= limit, f"{case} some are not allowed")
        spread = min(waits) < 0.3 * limit and max(waits) > 0.7 * limit
        expect(spread, f"{case} do not fill what is allowed; a crowd must scatter")
        mean = sum(waits) / len(waits)
        expect(mean < 0.65 * limit, f"{case} most are the longest; cap before you draw")


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
        expect(abs(wait - told) < 1e-9, f"{case}: you wait {wait:g} seconds")
