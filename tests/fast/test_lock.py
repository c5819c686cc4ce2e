"""Binder gets the versions that the book is tested with, and no build tools."""

import re

from tools.lock import BINDER_LOCK, LOCK

PIN = re.compile(r"^([\w.-]+==\S+)", re.MULTILINE)


def test_binder_has_the_versions_of_the_lock():
    pins = set(PIN.findall(BINDER_LOCK.read_text()))
    assert pins, "binder/requirements.txt is empty: run make lock"
    other = pins - set(PIN.findall(LOCK.read_text()))
    assert not other, f"binder/requirements.txt differs: {sorted(other)}: run make lock"


def test_binder_has_what_pages_need_and_no_tools_of_the_build():
    names = {pin.split("==")[0] for pin in PIN.findall(BINDER_LOCK.read_text())}
    assert {"jupyterlab", "nbgitpuller", "pandas", "fastapi", "duckdb"} <= names
    assert not {"jupyter-book", "sphinx", "playwright", "pyspark"} & names
