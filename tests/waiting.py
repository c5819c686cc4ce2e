"""Wait for what other processes do, and see whether they are gone."""

import subprocess
import time
from collections.abc import Callable


def wait_until(condition: Callable[[], bool], patience: float = 20) -> bool:
    """Ask until the condition holds or ``patience`` seconds are over; return it."""
    deadline = time.monotonic() + patience
    while not (holds := condition()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return holds


def lives(pid: int) -> bool:
    """Say whether a process runs; one that nobody has waited for has ended, too."""
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True
    ).stdout.strip()
    return bool(state) and not state.startswith("Z")
