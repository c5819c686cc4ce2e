"""Run the tests in order: style, source, a cold run, built pages, site, PDF, slow.

Of the slow checks a share of five minutes is run: what changed lately, then others.
--all runs them all and, interrupted, goes on where it stopped; --part N/M cuts them
into parts, and the first has all other tests. --page checks one page in all respects.

Usage: python -m tools.run_tests [--all [--part N/M] | --page book/lectures/…/page.md]
"""

import argparse
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools.repository import ROOT
from tools.run.one_page import STANDS_IN, VARIABLE, NoPageError, validated_name
from tools.source.pages import code_pages

NO_TESTS_CHOSEN = 5
PART = re.compile(r"[1-9]\d*/[1-9]\d*")
EXPORTED = ["tests/slow/test_exported_notebooks.py", "-k", "exported_file"]
# Some processes share the tests; those that name one group stay together.
SHARED = ["--numprocesses", "logical", "--maxprocesses", "4", "--dist", "loadgroup"]
TOGETHER = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
Step = tuple[str, list[str]]  # what is checked, and the module that does it


def run_module(*command: str, **options) -> subprocess.CompletedProcess:
    """Run a module from the root of the repository."""
    return subprocess.run([sys.executable, "-m", *command], cwd=ROOT, **options)


def steps(everything: bool, part: str | None) -> list[Step]:
    """Return what is run, in order, each with its title."""
    slow = ["pytest", "tests/slow", "--resume" if everything else "--share"]
    slow += [f"--part={part}"] if part else []
    pages: Step = ("one cold run of all pages", ["tools.build", "--force"])
    last: Step = ("slow checks" if everything else "a share of the slow checks", slow)
    if part and not part.startswith("1/"):
        return [pages, last]
    return [
        ("style of the code", ["ruff", "check", "."]),
        ("source", ["pytest", "tests/fast", *SHARED]),
        pages,
        ("executed pages", ["pytest", "tests/built"]),
        ("site in a browser", ["pytest", "tests/site", *SHARED]),
        ("the book on paper", ["tools.pdf"]),
        ("its pages", ["pytest", "tests/pdf"]),
        last,
    ]


def check_book(everything: bool, part: str | None) -> int:
    """Run the steps for the whole book; stop at the first that fails."""
    for title, command in steps(everything, part):
        print(f"== {title}", flush=True)
        code = run_module(*command).returncode
        if code and not (command[1] == "tests/slow" and code == NO_TESTS_CHOSEN):
            return code
    return 0


def rounds(has_code: bool) -> list[list[list[Step]]]:
    """Return what is run for one page, in two rounds: until it is written, and then.

    A round has lanes side by side, for two processors; a lane has steps in order.
    """
    source: list[Step] = [
        ("style of the code around it", ["ruff", "check", "."]),
        ("rules, code, checkers and answers", ["pytest", "tests/fast"]),
        ("run, and written with the book around it", ["tools.build"]),
    ]
    browser: Step = ("in a browser", ["pytest", "tests/site"])
    if not has_code:
        return [[source], [[browser]]]
    independence: Step = ("independence", ["pytest", "tests/slow/test_independent.py"])
    outputs: Step = ("outputs and notebook", ["pytest", "tests/built"])
    notebook: Step = ("its notebook in an empty folder", ["pytest", *EXPORTED])
    return [[source, [independence]], [[outputs, browser], [notebook]]]


def check_page(path: Path) -> int:
    """Run all that checks one page; say of each step how long it took.

    Raises:
        NoPageError: if it is no page of the book.
    """
    os.environ[VARIABLE] = validated_name(path)
    for lanes in rounds(path.resolve() in code_pages(ROOT / "book")):
        with ThreadPoolExecutor(len(lanes)) as pool:
            if not all(list(pool.map(check_lane, lanes))):
                return 1
    return 0


def check_lane(lane: list[Step]) -> bool:
    """Run steps until one fails; say whether all passed."""
    for title, command in lane:
        started = time.monotonic()
        completed = run_module(*command, **TOGETHER)
        mark = "✗" if completed.returncode else "✓"
        seconds = time.monotonic() - started
        rows = completed.stdout.splitlines()
        if not completed.returncode:
            rows = [row for row in rows if row.startswith(STANDS_IN)]
        print("\n".join([f"{mark} {title:42}{seconds:6.1f} s", *rows]), flush=True)
        if completed.returncode:
            return False
    return True


def main() -> int:
    """Check the book, or one page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    scope = parser.add_mutually_exclusive_group()
    scope.add_argument("--all", action="store_true", help="all slow checks")
    scope.add_argument("--page", type=Path, help="check this page alone")
    parser.add_argument("--part", help="with --all: only part N/M of the slow checks")
    options = parser.parse_args()
    if options.part and not (options.all and PART.fullmatch(options.part)):
        parser.error("--part goes with --all, and is N/M, such as 2/4")
    started = time.monotonic()
    try:
        if options.page:
            code = check_page(options.page)
        else:
            code = check_book(options.all, options.part)
    except NoPageError as problem:
        parser.error(str(problem))
    if code == 0:
        minutes = (time.monotonic() - started) / 60
        print(f"All checks passed in {minutes:.1f} minutes.")
    return code


if __name__ == "__main__":
    sys.exit(main())
