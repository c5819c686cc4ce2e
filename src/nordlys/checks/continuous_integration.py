"""Checks of the exercises of the page on continuous integration."""

import re
from collections.abc import Callable
from fnmatch import fnmatch
from typing import Any

import numpy as np

from nordlys.checks import exercise, expect
from nordlys.checks.workflow_text import mapping, schema_message

AIRPORTS = ("EWR", "JFK", "LGA")
A_FUNCTION = "give the function itself, without calling it"
STAYS_GREEN = "the tests may fail and the job stays green"
TESTS = re.compile(r"(?m)(?:^|&&)\s*(?:python3? -m )?pytest\b")
QUIET = re.compile(
    r"\|\||;|set \+|(?<!&)&\s*$|pytest\b[^\n]*&&[^\n]*\n\s*\S", re.MULTILINE
)
"""What lets a script go on, or end well, after a failing test."""

ALWAYS = {"true", "always()", "success()", "!cancelled()"}
ALWAYS |= {"github.ref=='refs/heads/main'", "github.ref_name=='main'"}
ALWAYS |= {"github.event_name=='push'"}
"""Conditions that hold on every push to main."""

PUSHED = {"main", "refs/heads/main"}
PUSHED |= {f"${{{{ github.{name} }}}}" for name in ("ref", "ref_name", "sha")}
"""What checkout may be told to fetch."""

Risk = Callable[[dict], float]


def _hhmm(minutes: int) -> int:
    """Return minutes since midnight as the data write them, midnight as 2400."""
    minutes %= 24 * 60
    return 2400 if minutes == 0 else minutes // 60 * 100 + minutes % 60


@exercise("minutes-late")
def minutes_late(answer: Any, rng: np.random.Generator) -> None:
    """Check the delay between two clock times, over midnight too."""
    expect(callable(answer), A_FUNCTION)
    cases = [(1000, 955, -5), (1259, 1301, 2), (2355, 2400, 5), (2359, 1, 2)]
    cases += [(5, 2355, -10), (2130, 130, 240), (2400, 5, 5), (0, 2355, -5)]
    for _ in range(200):
        start, delay = int(rng.integers(0, 1440)), int(rng.integers(-700, 701))
        cases.append((_hhmm(start), _hhmm(start + delay), delay))
    for scheduled, actual, delay in cases:
        given = answer(scheduled, actual)
        expect(
            isinstance(given, int | float | np.number) and given == delay,
            f"scheduled {scheduled}, actual {actual}: that is {delay} minutes late, "
            f"not {given!r}",
        )


@exercise("test-model")
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

    def number_counts_at_jfk(flight: dict) -> float:
        return good(flight) + (flight["origin"] == "JFK") * flight["flight"] / 50_000

    return [
        ("a model that gives every flight the same risk", lambda flight: float(base)),
        ("a model that gives percentages", lambda flight: 100 * good(flight)),
        (
            "a model whose risk depends on the flight's number",
            lambda flight: good(flight) + flight["flight"] / 50_000,
        ),
        ("a model in which a flight's number counts at JFK", number_counts_at_jfk),
        ("a model that gives negative risks", lambda flight: good(flight) - 0.9),
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


@exercise("repair-workflow")
def repaired_workflow(answer: Any, rng: np.random.Generator) -> None:
    """Check a repaired workflow: the schema, and what it has to do."""
    import yaml

    expect(isinstance(answer, str) and answer.strip(), "give the workflow as a text")
    try:
        spec = yaml.safe_load(answer)
    except yaml.YAMLError as problem:
        raise AssertionError(f"this is no YAML: {problem}") from problem
    expect(isinstance(spec, dict), "a workflow has the keys on, permissions and jobs")
    _expect_start(spec.get("on", spec.get(True)))
    jobs = spec.get("jobs")
    expect(
        isinstance(jobs, dict) and len(jobs) == 1,
        "keep the one job of the workflow, under its key jobs",
    )
    job = next(iter(jobs.values()))
    has_steps = isinstance(job, dict) and isinstance(job.get("steps"), list)
    expect(has_steps, "the job has no list of steps, so that nothing is tested")
    expect("matrix" not in job, "a job knows no key matrix: it stands under strategy")
    expect(not job.get("needs"), "the job needs another that the file does not have")
    expect(
        _allowed(job),
        f"the job must run on every push to main, not if: {job.get('if')}",
    )
    expect(not job.get("continue-on-error"), STAYS_GREEN)
    shells = [
        mapping(mapping(x.get("defaults")).get("run")).get("shell") for x in (job, spec)
    ]
    _expect_steps([x for x in job["steps"] if isinstance(x, dict)], job, shells)
    granted = job.get("permissions", spec.get("permissions"))
    expect(
        granted == {"contents": "read"},
        f"the run may do {granted}: reading the contents is enough for tests",
    )
    message = schema_message(answer)
    expect(not message, f"GitHub's schema refuses it: {message}")


def _allowed(part: dict, also: str = "") -> bool:
    """Say whether the ``if:`` of a job or step holds on every push to main."""
    text = str(part.get("if", "true")).strip()
    text = re.sub(r"^\$\{\{(.*)\}\}$", r"\1", text).replace(" ", "")
    return text.lower() in ALWAYS | {also}


def _expect_start(trigger: Any) -> None:
    """A push to main starts the workflow, whatever it changes."""
    starts = isinstance(trigger, str | list | dict) and "push" in trigger
    expect(starts, "the workflow does not start at a push: its key on says when")
    filters = mapping(mapping(trigger).get("push"))
    others = sorted({"branches-ignore", "paths", "paths-ignore"} & set(filters))
    expect(not others, f"{', '.join(others)} may keep a push to main from starting it")
    named = filters.get("branches", [] if "tags" in filters else ["main"])
    starts = False
    for pattern in [named] if isinstance(named, str) else named or []:
        if fnmatch("main", str(pattern).removeprefix("!")):
            starts = not str(pattern).startswith("!")  # the last that fits decides
    expect(starts, "a push to main does not start the workflow")


def _expect_steps(steps: list[dict], job: dict, shells: list[str | None]) -> None:
    """The repository, its Pythons and packages are there; a failing test is red."""
    for step in steps:
        action = str(step.get("uses", "@" + "0" * 40))
        pinned = re.search(r"@[0-9a-f]{40}$", action)
        expect(pinned, f"{action} is not pinned to a commit")
    tests = [place for place, step in enumerate(steps) if TESTS.search(_run(step))]
    expect(tests, "no step runs pytest as a command of its own: what could fail?")
    step, before = steps[tests[0]], steps[: tests[0]]
    before = [x for x in before if _allowed(x, "!env.act")]
    fetched = [x for x in before if str(x.get("uses")).startswith("actions/checkout@")]
    expect(
        fetched, "pytest starts in an empty folder: nothing has fetched the repository"
    )
    for asked in (mapping(x.get("with")) for x in fetched):
        other = asked.get("repository") or asked.get("path")
        expect(
            not other and asked.get("ref", "main") in PUSHED,
            "checkout fetches something else than what was pushed",
        )
    _expect_pythons(before, job)
    start = TESTS.search(_run(step)).start()
    scripts = "\n".join([*map(_run, before), _run(step)[:start]])
    installed = re.search(
        r"pip3? install\b.*(-r|--requirement)[ =]*requirements", scripts
    )
    expect(
        installed, "the packages of requirements.txt are not installed before pytest"
    )
    expect(
        _allowed(step),
        f"pytest must run on every push to main, not if: {step.get('if')}",
    )
    shell = next(filter(None, [step.get("shell"), *shells]), None)
    quiet = (
        QUIET.search(_run(step))
        or step.get("continue-on-error")
        or shell not in {None, "bash", "sh"}
    )
    quiet = quiet or ("|" in _run(step) and shell != "bash")
    expect(not quiet, STAYS_GREEN)


def _expect_pythons(before: list[dict], job: dict) -> None:
    """setup-python takes both versions from the matrix."""
    from nordlys.machines.workflows import combinations

    makes = [
        x for x in before if str(x.get("uses")).startswith("actions/setup-python@")
    ]
    expect(makes, "nothing sets up the Python of the matrix before pytest")
    asked = str(mapping(makes[0].get("with")).get("python-version"))
    axis = re.fullmatch(r"\$\{\{\s*matrix\.([\w-]+)\s*\}\}", asked.strip())
    expect(axis, f"setup-python asks for {asked}: it should ask the matrix")
    matrix = mapping(job.get("strategy")).get("matrix")
    expect(isinstance(matrix, dict), "there is no matrix under strategy")
    try:
        given = [one.get(axis[1]) for one in combinations(matrix)]
    except (AttributeError, TypeError):
        given = matrix.get(axis[1])
    expect(
        isinstance(given, list) and set(map(repr, given)) == {"'3.10'", "'3.11'"},
        f"the matrix asks for Python {given}: it should be the texts 3.10 and 3.11",
    )


def _run(step: dict) -> str:
    return str(step.get("run", ""))
