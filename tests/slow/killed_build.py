"""Build the book, but be killed when Python is about to do a certain thing.

The moment is an audit event of Python and a pattern of its arguments, so the build
itself needs no hook.

Usage: killed_build.py EVENT PATTERN SECONDS-LATER
"""

import os
import re
import runpy
import signal
import sys
import threading

event, pattern, seconds = sys.argv[1], re.compile(sys.argv[2]), float(sys.argv[3])


def kill() -> None:
    """End this process as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


def watch(name: str, arguments: tuple) -> None:
    """Kill at the moment, or some seconds after it."""
    global pattern
    if name == event and pattern and pattern.search(str(arguments)):
        if not seconds:
            kill()
        pattern = None
        threading.Timer(seconds, kill).start()


sys.path[0] = os.getcwd()  # noqa: PTH109
sys.argv = ["tools.build"]
sys.addaudithook(watch)
runpy.run_module("tools.build", run_name="__main__")
