"""What is different on other machines: a Mac, Ubuntu, GitHub, a container."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import httpx2
import pytest

from tools import external_links
from tools.repository import ROOT
from tools.run import run_page, sandbox

LONGEST_SOCKET = 103  # letters of a socket's path on macOS
SOCKETS = ("tmp/tmpxxxxxxxx/server/db/.s.PGSQL.5432", "run/kernel-5")
NEEDED = ("env", "git", "grep", "make", "python3", "sed", "sh", "ssh", "true", "uname")


def program(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


@pytest.fixture
def programs(tmp_path) -> Path:
    """Return a folder that is the whole PATH, with no browser and no apt yet."""
    (folder := tmp_path / "bin").mkdir()
    for name in NEEDED:
        path = shutil.which(name)
        if name == "python3":
            path = sys.executable
        program(folder, name, f'exec "{path}" "$@"')
    return folder


def set_up(programs: Path, user: int, **variables: str) -> tuple[int, str, str]:
    """Run setup_system.sh; return code, what it printed and the calls of apt-get."""
    calls = programs / "calls"
    program(programs, "id", f"echo {user}")
    program(programs, "apt-get", f'echo "$*" >> "{calls}"')
    completed = subprocess.run(
        [shutil.which("sh"), "tools/setup_system.sh"],
        cwd=ROOT,
        env={"PATH": str(programs), **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    commands = calls.read_text() if calls.exists() else ""
    return completed.returncode, completed.stdout, commands


def test_debian_gets_its_chromium(programs):
    program(programs, "apt-cache", "echo '  Candidate: 140.0-1~deb12u1'")
    code, output, calls = set_up(programs, user=0)
    assert code == 0, output
    assert "install -qq -y --no-install-recommends chromium" in calls


def test_ubuntu_gets_all_but_the_browser_and_is_told_which(programs):
    (programs / "ssh").unlink()
    program(programs, "apt-cache", "echo '  Candidate: (none)'")
    code, output, calls = set_up(programs, user=0)
    assert code == 1 and "Install Chrome" in output, output
    assert "openssh-client" in calls, "What there is should be installed all the same"
    assert "chromium" not in calls


@pytest.mark.parametrize("ci", ["true", ""])
def test_an_ordinary_user_becomes_root_on_github_only(programs, ci):
    program(programs, "sudo", 'shift; exec "$@"')
    program(programs, "apt-cache", "echo '  Candidate: 140.0-1~deb12u1'")
    code, output, calls = set_up(programs, user=1001, CI=ci)
    assert (code == 0) == bool(ci), output
    assert ("install" in calls) == bool(ci)
    assert ci or "sudo apt-get install" in output


def enter(programs: Path, sudo: str) -> str:
    """Enter the sandbox where user namespaces are forbidden; return the way taken."""
    program(programs, "sudo", sudo)
    code = (
        "from tools.run import sandbox; sandbox._enter_user_namespace = lambda: False; "
    )
    code += "print(sandbox.enter())"
    completed = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )
    assert completed.returncode == 0, completed.stderr
    return completed.stdout.strip()


@pytest.mark.skipif(sys.platform != "linux", reason="others have no namespaces")
def test_sudo_without_namespaces_leaves_the_guard(programs):
    level = enter(programs, 'case "$*" in *unshare*) exit 1 ;; esac; shift; exec "$@"')
    assert level == sandbox.SOCKET_GUARD


@pytest.mark.skipif(sys.platform != "linux", reason="others have no namespaces")
def test_sudo_with_namespaces_is_used(programs):
    allowed = subprocess.run(["unshare", "--net", "true"], capture_output=True)
    expected = sandbox.SOCKET_GUARD if allowed.returncode else sandbox.NAMESPACE
    assert enter(programs, 'shift; exec "$@"') == expected


def test_a_user_without_an_entry_can_run_pages():
    """Containers may run as any number."""
    assert sandbox.user_inside(54321, 7) == (54321, 7)


@pytest.mark.parametrize(
    "usual", ["/private/var/folders/xy/" + "0" * 30 + "/T", f"/scratch/{'0' * 96}"]
)
def test_sockets_have_short_paths_wherever_temporary_files_are(monkeypatch, usual):
    monkeypatch.setattr(tempfile, "tempdir", usual)
    folder = run_page.short_folder() or tempfile.gettempdir()
    folder = {"/tmp": "/private/tmp"}.get(folder, folder)  # where the link leads
    for socket in SOCKETS:
        path = Path(folder, "page-xxxxxxxx", "in", socket)
        length = len(str(path))
        assert length <= LONGEST_SOCKET, f"{path} has {length} letters"


WATCHED = """
import subprocess
from tools.run import run_page
run_page.PAGE_TIMEOUT = 0.5
with subprocess.Popen(["sleep", "60"]) as page:
    watch = run_page.Watch(100, [])
    watch.start()
    page.wait(timeout=20)
    watch.join()
assert watch.late and not watch.exceeded
print(run_page.failure_reason(RuntimeError(), watch))
"""


def test_a_page_that_hangs_is_ended():
    # In a program of its own, because the watch kills all that its program has started.
    completed = subprocess.run(
        [sys.executable, "-c", WATCHED], cwd=ROOT, capture_output=True, text=True
    )
    assert "ran longer than" in completed.stdout, completed.stderr


@pytest.mark.parametrize(
    ("statuses", "problem"),
    [
        ([200], ""),
        ([418], ""),
        ([404], "status 404"),
        ([503, 200], ""),
        ([503, 503], "status 503"),
        ([None, 200], ""),
        ([None, None], "ConnectError: no answer"),
    ],
)
def test_links_are_asked_twice_where_that_may_help(statuses, problem, monkeypatch):
    monkeypatch.setattr(external_links, "PAUSE", 0)
    replies = iter(statuses)

    def answer(request: httpx2.Request) -> httpx2.Response:
        if (status := next(replies)) is None:
            raise httpx2.ConnectError("no answer")
        return httpx2.Response(status)

    with httpx2.Client(transport=httpx2.MockTransport(answer)) as client:
        assert external_links.problem(client, "https://x.example") == problem
    assert next(replies, "none") == "none", "It was asked less often than expected"


@pytest.mark.parametrize(("user", "allows"), [(0, True), (1001, False)])
def test_jupyterlab_is_told_that_root_is_meant(programs, user, allows):
    program(programs, "id", f"echo {user}")
    completed = subprocess.run(
        [shutil.which("make"), "--dry-run", "lab"],
        cwd=ROOT,
        env={"PATH": str(programs)},
        capture_output=True,
        text=True,
    )
    assert "jupyter lab" in completed.stdout, completed.stderr
    assert ("--allow-root" in completed.stdout) == allows
