"""Runs the ``run:`` steps of a workflow in order, where act is not to be had.

It knows needs, matrix, fail-fast, ``if:``, env, secrets, outputs and the stand-ins of
:mod:`nordlys.workflows`; jobs run one after the other.
"""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nordlys.processes import session
from nordlys.workflows import STAND_INS, TIMEOUT, Job, Step, environment

NAME = re.compile(r"[A-Za-z_][\w-]*(?:\.[\w-]+)+")
JOB_KEYS = {"name", "runs-on", "needs", "if", "strategy", "steps", "env", "outputs"}
JOB_KEYS |= {"permissions", "services", "environment", "defaults", "timeout-minutes"}
JOB_KEYS |= {"concurrency", "continue-on-error", "container"}
WORDS = {"&&": " and ", "||": " or ", "true": "True", "false": "False", "null": "None"}


def evaluate(expression: str, known: Mapping[str, Any]) -> Any:
    """Return the value of an expression of GitHub Actions.

    Args:
        expression: names with dots, texts in single quotes, comparisons, ``&&``,
            ``||``, ``!`` and the functions success, failure, always and cancelled.
        known: what the names stand for, by context; and ``status``, the set of the
            results so far.

    Raises:
        ValueError: if it holds anything else.
    """

    def look(name: str) -> Any:
        value: Any = known
        for part in name.split("."):
            value = value.get(part, "") if isinstance(value, Mapping) else ""
        return value

    pieces = re.split(r"('(?:[^']|'')*')", expression)
    for place in range(0, len(pieces), 2):  # the others are texts in quotes
        piece = NAME.sub(lambda found: f"look({found[0]!r})", pieces[place])
        piece = re.sub(r"!(?!=)", " not ", piece)
        piece = re.sub(r"&&|\|\||\b(?:true|false|null)\b", lambda x: WORDS[x[0]], piece)
        pieces[place] = piece
    failed = "failure" in known["status"]
    functions = {
        "look": look,
        "success": lambda: known["status"] <= {"success"},
        "failure": lambda: failed,
        "always": lambda: True,
        "cancelled": lambda: False,
    }
    try:  # the text is as trusted as the shell commands beside it
        return eval("".join(pieces).strip(), {"__builtins__": {}}, functions)
    except (SyntaxError, NameError, TypeError) as problem:
        raise ValueError(
            f"cannot evaluate ${{{{ {expression} }}}}: {problem}"
        ) from None


def fill(text: Any, known: Mapping[str, Any]) -> str:
    """Return a text with its ``${{ … }}`` replaced by their values.

    Args:
        text: what the workflow file has; other things than text are written as text.
        known: values of the contexts by name.
    """

    def value(found: re.Match) -> str:
        result = evaluate(found[1].strip(), known)
        is_word = result is None or isinstance(result, bool)
        return (
            {True: "true", False: "false", None: ""}[result] if is_word else str(result)
        )

    written = str(text).lower() if isinstance(text, bool) else str(text)
    return re.sub(r"\$\{\{(.*?)\}\}", value, written, flags=re.DOTALL)


def wanted(condition: Any, known: Mapping[str, Any]) -> bool:
    """Say whether an ``if:`` holds; without a status function it implies success.

    Args:
        condition: what stands behind ``if:``, nothing if it is left out.
        known: values of the contexts by name.
    """
    text = str("true" if condition is None else condition).strip()
    text = re.sub(r"^\$\{\{(.*)\}\}$", r"\1", text, flags=re.DOTALL).strip()
    text = {"True": "true", "False": "false"}.get(text, text)
    holds = bool(evaluate(text, known))
    if re.search(r"\b(success|failure|always|cancelled)\(", text):
        return holds
    return holds and known["status"] <= {"success"}


def run(
    folder: Path, scratch: Path, jobs: list[Job], event: str, secrets: Mapping[str, str]
) -> tuple[bool, str]:
    """Run the jobs, and write results and output into their steps.

    Args:
        folder: the repository.
        scratch: an empty folder for workspaces.
        jobs: the jobs, in the order of the file.
        event: name of the event.
        secrets: secrets by name.

    Returns:
        Whether no job failed, and what is to be said outside of any step.
    """
    github = {"event_name": event, "ref_name": _git(folder, "branch", "--show-current")}
    github["ref"] = f"refs/heads/{github['ref_name']}"
    github["sha"] = _git(folder, "rev-parse", "HEAD")
    done: dict[str, dict[str, Any]] = {}
    began, waiting = time.monotonic(), {job.key: job.spec for job in jobs}
    for key, spec in waiting.items():
        if unknown := set(spec) - JOB_KEYS:
            return False, f"Job {key}: unknown property {', '.join(sorted(unknown))}"
    while waiting:
        ready = [key for key in waiting if not _needs(waiting[key]) & set(waiting)]
        if not ready:
            return False, "The jobs need each other in a circle."
        spec = waiting.pop(ready[0])
        needs = {name: done.get(name, {}) for name in _needs(spec)}
        status = {need.get("result", "skipped") for need in needs.values()}
        known = {"github": github, "secrets": secrets, "needs": needs, "status": status}
        results, outputs = [], {}
        legs = [job for job in jobs if job.key == ready[0]]
        stop_early = (spec.get("strategy") or {}).get("fail-fast", True)
        for number, job in enumerate(legs):
            here = known | {"matrix": job.matrix}
            cut = stop_early and "failure" in results
            if cut or not wanted(spec.get("if"), here):
                results.append("skipped")
                continue
            space = scratch / f"{job.key}-{number}"
            result, found = _run_job(folder, space, job, here, began)
            results.append(result)
            outputs |= found
        worst = next((r for r in ("failure", "success") if r in results), "skipped")
        done[ready[0]] = {"result": worst, "outputs": outputs}
    return all(one["result"] != "failure" for one in done.values()), ""


def _needs(spec: Mapping[str, Any]) -> set[str]:
    needs = spec.get("needs") or []
    return {needs} if isinstance(needs, str) else set(needs)


def _git(folder: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", *words], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


def _run_job(
    folder: Path, space: Path, job: Job, known: dict[str, Any], began: float
) -> tuple[str, dict[str, str]]:
    """Run one job in a workspace of its own; return its result and outputs."""
    space.mkdir(parents=True)
    known = known | {"steps": {}, "status": set(), "runner": {"os": "Linux"}}
    known["env"], known["shell"] = {"ACT": "true"}, ""  # as act says it is not GitHub
    for spec in (job.workflow, job.spec):
        defaults = (spec.get("defaults") or {}).get("run") or {}
        known["shell"] = defaults.get("shell", known["shell"])
        known["env"] |= {k: fill(v, known) for k, v in (spec.get("env") or {}).items()}
    for step, spec in zip(job.steps, job.spec.get("steps") or [], strict=True):
        if not wanted(spec.get("if"), known):
            continue
        step.started = time.monotonic() - began
        code, outputs = _run_step(folder, space, step, spec, known)
        step.seconds = time.monotonic() - began - step.started
        step.result = "failure" if code else "success"
        if code:
            step.lines.append(f"[exit code {code}]")
        outcome = {"outputs": outputs, "outcome": step.result}
        known["steps"][step.key] = outcome
        if not spec.get("continue-on-error"):
            known["status"].add(step.result)
    outputs = job.spec.get("outputs") or {}
    result = "failure" if "failure" in known["status"] else "success"
    return result, {key: fill(value, known) for key, value in outputs.items()}


def _run_step(
    folder: Path,
    space: Path,
    step: Step,
    spec: Mapping[str, Any],
    known: dict[str, Any],
) -> tuple[int, dict[str, str]]:
    """Run one step; return its exit code and outputs."""
    action = "/".join(str(spec.get("uses", "")).split("@")[0].split("/")[:2])
    inputs = {k: fill(v, known) for k, v in (spec.get("with") or {}).items()}
    if action == "actions/checkout":
        _copy(folder, space)
        return 0, {}
    if "run" in spec:
        script = fill(spec["run"], known)
    else:
        script = STAND_INS.get(action, f'echo "stand-in for {action}"')
    files = {name: space.parent / f"{space.name}-{name}" for name in ("OUTPUT", "ENV")}
    for file in files.values():
        file.write_text("")
    env = environment(space.parent) | known["env"]
    env |= {k: fill(v, known) for k, v in (spec.get("env") or {}).items()}
    env |= {f"GITHUB_{name}": str(file) for name, file in files.items()}
    env |= {f"GITHUB_{k.upper()}": v for k, v in known["github"].items()}
    env |= {"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(space)}
    env |= {"GITHUB_STEP_SUMMARY": os.devnull, "STORE": str(space.parent / "artifacts")}
    env |= {"NAME": inputs.get("name", "artifact"), "FILES": inputs.get("path", "")}
    shell = "bash" if action else spec.get("shell", known["shell"])
    strict = ["-o", "pipefail"] if shell == "bash" else []
    command = ["bash", "-e", *strict, "-c", script]
    place = space / fill(spec.get("working-directory", "."), known)
    with session(command, place, env) as process:
        printed, _ = process.communicate(timeout=TIMEOUT)
    for secret in filter(None, known["secrets"].values()):
        printed = printed.replace(secret, "***")
    step.lines += printed.rstrip("\n").split("\n") if printed.strip() else []
    known["env"] |= _pairs(files["ENV"])
    return process.returncode, _pairs(files["OUTPUT"])


def _pairs(file: Path) -> dict[str, str]:
    """Return the lines ``name=value`` of a file."""
    return dict(x.split("=", 1) for x in file.read_text().splitlines() if "=" in x)


def _copy(folder: Path, space: Path) -> None:
    """Copy a repository without what git ignores, its history included."""
    names = _git(folder, "ls-files", "-co", "--exclude-standard", "-z").split("\0")
    for name in filter(None, names):
        if (folder / name).is_file():
            (space / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(folder / name, space / name)
    if (folder / ".git").is_dir():
        shutil.copytree(folder / ".git", space / ".git", dirs_exist_ok=True)
