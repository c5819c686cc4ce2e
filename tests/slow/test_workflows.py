"""The workflows run here by act, without GitHub: their own steps, in a fork's name.

They are those of the last commit. Actions of others are replaced by a line of shell.
In the weekly workflow make, uv and Python are replaced too, and only say how they were
called: what they do is tested elsewhere.
"""

import json
import os
import re
import shlex
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml
from environments import run
from playwright._impl._driver import compute_driver_executable

from tests.launch_links import broken_links
from tools import environment
from tools.build import BUILD
from tools.repository import ROOT, Repository

FORK = Repository("someone", "a-fork")
WORKFLOWS = ROOT / ".github" / "workflows"
NODE = compute_driver_executable()[0]  # playwright brings it
HARNESS = Path(__file__).with_name("github_script.mjs")
USES = re.compile(r"uses: ([\w-]+/[\w-]+)@(\w{40})")
PLATFORMS = ("ubuntu-latest", "macos-15")
KEEP = 'mkdir -p "$ARTIFACTS" && rm -rf "$ARTIFACTS/$IN_NAME" && '
KEEP += 'cp -R "$IN_PATH" "$ARTIFACTS/$IN_NAME"'
# Pages are run in minutes, and elsewhere: their kept results come with the environment.
PREPARE = 'ln -sfn "$ENVIRONMENT" .venv && mkdir -p book/_build && '
PREPARE += 'if [ -n "$RESULTS" ]; then cp -R "$RESULTS" book/_build/; fi'
STUBS = {
    "actions/checkout": ":",  # act has copied the tree
    "actions/setup-python": PREPARE,
    "astral-sh/setup-uv": ":",
    "actions/cache": ":",
    "actions/upload-artifact": KEEP,
    "actions/download-artifact": 'cp -R "$ARTIFACTS/$IN_NAME" "$IN_PATH"',
    "actions/upload-pages-artifact": KEEP,
    "actions/deploy-pages": 'test -f "$ARTIFACTS/$IN_ARTIFACT_NAME/index.html"',
    "actions/github-script": f'SCRIPT="$IN_SCRIPT" "{NODE}" "{HARNESS}" >> "$CALLS"',
}
INPUTS = ("path", "name", "artifact_name", "script")
SAY = """#!/bin/sh
echo "$(basename "$0") $*" >> "$CALLS"
case "$*" in
  *"$FAILS"*) exit 1 ;;
  *tools.build*) mkdir -p book/_build/html ;;
esac
"""


def stub_options(folder: Path) -> list[str]:
    """Write the stand-ins of all actions that are used; return act's options."""
    files = (ROOT / ".github").rglob("*.yml")
    used = {match for file in files for match in USES.findall(file.read_text())}
    options = []
    for name, commit in sorted(used):
        assert name in STUBS, f"{name} is new: add to STUBS what stands for it here"
        step = {
            "run": STUBS[name],
            "shell": "bash",
            "env": {f"IN_{key.upper()}": f"${{{{ inputs.{key} }}}}" for key in INPUTS},
        }
        action = {
            "name": name,
            "inputs": {key: {"default": ""} for key in INPUTS},
            "runs": {"using": "composite", "steps": [step]},
        }
        target = folder / name
        target.mkdir(parents=True)
        (target / "action.yml").write_text(yaml.safe_dump(action))
        options.append(f"--local-repository={name}@{commit}={target}")
    return options


class Actions:
    """A fork on this machine: a repository, its remote, and act in its place.

    Attributes:
        folder: where everything is.
        remote: stands for the fork on GitHub.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.clone = folder, folder / "clone"
        self.remote = folder / "github.com" / f"{FORK.slug}.git"  # act reads the name
        run("git", "clone", "--quiet", "--bare", ROOT, self.remote)
        run("git", "clone", "--quiet", self.remote, self.clone)
        # act copies no empty folder, and git needs refs: a branch is a file in it.
        run("git", "-C", self.clone, "checkout", "--quiet", "-B", "main")
        self.stubs = stub_options(folder / "stubs")

    def run(self, workflow: str, event: str, *options: str, **variables: str):
        """Run a workflow; return the exit code and what act printed."""
        command = [Path(sys.executable).with_name("act"), event, "--no-cache-server"]
        command += ["--workflows", f".github/workflows/{workflow}", *self.stubs]
        command += [f"--platform={name}=-self-hosted" for name in PLATFORMS]
        command += [f"--action-cache-path={self.folder}/work", "--concurrent-jobs=1"]
        own = {k: v for k, v in os.environ.items() if not k.startswith("GITHUB_")}
        completed = subprocess.run(
            [*map(str, command), *options],
            cwd=self.clone,
            env=own | {"ARTIFACTS": f"{self.folder}/artifacts"} | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return completed.returncode, completed.stdout


@pytest.fixture(scope="module")
def actions(tmp_path_factory):
    return Actions(tmp_path_factory.mktemp("actions"))


@pytest.fixture(scope="module")
def real(actions):
    """Run CI's job and then the publication with this environment and these results."""
    current = environment.STAMP.is_file() and (
        environment.STAMP.read_text() == environment.lock_hash(sys.executable)
    )
    assert current, "The environment is older than the lock: run make env"
    variables = {
        "ENVIRONMENT": str(environment.ENVIRONMENT),
        "RESULTS": str(BUILD / "executed"),
        "PYTHON": sys.executable,
    }
    for workflow, *options in (("ci.yml", "--job=book"), ("pages.yml",)):
        code, text = actions.run(workflow, "push", *options, **variables)
        assert code == 0, text


def test_the_site_of_a_fork_is_published_with_links_that_lead_somewhere(actions, real):
    (site,) = (actions.folder / "artifacts").glob("github-pages-*")
    names = ("book.pdf", "notebooks.zip", "notebooks-student.zip", "site.zip")
    for name in (*names, "starter.zip"):
        assert (site / name).is_file(), f"{name} is missing: see publication.py"
    assert not (broken := broken_links(site, FORK)), "\n".join(broken)


def test_branches_hold_notebooks_and_environment(actions, real):
    def at_remote(*words: str) -> str:
        return run("git", "-C", actions.remote, *words)

    notebooks = actions.folder / "artifacts" / "notebooks"
    files = {str(p.relative_to(notebooks)) for p in notebooks.rglob("*.ipynb")}
    listed = at_remote("ls-tree", "-r", "--name-only", "notebooks").splitlines()
    assert files and set(listed) == files
    listed = at_remote("ls-tree", "--name-only", "binder").splitlines()
    expected = {"requirements.txt", "requirements-weights.txt", "runtime.txt"}
    assert expected | {"postBuild", "start"} == set(listed)


@pytest.fixture
def calls(actions, tmp_path):
    """Return a function that runs the weekly workflow with commands that only speak."""
    (programs := tmp_path / "bin").mkdir()
    for name in ("make", "uv", "python"):
        (programs / name).write_text(SAY)
        (programs / name).chmod(0o755)
    (tmp_path / "env").mkdir()
    (tmp_path / "env" / "bin").symlink_to(programs)

    def weekly(*options: str, fails: str = "nothing", issues: list | None = None):
        (log := tmp_path / "calls").write_text("")
        _, text = actions.run(
            "weekly.yml",
            "workflow_dispatch",
            *options,
            CALLS=str(log),
            ENVIRONMENT=str(tmp_path / "env"),
            FAILS=fails,
            ISSUES=json.dumps(issues or []),
            PATH=f"{programs}{os.pathsep}{os.environ['PATH']}",
        )
        lines = log.read_text().splitlines()
        alerts = [json.loads(line) for line in lines if line.startswith("{")]
        return [line for line in lines if line[0] != "{"], alerts, text

    return weekly


def test_weekly_steps_call_what_exists(calls):
    commands, alerts, text = calls()
    assert not alerts, f"nothing failed, yet: {alerts}"
    steps = (WORKFLOWS / "weekly.yml").read_text()
    assert len(commands) >= steps.count("- run:"), text
    targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.M)
    for command in commands:
        program, *words = shlex.split(command)
        if program == "make":
            assert words[0] in targets, f"weekly.yml: make {words[0]} does not exist"
        elif program == "python":
            assert words[0] == "-m" and find_spec(words[1]), f"weekly.yml: {command}"


def test_proving_the_alert_runs_nothing_else(calls):
    commands, alerts, text = calls("--input=prove-alert=true")
    assert commands == []
    assert [alert["name"] for alert in alerts] == ["create"], text
    assert "- on-purpose: failure" in alerts[0]["body"]
    assert f"{FORK.url}/actions/runs/7" in alerts[0]["body"]


@pytest.mark.parametrize(
    ("before", "expected"),
    [("- links: failure\n\nhttps://x/runs/6", ["update", "comment"]), ("", ["update"])],
    ids=["news", "the same again"],
)
def test_a_second_alert_renews_the_first_and_comments_on_news(calls, before, expected):
    _, (first,), _ = calls("--input=prove-alert=true")
    known = before or first["body"].replace("runs/7", "runs/6")
    issues = [
        {"title": first["title"], "number": 3, "body": known, "pull_request": {}},
        {"title": first["title"], "number": 4, "body": known},
    ]
    _, alerts, text = calls("--input=prove-alert=true", issues=issues)
    assert [(a["name"], a["issue_number"]) for a in alerts] == [
        (name, 4) for name in expected
    ], text
    assert {alert["body"] for alert in alerts} == {first["body"]}


@pytest.mark.parametrize(
    ("fails", "line"),
    [
        ("test-all", "- everything: failure"),
        ("--all-extras", "- newest: failure (allowed"),
    ],
)
def test_what_fails_is_reported(calls, fails, line):
    _, alerts, text = calls(fails=fails)
    assert len(alerts) == 1, text
    assert line in alerts[0]["body"]
    assert alerts[0]["body"].count("failure") == 1, "Only one job failed"
