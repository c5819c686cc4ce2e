"""A page that was opened as a notebook and saved again is still the same page."""

import re

import jupytext
import pytest
from myst_nb.core.read import read_myst_markdown_notebook

from tools.repository import ROOT
from tools.source.book import Page, read_book

PAGES = [page for page in read_book(ROOT).pages if page.cells]
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python"}


def saved_by_jupyterlab(source: str) -> str:
    """Return a page as JupyterLab's Jupytext writes it, by way of an ``.ipynb``."""
    file = jupytext.writes(jupytext.reads(source, fmt="md:myst"), fmt="ipynb")
    notebook = jupytext.reads(file, fmt="ipynb")
    notebook.metadata["kernelspec"] = {**KERNEL, "name": "python3"}
    notebook.metadata["language_info"] = {"name": "python", "version": "3.12.1"}
    return jupytext.writes(notebook, fmt="md:myst")


def cells(source: str) -> list[tuple[str, str, dict]]:
    """Return kind, text and metadata of the cells, without blank lines.

    Jupytext puts some of its own around code cells.
    """
    return [
        (cell.cell_type, text, cell.metadata)
        for cell in read_myst_markdown_notebook(source).cells
        if (text := re.sub(r"\n\s*\n", "\n", cell.source).strip())
    ]


def front(source: str) -> dict:
    """Return the front matter that the book uses."""
    metadata = read_myst_markdown_notebook(source).metadata
    return {
        **{key: value for key, value in metadata.items() if key != "source_map"},
        "jupytext": metadata["jupytext"].get("notebook_metadata_filter"),
        "kernelspec": metadata["kernelspec"]["name"],
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page_outlives_jupyterlab(page: Page) -> None:
    saved = saved_by_jupyterlab(page.source)
    assert front(saved) == front(page.source)
    assert cells(saved) == cells(page.source)
    second = saved_by_jupyterlab(saved)
    assert second == saved, "Saved twice, the page is not the same file"
