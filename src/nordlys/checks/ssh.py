"""Checks of the exercises of the section on SSH."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from nordlys.checks import exercise, expect

A_FUNCTION = "give the function itself, without calling it"

CAUSES = {
    "a": "nobody listens",
    "b": "wrong account",
    "c": "host changed",
    "d": "key not authorised",
}
LOOK_AT = {
    "a": "which line follows “Connecting to”?",
    "b": "compare the account in it with the one in config",
    "c": "does a line say that the host is known?",
    "d": "which line follows “Offering”?",
}
COMMAND, ADDRESS = 'python3 publish.py "evening list"', "192.0.2.17"
SETTINGS = {
    "hostname": ("server.nordlys.example",),
    "port": ("2222",),
    "user": ("malik",),
    "localforward": tuple(
        f"{port} [{target}]:8888"
        for port in ("8888", "[127.0.0.1]:8888", "[localhost]:8888")
        for target in ("127.0.0.1", "localhost")
    ),
}
PUBLIC_KEY = re.compile(r"ssh-ed25519 AAAA[A-Za-z0-9+/=]+")
ALLOWED = {"restrict", "from", "command"}
ALLOWED |= {f"no-{what}-forwarding" for what in ("port", "agent", "x11")}
ALLOWED |= {"no-pty", "no-user-rc"}


@exercise("failed-logins")
def failed_logins(answer: Any, rng: np.random.Generator) -> None:
    """Compare the cause of each login, and say where to look."""
    expect(isinstance(answer, dict), "give a dictionary such as {'a': …, 'b': …}")
    expect(answer.keys() == CAUSES.keys(), "name the four logins a, b, c and d")
    for login in rng.permutation(sorted(CAUSES)):
        cause = answer[login]
        expect(
            cause in CAUSES.values(),
            f"{cause!r} is none of the four causes: {sorted(CAUSES.values())}",
        )
        expect(
            cause == CAUSES[login],
            f"login {login} has another cause than {cause!r}: {LOOK_AT[login]}",
        )


@exercise("ssh-config")
def ssh_config(answer: Any, rng: np.random.Generator) -> None:
    """Ask ``ssh -G`` how it reads the file, for our name and for another one."""
    expect(isinstance(answer, str | Path), "give the name of your file, 'my_config'")
    text = str(answer)
    if isinstance(answer, Path) or "\n" not in text:
        expect(text and Path(text).is_file(), f"there is no file {text!r} here")
        text = Path(text).read_text(encoding="utf-8")
    read = _as_ssh_reads(text, "nordlys")
    for key, right in SETTINGS.items():
        got = read.get(key, ["nothing"])
        expect(
            len(got) == 1 and got[0] in right,
            f"for nordlys, ssh reads {key} as {' and '.join(got)!r}; what does the "
            "task ask for?",
        )
    keys = read.get("identityfile", [])
    expect(
        len(keys) == 1 and keys[0].endswith("/.ssh/id_ed25519"),
        f"for nordlys, ssh takes the keys {keys}: name ~/.ssh/id_ed25519 alone",
    )
    other = _as_ssh_reads(text, "another.example")
    expect(
        other.get("hostname") == ["another.example"] and "localforward" not in other,
        "your block also changes other servers: which name does `Host` have?",
    )


def _as_ssh_reads(text: str, host: str) -> dict[str, list[str]]:
    """Return the settings that ``ssh`` makes of a file for a host."""
    assert shutil.which("ssh"), "there is no ssh here: install openssh-client"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "config")
        file.write_text(text, encoding="utf-8")
        command = ["ssh", "-G", "-F", str(file), host]
        told = subprocess.run(command, capture_output=True, text=True, check=False)
        problem = told.stderr.strip().replace(f"{file}", "the file")
    expect(told.returncode == 0, f"ssh cannot read your file: {problem}")
    read: dict[str, list[str]] = {}
    for row in told.stdout.splitlines():
        key, _, value = row.partition(" ")
        read.setdefault(key, []).append(value)
    return read


QUOTED = re.compile(r'"(?:\\.|[^"\\])*"')
UNQUOTED = re.compile(r'[\w-]+=(?!")[^,]*')
"""An option that sshd refuses, though asyncssh reads it."""


@exercise("key-line")
def key_line(answer: Any, rng: np.random.Generator) -> None:
    """Read the line as a server does, and try the key from several addresses."""
    import asyncssh

    expect(isinstance(answer, str), f"give a text, not {type(answer).__name__}")
    line = answer.strip("\n")
    expect("PRIVATE" not in line, "this is the private half: only .pub travels")
    expect("\n" not in line, "the line must be one line")
    key = PUBLIC_KEY.search(line)
    expect(key, "there is no public key in the line: it begins with ssh-ed25519")
    bare = UNQUOTED.search(QUOTED.sub('""', line).partition(" ")[0])
    expect(
        not bare,
        f"a server cannot read the line ({bare and bare[0]}): the value of an option "
        "stands between quotation marks",
    )
    try:
        keys = asyncssh.import_authorized_keys(_lower_names(line))
    except ValueError as problem:
        raise AssertionError(
            f"a server cannot read the line ({problem}): options stand before the "
            "key, joined by commas without spaces, values between quotation marks"
        ) from problem
    _expect_rights(keys, asyncssh.import_public_key(key[0]), COMMAND, ADDRESS)


def _lower_names(line: str) -> str:
    """Write the names of options small, as OpenSSH reads them; values stay."""
    parts = re.split(f"({QUOTED.pattern})", line)
    first = next((n for n, part in enumerate(parts[::2]) if " " in part), 0)
    for place in range(0, 2 * first + 1, 2):
        names, space, rest = parts[place].partition(" ")
        parts[place] = names.lower() + space + rest
    return "".join(parts)


def _expect_rights(keys: Any, key: Any, command: str, home: str) -> None:
    """The key runs one command, opens no tunnel, and comes from one address."""
    options = keys.validate(key, home, home)
    expect(options is not None, f"the key is refused from {home}, its own address")
    last = int(home.rpartition(".")[2])
    foreign = [f"192.0.2.{last + 1}", f"{home}0", f"192.0.3.{last}", f"10.0.0.{last}"]
    for elsewhere in [*foreign, "2001:db8::1"]:
        expect(
            keys.validate(key, elsewhere, elsewhere) is None,
            f"the key is let in from {elsewhere}, too: which option names the address?",
        )
    expect(
        options.get("command") == command,
        f"the server would run {options.get('command')!r} instead of {command!r}; a "
        'quotation mark inside the command is written \\"',
    )
    expect(
        "restrict" in options,
        "the key may still open tunnels, or what a later version brings, past the "
        "command: which option forbids all of it?",
    )
    more = sorted(options.keys() - ALLOWED)
    expect(not more, f"the key may do one thing; what is {', '.join(more)} for?")


class _Server:
    """A machine whose releases are healthy, slow, broken or silent."""

    def __init__(self, kinds: dict[str, str], current: str | None, tries: int) -> None:
        self.kinds = kinds
        self.tries = tries
        self.current = current
        self.running = current is not None
        self.done: list[str] = []
        self._asked = 0

    def start(self, name: str) -> None:
        """Switch to a release and start it."""
        self.done.append(f"start {name}")
        self.current, self.running, self._asked = name, True, 0

    def stop(self) -> None:
        """Stop what runs."""
        self.done.append("stop")
        self.running = False

    def ready(self) -> bool:
        """Answer as the release in use does."""
        self._asked += 1
        expect(
            self._asked <= self.tries,
            f"you were told to call ready at most {self.tries} times for a release, "
            f"and call once more for {self.current}",
        )
        kind = self.kinds[str(self.current)] if self.running else "silent"
        if kind == "silent" or (kind == "slow" and self._asked < self.tries / 2):
            raise TimeoutError("no answer")
        return kind == "healthy" or (kind == "slow" and self._asked == self.tries)

    @property
    def asked(self) -> int:
        """How often the release in use was asked."""
        return self._asked


def _deploy(
    answer: Callable, kinds: dict[str, str], current: str | None, tries: int
) -> Any:
    """Deploy v9; return the server and what came back or was raised."""
    server = _Server(kinds, current, tries)
    try:
        return server, answer(server, "v9", tries)
    except RuntimeError as failure:
        return server, failure
    except TimeoutError as failure:
        raise AssertionError(
            f"after {server.done} your function broke off with TimeoutError: a server "
            "that does not answer is not ready, and somebody has to go on"
        ) from failure


@exercise("release-or-return")
def release(answer: Any, rng: np.random.Generator) -> None:
    """Try releases that are healthy, slow, broken and silent, with one before."""
    expect(callable(answer), A_FUNCTION)
    old = f"v{rng.integers(1, 9)}"
    tries = int(rng.integers(4, 12))
    for kind in rng.permutation(["healthy", "slow"]):
        server, got = _deploy(answer, {old: "healthy", "v9": str(kind)}, old, tries)
        story = f"a {kind} release after a healthy one"
        expect(got is True, f"{story}: return True, not {got!r}")
        expect(
            server.current == "v9" and server.running,
            f"{story}: {server.current} is in use, running: {server.running}",
        )
        _expect_done(server, ["start v9"], story)
    for kind in rng.permutation(["broken", "silent"]):
        for before in ("healthy", "slow"):
            server, got = _deploy(answer, {old: before, "v9": str(kind)}, old, tries)
            story = f"a {kind} release after a {before} one"
            expect(
                server.current == old and server.running,
                f"{story}: {server.current} is in use, running: {server.running}; "
                f"{old} was the one before",
            )
            expect(got is False, f"{story}: return False, not {got!r}")
            expect(
                server.asked > 0,
                f"{story}: {old} was started, and nobody asked whether it is ready",
            )
            _expect_done(server, ["start v9", f"start {old}"], story)
    _expect_alarm(answer, {old: "broken", "v9": "silent"}, old, tries)
    _expect_alarm(answer, {old: "silent", "v9": "broken"}, old, tries)
    _expect_alarm(answer, {"v9": "broken"}, None, tries)


def _expect_done(server: _Server, wanted: list[str], story: str) -> None:
    """Releases are started once each, in order; stopping between them is allowed."""
    starts = [step for step in server.done if step != "stop"]
    expect(starts == wanted, f"{story}: you did {server.done}; {wanted} is enough")


def _expect_alarm(
    answer: Callable, kinds: dict[str, str], current: str | None, tries: int
) -> None:
    """Nothing is fit to run: stop, and say so."""
    server, got = _deploy(answer, kinds, current, tries)
    story = f"a release {kinds} with {current} before"
    expect(
        isinstance(got, RuntimeError),
        f"{story}: nothing is ready, so raise RuntimeError; you returned {got!r}",
    )
    wanted = ["start v9", *([f"start {current}"] if current else [])]
    _expect_done(server, wanted, story)
    expect(not server.running, f"{story}: a service that is not ready was left running")
