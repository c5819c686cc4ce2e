"""A small machine with an SSH server, for pages: its disk is a folder.

It teaches and is no fortress: it listens on loopback only, and whoever logs in has the
rights of the reader who started it. Other than ``sshd`` it gives no terminal and no
remote forwarding, and reads options of a key in small letters only.
"""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncssh

KEYS = Path(".ssh", "authorized_keys")
PASSED_ON = ("TMPDIR", "PYTHONPATH", "TZ", "OMP_NUM_THREADS", "OPENBLAS_CORETYPE")
READY = "ready"
HONOURED = {"command", "from", "permitopen"}
HONOURED |= {"restrict", "port-forwarding", "no-port-forwarding"}
# What these forbid is not there to begin with.
HONOURED |= {"no-pty", "no-agent-forwarding", "no-X11-forwarding", "no-x11-forwarding"}
HONOURED |= {"no-user-rc"}


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
    host_key: asyncssh.SSHKey | None = None,
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
    folder = Path(folder).resolve(strict=True)
    host_key = host_key or asyncssh.generate_private_key("ssh-ed25519")
    with tempfile.TemporaryDirectory() as scratch:
        log_path, errors = Path(scratch, "events"), Path(scratch, "errors")
        log_path.touch()
        settings = {
            "folder": str(folder),
            "keys": str(authorized_keys or folder / KEYS),
            "host_key": host_key.export_private_key().decode(),
            "user": user,
            "log": str(log_path),
        }
        with (
            socket.create_server(("127.0.0.1", 0)) as listener,
            errors.open("wb") as stream,
        ):
            port = listener.getsockname()[1]
            process = subprocess.Popen(
                # By its path, so that the package's data libraries are not loaded.
                [sys.executable, "-P", __file__, str(listener.fileno())],
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


class _Machine:
    """What all connections share: disk, account, keys, log. Runs in the child."""

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
        machine.note(READY)
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
