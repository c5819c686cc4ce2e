"""The small service manager: what it starts, what it ends, what it leaves alone."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from nordlys.examples import manager
from nordlys.machines import free_port

SERVICE = """\
import time
born = time.monotonic()

async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    status = {{"/name": 200, "/broken": 500}}.get(scope["path"], 404)
    if scope["path"] == "/slow":
        status = 200 if time.monotonic() - born > 1 else 503
    await send({{"type": "http.response.start", "status": status, "headers": []}})
    await send({{"type": "http.response.body", "body": b"{name}"}})
"""
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
STUBBORN += "print('up', flush=True); time.sleep(60)"


@pytest.fixture(autouse=True)
def server(tmp_path, monkeypatch):
    """A server's disk with two releases; what runs in the end is ended."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "port").write_text(str(free_port()))
    for name in ("v1", "v2"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "service.py").write_text(SERVICE.format(name=name))
    use("v1")
    yield tmp_path
    with suppress(FileNotFoundError, ProcessLookupError):
        os.kill(int(Path("pid").read_text()), signal.SIGKILL)


def use(release: str) -> None:
    Path("current").unlink(missing_ok=True)
    Path("current").symlink_to(release)


def named() -> str:
    import httpx2

    assert manager.answers("/name"), Path("service.log").read_text()
    return httpx2.get(f"http://127.0.0.1:{manager.port()}/name").text


def program(code: str, *words: str) -> subprocess.Popen:
    """Start a program under a number that stands in the file ``pid``."""
    command = [sys.executable, "-c", code, *words]
    started = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert started.stdout.readline() == "up\n"
    Path("pid").write_text(str(started.pid))
    return started


def ended(started: subprocess.Popen) -> int | None:
    """Return how a program ended, nothing if it runs; and end it for certain."""
    with suppress(subprocess.TimeoutExpired):
        started.wait(1)
    code = started.poll()
    started.kill()
    return code


def test_restart_puts_the_release_in_use_in_place_of_the_running_one():
    manager.restart()
    first = int(Path("pid").read_text())
    assert named() == "v1"
    use("v2")
    assert named() == "v1", "a service runs on until it is restarted"
    manager.restart()
    assert int(Path("pid").read_text()) != first
    assert named() == "v2", "restart must start what `current` points to"
    manager.stop()
    assert not Path("pid").exists(), "stop must forget the number"
    assert not manager.answers("/name", patience=0.3), "stop must end the service"


def test_answers_waits_for_a_service_that_is_not_ready_yet():
    manager.restart()
    assert manager.answers("/slow"), "503 and a refused connection mean: wait"


@pytest.mark.parametrize("path", ["/broken", "/nowhere"])
def test_answers_does_not_wait_for_a_service_that_says_no(path):
    manager.restart()
    assert named() == "v1"
    start = time.monotonic()
    assert not manager.answers(path), f"{path} answers with an error"
    assert time.monotonic() - start < 5, "an error that lasts is not waited for"


def test_answers_gives_up_where_nothing_answers():
    start = time.monotonic()
    assert not manager.answers("/name", patience=0.3)
    assert 0.3 <= time.monotonic() - start < 5, "patience is the time to wait"


def test_stop_ends_a_service_that_does_not_listen():
    stubborn = program(STUBBORN, "service:app", "--port", str(manager.port()))
    manager.stop(patience=0.3)
    assert ended(stubborn) == -signal.SIGKILL, "after patience comes SIGKILL"
    assert not Path("pid").exists()


def test_stop_asks_politely_first():
    code = "import time; print('up', flush=True); time.sleep(60)"
    polite = program(code, "service:app", "--port", str(manager.port()))
    manager.stop()
    assert ended(polite) == -signal.SIGTERM, "SIGTERM lets a service finish its work"


def test_stop_leaves_another_program_of_that_number_alone():
    other = program("import time; print('up', flush=True); time.sleep(60)")
    manager.stop(patience=0.3)
    assert ended(other) is None, (
        "the number belongs to another program now: look before a signal"
    )
    assert not Path("pid").exists()


def test_stop_where_nothing_runs():
    manager.stop()  # and no error
    Path("pid").write_text("999999999")
    manager.stop()
    assert not Path("pid").exists()


def test_a_machine_without_ps_is_told_what_it_needs(tmp_path):
    completed = subprocess.run(
        [sys.executable, manager.__file__],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert completed.returncode == 1, "stop before anything is changed"
    errors = completed.stderr
    assert "install the package procps" in errors and "Trace" not in errors
