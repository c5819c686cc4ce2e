"""Run any web server by the command that one would type, and end it for certain."""

import os
import shlex
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from nordlys.lifetime import scratch_folder
from nordlys.machines.processes import running
from nordlys.machines.service import ServiceError, free_port


@contextmanager
def web_server(
    command: str,
    *,
    folder: str | os.PathLike | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float = 60.0,
) -> Iterator[str]:
    """Run a command that serves web pages for the length of a ``with`` block.

    Args:
        command: as one types it, with ``PORT`` where the number of the port stands;
            ``python`` is the Python that runs this.
        folder: where it runs; the current folder if omitted.
        env: environment variables added to the present ones.
        timeout: seconds the server may take to answer its first connection.

    Yields:
        The address, for example ``http://127.0.0.1:40123``.

    Raises:
        ServiceError: if the program ends, or stays silent for ``timeout`` seconds.
    """
    port = free_port()
    words = shlex.split(command.replace("PORT", str(port)))
    if words[0] == "python":
        words[0] = sys.executable
    variables = [f"{name}={value}" for name, value in (env or {}).items()]
    with scratch_folder() as scratch:
        log = scratch / "server.log"
        # Else what the server prints would appear in the notebook.
        quietly = ["sh", "-c", 'exec "$@" > "$0" 2>&1', str(log), "env", *variables]
        with running([*quietly, *words], folder) as process:
            deadline = time.monotonic() + timeout
            while not answers(port):
                ended = process.poll() is not None
                if ended or time.monotonic() > deadline:
                    told = "ended" if ended else f"was not ready after {timeout:g} s"
                    tail = log.read_text(errors="replace").strip().splitlines()[-8:]
                    raise ServiceError("\n".join([f"{words[0]} {told}:", *tail]))
                time.sleep(0.05)
            yield f"http://127.0.0.1:{port}"


def answers(port: int) -> bool:
    """Say whether somebody listens on a port of this machine.

    Args:
        port: the number of the port.
    """
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
