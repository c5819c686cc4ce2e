"""Start a web service on a free port of this machine, and stop it for certain."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from nordlys.lifetime import scratch_folder
from nordlys.machines.processes import stop

# Runs in the service's process before uvicorn: it ends the process when the pipe from
# the parent closes, which happens however the parent ends.
_LEASH = """
import os, signal, sys, threading

def wait_for_parent(pipe):
    os.read(pipe, 1)
    os.kill(os.getpid(), signal.SIGTERM)

threading.Thread(target=wait_for_parent, args=[int(sys.argv[1])], daemon=True).start()
sys.argv = ["uvicorn", *sys.argv[2:]]
sys.path.insert(0, "")
from uvicorn.main import main

main()
"""


class ServiceError(RuntimeError):
    """The service did not start; the message ends with the last lines of its log."""


@dataclass(frozen=True)
class Service:
    """A running service.

    Attributes:
        url: base address, for example ``http://127.0.0.1:40123``.
        port: the port it listens on.
        process: the operating system's process.
        log_path: file that holds what the service prints.
    """

    url: str
    port: int
    process: subprocess.Popen
    log_path: Path

    def log(self) -> str:
        """Return what the service has printed so far."""
        return self.log_path.read_text(errors="replace")


def free_port() -> int:
    """Return a port on loopback that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


@contextmanager
def serve(
    target: str,
    *,
    folder: str | os.PathLike | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float = 60.0,
) -> Iterator[Service]:
    """Run an ASGI application in its own process for the length of a ``with`` block.

    The listening socket is opened here and handed to the server, so no other program
    can take the port in between; requests sent before the server is ready wait.

    Args:
        target: ``"module:attribute"`` of the application, as uvicorn takes it.
        folder: working folder of the process, where the module is looked for;
            the current folder if omitted.
        env: environment variables added to the present ones.
        timeout: seconds the service may take to answer its first connection.

    Yields:
        The running :class:`Service`.

    Raises:
        ServiceError: if the process ends, or stays silent for ``timeout`` seconds.
    """
    with scratch_folder() as scratch:
        log_path = scratch / "service.log"
        read_end, leash = os.pipe()
        with (
            socket.create_server(("127.0.0.1", 0)) as listener,
            log_path.open("wb") as log,
        ):
            # Connections inherit it. asyncio sets it by itself, but not here: uvicorn
            # opens what comes by --fd as AF_UNIX. Without it, every request on a kept
            # connection waits 40 ms for the client's delayed acknowledgement.
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            port, handle = listener.getsockname()[1], listener.fileno()
            command = [sys.executable, "-c", _LEASH, str(read_end), target]
            command += ["--fd", str(handle), "--no-access-log", "--no-use-colors"]
            process = subprocess.Popen(
                command,
                cwd=folder,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **(env or {})},
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=[handle, read_end],
                start_new_session=True,  # so an interrupted cell does not interrupt it
            )
        os.close(read_end)
        service = Service(f"http://127.0.0.1:{port}", port, process, log_path)
        try:
            _wait_until_ready(service, timeout)
            yield service
        finally:
            stop(process)
            os.close(leash)


def _wait_until_ready(service: Service, timeout: float) -> None:
    """Wait for uvicorn's own word that the application has started."""
    deadline = time.monotonic() + timeout
    while "Application startup complete" not in (log := service.log()):
        ended = service.process.poll() is not None
        if ended or time.monotonic() > deadline:
            tail = "\n".join(log.strip().splitlines()[-8:])
            what = "ended" if ended else f"was not ready after {timeout:g} s"
            raise ServiceError(f"The service {what}. Its last lines:\n{tail}")
        time.sleep(0.05)
