"""Time the builds of the book, and compare the cold one with plain Jupyter Book.

All runs work on a copy of the tree in a temporary folder, with the same environment
and the same environment variables, HTML only; the two kinds of cold build take turns.
Times are those of the clock: on a busy machine only their ratios mean something.
Processor seconds stand beside those of the cold builds, and how many the pages took.

Usage: python -m tools.benchmark [--runs N]
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tools.repository import ROOT
from tools.run.run_page import processor_seconds
from tools.source.pages import code_pages, page_name

BUDGETS = json.loads((ROOT / "tools" / "budgets.json").read_text())["build"]
STOCK = [str(Path(sys.executable).with_name("jupyter-book")), "build", "book"]
OURS = [sys.executable, "-m", "tools.build"]
PREVIEW = [sys.executable, "-u", "-m", "tools.preview"]
LEFT_OUT = (".venv", "_build", "__pycache__", "*.egg-info", ".*_cache")
PATIENCE = 600
CELL = re.compile(r"^```\{code-cell\} ipython3\n(?::.*\n)*\n?", re.MULTILINE)


class Cost(NamedTuple):
    """What a command took, in seconds of the clock and of a processor."""

    clock: float
    processor: float


def cost(command: list[str], folder: Path) -> Cost:
    """Run a command; return what it took.

    Raises:
        SystemExit: if it fails, with what it printed.
    """
    started, used = time.monotonic(), processor_seconds()
    completed = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if completed.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{completed.stdout}{completed.stderr}")
    return Cost(time.monotonic() - started, processor_seconds() - used)


def cold_cost(command: list[str], folder: Path) -> Cost:
    """Run a build from nothing; return what it took."""
    shutil.rmtree(folder / "book" / "_build", ignore_errors=True)
    return cost(command, folder)


def seconds_in_pages(folder: Path) -> float:
    """Return the processor time that the pages took in our last build."""
    report = folder / "book" / "_build" / "run.json"
    return sum(page["seconds"] for page in json.loads(report.read_text()))


def after_title(text: str, mark: str) -> str:
    """Return the page with a sentence more."""
    return re.sub(r"(?m)^# .+\n", rf"\g<0>\n{mark}\n", text, count=1)


def in_first_cell(text: str, mark: str) -> str:
    """Return the page with a comment more in its first code cell."""
    return CELL.sub(rf"\g<0># {mark}\n", text, count=1)


def seconds_until_shown(
    address: str, page: Path, edit: Callable[[str, str], str]
) -> float:
    """Save a changed page; return how long it takes until the preview shows it.

    Raises:
        SystemExit: if it never does.
    """
    mark = f"benchmark{time.monotonic_ns()}"
    text = page.read_text(encoding="utf-8")
    page.write_text(edit(text, mark), encoding="utf-8")
    started = time.monotonic()
    while time.monotonic() - started < PATIENCE:
        with urllib.request.urlopen(address) as answer:
            if mark in answer.read().decode():
                return time.monotonic() - started
        time.sleep(0.1)
    sys.exit(f"The preview never showed a change of {page.name}; try make preview.")


def preview_times(folder: Path, runs: int) -> tuple[list[float], list[float]]:
    """Return how long a changed text and changed code take to be shown.

    Of changed code, the page's own run is taken off. It is the quickest page, since
    a longer one mostly waits, and its report has processor time only.
    """
    names = map(page_name, code_pages(ROOT / "book"))
    name = min(names, key=lambda name: last_run_seconds(folder, name))
    page = folder / "book" / f"{name}.md"
    text_times, code_times = [], []
    with subprocess.Popen(
        PREVIEW, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as preview:
        try:
            matches = (re.search(r"http://\S+", line) for line in preview.stdout)
            match = next(filter(None, matches), None)
            if match is None:
                sys.exit("The preview did not start; try make preview.")
            address = f"{match[0]}{name}.html"
            for _ in range(runs):
                text_times.append(seconds_until_shown(address, page, after_title))
                seconds_to_show = seconds_until_shown(address, page, in_first_cell)
                code_times.append(seconds_to_show - last_run_seconds(folder, name))
        finally:
            preview.terminate()
    return text_times, code_times


def last_run_seconds(folder: Path, name: str) -> float:
    """Return how long the newest run of a page in the copy took."""
    reports = (folder / "book" / "_build" / "executed" / name).glob("*.json")
    newest = max(reports, key=lambda path: path.stat().st_mtime)
    return json.loads(newest.read_text())["seconds"]


def row(measure: str, value: float, goal: float, unit: str = "s") -> str:
    """Return a line of the table: value, goal, verdict."""
    verdict = "reached" if value <= goal else "missed"
    return f"| {measure} | {value:.2f} {unit} | {goal:g} {unit} | {verdict} |"


def main() -> int:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3, help="default 3")
    runs = parser.parse_args().runs
    os.environ.setdefault("SOURCE_DATE_EPOCH", "1")
    load = [os.getloadavg()[0]]
    stock, ours, unchanged, in_pages = [], [], [], []
    # A preview that was ended may still be writing as its folder goes.
    options = {"prefix": "benchmark-", "ignore_cleanup_errors": True}
    with tempfile.TemporaryDirectory(**options) as scratch:
        folder = Path(scratch).resolve() / "book"
        left_out = shutil.ignore_patterns(*LEFT_OUT)
        shutil.copytree(ROOT, folder, ignore=left_out, symlinks=True)
        for number in range(1, runs + 1):
            stock.append(cold_cost(STOCK, folder))
            load.append(os.getloadavg()[0])
            ours.append(cold_cost(OURS, folder))
            in_pages.append(seconds_in_pages(folder))
            unchanged.append(cost(OURS, folder).clock)
            load.append(os.getloadavg()[0])
            print(
                f"run {number}: stock {stock[-1].clock:.1f} s, "
                f"ours {ours[-1].clock:.1f} s, "
                f"unchanged {unchanged[-1]:.1f} s; load {load[-2]:.1f}, {load[-1]:.1f}",
                flush=True,
            )
        text_times, code_times = preview_times(folder, runs)
    pairs = list(zip(ours, stock, strict=True))
    share = median(own.clock / plain.clock for own, plain in pairs)
    print(
        f"\nMedian of {runs}; {os.cpu_count()} cores; load before {load[0]:.1f}, "
        f"highest {max(load):.1f} (a quiet machine shows about 0 before)\n"
    )
    print("| what | figure | goal at most | verdict |\n|---|---:|---:|---|")
    for name, costs in (("stock", stock), ("ours", ours)):
        clock, processor = (median(column) for column in zip(*costs, strict=True))
        print(f"| {name}, cold | {clock:.2f} s | | |")
        print(f"| {name}, cold, of a processor | {processor:.2f} s | | |")
    print(f"| of these in the pages | {median(in_pages):.2f} s | | |")
    print(row("ours / stock", share, BUDGETS["share_of_stock"], ""))
    print(row("unchanged", median(unchanged), BUDGETS["unchanged_seconds"]))
    print(row("text changed, shown", median(text_times), BUDGETS["text_seconds"]))
    goal = BUDGETS["code_seconds_beyond_run"]
    print(row("code changed, shown, less the page's run", median(code_times), goal))
    return 0


if __name__ == "__main__":
    sys.exit(main())
