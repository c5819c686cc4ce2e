"""Start a program, and end it for certain."""

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

from nordlys.lifetime import leash


@contextmanager
def session(
    command: Sequence[str], folder: str | os.PathLike, env: Mapping[str, str]
) -> Iterator[subprocess.Popen[str]]:
    """Run a program for the length of a ``with`` block, both its streams as one.

    If the block is left by an error, such as a time limit or an interrupt, the program
    ends with all that it has started; otherwise it is waited for.

    Args:
        command: the program and its arguments.
        folder: where it runs.
        env: all environment variables that it sees.

    Yields:
        The process, whose ``stdout`` is to be read.
    """
    with subprocess.Popen(
        command,
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    ) as process:
        try:
            yield process
        except BaseException:
            end_family(process)
            raise


@contextmanager
def running(
    command: Sequence[str], folder: str | os.PathLike | None = None
) -> Iterator[subprocess.Popen]:
    """Run a program for the length of a ``with`` block, and end it with the block.

    It ends, too, if this program is killed; an interrupt does not reach it.

    Args:
        command: the program and its arguments.
        folder: where it runs; the current folder if omitted.

    Yields:
        The process.
    """
    process = subprocess.Popen(command, cwd=folder, start_new_session=True)
    with leash('kill "$1"', process.pid):
        try:
            yield process
        finally:
            stop(process)


def stop(process: subprocess.Popen, patience: float = 5.0) -> None:
    """End a process: ask, wait ``patience`` seconds, then kill. Safe to call twice.

    Args:
        process: the process to end.
        patience: seconds to wait for an orderly end.
    """
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def end_family(process: subprocess.Popen) -> None:
    """End a process that leads a session, and whatever it has started.

    act gives each step a session of its own, so the children are ended one by one.

    Args:
        process: the leader of the session.
    """
    family, listed = [process.pid], []
    with suppress(OSError, subprocess.CalledProcessError):
        table = subprocess.check_output(["ps", "-A", "-o", "pid=,ppid="], text=True)
        listed = [int(number) for number in table.split()]
    parents = dict(zip(listed[::2], listed[1::2], strict=True))
    for parent in family:  # grows while it is read
        family += [child for child, its in parents.items() if its == parent]
    for pid in family:
        for kill in (os.killpg, os.kill):
            with suppress(ProcessLookupError, PermissionError):
                kill(pid, signal.SIGKILL)
