"""However the site came about, from the same pages it is the same site."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.build import HTML
from tools.repository import ROOT
from tools.run.run_page import processor_seconds
from tools.source.pages import code_pages, page_name, read_page

BUDGETS = json.loads((ROOT / "tools" / "budgets.json").read_text())
AT_EXERCISES = "\n## Exercises\n"
PAGES = code_pages(ROOT / "book")
PAGE = next(page for page in PAGES if AT_EXERCISES in page.read_text("utf-8"))
HERE = Path(__file__).parent
RUNNING, EXCHANGE = "while a page runs", "between the old site and the new one"
MOMENTS = {  # audit event of Python, pattern of its arguments, seconds after it
    RUNNING: ("subprocess.Popen", "tools.run.run_page", 3),
    "pages run, none written": ("open", r"_build/run\.json.*'w", 0),
    "while Sphinx writes": ("open", r"_build/new/html/glossary\.html.*'w", 0),
    EXCHANGE: ("os.rename", r"_build/new/html\b.*_build/html\b", 0),
    "while the manifest is written": ("open", r"_build/manifest\.json.*'w", 0),
}
DAMAGES = {
    "notebook changed": ("ipynb", lambda old: old.replace(b"cell", b"sell", 1)),
    "report broken": ("json", lambda old: old[: len(old) // 2]),
    "file empty": ("ipynb", lambda old: b""),
}
ELSEWHERE = {"TZ": "Pacific/Kiritimati", "USER": "somebody", "LANG": "da_DK.UTF-8"}
RUN_FIGURES = ("status.html", "searchindex.js")  # time and memory of each run
UNCHANGED_SECONDS = BUDGETS["build"]["unchanged_seconds"]


@pytest.fixture(scope="module", autouse=True)
def first_build(copy):
    build(copy)


def build(folder, *options: str) -> str:
    return python(folder, "-m", "tools.build", *options)


def python(folder, *words: str | Path, **variables: str) -> str:
    """Run Python in a copy; return what it printed."""
    completed = subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env=os.environ | variables,
        capture_output=True,
        text=True,
    )
    assert completed.returncode == 0, completed.stdout + completed.stderr
    return completed.stdout


def files(folder) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def site(folder) -> Path:
    return folder / "book" / "_build" / "html"


def manifest(folder) -> Path:
    return folder / "book" / "_build" / "manifest.json"


def kept_result(folder) -> Path:
    """Return the kept report of the quickest page whose outputs never vary."""
    runs = json.loads((folder / "book" / "_build" / "run.json").read_text())
    steady = [run for run in runs if not varies(folder / "book" / f"{run['page']}.md")]
    quickest = min(steady, key=lambda run: run["seconds"])
    results = folder / "book" / "_build" / "executed" / quickest["page"]
    return max(results.glob("*.json"), key=lambda path: path.stat().st_mtime)


def varies(page: Path) -> bool:
    """Say whether a page has outputs that differ from run to run."""
    cells = read_page(page).cells
    return any("volatile" in cell.metadata.get("tags", []) for cell in cells)


def assert_same(before: dict[str, bytes], folder, why: str, aside=()) -> None:
    """Expect the site to be as it was, and name the files that are not."""
    after = files(folder)
    differ = {name for name in before | after if before.get(name) != after.get(name)}
    differ -= set(aside)
    assert not differ, f"{why}, {len(differ)} files differ: {sorted(differ)[:9]}"


def assert_says(output: str, message: str) -> None:
    assert message in output, f"tools.build says “{output.strip()}”, not “{message}”"


def test_cached_pages_give_the_site_of_the_cold_run(copy):
    why = "Built elsewhere from kept pages: is a path or the time in them? Else"
    assert_same(files(HTML), site(copy), why)


def test_nothing_changed_is_seen_at_once(copy):
    start = processor_seconds()
    assert_says(build(copy), "Nothing changed")
    seconds = processor_seconds() - start
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
    changed = text.replace(AT_EXERCISES, f"{AT_EXERCISES}\nNew here.\n")
    page.write_text(changed, encoding="utf-8")
    assert_says(build(copy), "Built: 0 of")
    name = page_name(PAGE)
    # The status page tells each page's weight.
    others = {f"notebooks/{name}.ipynb", "searchindex.js", "status.html"}
    allowed = {f"{name}.html", *others}
    after = files(site(copy))
    written = {file for file in before | after if before.get(file) != after.get(file)}
    assert f"{name}.html" in written, f"{name} is not written again"
    surplus = sorted(written - allowed)
    assert not surplus, f"{name} changes others too: {surplus[:9]}"
    page.write_text(text, encoding="utf-8")
    build(copy)
    assert_same(before, site(copy), "With the sentence taken back")


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_build_can_be_run_again(copy, tmp_path, moment):
    before, built = files(site(copy)), site(copy).parent
    manifest(copy).unlink()
    if moment == RUNNING:
        kept_result(copy).unlink()
    command = [sys.executable, HERE / "killed_build.py", *map(str, MOMENTS[moment])]
    with (tmp_path / "said").open("w+") as stream:  # a file: a pipe waits for helpers
        victim = subprocess.run(command, cwd=copy, stdout=stream, stderr=stream)
        stream.seek(0)
        assert victim.returncode == -9, f"not killed {moment}: {stream.read()}"
    remains = built / "old" if moment == EXCHANGE else site(copy)
    assert_same(before, remains, f"Killed {moment}, the reader has no whole site")
    if moment == "while the manifest is written":
        manifest(copy).write_text('{"inputs": "')
    build(copy)
    aside = {"old", "new"} & {path.name for path in built.iterdir()}
    assert not aside, f"killed {moment} and run again, {aside} stay: see clear_away()"
    aside = RUN_FIGURES if moment == RUNNING else ()
    assert_same(before, site(copy), f"Killed {moment} and run again", aside)
    assert_says(build(copy), "Nothing changed")


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_result_is_made_again(copy, damage):
    before = files(site(copy))
    suffix, spoil = DAMAGES[damage]
    file = kept_result(copy).with_suffix(f".{suffix}")
    content = file.read_bytes()
    file.write_bytes(spoil(content))
    assert file.read_bytes() != content, f"“{damage}” changes nothing: mend DAMAGES"
    manifest(copy).unlink()
    output = build(copy)
    assert_says(output, "result is damaged")
    assert_says(output, "Built: 1 of")
    assert_same(before, site(copy), f"Made again after “{damage}”", RUN_FIGURES)


def test_another_machine_makes_the_same_site(copy):
    """Other folder, clock, host, user, zone, language and order of files."""
    before = files(site(copy))
    manifest(copy).unlink()
    output = python(copy, HERE / "build_elsewhere.py", **ELSEWHERE)
    assert_says(output, "Built: 0 of")
    assert_same(before, site(copy), "On another machine")
