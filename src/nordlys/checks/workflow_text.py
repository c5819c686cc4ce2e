"""Read a workflow that a reader wrote, and say in the field's words what is in it."""

import re
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from nordlys.checks import expect

PINNED = re.compile(r"^[\w./-]+@[0-9a-f]{40}$")
GREEN_ANYWAY = re.compile(r"\|\||;\s*true\b|\bset \+e\b")


def workflow(answer: Any) -> dict:
    """Return a workflow that keeps GitHub's schema as a dictionary.

    Args:
        answer: the path of the file, or its text.

    Returns:
        The workflow, its events under ``on``.

    Raises:
        AssertionError: with what is wrong, for the reader.
    """
    import yaml

    expect(isinstance(answer, str | Path), "give the path of the workflow, or its text")
    text = str(answer)
    if isinstance(answer, Path) or "\n" not in text:
        path = Path(answer)
        expect(path.is_file(), f"there is no file {path}")
        text = path.read_text(encoding="utf-8")
    try:
        spec = yaml.safe_load(text)
    except yaml.YAMLError as problem:
        raise AssertionError(f"this is no YAML: {problem}") from problem
    expect(isinstance(spec, dict), "a workflow has the keys on, permissions and jobs")
    message = schema_message(text)
    expect(not message, f"GitHub's schema refuses it: {message}")
    # PyYAML reads the key `on` as true.
    if True in spec:
        spec["on"] = spec.pop(True)
    return spec


def mapping(value: Any) -> dict:
    """Return a mapping as it is, and anything else as an empty one."""
    return value if isinstance(value, dict) else {}


def events(spec: dict) -> dict[str, Any]:
    """Return what starts the workflow, with its filters."""
    start = spec["on"]
    if isinstance(start, str):
        return {start: None}
    return start if isinstance(start, dict) else dict.fromkeys(start)


def needs(job: dict) -> set[str]:
    """Return the jobs that a job waits for."""
    named = job.get("needs") or []
    return {named} if isinstance(named, str) else set(named)


def action(step: dict) -> str:
    """Return the action that a step uses, without its commit."""
    return str(step.get("uses", "")).partition("@")[0]


def expect_read_only(spec: dict) -> None:
    """Reject a workflow whose jobs get more than reading from GitHub's own token."""
    for name, job in spec["jobs"].items():
        granted = job.get("permissions", spec.get("permissions"))
        expect(
            granted == "read-all" or granted == {"contents": "read"},
            f"the token of the job {name} may do {granted or 'what the default allows'}"
            ": give it contents: read",
        )


def expect_one_at_a_time(spec: dict) -> None:
    """Reject a workflow whose runs may overlap, or break each other off."""
    told = spec.get("concurrency")
    group = told.get("group") if isinstance(told, dict) else told
    expect(group, "two runs may go on at once: the key concurrency prevents that")
    expect(
        not re.search(r"github\.(run_id|run_number|sha|run_attempt)", str(group)),
        f"the group {group} differs from run to run, so nothing waits",
    )
    breaks = mapping(told).get("cancel-in-progress")
    expect(not breaks, "a new run breaks off the one before, half done")


def expect_pinned(spec: dict) -> None:
    """Reject an action that is not named by a whole commit."""
    for job in spec["jobs"].values():
        for step in job.get("steps", []):
            used = str(step.get("uses", ""))
            if used and not used.startswith("./"):
                expect(PINNED.match(used), f"{used} is not named by its commit")


def step_that_runs(job: dict, command: str) -> dict:
    """Return the step of a job that runs a command and turns red with it.

    Raises:
        AssertionError: if there is none.
    """
    for step in job.get("steps", []):
        script = str(step.get("run", ""))
        if re.search(rf"^\s*{re.escape(command)}\s*$", script, re.MULTILINE):
            quiet = step.get("continue-on-error") or job.get("continue-on-error")
            quiet = quiet or GREEN_ANYWAY.search(script)
            expect(not quiet, f"{command} may fail, and the job stays green")
            expect(not step.get("if"), f"{command} runs only if {step.get('if')}")
            return step
    raise AssertionError(f"no step runs “{command}” as a line of its own")


@cache
def schema_message(text: str) -> str:
    """Return what GitHub's schema says against a workflow, or nothing."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "ci.yml")
        file.write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "check_jsonschema"]
        command += ["--builtin-schema", "vendor.github-workflows", str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return ""
    lines = [line.strip() for line in done.stdout.splitlines() if "$." in line]
    return lines[-1][-160:] if lines else "it is no workflow"
