"""A machine reached by SSH: who gets in, what a key may do, and that nothing stays."""

import asyncio
import shutil
import socket
import subprocess
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from nordlys.machines import Host, HostError, ssh_host
from tests.waiting import lives, wait_until

# Runs what would be left behind, and says under which number.
BACKGROUND = "sleep 60 > /dev/null 2>&1 & echo $!"


@pytest.fixture
def key() -> asyncssh.SSHKey:
    return asyncssh.generate_private_key("ssh-ed25519", comment="freja@laptop")


@pytest.fixture
def folder(tmp_path: Path, key: asyncssh.SSHKey) -> Path:
    folder = tmp_path / "machine"
    (folder / ".ssh").mkdir(parents=True)
    allow(folder, key)
    return folder


def allow(folder: Path, key: asyncssh.SSHKey, options: str = "") -> None:
    line = f"{options} {key.export_public_key().decode()}".lstrip()
    (folder / ".ssh" / "authorized_keys").write_text(line)


def talk(
    host: Host,
    key: asyncssh.SSHKey,
    speak: Callable[[asyncssh.SSHClientConnection], Awaitable[Any]],
    user: str = "deploy",
) -> Any:
    """Log in and return what ``speak`` makes of the connection."""

    async def session() -> Any:
        known = ([asyncssh.import_public_key(host.public_key)], [], [])
        async with asyncssh.connect(
            "127.0.0.1", host.port, username=user, client_keys=[key],
            known_hosts=known, config=None, agent_path=None,
        ) as line:  # fmt: skip
            return await speak(line)

    return asyncio.run(asyncio.wait_for(session(), 30))


def run(host: Host, key: asyncssh.SSHKey, command: str, **what: Any) -> Any:
    return talk(host, key, lambda line: line.run(command, **what))


def refused(host: Host, key: asyncssh.SSHKey, user: str = "deploy") -> bool:
    try:
        talk(host, key, lambda line: line.run("true"), user)
    except asyncssh.PermissionDenied:
        return True
    return False


@contextmanager
def echo_server() -> Iterator[int]:
    """Answer one connection after the other with one word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            while True:
                try:
                    peer, _ = listener.accept()
                except OSError:
                    return
                with peer:
                    peer.sendall(b"inside")

        threading.Thread(target=answer, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


def through_tunnel(host: Host, key: asyncssh.SSHKey, port: int) -> bytes:
    async def speak(line: asyncssh.SSHClientConnection) -> bytes:
        reader, _ = await line.open_connection("127.0.0.1", port)
        return await reader.read()

    return talk(host, key, speak)


def test_a_command_runs_in_the_folder(folder: Path, key: asyncssh.SSHKey) -> None:
    with ssh_host(folder) as host:
        result = run(host, key, "pwd; echo $HOME $USER; echo wrong >&2; exit 3")
        piped = run(host, key, "wc -c", input="four")
    home = str(folder.resolve())
    assert result.stdout.split() == [home, home, "deploy"], "Start in the folder."
    assert (result.stderr, result.exit_status) == ("wrong\n", 3), (
        "Hand on stderr and code."
    )
    assert piped.stdout.strip() == "4", "The command must see the end of its input."
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", host.port), timeout=1)


def test_only_known_keys_and_the_one_account(
    folder: Path, key: asyncssh.SSHKey
) -> None:
    with ssh_host(folder) as host:
        stranger = asyncssh.generate_private_key("ssh-ed25519")
        assert refused(host, stranger), "Refuse a key that stands in no line."
        assert refused(host, key, "root"), "Know one account only."
        (folder / ".ssh" / "authorized_keys").unlink()
        assert refused(host, key), "Without the file nobody comes in."
        allow(folder, key)
        assert run(host, key, "pwd").exit_status == 0, "Keys are read at each login."


def test_the_log_names_the_key(folder: Path, key: asyncssh.SSHKey) -> None:
    with ssh_host(folder) as host:
        run(host, key, "true")
        rows = host.log()
    events = [(row["event"], row["key"], row["detail"]) for row in rows]
    assert events == [
        ("login", "freja@laptop", "from 127.0.0.1"),
        ("command", "freja@laptop", "true"),
    ], "Log the login and the command with the key's comment."


def test_a_given_host_key_is_the_machine_s(folder: Path, key: asyncssh.SSHKey) -> None:
    mine = asyncssh.generate_private_key("ssh-ed25519")
    with ssh_host(folder, host_key=mine) as host, ssh_host(folder) as other:
        public = asyncssh.import_public_key(host.public_key)
        assert public == mine.convert_to_public(), "Use the host key that was given."
        assert run(host, key, "true").exit_status == 0
        assert other.public_key != host.public_key
        assert other.port != host.port


def test_keys_may_lie_elsewhere(
    folder: Path, tmp_path: Path, key: asyncssh.SSHKey
) -> None:
    (folder / ".ssh" / "authorized_keys").rename(tmp_path / "keys")
    with ssh_host(folder, tmp_path / "keys") as host:
        assert not refused(host, key), "Read the file that was named."


def test_a_forced_command_runs_instead(folder: Path, key: asyncssh.SSHKey) -> None:
    (folder / "secret").write_text("salaries")
    allow(folder, key, 'command="echo asked: $SSH_ORIGINAL_COMMAND; cat; exit 4"')
    with ssh_host(folder) as host:
        result = run(host, key, "cat secret", input="a release")
        assert result.stdout == "asked: cat secret\na release", (
            "Run the forced command, and tell it what was asked."
        )
        assert result.exit_status == 4


def test_a_wish_for_files_meets_the_forced_command(
    folder: Path, key: asyncssh.SSHKey
) -> None:
    allow(folder, key, 'command="echo asked: $SSH_ORIGINAL_COMMAND >&2; exit 4"')
    with ssh_host(folder) as host:
        with suppress(asyncssh.Error, OSError):  # TimeoutError is one of them
            talk(host, key, lambda line: line.start_sftp_client())
        last = host.log()[-1]
    assert (last["event"], last["detail"][:16]) == ("command", "internal-sftp → "), (
        "asyncssh answers a wish for SFTP by itself, where sshd runs the forced "
        "command: _Forced in ssh_server.py relies on SSHServerStreamSession asking "
        "channel.get_subsystem(); see what the new asyncssh asks, and replace that."
    )


@pytest.mark.parametrize(
    "options", ['expiry-time="20200101"', 'tunnel="0"', "COMMAND=true", "no-such-thing"]
)
def test_an_option_that_is_not_honoured_lets_nobody_in(
    folder: Path, key: asyncssh.SSHKey, options: str
) -> None:
    allow(folder, key, options)
    with ssh_host(folder) as host:
        assert refused(host, key), f"{options} is not honoured: let nobody in by it."


def test_files_travel_below_the_folder(
    folder: Path, tmp_path: Path, key: asyncssh.SSHKey
) -> None:
    (tmp_path / "outside").write_text("not yours")
    (tmp_path / "report").write_text("ours")

    async def speak(line: asyncssh.SSHClientConnection) -> list[str]:
        async with line.start_sftp_client() as files:
            await files.put(str(tmp_path / "report"), "report")
            assert not await files.exists("../outside"), "SFTP must not leave the disk."
            return sorted(await files.listdir("/"))

    with ssh_host(folder) as host:
        assert "report" in talk(host, key, speak), "SFTP shows the folder."
    assert (folder / "report").read_text() == "ours"


@pytest.mark.parametrize(
    ("options", "open_to"),
    [
        ("", "all"),
        ('permitopen="127.0.0.1:PORT"', "all"),
        ('permitopen="127.0.0.1:1"', "none"),
        ("no-port-forwarding", "none"),
        ("restrict", "none"),
        ("restrict,port-forwarding", "all"),
        ('restrict,port-forwarding,permitopen="127.0.0.1:1"', "none"),
    ],
)
def test_tunnels_and_what_forbids_them(
    folder: Path, key: asyncssh.SSHKey, options: str, open_to: str
) -> None:
    with ssh_host(folder) as host, echo_server() as port:
        allow(folder, key, options.replace("PORT", str(port)))
        if open_to == "all":
            assert through_tunnel(host, key, port) == b"inside"
        else:
            with pytest.raises(asyncssh.ChannelOpenError):
                through_tunnel(host, key, port)
                pytest.fail(f"A key with {options} opened a tunnel: see _may_forward.")
        last = host.log()[-1]["event"]
    assert last == ("forward" if open_to == "all" else "forward refused")


def test_a_tunnel_whose_far_end_is_done_first_closes_with_the_other(
    folder: Path, key: asyncssh.SSHKey
) -> None:
    with ssh_host(folder) as host, echo_server() as port:

        async def speak(line: asyncssh.SSHClientConnection) -> None:
            reader, writer = await line.open_connection("127.0.0.1", port)
            await reader.read()
            writer.write_eof()
            await asyncio.wait_for(writer.channel.wait_closed(), 10)

        try:
            talk(host, key, speak)
        except TimeoutError:
            pytest.fail("The tunnel stays open, and ssh -J waits: see _tunnel.")


def test_a_key_may_be_bound_to_an_address(folder: Path, key: asyncssh.SSHKey) -> None:
    with ssh_host(folder) as host:
        allow(folder, key, 'from="192.0.2.1"')
        assert refused(host, key), "A key came from an address that its line forbids."
        allow(folder, key, 'from="127.0.0.1"')
        assert not refused(host, key), "A key must come in from its own address."


def test_what_runs_in_the_background_outlives_the_login_and_not_the_block(
    folder: Path, key: asyncssh.SSHKey
) -> None:
    with ssh_host(folder) as host:
        pid = int(run(host, key, BACKGROUND).stdout)
        assert run(host, key, f"kill -0 {pid}").exit_status == 0
    assert wait_until(lambda: not lives(pid)), "A process outlived its machine."


def test_the_block_may_fail(folder: Path, key: asyncssh.SSHKey) -> None:
    with pytest.raises(ZeroDivisionError), ssh_host(folder) as host:
        pid = int(run(host, key, BACKGROUND).stdout)
        raise ZeroDivisionError
    assert host.process.poll() is not None
    assert wait_until(lambda: not lives(pid)), "A process outlived a failing block."


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(FileNotFoundError, match="nowhere"),
        ssh_host(tmp_path / "nowhere"),
    ):
        pytest.fail("it started")


def test_a_server_that_cannot_start_says_why(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "asyncssh.py").write_text("raise ImportError('no such luck')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(HostError, match="no such luck"), ssh_host(folder):
        pytest.fail("it started")


@pytest.mark.skipif(shutil.which("scp") is None, reason="OpenSSH's client is absent")
@pytest.mark.parametrize("protocol", [[], ["-O"]], ids=["sftp", "scp"])
def test_scp_says_how_it_went(
    folder: Path, tmp_path: Path, key: asyncssh.SSHKey, protocol: list[str]
) -> None:
    key.write_private_key(str(tmp_path / "key"))
    (tmp_path / "key").chmod(0o600)
    with ssh_host(folder) as host:
        (tmp_path / "known").write_text(f"machine {host.public_key}\n")
        options = ["User=deploy", "HostName=127.0.0.1", f"Port={host.port}"]
        options += ["HostKeyAlias=machine", f"UserKnownHostsFile={tmp_path / 'known'}"]
        options += [f"IdentityFile={tmp_path / 'key'}", "IdentitiesOnly=yes"]
        options += ["BatchMode=yes"]
        scp = ["scp", "-q", *protocol, "-F", "none"]
        scp += [word for option in options for word in ("-o", option)]
        (tmp_path / "report").write_text("ours")
        sent = subprocess.run([*scp, str(tmp_path / "report"), "machine:copy"])
        missing = subprocess.run(
            [*scp, "machine:nowhere", str(tmp_path / "x")], capture_output=True
        )
    assert sent.returncode == 0, "scp must end with the server's exit code: see _Files."
    assert (folder / "copy").read_text() == "ours"
    assert missing.returncode != 0, "A copy that failed was reported as done."
