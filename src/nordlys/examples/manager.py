"""What a service manager does: keep one service running, from the link ``current``.

A page copies this file onto its server, where systemd would do the same at work. It
uses the standard library only, and works in the current folder: ``port`` holds the
service's port, ``pid`` the number of its process, ``service.log`` what it prints.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

PID = Path("pid")
if shutil.which("ps") is None:  # said at once, before anything has been changed
    sys.exit("manager.py needs ps to see what runs: install the package procps")


def port() -> int:
    """Return the port of the service."""
    return int(Path("port").read_text())


def stop(patience: float = 5.0) -> None:
    """End the running service, if there is one, and wait until it is gone."""
    if not PID.exists():
        return
    pid = int(PID.read_text())
    for sign in (signal.SIGTERM, signal.SIGKILL):
        if not _is_service(pid):
            break
        with suppress(ProcessLookupError):
            os.kill(pid, sign)
        deadline = time.monotonic() + patience
        while _is_service(pid) and time.monotonic() < deadline:
            time.sleep(0.05)
    PID.unlink()


def restart() -> None:
    """Start the service that ``current`` points to, in place of the running one."""
    stop()
    command = [sys.executable, "-m", "uvicorn", "service:app", "--port", str(port())]
    with Path("service.log").open("ab") as log:
        new = subprocess.Popen(
            command, cwd="current", stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    PID.write_text(str(new.pid))


def answers(path: str, patience: float = 45.0) -> bool:
    """Say whether the service answers well at ``path`` within ``patience`` seconds.

    Args:
        path: what is asked, for example ``/ready``.
        patience: seconds to wait while nothing answers, or says 503 (not yet).

    Returns:
        True at the first status below 400; False at any other answer, or at none.
    """
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port()}{path}", timeout=9):
                return True
        except urllib.error.HTTPError as answer:
            if answer.code != 503:
                return False
            time.sleep(0.1)
        except OSError:  # not started yet
            time.sleep(0.1)
    return False


def _is_service(pid: int) -> bool:
    """Ask before a signal: the system may have given the number to another program."""
    command = ["ps", "-ww", "-o", "args=", "-p", str(pid)]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)
    return f"service:app --port {port()}" in asked.stdout
