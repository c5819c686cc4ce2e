"""Checkers of the section on observability."""

import time
from math import isclose
from typing import Any

import numpy as np
import pandas as pd

from nordlys.checks import exercise, expect

NAME = "Jensen"  # a person, who must not get into the log


class _Log:
    """Collect what is logged, whatever the level."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, dict]] = []

    def __getattr__(self, level: str) -> Any:
        """Return the method that logs at this level."""
        return lambda event, **fields: self.lines.append((event, fields))


@exercise("watch-endpoints")
def watch_endpoints(answer: Any, rng: np.random.Generator) -> None:
    """Send requests that end well, badly and in an error, and read what is left."""
    from fastapi import FastAPI, HTTPException
    from fastapi.testclient import TestClient
    from prometheus_client import CollectorRegistry

    expect(callable(answer), "give the function watch itself, without calling it")
    app, registry, log = FastAPI(), CollectorRegistry(), _Log()

    @app.get("/risk")
    def risk(customer: str) -> dict:
        time.sleep(0.02)
        return {"risk": 0.3}

    @app.get("/silent")
    def silent() -> dict:
        raise HTTPException(503, "no weather")

    @app.get("/broken")
    def broken() -> dict:
        raise ValueError("a fault in the endpoint")

    answer(app, registry, log)
    expect(
        registry.get_sample_value("seconds_bucket", {"le": "0.25"}) == 0,
        "the histogram seconds needs an edge at 0.25, in the registry that is given",
    )
    good = int(rng.integers(2, 6))
    began = time.perf_counter()
    with TestClient(app) as client:
        for _ in range(good):
            given = client.get("/risk", params={"customer": NAME})
            expect(given.text == '{"risk":0.3}', f"the client now gets {given.text!r}")
        for path, status in {"/silent": 503, "/nowhere": 404}.items():
            given = client.get(path).status_code
            expect(given == status, f"the client now gets {given} and not {status}")
        try:
            client.get("/broken")
        except ValueError:
            pass
        else:
            expect(False, "the error of an endpoint should go on, not be swallowed")
    for status, wanted in {"200": good, "503": 1, "404": 1, "500": 1}.items():
        value = registry.get_sample_value("answers_total", {"status": status})
        expect(
            value == wanted,
            f"answers with the label status {status}: {value}, expected {wanted}",
        )
    total = registry.get_sample_value("seconds_count")
    expect(total == good + 3, f"the histogram has {total} of {good + 3} requests")
    took, spent = registry.get_sample_value("seconds_sum"), time.perf_counter() - began
    expect(
        0.01 * good <= took <= spent,  # a clock may be coarse
        f"the histogram says {took:.4f} seconds for all requests; around them it was "
        f"{spent:.2f}, and {good} of them slept 0.02 each",
    )
    ends = [("/silent", "503"), ("/nowhere", "404"), ("/broken", "500")]
    _read(log.lines, [("/risk", "200")] * good + ends)


def _read(lines: list[tuple[str, dict]], requests: list[tuple[str, str]]) -> None:
    """Look at the log lines of all requests."""
    answered = [fields for event, fields in lines if event == "answered"]
    expect(
        len(answered) == len(requests),
        f"{len(answered)} lines 'answered' for {len(requests)} requests",
    )
    for fields in answered:
        missing = {"path", "status", "seconds"} - fields.keys()
        expect(not missing, f"a line lacks {', '.join(sorted(missing))}")
        expect(
            isinstance(fields["seconds"], float) and 0 <= fields["seconds"] < 60,
            f"seconds is {fields['seconds']!r}",
        )
    told = str(lines)
    expect(NAME not in told, "a person's name is in the log: leave the query out")
    for fields, wanted in zip(answered, requests, strict=True):
        said = (fields["path"], str(fields["status"]))
        expect(said == wanted, f"the line of {wanted} says {said}")


def _counts(edges: list[float], seconds: np.ndarray) -> dict[float, int]:
    return {edge: int((seconds <= edge).sum()) for edge in edges}


@exercise("share-of-copies")
def share_of_copies(answer: Any, rng: np.random.Generator) -> None:
    """Compare with shares of copies of unequal size, one of which was restarted."""
    expect(callable(answer), "give the function itself, without calling it")
    edges = [0.05, 0.25, 1, float("inf")]
    for restarted in (False, True):
        before, after, new = [], [], []
        for number, scale in ((900, 0.05), (60, 0.6), (300, 0.2)):
            again = restarted and number == 900  # it was slow before
            old = rng.exponential(20 * scale if again else scale, number)
            count = number // 2 if again else int(rng.integers(20, number))
            fresh = rng.exponential(scale, count)
            before.append(_counts(edges, old))
            after.append(_counts(edges, fresh if again else np.append(old, fresh)))
            new.append(fresh)
        for limit in (0.05, 0.25, 1):
            wanted = (np.concatenate(new) <= limit).mean()
            given = answer([dict(x) for x in before], [dict(x) for x in after], limit)
            expect(
                isinstance(given, float | np.floating) and isclose(given, wanted),
                f"within {limit} s: {given!r}, expected {wanted:.4f}"
                + (", with a copy that was restarted" if restarted else ""),
            )


@exercise("partner-alert")
def partner_alert(answer: Any, rng: np.random.Generator) -> None:
    """Compare the alarm minute by minute on days with blips, faults and pauses."""
    expect(callable(answer), "give the function alarm itself, without calling it")
    index = pd.date_range("2013-03-04", periods=3 * 24 * 60, freq="min")
    asked = rng.poisson(np.repeat(rng.choice([0, 1, 2, 6, 20, 60], 72), 60))
    share = np.repeat(rng.choice([0.001, 0.02, 0.2, 0.3, 0.4, 0.6, 1], 288), 15)
    late = rng.binomial(asked, share)
    late[:300] = 0
    minutes = pd.DataFrame({"asked": asked, "late": late}, index=index)
    given = answer(minutes.copy())
    expect(
        isinstance(given, pd.Series) and given.index.equals(index),
        "return a series with one value for each minute",
    )
    expect(
        not given.isna().any() and set(given.unique()) <= {True, False},
        "each value is True or False, also where nobody asks",
    )
    given = given.astype(bool)
    wanted, close = _alarm(minutes)
    differ = (given != wanted) & ~close
    early = given & ~wanted & ~close
    expect(
        not differ.any(),
        f"{int(differ.sum())} of {len(index)} minutes differ, and {int(early.sum())} "
        "of them ring for nothing: look at the limit, both windows and the floor",
    )


def _alarm(minutes: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return the alarm, and where a rounding could decide."""
    limit = 0.05 * 28 * 24 / 3 * (1 - 0.97)
    wanted = minutes["asked"].rolling(180, min_periods=1).sum() > 600
    close = pd.Series(False, minutes.index)
    for window in (180, 15):
        sums = minutes.rolling(window, min_periods=1).sum()
        over = sums["late"] - limit * sums["asked"]
        wanted &= over > 1e-9
        close |= over.abs() < 1e-6
    return wanted, close & (minutes["asked"].rolling(15, min_periods=1).sum() > 0)
