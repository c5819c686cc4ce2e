"""Build the book as on another machine: later, another host, other order of files."""

import datetime
import os
import platform
import runpy
import socket
import sys
import time

import pandas  # noqa: F401  its compiled parts want the real clock as they load

LATER = 400 * 24 * 3600
real_time, real_list, real_scan = time.time, os.listdir, os.scandir


class Backwards:
    """The entries of a folder, the last one first."""

    def __init__(self, path="."):
        """Read the folder at once."""
        with real_scan(path) as entries:
            self.entries = iter(list(entries)[::-1])

    def __iter__(self):
        return self.entries

    def __next__(self):
        return next(self.entries)

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        return None

    def close(self):
        """Nothing is open."""


class Later(datetime.datetime):
    """A clock that is more than a year ahead."""

    @classmethod
    def now(cls, tz=None):
        """Return the later time."""
        return super().fromtimestamp(time.time(), tz)

    today = now


time.time = lambda: real_time() + LATER
datetime.datetime = Later
os.listdir = lambda path=".": real_list(path)[::-1]
os.scandir = Backwards
socket.gethostname = platform.node = lambda: "elsewhere"
sys.path[0] = os.getcwd()  # noqa: PTH109
sys.argv = ["tools.build"]
runpy.run_module("tools.build", run_name="__main__")
