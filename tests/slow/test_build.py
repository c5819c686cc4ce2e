"""However the site came about, from the same pages it is the same site."""

import shutil
import subprocess
import sys
import time

import pytest

from tools.build import HTML
from tools.execute import code_pages
from tools.repository import ROOT
from tools.run_page import page_name

PAGE = code_pages(ROOT / "book")[0]
MOMENTS = ("Pages:", "Writing the pages")
UNCHANGED_SECONDS = 5


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """Copy the tree with the results of its pages, so that nothing is run again."""
    folder = tmp_path_factory.mktemp("copy") / "book-of-the-test"
    left_out = shutil.ignore_patterns(".venv", "html", "site", "new", "__pycache__")
    shutil.copytree(ROOT, folder, ignore=left_out, symlinks=True)
    build(folder)
    return folder


def build(folder) -> str:
    command = [sys.executable, "-m", "tools.build"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def files(folder) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def differences(one, other) -> set[str]:
    first, second = files(one), files(other)
    return {name for name in first | second if first.get(name) != second.get(name)}


def site(folder):
    return folder / "book" / "_build" / "html"


def test_cached_pages_give_the_site_of_the_cold_run(copy):
    assert differences(HTML, site(copy)) == set()


def test_nothing_changed_is_seen_at_once(copy):
    began = time.monotonic()
    assert "Nothing changed" in build(copy)
    seconds = time.monotonic() - began
    print(f"unchanged: {seconds:.1f} s")
    assert seconds < UNCHANGED_SECONDS


def test_a_lost_file_is_noticed(copy):
    before = files(site(copy))
    (site(copy) / "index.html").unlink()
    assert "0 of" in build(copy)
    assert files(site(copy)) == before


def test_a_changed_sentence_changes_its_page_only(copy):
    before = copy.parent / "before"
    shutil.copytree(site(copy), before)
    page = copy / PAGE.relative_to(ROOT)
    text = page.read_text(encoding="utf-8")
    changed = text.replace("\n## Exercises\n", "\n## Exercises\n\nNew here.\n")
    assert changed != text
    page.write_text(changed, encoding="utf-8")
    assert "0 of" in build(copy)
    name = page_name(PAGE)
    allowed = {f"{name}.html", f"notebooks/{name}.ipynb", "searchindex.js"}
    assert f"{name}.html" in (found := differences(before, site(copy)))
    assert found <= allowed
    page.write_text(text, encoding="utf-8")
    build(copy)
    assert differences(before, site(copy)) == set()


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_build_can_be_run_again(copy, moment):
    before = files(site(copy))
    (site(copy) / "index.html").unlink()
    command = [sys.executable, "-m", "tools.build"]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    with subprocess.Popen(command, cwd=copy, **streams) as victim:
        for line in victim.stdout:
            if line.startswith(moment):
                time.sleep(1.5 if moment == MOMENTS[1] else 0)
                victim.kill()
    assert victim.returncode == -9
    build(copy)
    assert files(site(copy)) == before
