"""A book that Sphinx cannot write whole is not written, and the place is named."""

import re
import subprocess
import sys

import pytest

ANSI = re.compile(r"\x1b\[[0-9;]*m")
LAST_GOOD = "the last good site"
# page, what is written at its end, what Sphinx must say about that line
TEXTS = [
    ("literature", "Read {cite:t}`nobody2020`.", 'find bibtex key "nobody2020"'),
    ("glossary", "See {ref}`sec-nowhere`.", "undefined label: 'sec-nowhere'"),
    ("troubleshooting", "See {doc}`nowhere`.", "unknown document: 'nowhere'"),
    ("index", "```{figur} gone.svg\n```", "Unknown directive type: 'figur'"),
    ("status", "```{admonition}\nA note.\n```", "Directive 'admonition': 1 argument"),
    ("teaching", "See [it](gone.md).", "cross-reference target not found: 'gone.md'"),
    ("notation", "A {term}`lost flight`.", "term not in glossary: 'lost flight'"),
    ("figures", "![A box](gone.svg)", "image file not readable: gone.svg"),
]


@pytest.fixture(scope="module")
def good_site(copy):
    """Stand in for the last good site."""
    folder = copy / "book" / "_build" / "html"
    folder.mkdir()
    (folder / "index.html").write_text(LAST_GOOD)
    return folder


def build(folder) -> tuple[int, str]:
    command = [sys.executable, "-m", "tools.build"]
    completed = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    return completed.returncode, ANSI.sub("", completed.stderr)


def assert_untouched(site) -> None:
    names = [path.name for path in site.iterdir()]
    good = names == ["index.html"] and (site / names[0]).read_text() == LAST_GOOD
    assert good, "A failed build changed the site: write it beside, then replace it"


def test_what_leads_nowhere_is_named(copy, good_site):
    """All at once, because every problem must be told before the build stops."""
    before, lines = {}, {}
    for name, text, _ in TEXTS:
        page = copy / "book" / f"{name}.md"
        before[page] = page.read_text(encoding="utf-8")
        page.write_text(f"{before[page]}\n{text}\n", encoding="utf-8")
        lines[name] = before[page].count("\n") + 2
    try:
        code, output = build(copy)
    finally:
        for page, text in before.items():
            page.write_text(text, encoding="utf-8")
    assert code == 1, f"tools.build ends with {code} though pages are broken:\n{output}"
    for name, _, message in TEXTS:
        pattern = rf"book/{name}\.md:{lines[name]}: \w+: .*{re.escape(message)}"
        assert re.search(pattern, output), (
            f"“{message}” at book/{name}.md:{lines[name]} is not among:\n{output}"
        )
    assert_untouched(good_site)
