"""A small machine with an SSH server, for pages: its disk is a folder.

It teaches and is no fortress: it listens on loopback only, and whoever logs in has the
rights of the reader who started it. Other than ``sshd`` it gives no terminal and no
remote forwarding, and reads options of a key in small letters only.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nordlys.lifetime import scratch_folder

if TYPE_CHECKING:
    import asyncssh

KEYS = Path(".ssh", "authorized_keys")
SERVER = Path(__file__).with_name("ssh_server.py")
READY = "ready"


class HostError(RuntimeError):
    """The SSH server did not start; the message ends with what it printed."""


@dataclass(frozen=True)
class Host:
    """A running machine that can be reached by SSH.

    Attributes:
        port: the port on 127.0.0.1 that its SSH server listens on.
        folder: its disk; commands begin there, and SFTP shows it as ``/``.
        public_key: its public host key, as its console would show it.
        process: the operating system's process of the server.
        log_path: file with one JSON object for each event.
    """

    port: int
    folder: Path
    public_key: str
    process: subprocess.Popen
    log_path: Path

    def log(self) -> list[dict[str, str]]:
        """Return the server's log.

        Returns:
            One dictionary an event, in order: ``time`` (UTC), ``event`` (``login``,
            ``refused``, ``command``, ``sftp``, ``forward``, ``forward refused``),
            ``user``, ``key`` (the comment of the key's line) and ``detail``.
        """
        rows = map(json.loads, self.log_path.read_text().splitlines())
        return [row for row in rows if row["event"] != READY]


@contextmanager
def ssh_host(
    folder: str | os.PathLike,
    authorized_keys: str | os.PathLike | None = None,
    *,
    host_key: "asyncssh.SSHKey | None" = None,
    user: str = "deploy",
    timeout: float = 30.0,
) -> Iterator[Host]:
    """Run a machine with an SSH server for the length of a ``with`` block.

    It listens on a free port of loopback in a process of its own. Commands run in
    ``folder`` by bash; files travel by SFTP or scp; local forwarding is allowed. What
    a command leaves running in the background ends with the block, or with this
    program if it is killed, unless it started a session of its own (``setsid``).

    Args:
        folder: the machine's disk, an existing folder.
        authorized_keys: file with the keys that may log in, read at each login;
            ``.ssh/authorized_keys`` in the folder if omitted. Of the options OpenSSH
            knows, ``command``, ``from``, ``permitopen``, ``no-port-forwarding``,
            ``restrict`` and ``port-forwarding`` are honoured; a line with any other
            option that would change what its key may do lets nobody in.
        host_key: the machine's private key; a new Ed25519 key if omitted.
        user: the one account of the machine.
        timeout: seconds the server may take to start.

    Yields:
        The running :class:`Host`.

    Raises:
        FileNotFoundError: if the folder does not exist.
        HostError: if the server ends, or is not ready after ``timeout`` seconds.
    """
    import asyncssh  # needs an extra, and a third of a second

    folder = Path(folder).resolve(strict=True)
    host_key = host_key or asyncssh.generate_private_key("ssh-ed25519")
    with scratch_folder() as scratch:
        log_path, errors = scratch / "events", scratch / "errors"
        log_path.touch()
        settings = {
            "folder": str(folder),
            "keys": str(authorized_keys or folder / KEYS),
            "host_key": host_key.export_private_key().decode(),
            "user": user,
            "log": str(log_path),
            "ready": READY,
        }
        with (
            socket.create_server(("127.0.0.1", 0)) as listener,
            errors.open("wb") as stream,
        ):
            port = listener.getsockname()[1]
            process = subprocess.Popen(
                # By its path, so that the package's data libraries are not loaded.
                [sys.executable, "-P", SERVER, str(listener.fileno())],
                stdin=subprocess.PIPE,
                stdout=stream,
                stderr=stream,
                pass_fds=[listener.fileno()],
                start_new_session=True,
            )
        public = host_key.export_public_key().decode().strip()
        try:
            process.stdin.write(json.dumps(settings).encode() + b"\n")
            process.stdin.flush()  # and left open: its end tells that we are gone
            _wait_until_ready(process, log_path, errors, timeout)
            yield Host(port, folder, public, process, log_path)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # with all that was started
            process.wait()
            with suppress(BrokenPipeError):
                process.stdin.close()


def _wait_until_ready(
    process: subprocess.Popen, log: Path, errors: Path, timeout: float
) -> None:
    """Wait for the server's own word."""
    deadline = time.monotonic() + timeout
    while READY not in log.read_text():
        ended = process.poll() is not None
        if ended or time.monotonic() > deadline:
            tail = "\n".join(errors.read_text().strip().splitlines()[-8:])
            what = "ended" if ended else f"was not ready after {timeout:g} s"
            raise HostError(f"The SSH server {what}. Its last lines:\n{tail}")
        time.sleep(0.02)
