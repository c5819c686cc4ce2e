"""What a page opens stays open for its exercises, and ends with the kernel."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.waiting import lives, wait_until

PAGE = """
import atexit
from contextlib import contextmanager
from IPython.core.interactiveshell import InteractiveShell
from nordlys.lifetime import keep_open

@contextmanager
def thing(name):
    print("open", name)
    yield name
    print("close", name)
    assert name != "broken"

shell = InteractiveShell.instance()
shell.user_ns |= {"keep_open": keep_open, "thing": thing}
"""
KILLED = """
import os, signal
print(*named, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def run(code: str) -> list[str]:
    command = [sys.executable, "-c", code]
    completed = subprocess.run(command, capture_output=True, text=True)
    return completed.stdout.splitlines()


def run_cells(*cells: str) -> list[str]:
    """Return what cells print, and what closes at the end of their kernel."""
    calls = [f"shell.run_cell({cell!r}, store_history=True)\n" for cell in cells]
    return run(PAGE + "".join(calls) + "print('end')")


def test_what_is_kept_open_closes_at_the_end_the_last_one_first() -> None:
    output = run_cells("a = keep_open(thing('a'))", "b = keep_open(thing('b'))")
    assert output == ["open a", "open b", "end", "close b", "close a"]


def test_a_cell_that_runs_again_closes_its_own_first() -> None:
    first, second = "_ = keep_open(thing('one'))", "_ = keep_open(thing('two'))"
    output = run_cells(first, second, first)
    middle = ["open one", "open two", "close one", "open one", "end"]
    assert output == [*middle, "close one", "close two"]


def test_a_loop_in_a_cell_keeps_all_open() -> None:
    output = run_cells("for name in 'ab': keep_open(thing(name))")
    assert output == ["open a", "open b", "end", "close b", "close a"]


def test_a_function_of_another_cell_keeps_all_open() -> None:
    start = "def start(name): return keep_open(thing(name))"
    output = run_cells(start, "a = start('a')", "b = start('b')")
    assert output == ["open a", "open b", "end", "close b", "close a"]


def test_one_that_fails_to_close_does_not_keep_others_open() -> None:
    output = run_cells("_ = keep_open(thing('a'))", "_ = keep_open(thing('broken'))")
    assert output[-2:] == ["close broken", "close a"]


def test_it_serves_programs_without_a_notebook() -> None:
    code = PAGE.partition("shell =")[0].replace("from IPython", "# from IPython")
    assert run(code + "keep_open(thing('a'))") == ["open a", "close a"]


FOLDER = """
from nordlys.lifetime import temporary_folder
folder = temporary_folder()
(folder / "left.txt").touch()
named = [folder]
"""


@pytest.mark.parametrize("end", ["print(folder)", KILLED], ids=["orderly", "killed"])
def test_a_temporary_folder_goes_with_its_program(end: str) -> None:
    [folder] = map(Path, run(FOLDER + end))
    assert wait_until(lambda: not folder.exists()), f"{folder} outlived its program"


MACHINES = {
    "postgres": """
from nordlys.machines import postgres
with postgres() as url:
    folder = url.partition("host=")[2]
    named = [open(f"{folder}/postmaster.pid").readline().strip(), folder]
""",
    "running": """
from nordlys.lifetime import scratch_folder
from nordlys.machines import running
with running(["sleep", "63"]) as process, scratch_folder() as folder:
    named = [process.pid, folder]
""",
    "serve": """
from nordlys.machines import serve
app, secret = "nordlys.examples.operations_api:app", {"OPS_SECRET": "x" * 32}
with serve(app, env=secret) as service:
    named = [service.process.pid, service.log_path]
""",
    "ssh_host": """
import tempfile
from nordlys.machines import ssh_host
with ssh_host(tempfile.gettempdir()) as host:
    named = [host.process.pid, host.log_path]
""",
}


@pytest.mark.parametrize("name", MACHINES)
def test_a_machine_and_its_files_go_with_a_killed_program(name: str) -> None:
    kill = "".join(f"    {line}\n" for line in KILLED.strip().splitlines())
    [line] = run(MACHINES[name] + kill)
    pid, path = line.split()
    assert wait_until(lambda: not lives(int(pid))), f"process {pid} outlived it"
    assert wait_until(lambda: not Path(path).exists()), f"{path} outlived it"
