"""The table of what the book holds, on a book made up to be counted."""

import json
import sys
from pathlib import Path

import pytest

from tests import small_book
from tools.repository import ROOT
from tools.source.book import Page

sys.path.append(str(ROOT / "book" / "_ext"))

from audit import audit

LECTURE = """\
# One

## Break it: a number

A **late flight** lands late; a **file** does not: {glue:text}`late`, {glue:text}`b`.

```{code-cell} ipython3
1 + 1
```

<!-- broken: a tab -->
```{code-cell} ipython3
%%writefile wrong.yml
a: [
```

```{code-cell} ipython3
%%writefile right.toml
a = 1
```

```{code-cell} ipython3
%%writefile program.py
a = 1
```

```yaml
on: push
```

```{figure} a.svg
:name: fig-a
:alt: A line that rises.
```

```{figure} b.svg
:name: fig-b
```

```{exercise-start}
:label: ex-one
```
★ Do.
```{exercise-end}
```

```{solution-start} ex-one
```
```{code-cell} ipython3
assert True
```
```{solution-end}
```

```{exercise-start}
:label: ex-two
```
★ Judge.
```{exercise-end}
```
"""
GLOSSARY = """\
# Words

```{glossary}
Late flight
  Lands late.

Orphan
  Is nowhere in bold.
```
"""
INDEX = """\
# Book

```{book-audit}
```

```{toctree}
lectures/03-three/one
words
```
"""
EXPECTED = {
    "pages": [1, 2, 3],
    "code cells": [5, 0, 5],
    "… executed in the run shown": [5, 0, 5],
    "… ending in an error": [1, 0, 1],
    "drills “Break it”": [1, 0, 1],
    "exercises": [2, 0, 2],
    "… assert executed": [1, 0, 1],
    "numbers quoted from a cell": [2, 0, 2],
    "figures": [2, 0, 2],
    "… with alternative text": [1, 0, 1],
    "terms of the glossary": [1, 1, 2],
    "workflows and configuration files": [3, 0, 3],
    "… parsed as YAML, TOML or JSON": [2, 0, 2],
}


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Return the folder of a book of a section, a glossary and an opening page."""
    folder = tmp_path / "book"
    (folder / "lectures" / "03-three").mkdir(parents=True)
    (folder / "lectures" / "03-three" / "one.md").write_text(LECTURE)
    (folder / "words.md").write_text(GLOSSARY)
    (folder / "index.md").write_text("# Book\n")
    return folder


def report(book: Path, ok: bool = True) -> dict[str, dict]:
    """Return what the runner would tell: five cells, of which one ends in an error."""
    cells = [{"cell_type": "code", "outputs": []} for _ in range(4)]
    cells += [
        {"cell_type": "code", "outputs": [{"output_type": "error"}]},
        {"cell_type": "markdown"},
    ]
    (book / "run.ipynb").write_text(json.dumps({"cells": cells}))
    run = {"notebook": str(book / "run.ipynb"), "ok": ok}
    return {"lectures/03-three/one": run}


def counted(book: Path, runs: dict[str, dict]) -> dict[str, list[str]]:
    pages = [Page(book, path) for path in sorted(book.rglob("*.md"))]
    head, *rows = audit(pages, runs)
    assert head == ["what is counted", "3", "other", "all"]
    return {row[0]: row[1:] for row in rows}


def test_counts_by_lecture_and_in_all(book):
    rows = counted(book, report(book))
    assert rows == {row: [str(n) for n in numbers] for row, numbers in EXPECTED.items()}


def test_a_failed_run_executes_no_assert(book):
    assert counted(book, report(book, ok=False))["… assert executed"] == ["0"] * 3


def test_without_a_run_a_dash_stands_for_what_it_would_tell(book):
    rows = counted(book, {})
    unknown = {row for row, numbers in rows.items() if set(numbers) == {"–"}}
    assert unknown == {
        "… executed in the run shown",
        "… ending in an error",
        "… assert executed",
    }
    assert rows["code cells"] == ["5", "0", "5"]


def test_the_page_shows_the_table_and_says_what_it_lacks(book):
    files = {"lectures/03-three/one.md": "# One\n", "index.md": INDEX}
    out, warnings = small_book.write(book, files, "results", "audit")
    assert not warnings, "The directive must be silent in a strict build."
    html = (out / "index.html").read_text()
    assert "terms of the glossary" in html
    assert "built without the runner" in html
