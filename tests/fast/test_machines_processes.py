"""A program in a session of its own: nothing that it starts outlives an error."""

import os
import subprocess

import pytest

from nordlys.machines.processes import session
from tests.waiting import wait_until

SLEEP = f"sleep 62.{os.getpid()}"
# One child in the program's group, and one in a group of its own.
SCRIPT = f"{SLEEP} & set -m; {SLEEP} & echo up; wait"


def sleepers() -> list[str]:
    listed = subprocess.check_output(["ps", "-A", "-o", "pid=,args="], text=True)
    return [line for line in listed.splitlines() if line.endswith(f" {SLEEP}")]


@pytest.mark.parametrize("problem", [subprocess.TimeoutExpired, KeyboardInterrupt])
def test_children_end_with_a_block_that_is_left_by_an_error(tmp_path, problem):
    command = ["bash", "-c", SCRIPT]
    with pytest.raises(problem), session(command, tmp_path, os.environ) as process:
        assert process.stdout.readline() == "up\n"
        assert wait_until(lambda: len(sleepers()) == 2)
        raise problem(command, 1)
    assert process.poll() is not None
    message = "A child was left over: end_family must end it, too."
    assert wait_until(lambda: not sleepers()), message


def test_a_program_that_ends_is_waited_for_and_sees_its_own_variables(tmp_path):
    command = ["/bin/sh", "-c", "echo $A$HOME; pwd; echo æ >&2; exit 3"]
    with session(command, tmp_path, {"A": "b"}) as process:
        output = process.stdout.read()
    rows = output.splitlines()
    assert rows == ["b", str(tmp_path), "æ"], "Variables leak, or streams."
    assert process.returncode == 3
