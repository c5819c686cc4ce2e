"""What is started is stopped, whatever happens in between."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from nordlys.machines import ServiceError, free_port, serve, stop
from tests.waiting import wait_until

# An ASGI application without any framework, so that it starts at once.
APPLICATION = """
import os

async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    print("asked for", scope["path"])
    body = os.environ.get("GREETING", "hello").encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})
"""
# Answers whether the connections of its process send small packets at once.
CONNECTIONS = """
import os
import socket
from contextlib import suppress

def no_delay():
    for handle in map(int, os.listdir("/dev/fd")):
        with suppress(OSError), socket.socket(fileno=os.dup(handle)) as connection:
            connection.getpeername()
            yield connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "small.py").write_text(APPLICATION)
    return tmp_path


def get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=5) as answer:
        return answer.read().decode()


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_service_answers_logs_and_stops(folder: Path) -> None:
    with serve("small:app", folder=folder) as service:
        assert get(f"{service.url}/flights") == "hello"
        assert wait_until(lambda: "asked for /flights" in service.log())
        assert service.url == f"http://127.0.0.1:{service.port}"
    assert service.process.poll() is not None
    assert not listens(service.port)
    assert not service.log_path.exists()


def test_an_answer_does_not_wait_for_an_acknowledgement(folder: Path) -> None:
    answer = "body = str([bool(option) for option in no_delay()]).encode()"
    application = APPLICATION.replace("body = os", f"{answer}  # os")
    (folder / "small.py").write_text(CONNECTIONS + application)
    with serve("small:app", folder=folder) as service:
        assert get(service.url) == "[True]", (
            "TCP_NODELAY is not set: every request on a kept connection takes 40 ms."
        )


def test_two_at_once_each_with_its_settings(folder: Path) -> None:
    settings = [{"GREETING": "one"}, {"GREETING": "two"}]
    with (
        serve("small:app", folder=folder, env=settings[0]) as first,
        serve("small:app", folder=folder, env=settings[1]) as second,
    ):
        assert first.port != second.port
        assert (get(first.url), get(second.url)) == ("one", "two")
    assert "GREETING" not in os.environ


def test_a_service_stops_when_the_block_fails(folder: Path) -> None:
    with pytest.raises(ZeroDivisionError), serve("small:app", folder=folder) as service:
        raise ZeroDivisionError
    assert service.process.poll() is not None
    assert not listens(service.port)


@pytest.mark.parametrize(
    ("target", "reason"),
    [("absent:app", "absent"), ("small:other", "other"), ("failing:app", "no model")],
)
def test_a_service_that_cannot_start_says_why(
    folder: Path, target: str, reason: str
) -> None:
    (folder / "failing.py").write_text("raise FileNotFoundError('no model here')\n")
    with pytest.raises(ServiceError, match=reason), serve(target, folder=folder):
        pytest.fail("it started")


def test_a_service_that_stays_silent_is_given_up(folder: Path) -> None:
    (folder / "slow.py").write_text("import time\ntime.sleep(60)\n")
    start = time.monotonic()
    with (
        pytest.raises(ServiceError, match=r"not ready after 0\.5 s"),
        serve("slow:app", folder=folder, timeout=0.5),
    ):
        pytest.fail("it started")
    assert time.monotonic() - start < 20


def test_a_dead_service_refuses_at_once(folder: Path) -> None:
    with serve("small:app", folder=folder) as service:
        service.process.kill()
        service.process.wait()
        assert wait_until(lambda: not listens(service.port))


def test_a_service_outlives_the_thread_that_started_it(folder: Path) -> None:
    with ExitStack() as stack:
        starting = serve("small:app", folder=folder)
        with ThreadPoolExecutor() as pool:
            service = pool.submit(stack.enter_context, starting).result()
        time.sleep(0.3)
        assert get(service.url) == "hello"


def test_a_free_port_can_be_taken() -> None:
    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        assert listens(port)


def test_stop_is_safe_twice_and_kills_the_deaf() -> None:
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        "print('up', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", deaf]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    process.stdout.readline()
    stop(process, patience=0.2)
    assert process.returncode == -signal.SIGKILL
    stop(process)
    process.stdout.close()
