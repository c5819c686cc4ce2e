"""However the site came about, from the same pages it is the same site."""

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


@pytest.fixture(scope="module", autouse=True)
def first_build(copy):
    build(copy)


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


def site(folder):
    return folder / "book" / "_build" / "html"


def assert_same(before: dict[str, bytes], folder, why: str) -> None:
    """Expect the site to be as it was, and name the files that are not."""
    after = files(folder)
    differ = {name for name in before | after if before.get(name) != after.get(name)}
    assert not differ, f"{why}, {len(differ)} files differ: {sorted(differ)[:9]}"


def assert_says(done: str, message: str) -> None:
    assert message in done, f"tools.build says “{done.strip()}”, not “{message}”"


def test_cached_pages_give_the_site_of_the_cold_run(copy):
    why = "Built elsewhere from kept pages: is a path or the time in them? Else"
    assert_same(files(HTML), site(copy), why)


def test_nothing_changed_is_seen_at_once(copy):
    began = time.monotonic()
    assert_says(build(copy), "Nothing changed")
    seconds = time.monotonic() - began
    print(f"unchanged: {seconds:.1f} s")
    assert seconds < UNCHANGED_SECONDS, f"{seconds:.1f} s: see unchanged() in build.py"


def test_a_lost_file_is_noticed(copy):
    before = files(site(copy))
    (site(copy) / "index.html").unlink()
    assert_says(build(copy), "Built: 0 of")
    assert_same(before, site(copy), "Built again after a lost file")


def test_a_changed_sentence_changes_its_page_only(copy):
    before = files(site(copy))
    page = copy / PAGE.relative_to(ROOT)
    text = page.read_text(encoding="utf-8")
    changed = text.replace("\n## Exercises\n", "\n## Exercises\n\nNew here.\n")
    assert changed != text, f"{PAGE} has no exercises: choose another page"
    page.write_text(changed, encoding="utf-8")
    assert_says(build(copy), "Built: 0 of")
    name = page_name(PAGE)
    allowed = {f"{name}.html", f"notebooks/{name}.ipynb", "searchindex.js"}
    after = files(site(copy))
    found = {one for one in before | after if before.get(one) != after.get(one)}
    assert f"{name}.html" in found, f"{name} is not written again"
    assert found <= allowed, f"{name} changes others too: {sorted(found - allowed)[:9]}"
    page.write_text(text, encoding="utf-8")
    build(copy)
    assert_same(before, site(copy), "With the sentence taken back")


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
    assert victim.returncode == -9, f"The build never said “{moment}”: mend MOMENTS"
    build(copy)
    assert_same(before, site(copy), f"Killed at “{moment}” and run again")
