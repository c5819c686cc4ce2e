"""Checks of the exercises of the section on SSH (2.17 to 2.19)."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from nordlys.checks import exercise, expect

A_FUNCTION = "give the function itself, without calling it"

CHANGED = """\
@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
Host key for prod has changed and you have requested strict checking.
Host key verification failed."""
MESSAGES = [
    (0, "", "go on", "a command that succeeded"),
    (0, "3 lines skipped: Permission denied (publickey).", "go on", "a command that "
     "succeeded and printed words of ssh"),
    (255, CHANGED, "stop", "a changed host key"),
    (255, "Host key verification failed.", "verify", "an unknown host"),
    (255, "No ED25519 host key is known for prod and you have requested strict "
     "checking.\nHost key verification failed.", "verify", "an unknown host"),
    (255, "deploy@192.0.2.7: Permission denied (publickey).", "ask for access",
     "a key that the server refused"),
    (255, "deploy@192.0.2.7: Permission denied (publickey,password).",
     "ask for access", "a key that the server refused"),
    (255, "ssh: connect to host prod port 22: Connection refused", "look there",
     "a server that nobody has started"),
    (255, "ssh: Could not resolve hostname prod: Temporary failure in name "
     "resolution", "look there", "a name that nobody knows"),
    (255, "ssh: connect to host prod port 22: Permission denied", "look there",
     "a connection that this machine's own firewall forbids"),
    (1, "cat: report.csv: Permission denied", "look there",
     "a file that the remote command may not read"),
    (1, "git@forge.example: Permission denied (publickey).", "look there",
     "a git on the server whose own key was refused"),
    (6, "rsync: Host key verification failed.", "look there",
     "a remote command with a problem of its own"),
    (1, "v2: failed /ready", "look there", "a remote command that failed"),
]  # fmt: skip
ALLOWED = {"restrict", "from", "command"}
ALLOWED |= {f"no-{what}-forwarding" for what in ("port", "agent", "x11")}
ALLOWED |= {"no-pty", "no-user-rc"}
WORDS = {"go on", "stop", "verify", "ask for access", "look there"}


@exercise("next-step")
def next_step(answer: Any, rng: np.random.Generator) -> None:
    """Check the decision on messages of OpenSSH, in a fresh order."""
    expect(callable(answer), A_FUNCTION)
    for place in rng.permutation(len(MESSAGES)):
        code, message, wanted, story = MESSAGES[place]
        got = answer(code, message)
        expect(
            isinstance(got, str) and got in WORDS,
            f"return one of {sorted(WORDS)}, not {got!r}",
        )
        expect(
            got == wanted,
            f"{story} (exit code {code}, message ends “{message[-40:]}”): you say "
            f"{got!r}; who printed that message, and what does the code say?",
        )


@exercise("key-line")
def key_line(answer: Any, rng: np.random.Generator) -> None:
    """Read the line as a server does, and try the key from several addresses."""
    import asyncssh

    expect(callable(answer), A_FUNCTION)
    commands = ["python deploy.py", 'sh -c "cat > new.tar"', "deploy --now, please"]
    for command in commands:
        key = asyncssh.generate_private_key("ssh-ed25519", comment="pipeline")
        public = key.export_public_key().decode()
        last = int(rng.integers(2, 25))
        home = f"192.0.2.{last}"
        line = answer(public, command, home)
        expect(isinstance(line, str), f"return the line, not {type(line).__name__}")
        expect("\n" not in line.strip("\n"), "the line must be one line")
        expect("\n" not in line, "strip the line break of the public key")
        try:
            keys = asyncssh.import_authorized_keys(_lower_names(line))
        except ValueError as problem:
            raise AssertionError(
                f"a server cannot read the line ({problem}): options stand before the "
                "key, joined by commas without spaces, values between quotation marks"
            ) from problem
        _expect_rights(keys, key.convert_to_public(), command, home)


def _lower_names(line: str) -> str:
    """Write the names of options small, as OpenSSH reads them; values stay."""
    parts = re.split(r'("(?:\\.|[^"\\])*")', line)
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
