"""Keep what a page opens for as long as its notebook lives, and end it with that.

Exercises need what the page has opened, so nothing is closed by a last cell.
"""

import atexit
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar

Opened = TypeVar("Opened")
_OF_CELLS: dict[str, tuple[int, ExitStack]] = {}  # by their code, oldest first
_LEASHES: list[subprocess.Popen] = []


def keep_open(manager: AbstractContextManager[Opened]) -> Opened:
    """Enter a context manager, and leave it when the notebook ends.

    What was entered last is left first. A cell that runs again first leaves what it had
    entered the time before. What must not outlive a kernel that is killed has to see to
    it by itself, as the machines of this package do.

    Args:
        manager: such as ``serve("service:app")`` or ``closing(connection)``.

    Returns:
        What a ``with`` statement would give after ``as``.
    """
    code, run = _running_cell()
    last_run, stack = _OF_CELLS.get(code, (run, ExitStack()))
    if last_run != run:
        del _OF_CELLS[code]
        stack.close()
    opened = stack.enter_context(manager)
    _OF_CELLS[code] = run, stack
    return opened


def _running_cell() -> tuple[str, int]:
    """Return the code of the cell that runs and its number; outside a notebook none."""
    if "IPython" not in sys.modules:  # which the programs of a page do not load
        return "", 0
    shell = sys.modules["IPython"].get_ipython()
    return (shell.user_ns["In"][-1], shell.execution_count) if shell else ("", 0)


@atexit.register
def close_all() -> None:
    """Leave everything that :func:`keep_open` has entered."""
    with ExitStack() as everything:
        for _, stack in _OF_CELLS.values():
            everything.callback(stack.close)
        _OF_CELLS.clear()


def temporary_folder() -> Path:
    """Return a new folder, which is removed when the notebook ends."""
    folder = Path(tempfile.mkdtemp(prefix="nordlys-")).resolve()
    _LEASHES.append(_leash('rm -rf -- "$1"', folder))
    return folder


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Lend a folder for a block; it is removed even if this program is killed.

    Yields:
        The folder.
    """
    with (
        tempfile.TemporaryDirectory(prefix="nordlys-") as folder,
        leash('rm -rf -- "$1"', folder),
    ):
        yield Path(folder).resolve()


@contextmanager
def leash(script: str, *words: object) -> Iterator[None]:
    """Have a shell run something if this program is killed before the block ends.

    Args:
        script: what the shell runs.
        words: its ``$1``, ``$2`` and so on.

    Yields:
        Nothing.
    """
    with _leash(script, *words) as process:
        try:
            yield
        finally:
            process.kill()


def _leash(script: str, *words: object) -> subprocess.Popen:
    """Start a shell that waits until this program ends, however it ends."""
    return subprocess.Popen(
        ["sh", "-c", f"cat; {script}", "leash", *map(str, words)],
        stdin=subprocess.PIPE,  # closes with this program, and then ``cat`` ends
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        start_new_session=True,  # out of reach of what interrupts or ends a kernel
    )
