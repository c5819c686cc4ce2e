"""A page run twice gives the same outputs, except in cells that say they vary."""

import subprocess
import sys

import nbformat
import pytest

from tools.execute import code_pages
from tools.repository import ROOT
from tools.run_page import page_name

PAGES = code_pages(ROOT / "book")


def outputs(folder, path, number, *options):
    out = folder / f"run-{number}.ipynb"
    command = [sys.executable, "-m", "tools.run_page", str(path), "--out", str(out)]
    command += options
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return nbformat.read(out, as_version=4).cells


@pytest.mark.parametrize("path", PAGES, ids=page_name)
def test_two_runs_agree(tmp_path, path):
    first, second = outputs(tmp_path, path, 1), outputs(tmp_path, path, 2)
    differ, varying = [], 0
    for one, two in zip(first, second, strict=True):
        if "volatile" in one.metadata.get("tags", []):
            varying += 1
        elif one.cell_type == "code" and one.outputs != two.outputs:
            differ.append(one.source.splitlines()[0])
    print(f"{page_name(path)}: {varying} cells may vary")
    assert not differ, f"{page_name(path)} differs in: {differ}"


@pytest.mark.parametrize("path", PAGES, ids=page_name)
def test_pressing_the_key_twice_spoils_nothing(tmp_path, path):
    """Each cell twice in a row, as in a class: no error, and later cells agree."""
    once = code_cells(outputs(tmp_path, path, 1))
    twice = code_cells(outputs(tmp_path, path, 2, "--twice"))[::2]
    differ = [
        one.source.splitlines()[0]
        for one, again in zip(once, twice, strict=True)
        if "volatile" not in one.metadata.get("tags", []) and shown(one) != shown(again)
    ]
    assert not differ, f"{page_name(path)}: cells run twice change: {differ}"


def code_cells(cells):
    return [cell for cell in cells if cell.cell_type == "code"]


def shown(cell):
    """Return the outputs of a cell without their numbers."""
    kept = [dict(output) for output in cell.outputs]
    for output in kept:
        output.pop("execution_count", None)
        output.pop("traceback", None)
    return kept
