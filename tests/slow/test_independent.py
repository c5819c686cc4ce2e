"""Every page runs by itself, wherever and beside whatever, and leaves nothing behind.

Four runs show it: one alone, where the path has spaces and Danish letters, the usual
ports are taken and HOME is read-only; two more at once, one of them in the folder of
the first, and the kernel of the other is killed at the end; and one with every cell run
twice in a row, and then the exercises once more, in another zone and with other seeds
of hashes. Their outputs agree, except in cells that say they vary.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest

from tests import small_book
from tools.build import BUILD
from tools.repository import ROOT
from tools.run import run_page
from tools.source.pages import code_pages, page_name

PAGES = code_pages(ROOT / "book")
NAME = "Ærø og Ålborg"
ALONE = (
    "alone: spaces and Danish letters in the path, usual ports taken, HOME read-only"
)
AGAIN = "twice in one folder"
BESIDE = "two at once"
SAME = "the same outputs each time"
PRESSED = "every cell run twice in a row"
EXERCISES = "exercises after the whole page"
EMPTY = "no process, port or file left behind, by a kernel that is killed either"

HEAD = small_book.HEAD + "# A page\n\n```{code-cell} ipython3\n%s\n```\n"


@pytest.fixture(scope="session")
def tree():
    """Copy what pages need to a path with spaces and Danish letters.

    The folder is pytest's business elsewhere; here its path must stay short, for the
    kernel's sockets stand below it and their names may have a hundred letters.
    """
    left_out = shutil.ignore_patterns("_build", "__pycache__", "*.egg-info")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / NAME
        for name in ("book", "src", "tools", "tests/slow"):
            shutil.copytree(ROOT / name, copy / name, ignore=left_out)
        if (fonts := BUILD / "matplotlib").is_dir():
            shutil.copytree(fonts, copy / "book" / "_build" / "matplotlib")
        yield copy


@pytest.fixture
def folder(tree):
    """Lend a folder in the copy for the runs of one page."""
    with tempfile.TemporaryDirectory(dir=tree.parent) as lent:
        yield Path(lent)


def files(tree: Path) -> set[Path]:
    left_out = {"_build", "__pycache__"}
    return {path for path in tree.rglob("*") if not left_out & set(path.parts)}


def python(tree: Path, *words: str | Path) -> subprocess.CompletedProcess:
    """Run Python in the copy, with the package of the copy."""
    variables = {"PYTHONPATH": str(tree / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *words],
        cwd=tree,
        env=os.environ | variables,
        capture_output=True,
        text=True,
    )


def run_in_company(tree: Path, page: Path, folder: Path) -> tuple[list, list]:
    """Run a page three times; return the reports and the notebooks."""
    script = tree / "tests" / "slow" / "run_in_company.py"
    completed = python(tree, script, page, folder)
    assert completed.returncode == 0, completed.stdout + completed.stderr
    notebooks = [folder / f"{number}.ipynb" for number in (1, 2, 3)]
    return json.loads(completed.stdout), [code_cells(path) for path in notebooks]


def run_each_cell_twice(tree: Path, page: Path, folder: Path) -> tuple[str, list]:
    """Run a page as in a class, every cell two times, then do the exercises.

    Returns:
        What fails, and the cells of the page, each after its second run.
    """
    out = folder / "twice.ipynb"
    completed = python(tree, "-m", "tools.run.run_page", page, "--twice", "--out", out)
    if completed.returncode:
        return completed.stdout + completed.stderr, []
    twice = [cell for cell in code_cells(out) if not cell["id"].endswith("-after")]
    return "", twice[::2]


def code_cells(path: Path) -> list:
    cells = nbformat.read(path, as_version=4).cells
    return [cell for cell in cells if cell.cell_type == "code"]


def tagged(cell, *tags: str) -> bool:
    return not set(tags).isdisjoint(cell.metadata.get("tags", []))


def shown(cell) -> list[dict]:
    """Return the outputs of a cell without their numbers."""
    outputs = [dict(output) for output in cell.outputs]
    for output in outputs:
        output.pop("execution_count", None)
        output.pop("traceback", None)
    return outputs


def changed(first: list, other: list, *tags: str) -> list[str]:
    """Name the cells whose outputs differ, though no tag says that they may."""
    return [
        f"this cell's output changes; steady it, or tag it volatile: {old.source[:200]}"
        for old, new in zip(first, other, strict=True)
        if not tagged(old, "volatile", *tags) and shown(old) != shown(new)
    ]


def problems_of(tree: Path, page: Path, folder: Path) -> tuple[dict[str, list], list]:
    """Run a page in all ways; return what is wrong with each, and the reports."""
    before = files(tree)
    with ThreadPoolExecutor(1) as pool:
        pressing = pool.submit(run_each_cell_twice, tree, page, folder)
        reports, notebooks = run_in_company(tree, page, folder)
        failure, pressed = pressing.result()
    first, second, third = notebooks
    problems = {
        mode: [report["error"]] if report["error"] else []
        for mode, report in zip((ALONE, AGAIN, BESIDE), reports, strict=True)
    }
    ran = not any(problems.values())
    problems[SAME] = changed(first, second) + changed(first, third) if ran else []
    late = run_page.REPEATED["after"] in failure
    problems[PRESSED] = [failure] if failure and not late else []
    problems[EXERCISES] = [failure] if late else []
    if ran and pressed:
        problems[PRESSED] = changed(first, pressed, "accumulates")
    strays = [stray for report in reports for stray in report["strays"]]
    strays += [f"file: {path.relative_to(tree)}" for path in files(tree) - before]
    problems[EMPTY] = [f"left behind: {stray}" for stray in strays]
    return problems, reports


def listed(problems: dict[str, list]) -> str:
    lines = [f"{mode}:\n{text}" for mode, texts in problems.items() for text in texts]
    return "\n".join(lines)


@pytest.mark.parametrize("path", PAGES, ids=page_name)
def test_page_is_independent(path, tree, folder, record_property):
    page = tree / path.relative_to(ROOT)
    problems, reports = problems_of(tree, page, folder)
    for mode, faults in problems.items():
        record_property(mode, not faults)
    memory = max(report["memory_mb"] for report in reports)
    print(f"{page_name(path)}: {memory} MB, {reports[0]['isolation']}")
    assert not any(problems.values()), f"{page_name(path)}\n{listed(problems)}"


TAKE_PORT = "import socket, time\nwith socket.create_server(('127.0.0.1', {})):\n    "
NEXT_CELL = "\n```\n\n```{code-cell} ipython3\n"
LEAVE_ALL = """import contextlib, os, socket, subprocess, sys, time
from pathlib import Path
import nordlys
Path("left.csv").touch()
Path("../lost.csv").touch()
with contextlib.suppress(OSError):
    socket.create_connection(("192.0.2.1", 9), timeout=1)
Path(nordlys.__file__).with_name("left.csv").touch()
_ = subprocess.Popen(["sleep", "60"])
_ = os.system("setsid sleep 61 > /dev/null 2>&1 &")
code = "import socket, time; s = socket.create_server(('127.0.0.1', 0)); time.sleep(62)"
_ = subprocess.Popen([sys.executable, "-c", code])
time.sleep(2)"""
CLEAN_UP = """import sqlite3
store = sqlite3.connect(":memory:")
```

## Exercises

```{code-cell} ipython3
store.execute("SELECT 1").fetchall()
```

### Clean up

```{code-cell} ipython3
store.close()"""
LEFT = (
    f"{NAME}/left.csv", "src/nordlys/left.csv", "lost.csv", "sleep 60", "sleep 61",
    "port: ", "call: 192.0.2.1:9",
)  # fmt: skip
FAULTS = {
    "usual port": (TAKE_PORT.format(8000) + "pass", [ALONE], ["already in use"]),
    # Two run at once, and chance decides which of them finds the port taken.
    "same port": (
        TAKE_PORT.format(18439) + "time.sleep(5)",
        [AGAIN, BESIDE],
        ["in use"],
    ),
    "home": (
        "import pathlib\n(pathlib.Path.home() / 'x').touch()",
        [ALONE],
        ["home/x"],
    ),
    "leaves all": (LEAVE_ALL, [EMPTY], LEFT),
    "chance": ("import random\nrandom.random()", [SAME], ["random.random()"]),
    "order": ("n = 0" + NEXT_CELL + "n += 1" + NEXT_CELL + "n", [PRESSED], [": n"]),
    "zone": ("import time\ntime.localtime(0).tm_hour", [PRESSED], ["tm_hour"]),
    "hashes": ("list(set('abcdefgh'))", [PRESSED], ["set('abcdefgh')"]),
    "clean-up": (CLEAN_UP, [EXERCISES], ["a closed database", "page.md:17, run again"]),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_dependent_page_is_found(tree, folder, fault):
    code, modes, messages = FAULTS[fault]
    page = folder / "page.md"
    page.write_text(HEAD % code)
    problems, _ = problems_of(tree, page, folder)
    (tree / "src" / "nordlys" / "left.csv").unlink(missing_ok=True)
    texts = [text for mode in modes for text in problems[mode]]
    for message in messages:
        assert any(message in text for text in texts), listed(problems)
