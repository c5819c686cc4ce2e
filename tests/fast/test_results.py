"""While the book is written nothing runs: pages show kept results, or stop it."""

import json
from pathlib import Path

import nbformat
import pytest
import yaml
from myst_nb import sphinx_
from myst_nb.core.execute import create_client
from nbformat.v4 import new_code_cell, new_notebook, new_output
from sphinx.errors import SphinxError

from tests import small_book
from tools.repository import ROOT
from tools.run.run_pages import page_key
from tools.source.pages import code_cells, code_pages, read_page

HEADER = small_book.HEAD
OTHER_KERNEL_NAME = HEADER.replace("Python 3,", "Python 3 (ipykernel),")
RUN = "open({marker!r}, 'w').close()\nprint('ran' + ' here')"


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    """Return the file that the page's cell makes when it is run."""
    return tmp_path / "was-run"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return a book with one page, which holds no code yet."""
    folder = tmp_path / "book"
    folder.mkdir()
    (folder / "index.md").write_text("# A page\n")
    return folder


def page(marker: Path, header: str = HEADER) -> str:
    code = RUN.format(marker=str(marker))
    return f"{header}# A page\n\n```{{code-cell}} ipython3\n{code}\n```\n"


def result(path: Path) -> dict:
    """Write a result of a page; return the report of its run."""
    notebook = read_page(path)
    for cell in code_cells(notebook):
        cell.outputs = [new_output("stream", text="kept result\n")]
    executed = path.with_suffix(".kept")
    nbformat.write(notebook, executed)
    return {"page": "index", "notebook": str(executed), "seconds": 1, "finished": 1}


def write(source: Path, *runs: dict, **settings: str) -> str:
    """Write the book from the reports of its pages' runs; return the first page."""
    report = source.parent / "run.json"
    report.write_text(json.dumps(runs))
    return build(source, run_report=str(report), **settings)


def build(source: Path, **settings: str) -> str:
    settings = {"nb_execution_mode": "force"} | settings
    try:
        out, _ = small_book.write(source, {}, "results", **settings)
    finally:
        assert sphinx_.create_client is create_client, "MyST-NB is left changed"
    return (out / "index.html").read_text()


def assert_refused(source: Path, marker: Path, *runs: dict, says: str) -> None:
    """Expect the writing to stop with a message, and nothing to have run."""
    with pytest.raises(SphinxError, match=says):
        write(source, *runs)
    assert not marker.exists(), "Sphinx ran the page by itself: see results.py"


def test_a_page_shows_its_kept_result(source: Path, marker: Path) -> None:
    (source / "index.md").write_text(page(marker))
    html = write(source, result(source / "index.md"))
    assert "kept result" in html and not marker.exists()


def test_the_name_of_the_kernel_needs_no_new_run(source: Path, marker: Path) -> None:
    (source / "index.md").write_text(page(marker))
    run, key = result(source / "index.md"), page_key(source / "index.md", "")
    (source / "index.md").write_text(page(marker, OTHER_KERNEL_NAME))
    assert page_key(source / "index.md", "") == key
    assert "kept result" in write(source, run) and not marker.exists()


def test_a_page_without_result_is_named(source: Path, marker: Path) -> None:
    (source / "index.md").write_text(page(marker))
    assert_refused(source, marker, says=r"book/index\.md was not run")


def test_a_page_with_other_code_is_named(source: Path, marker: Path) -> None:
    (source / "index.md").write_text(page(marker))
    run = result(source / "index.md")
    (source / "index.md").write_text(page(marker).replace("here", "there"))
    assert_refused(source, marker, run, says=r"book/index\.md was run with other code")


def test_a_notebook_file_is_named(source: Path, marker: Path) -> None:
    (source / "index.md").unlink()
    cell = new_code_cell(RUN.format(marker=str(marker)))
    nbformat.write(new_notebook(cells=[cell]), source / "index.ipynb")
    assert_refused(source, marker, says=r"book/index\.ipynb was not run\. Pages")


def test_markdown_of_a_cell_is_rendered(source: Path, marker: Path) -> None:
    path, table = source / "index.md", "$y^2$\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    path.write_text(page(marker))
    run = result(path)
    notebook = nbformat.read(run["notebook"], as_version=4)
    data = {"text/markdown": table, "text/plain": "x"}
    code_cells(notebook)[0].outputs = [new_output("display_data", data)]
    nbformat.write(notebook, run["notebook"])
    settings = yaml.safe_load((ROOT / "book" / "_config.yml").read_text())["sphinx"]
    way = "nb_render_markdown_format"
    html = write(source, run, **{way: settings["config"][way]})
    assert "<table" in html


def test_without_a_report_pages_are_run_at_once(source: Path, marker: Path) -> None:
    """The plain ``jupyter-book build book`` of the README."""
    (source / "index.md").write_text(page(marker))
    assert "ran here" in build(source) and marker.exists()


@pytest.mark.parametrize(
    "header",
    [
        HEADER,
        "---\nfile_format: mystnb\n---\n",
        "---\nextras: []\njupytext: {text_representation: {format_name: myst}}\n---\n",
        f"\ufeff{HEADER}",
    ],
    ids=["template", "file_format", "flow", "byte order mark"],
)
def test_what_is_run_is_what_the_book_takes_for_code(
    header: str, source: Path, marker: Path
) -> None:
    path = source / "index.md"
    path.write_text(page(marker, header), encoding="utf-8")
    assert code_pages(source) == [path]
    assert "kept result" in write(source, result(path))


@pytest.mark.parametrize(
    "header",
    ["", "---\njupytext: {formats: md}\n---\n", HEADER.replace("myst}", "markdown}")],
    ids=["none", "no format", "another format"],
)
def test_other_pages_are_not_run(header: str, source: Path) -> None:
    (source / "index.md").write_text(f"{header}# A page\n")
    assert code_pages(source) == []
    write(source)
