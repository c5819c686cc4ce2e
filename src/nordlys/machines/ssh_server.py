"""The program of :func:`nordlys.machines.ssh_host`: an SSH server on a folder.

It is run by its path in a process of its own, so it imports nothing of the package:
listening socket by number as its argument, settings as a line on standard input.
"""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Coroutine
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncssh

PASSED_ON = ("TMPDIR", "PYTHONPATH", "TZ", "OMP_NUM_THREADS", "OPENBLAS_CORETYPE")
HONOURED = {"command", "from", "permitopen"}
HONOURED |= {"restrict", "port-forwarding", "no-port-forwarding"}
# What these forbid is not there to begin with.
HONOURED |= {"no-pty", "no-agent-forwarding", "no-X11-forwarding", "no-x11-forwarding"}
HONOURED |= {"no-user-rc"}


class _Machine:
    """What all connections share: disk, account, keys, log."""

    def __init__(self, settings: dict[str, str]) -> None:
        self.folder = settings["folder"]
        self.user = settings["user"]
        self.keys = Path(settings["keys"])
        self._log = Path(settings["log"])
        self.env = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        here = str(Path(sys.executable).parent)
        path = os.pathsep.join([here, os.environ.get("PATH", os.defpath)])
        self.env |= {"PATH": path, "HOME": self.folder, "USER": self.user}
        self.env |= {"LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}

    def note(self, event: str, key: str = "", detail: str = "") -> None:
        """Write an event into the log."""
        row = {"time": datetime.now(UTC).isoformat(), "event": event}
        row |= {"user": self.user, "key": key, "detail": detail}
        with self._log.open("a") as log:
            log.write(json.dumps(row) + "\n")

    def admit(
        self, key: asyncssh.SSHKey, address: str
    ) -> tuple[dict[str, Any], str] | None:
        """Return options and comment of the first line that lets the key in."""
        lines = self.keys.read_text().splitlines() if self.keys.is_file() else []
        body = key.export_public_key().decode().split()[1]
        for line in lines:
            with suppress(ValueError):  # a line that does not parse lets nobody in
                entry = asyncssh.import_authorized_keys(line)
                options = entry.validate(key, address, address)
                if options is not None and options.keys() <= HONOURED:
                    return dict(options), line.partition(body)[2].strip()
        return None


class _Login(asyncssh.SSHServer):
    """One connection to the machine."""

    def __init__(self, machine: _Machine) -> None:
        self._machine = machine
        self._options: dict[str, Any] = {}
        self._key = ""

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Remember the connection, and where the client is."""
        self._conn = conn
        self._address = conn.get_extra_info("peername")[0]

    def begin_auth(self, username: str) -> bool:
        """Ask everybody for a key; know one account."""
        self._known = username == self._machine.user
        return True

    def public_key_auth_supported(self) -> bool:
        """Let in by key, and by nothing else."""
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        """Look the key up; asyncssh checks the signature."""
        found = self._machine.admit(key, self._address) if self._known else None
        if found is None:
            self._machine.note("refused", key.get_algorithm(), f"as {username}")
            return False
        self._options, self._key = found
        return True

    def auth_completed(self) -> None:
        """Note who came in."""
        self._machine.note("login", self._key, f"from {self._address}")

    def session_requested(self) -> asyncssh.SSHServerProcess:
        """Give a session: SFTP only to keys without a forced command."""
        if "command" in self._options:
            return _Forced(self._run, None, 3, False)
        return asyncssh.SSHServerProcess(self._run, self._files, 3, True)

    def connection_requested(
        self, dest_host: str, dest_port: int, orig_host: str, orig_port: int
    ) -> Coroutine | bool:
        """Allow a local tunnel to a port, unless the key's line forbids it."""
        opens = self._options.get("permitopen")
        named = not opens or {(dest_host, dest_port), (dest_host, None)} & set(opens)
        allowed = self._may_forward(f"{dest_host}:{dest_port}", bool(named))
        return allowed and _tunnel(self._conn.forward_connection(dest_host, dest_port))

    def unix_connection_requested(self, dest_path: str) -> Coroutine | bool:
        """Allow a local tunnel to a socket file, unless the key's line forbids it."""
        allowed = self._may_forward(dest_path, "permitopen" not in self._options)
        return allowed and _tunnel(self._conn.forward_unix_connection(dest_path))

    def _may_forward(self, target: str, named: bool) -> bool:
        closed = "restrict" in self._options and "port-forwarding" not in self._options
        allowed = named and not closed and "no-port-forwarding" not in self._options
        event = "forward" if allowed else "forward refused"
        self._machine.note(event, self._key, target)
        return allowed

    def _files(self, channel: asyncssh.SSHServerChannel) -> asyncssh.SFTPServer:
        self._machine.note("sftp", self._key)
        return _Files(channel, chroot=self._machine.folder.encode())

    async def _run(self, process: asyncssh.SSHServerProcess) -> None:
        """Run the command, or the one that the key's line puts in its place."""
        asked = process.command or getattr(process, "subsystem_asked", "")
        forced = self._options.get("command")
        env = self._machine.env | ({"SSH_ORIGINAL_COMMAND": asked} if forced else {})
        detail = f"{asked or '-'} → {forced}" if forced else asked
        self._machine.note("command", self._key, detail)
        command = forced or asked
        child = await asyncio.create_subprocess_exec(
            *(["bash", "-c", command] if command else ["bash"]),
            cwd=self._machine.folder,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        feeding = asyncio.create_task(_feed(process.stdin, child.stdin))
        await asyncio.gather(
            _pump(child.stdout, process.stdout), _pump(child.stderr, process.stderr)
        )
        code = await child.wait()
        feeding.cancel()
        process.exit(code if code >= 0 else 128 - code)


async def _tunnel(opening: Coroutine) -> Any:
    """Open a tunnel that closes when both ends are done, whichever is so first.

    asyncssh leaves it open if the far end was, and the client of ``ssh -J`` waits.
    """
    tunnel = await opening
    ended = tunnel.eof_received

    def eof_received() -> bool:
        if not (goes_on := ended()):
            tunnel.close()
        return goes_on

    tunnel.eof_received = eof_received
    return tunnel


class _Forced(asyncssh.SSHServerProcess):
    """A session in which a wish for SFTP meets the forced command, as with sshd."""

    subsystem_asked = ""

    def subsystem_requested(self, subsystem: str) -> bool:
        """Keep what sshd hands over: a program's path, or this, by its settings."""
        self.subsystem_asked = "internal-sftp" if subsystem == "sftp" else subsystem
        self.channel.get_subsystem = lambda: None  # else asyncssh answers by itself
        return True


class _Files(asyncssh.SFTPServer):
    """SFTP that ends with exit code 0, as OpenSSH's does; scp asks for it."""

    def exit(self) -> None:
        """Tell the client that all went well."""
        self.channel.exit(0)


async def _pump(source: asyncio.StreamReader, sink: Any) -> None:
    """Copy until the source ends; go on reading if nobody wants it any more."""
    while data := await source.read(65536):
        with suppress(OSError, asyncssh.Error):
            sink.write(data)
            await sink.drain()


async def _feed(source: Any, sink: asyncio.StreamWriter) -> None:
    """Hand the client's input to the command, and its end."""
    with suppress(OSError, asyncssh.Error):
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
    sink.close()


async def _listen(settings: dict[str, str], listener: socket.socket) -> None:
    machine = _Machine(settings)
    async with asyncssh.listen(
        sock=listener,
        server_factory=lambda: _Login(machine),
        server_host_keys=[asyncssh.import_private_key(settings["host_key"])],
        encoding=None,
        login_timeout=30,
    ):
        machine.note(settings["ready"])
        await asyncio.Event().wait()


def _end_with_parent() -> None:
    """End this process and all it started when the parent's end of the pipe closes."""
    sys.stdin.buffer.read()
    os.killpg(0, signal.SIGKILL)


def main() -> None:
    """Run the server: socket by number, settings as a line on standard input."""
    settings = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    asyncio.run(_listen(settings, socket.socket(fileno=int(sys.argv[1]))))


if __name__ == "__main__":
    main()
