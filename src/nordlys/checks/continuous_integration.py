"""Checks of the exercises of the page on continuous integration."""

import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from nordlys.checks import exercise, expect

AIRPORTS = ("EWR", "JFK", "LGA")
A_FUNCTION = "give the function itself, without calling it"
Risk = Callable[[dict], float]


def _hhmm(minutes: int) -> int:
    """Return minutes since midnight as the data write them, midnight as 2400."""
    minutes %= 24 * 60
    return 2400 if minutes == 0 else minutes // 60 * 100 + minutes % 60


@exercise("2.9")
def minutes_late(answer: Any, rng: np.random.Generator) -> None:
    """Check the delay between two clock times, over midnight too."""
    expect(callable(answer), A_FUNCTION)
    cases = [(1000, 955, -5), (1259, 1301, 2), (2355, 2400, 5), (2359, 1, 2)]
    cases += [(5, 2355, -10), (2130, 130, 240)]
    for _ in range(200):
        start, delay = int(rng.integers(1, 1440)), int(rng.integers(-60, 700))
        cases.append((_hhmm(start), _hhmm(start + delay), delay))
    for scheduled, actual, delay in cases:
        given = answer(scheduled, actual)
        expect(
            isinstance(given, int | np.integer) and given == delay,
            f"scheduled {scheduled}, actual {actual}: that is {delay} minutes late, "
            f"not {given!r}",
        )


@exercise("2.10")
def test_of_a_model(answer: Any, rng: np.random.Generator) -> None:
    """Run a behavioural test on models that are right and models that are wrong."""
    expect(callable(answer), A_FUNCTION)
    for _ in range(3):
        good = _model(rng)
        problem = _failure(answer, good)
        expect(not problem, f"your test rejects a right model ({problem})")
    for what, wrong in _wrong_models(rng):
        problem = _failure(answer, wrong)
        expect(problem, f"your test passes {what}: an assert should have failed")


def _model(rng: np.random.Generator) -> Risk:
    """Return a model whose risk grows over the day at each airport."""
    level = dict(zip(AIRPORTS, rng.uniform(0.10, 0.20, 3), strict=True))
    slope = dict(zip(AIRPORTS, rng.uniform(0.008, 0.015, 3), strict=True))

    def risk(flight: dict) -> float:
        hour, origin = flight["scheduled"] // 100 % 24, flight["origin"]
        return float(level[origin] + slope[origin] * max(0, hour - 5))

    return risk


def _wrong_models(rng: np.random.Generator) -> list[tuple[str, Risk]]:
    """Return what is wrong with a model, and the model."""
    good, base = _model(rng), rng.uniform(0.2, 0.3)

    def backwards_at(bent: str) -> Risk:
        def risk(flight: dict) -> float:
            return 0.5 - good(flight) if flight["origin"] == bent else good(flight)

        return risk

    return [
        ("a model that gives every flight the same risk", lambda flight: float(base)),
        ("a model that gives percentages", lambda flight: 100 * good(flight)),
        (
            "a model whose risk depends on the flight's number",
            lambda flight: good(flight) + flight["flight"] / 50_000,
        ),
        *(
            (f"a model in which evenings at {x} are safer", backwards_at(x))
            for x in AIRPORTS
        ),
    ]


def _failure(answer: Any, risk: Risk) -> str:
    """Return how the test failed, or nothing if it passed."""
    try:
        answer(risk)
    except AssertionError as problem:
        return str(problem) or "an assert failed"
    return ""


@exercise("2.11")
def repaired_workflow(answer: Any, rng: np.random.Generator) -> None:
    """Check a repaired workflow: the schema, and what it has to do."""
    import yaml

    expect(isinstance(answer, str) and answer.strip(), "give the workflow as a text")
    try:
        spec = yaml.safe_load(answer)
    except yaml.YAMLError as problem:
        raise AssertionError(f"this is no YAML: {problem}") from problem
    trigger = spec.get("on", spec.get(True))
    expect("push" in trigger, "the workflow does not start at a push")
    filters = trigger.get("push") if isinstance(trigger, dict) else None
    branches = (filters or {}).get("branches", ["main"])
    expect("main" in branches, "a push to main does not start the workflow")
    expect(len(spec["jobs"]) == 1, "keep the one job")
    job = next(iter(spec["jobs"].values()))
    expect("master" not in str(job.get("if")), "the job never runs: its branch is main")
    expect("matrix" not in job, "a job knows no key matrix: it stands under strategy")
    matrix = (job.get("strategy") or {}).get("matrix") or {}
    expect(
        sorted(map(repr, matrix.get("python", []))) == ["'3.10'", "'3.11'"],
        f"the matrix asks for Python {matrix.get('python')}: it should be the texts "
        "3.10 and 3.11",
    )
    _expect_steps(job["steps"])
    granted = job.get("permissions", spec.get("permissions"))
    expect(
        granted == {"contents": "read"},
        f"the run may do {granted}: reading the contents is enough for tests",
    )
    message = _schema_message(answer)
    expect(not message, f"GitHub's schema refuses it: {message}")


def _expect_steps(steps: list[dict]) -> None:
    """The repository is there, and a failing test fails the job."""
    uses = [str(step.get("uses", "")) for step in steps]
    for action in filter(None, uses):
        pinned = re.search(r"@[0-9a-f]{40}$", action)
        expect(pinned, f"{action} is not pinned to a commit")
    tests = [place for place, step in enumerate(steps) if "pytest" in _run(step)]
    expect(tests, "no step runs pytest")
    before = uses[: tests[0]]
    expect(
        any(action.startswith("actions/checkout@") for action in before),
        "pytest starts in an empty folder: nothing has fetched the repository",
    )
    step = steps[tests[0]]
    quiet = "||" in _run(step) or ";" in _run(step) or step.get("continue-on-error")
    expect(not quiet, "the tests may fail and the job stays green")


def _run(step: dict) -> str:
    return str(step.get("run", ""))


def _schema_message(text: str) -> str:
    """Return what GitHub's schema says against a workflow, or nothing."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "ci.yml")
        file.write_text(text)
        command = [sys.executable, "-m", "check_jsonschema"]
        command += ["--builtin-schema", "vendor.github-workflows", str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return ""
    lines = [line.strip() for line in done.stdout.splitlines() if "$." in line]
    return lines[-1][-160:] if lines else "it is no workflow"
