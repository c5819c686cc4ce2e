"""A page shows the numbers of another one, and the new ones when these change."""

import json
import re
from pathlib import Path

import nbformat
import pytest
from myst_nb.ext.glue.crossref import read_glue_cache
from nbformat.v4 import new_output

from tests import small_book
from tools.source.pages import code_cells, read_page

SECTION = (
    small_book.HEAD
    + """\
# A section

{glue:text}`saving:.1f` here.

```{code-cell} ipython3
:tags: [remove-cell]
glue(saving=saving)
```
"""
)
BOOK = """\
# A book

```{toctree}
lecture/index
another
```
"""
ANOTHER = """\
# Another lecture

The last one saved {glue:text}`lecture/section.md::saving:.2f` euros.
"""
OPENING = """\
# A lecture

It saves {glue:text}`section.md::saving:.2f` euros.

```{toctree}
section
```
"""
SHOWN = re.compile(r'<span class="pasted-text">(.*?)</span>')
PREFIX = "application/papermill.record/"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return a book with the opening pages of two lectures and one section."""
    folder = tmp_path / "book" / "lecture"
    folder.mkdir(parents=True)
    (folder.parent / "index.md").write_text(BOOK)
    (folder.parent / "another.md").write_text(ANOTHER)
    (folder / "index.md").write_text(OPENING)
    (folder / "section.md").write_text(SECTION)
    return folder.parent


def run_section(source: Path, saving: float) -> Path:
    """Write what a run of the section would put out; return the report."""
    notebook = read_page(source / "lecture" / "section.md")
    metadata = {"scrapbook": {"name": "saving", "mime_prefix": PREFIX}}
    data = {f"{PREFIX}text/plain": repr(saving)}
    for cell in code_cells(notebook):
        cell.outputs = [new_output("display_data", data, metadata=metadata)]
    executed, report = source.parent / "kept.ipynb", source.parent / "run.json"
    nbformat.write(notebook, executed)
    run = {"page": "lecture/section", "notebook": str(executed)}
    report.write_text(json.dumps([run | {"seconds": 1, "finished": 1}]))
    return report


def write(source: Path, report: Path, builder: str = "html") -> list[str]:
    """Write what changed; return the numbers that the openings show."""
    read_glue_cache.cache_clear()  # the preview writes in a process of its own
    options = {"builder": builder, "fresh": False, "run_report": str(report)}
    out, warnings = small_book.write(source, {}, "results", "quotes", **options)
    assert "glue" not in warnings.lower()
    names = {"html": ["lecture/index", "another"], "singlehtml": ["index"]}[builder]
    texts = [(out / f"{name}.html").read_text() for name in names]
    return [number for text in texts for number in SHOWN.findall(text)]


def test_an_opening_page_shows_the_number_of_a_section(source: Path) -> None:
    assert write(source, run_section(source, 3.14159)) == ["3.14", "3.14"]


def test_it_shows_the_new_one_after_a_new_run(source: Path) -> None:
    write(source, run_section(source, 3.14159))
    report = run_section(source, 2.5)
    (source / "out/trees/lecture/section.doctree").unlink()  # as the preview does
    assert write(source, report) == ["2.50", "2.50"]


def test_the_book_in_one_file_shows_it(source: Path) -> None:
    report = run_section(source, 3.14159)
    assert write(source, report, "singlehtml") == ["3.14", "3.1", "3.14"]
