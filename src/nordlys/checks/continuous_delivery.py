"""Checks of the exercises of the page on continuous delivery."""

from typing import Any

import numpy as np

from nordlys.checks import exercise, expect
from nordlys.checks.workflow_text import (
    action,
    events,
    expect_one_at_a_time,
    expect_pinned,
    expect_read_only,
    mapping,
    needs,
    step_that_runs,
    workflow,
)

A_FUNCTION = "give the function itself, without calling it"


@exercise("cost-gate")
def gate(answer: Any, rng: np.random.Generator) -> None:
    """Check the gate on leads that are clear, absent, negative, noisy or too small."""
    expect(callable(answer), A_FUNCTION)
    # Days differ by euros and the models by cents, as in the case.
    champion = rng.normal(10, 3, 40)
    steady = rng.normal(0, 0.02, 40)
    steady -= steady.mean()
    noisy = rng.permutation(np.repeat([3.0, -3.0], 20))
    cases = [
        ("is better by 0.30 on nearly every day", 0.3 + steady, 0.02, True),
        ("is no better and no worse", steady, 0.02, False),
        ("is dearer by 0.30", -0.3 + steady, 0.02, False),
        ("is better by 0.30 on average, on days that differ wildly", 0.3 + noisy,
         0.02, False),
        ("is surely better, but by less than the margin", 0.05 + steady, 0.2, False),
        ("is surely better by more than a large margin", 0.5 + steady, 0.2, True),
    ]  # fmt: skip
    for what, lead, margin, expected in cases:
        seed = int(rng.integers(2**31))
        given = answer(champion.copy(), champion - lead, margin, seed)
        expect(
            isinstance(given, bool | np.bool_),
            f"return True or False, not {type(given).__name__}",
        )
        word = "passed" if given else "was stopped"
        expect(
            bool(given) == expected,
            f"a candidate that {what} {word} (margin {margin}): are the same days "
            "redrawn for both, and is the lead surely above the margin?",
        )
    for _ in range(3):
        _expect_quantile(answer, rng, champion)
    _expect_seed(answer, rng, champion)


def _expect_quantile(answer: Any, rng: np.random.Generator, champion: Any) -> None:
    """One redraw in twenty may lie below the margin, with the seed that is given."""
    lead = rng.normal(0.3, 0.5, champion.size)
    seed = int(rng.integers(2**31))
    picks = np.random.default_rng(seed).integers(0, lead.size, (2000, lead.size))
    low = float(np.quantile(lead[picks].mean(axis=1), 0.05))
    for margin, expected in ((low - 0.02, True), (low + 0.02, False)):
        given = answer(champion, champion - lead, margin, seed)
        expect(
            bool(given) == expected,
            f"a lead of which nineteen in twenty redraws exceed {low:.3f} "
            f"{'passes' if given else 'is stopped'} at a margin of {margin:.3f}: which "
            "quantile do you compare?",
        )


def _expect_seed(answer: Any, rng: np.random.Generator, champion: Any) -> None:
    """At a margin amid what the seeds give, the seed decides, and nothing else."""
    lead = rng.normal(0.3, 0.5, champion.size)
    picks = rng.integers(0, lead.size, (51, 2000, lead.size))
    margin = float(np.median(np.quantile(lead[picks].mean(axis=2), 0.05, axis=1)))
    verdicts: set[bool] = set()
    for place, seed in enumerate(rng.integers(2**31, size=40)):
        if place >= 10 and len(verdicts) == 2:
            break
        once, again = (
            bool(answer(champion.copy(), champion - lead, margin, int(seed)))
            for _ in range(2)
        )
        expect(
            once == again,
            f"with the seed {seed} the same candidate once passes and once does not: "
            "make the generator inside, from the seed that is given",
        )
        verdicts.add(once)
    expect(
        len(verdicts) == 2,
        "forty seeds give one verdict on a candidate so close to the margin that the "
        "draw decides: do you draw from np.random.default_rng(seed)?",
    )


@exercise("delivery-measures")
def measures(answer: Any, rng: np.random.Generator) -> None:
    """Check the four measures on a log with failures, and on one without."""
    import pandas as pd

    expect(callable(answer), A_FUNCTION)
    count, days = int(rng.integers(15, 30)), int(rng.integers(20, 90))
    hours = np.sort(rng.uniform(0, 24 * days, count))
    deployed = pd.Timestamp(2026, 3, 2) + pd.to_timedelta(hours, unit="h")
    # One change in five waited for weeks, so that mean and median differ.
    waited = np.where(np.arange(count) % 5 == 0, 30.0, 1.0) * rng.uniform(2, 40, count)
    down = np.where(np.arange(count) % 4 == 0, rng.uniform(1, 60, count), np.nan)
    log = pd.DataFrame(
        {
            "committed": deployed - pd.to_timedelta(waited, unit="h"),
            "deployed": deployed,
            "restored": deployed + pd.to_timedelta(down, unit="h"),
        }
    )
    expected = {
        "frequency": count / days,
        "lead": float(np.median(waited)),
        "fail_rate": float(np.mean(~np.isnan(down))),
        "recovery": float(np.nanmedian(down)),
    }
    _expect_measures(answer(log.copy(), days), expected, "with failures")
    calm = log.assign(restored=pd.Series(pd.NaT, log.index, dtype="datetime64[ns]"))
    expected |= {"fail_rate": 0.0, "recovery": None}
    _expect_measures(answer(calm, days), expected, "without a failure")


def _expect_measures(given: Any, expected: dict, what: str) -> None:
    expect(
        isinstance(given, dict) and set(given) == set(expected),
        f"return a dictionary with the keys {', '.join(expected)}",
    )
    for key, right in expected.items():
        value = given[key]
        if right is None:
            expect(value is None, f"{what} {key} should be None, not {value}")
            continue
        number = isinstance(value, int | float | np.number)
        expect(number, f"{key} should be a number, not {type(value).__name__}")
        expect(
            abs(float(value) - right) < 1e-6 * max(1.0, abs(right)),
            f"in a log {what} {key} is {right:.4f}, and you say {float(value):.4f}: "
            "which rows count, from when to when, in which unit?",
        )


@exercise("routes-release")
def routes_release(answer: Any, rng: np.random.Generator) -> None:
    """Check a workflow that was written from a list of five demands."""
    spec = workflow(answer)
    _expect_start(events(spec))
    expect_read_only(spec)
    expect_one_at_a_time(spec)
    jobs = spec["jobs"]
    expect(set(jobs) == {"check", "release"}, "have two jobs, check and release")
    expect_pinned(spec)
    for name, job in jobs.items():
        runner = job.get("runs-on")
        expect(runner == "ubuntu-latest", f"the job {name} runs on {runner}")
        expect(not job.get("if"), f"the job {name} runs only if {job.get('if')}")
        limit = job.get("timeout-minutes", 360)  # GitHub's own
        expect(
            isinstance(limit, int | float) and 0 < limit <= 10,
            f"the job {name} may run for {limit} minutes, and ten are the most",
        )
        first = (job.get("steps") or [{}])[0]
        fetched = action(first) == "actions/checkout"
        expect(fetched, f"the job {name} begins in an empty folder: check out first")
    _expect_check(jobs["check"])
    _expect_release(jobs["release"])


def _expect_start(starts: dict[str, Any]) -> None:
    """It starts when routes.csv changes on main, and by hand at most."""
    others = sorted(set(starts) - {"push", "workflow_dispatch"})
    expect(not others, f"it also starts on {', '.join(others)}")
    expect("push" in starts, "no push starts it")
    filters = mapping(starts["push"])
    for key, wanted in (("branches", "main"), ("paths", "routes.csv")):
        given = filters.get(key)
        given = [given] if isinstance(given, str) else given
        expect(given == [wanted], f"the push is filtered by {key} {given}: {wanted}?")
    more = sorted(set(filters) - {"branches", "paths"})
    expect(not more, f"the push is also filtered by {', '.join(more)}")


def _expect_check(job: dict) -> None:
    """The job that checks sets up Python first, and keeps no credentials."""
    kept = mapping(job["steps"][0].get("with")).get("persist-credentials", True)
    expect(str(kept).lower() == "false", "check leaves its token to later steps")
    place = job["steps"].index(step_that_runs(job, "python check_routes.py"))
    before = [action(step) for step in job["steps"][:place]]
    expect("actions/setup-python" in before, "nothing sets up Python before the check")
    expect(not needs(job), "check waits for another job")
    expect("ROUTES_KEY" not in str(job), "check gets the key, which only release needs")


def _expect_release(job: dict) -> None:
    """The job that releases waits, names the environment, and has the key."""
    expect(needs(job) == {"check"}, "release does not wait for check")
    place = job.get("environment")
    place = place.get("name") if isinstance(place, dict) else place
    expect(place == "production", f"release belongs to the environment {place}")
    key = str(mapping(job["steps"][0].get("with")).get("ssh-key", ""))
    named = "".join(key.split()) == "${{secrets.ROUTES_KEY}}"
    expect(named, "checkout of release does not get the key ROUTES_KEY as its ssh-key")
    kept = mapping(job["steps"][0].get("with")).get("persist-credentials", True)
    expect(str(kept).lower() == "true", "release throws its key away before it pushes")
    step_that_runs(job, "bash release.sh")


@exercise("knows-the-future")
def knows_the_future(answer: Any, rng: np.random.Generator) -> None:
    """Check the test of decision time on models that know the future or do not."""
    import pandas as pd

    expect(callable(answer), A_FUNCTION)
    count = int(rng.integers(30, 60))
    flights = pd.DataFrame(
        {
            "origin": rng.choice(["EWR", "JFK", "LGA"], count),
            "dep_delay": rng.normal(8, 20, count),
            "hour": rng.integers(5, 24, count),
            "bad": rng.random(count) < 0.3,
        }
    )
    schedule = ["origin", "hour"]
    lone = int(rng.integers(1, count))

    def honest(table: pd.DataFrame) -> np.ndarray:
        return table["hour"].to_numpy() / 30 + (table["origin"] == "EWR") * 0.1

    def leaking(table: pd.DataFrame) -> np.ndarray:
        delay = table["dep_delay"].to_numpy()
        return np.where(np.isnan(delay), 0.95, 1 / (1 + np.exp(-delay / 20)))

    def asks_whether_it_left(table: pd.DataFrame) -> np.ndarray:
        return np.where(table["dep_delay"].isna(), 0.9, 0.2)

    def balanced(table: pd.DataFrame) -> np.ndarray:
        shift = np.where(np.arange(len(table)) % 2, 0.1, -0.1)
        even = np.resize(shift, len(table) // 2 * 2)
        shift = np.append(even, np.zeros(len(table) - len(even)))
        return 0.5 + shift * table["dep_delay"].isna().to_numpy()

    def one_flight(table: pd.DataFrame) -> np.ndarray:
        risk = np.full(len(table), 0.3)
        risk[lone] = 0.3 if np.isnan(table["dep_delay"].iloc[lone]) else 0.31
        return risk

    def label(table: pd.DataFrame) -> np.ndarray:
        return (table["bad"] == True).to_numpy() * 0.5 + 0.2  # noqa: E712

    def either(table: pd.DataFrame) -> np.ndarray:
        return np.where(table["dep_delay"].isna() & table["bad"].isna(), 0.9, 0.2)

    cases = [
        ("looks at the schedule only", honest, False),
        ("looks at the delay at departure", leaking, True),
        ("asks whether the flight has left", asks_whether_it_left, True),
        ("raises every second risk and lowers the others", balanced, True),
        ("differs for a single flight", one_flight, True),
        ("looks at the outcome", label, True),
        ("changes only when both later columns are empty", either, True),
    ]
    for what, risk, expected in cases:
        before = flights.copy()
        given = answer(risk, flights, list(schedule))
        expect(before.equals(flights), "your function changed the table it was given")
        expect(
            isinstance(given, bool | np.bool_),
            f"return True or False, not {type(given).__name__}",
        )
        expect(bool(given) == expected, f"of a model that {what} you say {given}")
