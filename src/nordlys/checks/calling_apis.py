"""Checks of the exercises on calling APIs."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import numpy as np

from nordlys.checks import exercise

TEMPORARY = {429, 502, 503, 504, None}
IDEMPOTENT = {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"}


@exercise("1.5")
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
        expected = status in TEMPORARY and (has_key or method in IDEMPOTENT)
        said = may_retry(method, status, has_key)
        case = f"{method}, status {status}, {'a' if has_key else 'no'} key"
        assert isinstance(said, bool | np.bool_), (
            f"for {case} you returned {said!r}; answer True or False"
        )
        why = "think about time" if status in TEMPORARY else "think about the status"
        if status in TEMPORARY and not has_key and method not in IDEMPOTENT:
            why = "what if the first request was carried out?"
        assert said == expected, f"for {case} you returned {said}: {why}"


@exercise("1.6")
def collect_pages(collect: Callable, rng: np.random.Generator) -> None:
    """Try the loop on services with repeated and empty pages, and on a circle."""
    for _ in range(20):
        pages = random_pages(rng)
        expected = {item["id"]: item for page in pages for item in page}
        found = collect(Supplier(pages))
        ids = [item["id"] for item in found]
        assert len(ids) == len(set(ids)), "some id came back more than once"
        missing = len(expected) - len(ids)
        assert missing <= 0, (
            f"{missing} of {len(expected)} records are missing; "
            "what else may a page be, besides full?"
        )
        assert ids == list(expected), "the ids are not in order of first appearance"
    circle = Supplier(random_pages(rng), circle=True)
    try:
        collect(circle)
    except RuntimeError:
        return
    raise AssertionError(
        "the service named a used cursor, and no RuntimeError was raised"
    )


def random_pages(rng: np.random.Generator) -> list[list[dict[str, Any]]]:
    """Return a few pages of records; one is repeated, one in the middle is empty."""
    ids = rng.permutation(1000)[: rng.integers(12, 60)].tolist()
    size = int(rng.integers(2, 6))
    starts = range(0, len(ids), size)
    pages = [[{"id": n} for n in ids[start : start + size]] for start in starts]
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
        assert self.calls <= 3 * len(self.pages), "the loop never ends"
        known = {"": 0} | {f"c{7 * n}": n for n in range(1, len(self.pages))}
        assert cursor in known, f"the service never named the cursor {cursor!r}"
        after = known[cursor] + 1
        if after == len(self.pages):
            return {"items": self.pages[-1], "next": "c7" if self.circle else None}
        return {"items": self.pages[after - 1], "next": f"c{7 * after}"}


KEY = ("day", "origin", "carrier", "flight")


@exercise("1.7")
def newest_version(ingest_newest: Callable, rng: np.random.Generator) -> None:
    """Send versions in any order, some again at the end; the newest must remain."""
    for _ in range(5):
        records = random_versions(rng)
        newest: dict[tuple, tuple] = {}
        for record in sorted(records, key=lambda r: r["version"]):
            key = tuple(record[name] for name in KEY)
            newest[key] = (*key, record["arr_delay"], record["version"])
        cut = len(records) // 2
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.execute(
                "CREATE TABLE departures (day TEXT, origin TEXT, carrier TEXT, "
                "flight INTEGER, arr_delay INTEGER, version INTEGER, "
                "PRIMARY KEY (day, origin, carrier, flight))"
            )
            for batch in (records[:cut], records[cut:], records[:cut]):
                ingest_newest(connection, [dict(record) for record in batch])
            rows = connection.execute(
                "SELECT day, origin, carrier, flight, arr_delay, version "
                "FROM departures"
            ).fetchall()
        assert len(rows) == len(newest), (
            f"the table has {len(rows)} flights, {len(newest)} were sent"
        )
        wrong = [row for row in rows if newest[row[:4]] != row]
        assert not wrong, (
            f"{len(wrong)} of {len(rows)} flights do not hold their newest version: "
            f"{wrong[0]} should be {newest[wrong[0][:4]]}"
        )


def random_versions(rng: np.random.Generator) -> list[dict[str, Any]]:
    """Return records of a few flights in up to four versions, shuffled."""
    records = []
    for number in rng.permutation(9000)[:30].tolist():
        origin = ("EWR", "JFK", "LGA")[number % 3]
        for version in range(1, int(rng.integers(2, 6))):
            delay = int(rng.integers(-30, 300))
            key = dict(zip(KEY, ("2013-03-08", origin, "DL", number), strict=True))
            cancelled = rng.random() < 0.2
            record = {"arr_delay": None if cancelled else delay, "version": version}
            records.append(key | record)
    return [records[index] for index in rng.permutation(len(records))]
