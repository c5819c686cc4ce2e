"""Checks of the exercises of the page on continuous integration."""

import re
from collections.abc import Callable
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import numpy as np

from nordlys.checks import exercise, expect
from nordlys.checks.workflow_text import (
    action,
    events,
    expect_pinned,
    expect_read_only,
    mapping,
    schema_message,
    workflow,
)

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

CHECKS = (
    ("the lint", "ruff check", r"--exit-zero|--fix\b|-e\b"),
    ("the look at the layout", "ruff format", r"^(?!.*--(check|diff)\b)"),
    ("the tests", "pytest", r"--co(llect-only)?\b|--help|--version"),
)
"""What a step is, its command, and what keeps it from being red."""

Risk = Callable[[dict], float]


@exercise("ci-gaps")
def ci_gaps(answer: Any, rng: np.random.Generator) -> None:
    """Check a workflow whose gaps are filled, and how its steps end on a fault."""
    two = isinstance(answer, tuple | list) and len(answer) == 2
    expect(two, "give two things: the file, and a list of three words")
    file, words = answer
    spec = workflow(_workflow_file(file))
    starts = events(spec)
    for event in ("push", "pull_request"):
        expect(event in starts, f"it does not start at the event {event}")
        expect(not starts[event], f"{event} has a filter: it shall start each time")
    expect(len(starts) == 2, "it starts on more than pushes and pull requests")
    expect_read_only(spec)
    expect_pinned(spec)
    expect(len(spec["jobs"]) == 1, "keep the one job")
    job = next(iter(spec["jobs"].values()))
    fetched = [action(step) for step in job.get("steps", [])]
    expect("actions/checkout" in fetched, "nothing fetches the repository")
    order = [_place(job, *step) for step in CHECKS]
    layout = order[1]
    outcome = {-1: "success", 0: "failure", 1: "skipped"}
    expected = [outcome[(place > layout) - (place < layout)] for place in order]
    given = list(words) if isinstance(words, tuple | list) else [words]
    expect(len(given) == 3, "give three words: of lint, layout and tests")
    for what, said, ended in zip(
        ("the lint", "the layout", "the tests"), given, expected, strict=True
    ):
        expect(said == ended, f"{what} did not end with {said!r}: look at the log")


def _workflow_file(file: Any) -> str | Path:
    """Return the path of a workflow that is named, or a text as it is."""
    expect(isinstance(file, str | Path), "name the file of the workflow as a text")
    if "\n" in str(file) or Path(file).is_file():
        return file
    return Path(".github", "workflows", file)


def _text(answer: Any) -> str:
    """Return a text as it is, and of a path what the file holds."""
    given = isinstance(answer, str | Path) and str(answer).strip()
    expect(given, "name the file, or give its text")
    if "\n" in str(answer):
        return str(answer)
    expect(Path(answer).is_file(), f"there is no file {answer}")
    return Path(answer).read_text(encoding="utf-8")


def _place(job: dict, what: str, command: str, quiet: str) -> int:
    """Return the place of the step that runs a check and turns red with it."""
    for place, step in enumerate(job.get("steps", [])):
        script = _run(step).strip()
        start = r"(uv run (--\S* )*|(uvx|uv tool run) (?=ruff ))?(python3? -m )?"
        if re.fullmatch(rf"{start}{command}(\s+\S+)*", script):
            expect(not re.search(quiet, script), f"“{script}”: {what} cannot be red")
            loud = not (step.get("continue-on-error") or job.get("continue-on-error"))
            expect(
                loud and not QUIET.search(script), f"{what} may fail, and stay green"
            )
            expect(not step.get("if"), f"{what} runs only if {step.get('if')}")
            return place
    raise AssertionError(f"no step of its own does {what}")


@exercise("workflow-hook")
def workflow_hook(answer: Any, rng: np.random.Generator) -> None:
    """Check a hook that holds changed workflows against GitHub's schema."""
    hooks = _hooks(answer)
    entries = " ".join(str(hook.get("entry")) for hook in hooks)
    for tool in ("detect-secrets-hook", "ruff check", "ruff format"):
        expect(tool in entries, f"keep the hook that runs {tool}")
    ours = [hook for hook in hooks if "check-jsonschema" in str(hook.get("entry"))]
    expect(len(ours) == 1, f"{len(ours)} hooks run check-jsonschema: write one")
    hook = ours[0]
    missing = [key for key in ("id", "name", "language") if not hook.get(key)]
    expect(not missing, f"the hook has no {' and no '.join(missing)}")
    named = str(hook["language"])
    expect(named in {"system", "unsupported"}, f"language {named}: the program is here")
    asked = re.search(r"--builtin-schema[ =]vendor\.github-workflows\b", hook["entry"])
    expect(asked, "the entry does not name GitHub's schema for workflows")
    expect(
        hook.get("pass_filenames", True) is True,
        "the program does not get the names of the changed files",
    )
    stages = hook.get("stages", ["pre-commit"])
    expect({"pre-commit", "commit"} & set(stages), "it does not run before a commit")
    for path in (".github/workflows/ci.yml", ".github/workflows/evening.yml"):
        expect(_looks_at(hook, path), f"a change of {path} does not start the hook")
    for path in ("features.py", "data/flights.csv", ".pre-commit-config.yaml"):
        expect(
            not _looks_at(hook, path), f"{path} is no workflow, and would be refused"
        )


def _hooks(answer: Any) -> list[dict]:
    """Return the hooks of the local repository in a configuration of pre-commit."""
    import yaml

    text = _text(answer)
    try:
        spec = yaml.safe_load(text)
    except yaml.YAMLError as problem:
        raise AssertionError(f"this is no YAML: {problem}") from problem
    repos = mapping(spec).get("repos")
    expect(isinstance(repos, list), "the file has no list repos")
    local = [mapping(one) for one in repos if mapping(one).get("repo") == "local"]
    return [mapping(hook) for one in local for hook in one.get("hooks") or []]


def _looks_at(hook: dict, path: str) -> bool:
    """Say whether a change of a file starts the hook."""
    kinds = {"file", "text", Path(path).suffix.replace(".yml", ".yaml")[1:]}
    kinds = {{"py": "python"}.get(kind, kind) for kind in kinds}
    fits = re.search(str(hook.get("files", "")), path)
    left_out = hook.get("exclude") and re.search(str(hook["exclude"]), path)
    any_kind = hook.get("types_or") or kinds
    return bool(
        fits
        and not left_out
        and set(hook.get("types") or []) <= kinds
        and set(any_kind) & kinds
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

    answer = _text(_workflow_file(answer))
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
    expect(
        job.get("timeout-minutes"),
        "keep the rest: without timeout-minutes a run that hangs goes on for six hours",
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
        isinstance(given, list) and set(map(str, given)) == {"3.10", "3.11"},
        f"the matrix asks for Python {given}: it should be the texts 3.10 and 3.11",
    )


def _run(step: dict) -> str:
    return str(step.get("run", ""))
