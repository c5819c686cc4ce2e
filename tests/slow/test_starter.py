"""The starter repository on a fresh machine, by the very commands of its README."""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from environments import path_with_uv, run

from nordlys.machines import run_workflow
from nordlys.machines.service import free_port
from tools import starter
from tools.starter import STARTER

PATIENCE = 60  # seconds for a service to answer
README = (STARTER / "README.md").read_text()
LEAK = 'AWS_KEY = "AKIA' + 'Q3EGRZ7XN4P5WL2M"\n'  # made up, and no key while in two
COMMIT = ["-c", "user.name=A", "-c", "user.email=a@b.example", "commit", "-qm", "First"]


def commands(section: str) -> list[str]:
    """Return the commands under a heading of the README, without comments."""
    text = re.search(rf"^## {section}$(.*?)(?=^## |\Z)", README, re.M | re.S)[1]
    blocks = re.findall(r"```console\n(.*?)```", text, re.S)
    return [row.split(" #")[0].strip() for row in "".join(blocks).splitlines()]


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """Return variables of a reader: uv at hand, no environment of the book."""
    path = path_with_uv(tmp_path_factory.mktemp("uv"))
    book = str(Path(sys.executable).parent)
    parts = [part for part in path.split(os.pathsep) if part != book]
    variables = {k: v for k, v in os.environ.items() if k != "VIRTUAL_ENV"}
    return variables | {"PATH": os.pathsep.join(parts), "NO_COLOR": "1"}


def copy_to(folder: Path) -> Path:
    for name in starter.files():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(STARTER / name, folder / name)
    return folder


def call(command: str, folder: Path, variables: dict[str, str]):
    """Run a command; return its exit code and all that it printed."""
    completed = subprocess.run(
        shlex.split(command),
        cwd=folder,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return completed.returncode, completed.stdout


def passes(command: str, folder: Path, variables: dict[str, str]) -> str:
    code, output = call(command, folder, variables)
    assert code == 0, f"{command}\n{output}"
    return output


@pytest.fixture(scope="module")
def repository(tmp_path_factory, environment):
    """Return a fresh copy, under git, in which the two commands have been given."""
    folder = copy_to(tmp_path_factory.mktemp("delayrisk"))
    run("git", "-C", folder, "init", "-q", "-b", "main")
    run("git", "-C", folder, "add", ".")
    run("git", "-C", folder, *COMMIT)
    first, second = commands("Two commands")
    passes(first, folder, environment)
    assert re.search(r"\d+ passed", passes(second, folder, environment))
    return folder


def test_the_two_commands_leave_nothing_that_git_sees(repository):
    assert run("git", "-C", repository, "status", "--porcelain") == ""


def test_the_page_is_written_as_told(repository, environment):
    passes(commands("See it work")[0], repository, environment)
    passes(commands("A page and its rules")[0], repository, environment)
    assert "flights to act on" in (repository / "public" / "index.html").read_text()
    assert run("git", "-C", repository, "status", "--porcelain") == ""


def test_service_client_and_monitor_work_as_told(repository, environment):
    train, serve, ask, compare = commands("See it work")
    passes(train, repository, environment)
    port = free_port()
    variables = environment | {
        "DELAYRISK_URL": f"http://127.0.0.1:{port}",
        "DELAYRISK_LOG": "predictions.jsonl",
    }
    process = subprocess.Popen(
        shlex.split(f"{serve} --port {port}"),
        cwd=repository,
        env=variables,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + PATIENCE
        code, output = call(ask, repository, variables)
        while code and time.monotonic() < deadline:
            code, output = call(ask, repository, variables)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(PATIENCE)
    assert f"`{output.strip()}`" in README
    assert "over 1 flights" in passes(compare, repository, environment)
    code, output = call(ask, repository, variables)
    assert code == 1 and "act on departures" in output, "the desk got no rule"


def test_its_lock_fits_and_its_workflow_runs(repository, environment, monkeypatch):
    passes("uv lock --check", repository, environment)
    monkeypatch.setenv("PATH", environment["PATH"])
    result = run_workflow(repository)
    assert result.passed, result.text
    assert set(result.log["result"]) == {"success"}, result.text


def test_a_secret_does_not_get_into_a_commit(repository, environment):
    passes("uv run prek install", repository, environment)
    leak = repository / "src" / "delayrisk" / "settings.py"
    leak.write_text(f'"""Settings."""\n\n{LEAK}')
    run("git", "-C", repository, "add", ".")
    code, output = call("git " + shlex.join(COMMIT), repository, environment)
    run("git", "-C", repository, "reset", "-q", "--hard")
    leak.unlink(missing_ok=True)
    assert code and "AWS Access Key" in output, output


def test_it_works_by_pip_too(tmp_path, environment):
    folder = copy_to(tmp_path)
    make, *others = commands("Without uv")
    passes(make.replace("python", sys.executable, 1), folder, environment)
    python = ".venv/bin/python"  # of an older Python, pip is older than the README asks
    passes(f"{python} -m pip install -q --upgrade pip", folder, environment)
    for command in others:
        output = passes(command, folder, environment)
    assert re.search(r"\d+ passed", output)


def test_the_steps_of_its_image_leave_a_service(tmp_path, environment):
    """Those of the last two stages, in a folder: COPY is a copy, RUN a command."""
    source = copy_to(tmp_path / "source")
    passes("uv run --locked python -m delayrisk.train", source, environment)
    (app := tmp_path / "app").mkdir()
    stages = re.split(r"^FROM .*$", (STARTER / "Dockerfile").read_text(), flags=re.M)
    build, final = stages[-2:]
    for step in re.findall(r"^(COPY|RUN) (?!--from)(.+)$", build + final, re.M):
        match step:
            case "RUN", command:
                passes(f"sh -c {shlex.quote(command)}", app, environment)
            case "COPY", names:
                *paths, target = names.split()
                for path in paths:
                    copy_into(source / path, app / target)
    handed_on = re.findall(r"^COPY --from=build /app/(\S+)", final, re.M)
    assert handed_on and all((app / name).exists() for name in handed_on)
    shutil.rmtree(app / "src")  # it must not be needed
    start = "from delayrisk.service import start; print(start().title)"
    command = f'.venv/bin/python -c "{start}"'
    assert passes(command, app, environment).strip() == "DelayRisk"


def copy_into(path: Path, target: Path) -> None:
    """Copy as COPY does: a folder's content, or a file into a folder."""
    if path.is_dir():
        shutil.copytree(path, target, dirs_exist_ok=True)
    else:
        shutil.copy(path, target)
