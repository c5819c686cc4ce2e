"""Pages as notebooks, read exactly as the book's build reads them."""

import json
from pathlib import Path

from tools.repository import ROOT


def page_name(path: Path) -> str:
    """Return the page's name below ``book/``, without ending; elsewhere its stem."""
    path, book = path.resolve(), ROOT / "book"
    inside = path.relative_to(book) if path.is_relative_to(book) else Path(path.name)
    return inside.with_suffix("").as_posix()


def code_pages(book: Path) -> list[Path]:
    """Return the pages below ``book`` that MyST-NB takes for notebooks, sorted."""
    from myst_nb.core.read import is_myst_markdown_notebook

    found = (
        path
        for path in sorted(book.rglob("*.md"))
        if not any(part[0] in "_." for part in path.relative_to(book).parts)
    )
    return [
        path
        for path in found
        if is_myst_markdown_notebook(path.read_text(encoding="utf-8-sig"))
    ]


def read_page(path: Path):
    """Return the page as a notebook, read exactly as the book's build reads it.

    Raises:
        ValueError: if the page holds no code.
    """
    from myst_nb.core.read import is_myst_markdown_notebook, read_myst_markdown_notebook

    text = path.read_text(encoding="utf-8-sig")
    if not is_myst_markdown_notebook(text):
        raise ValueError(f"{path} has no notebook header, so it holds no code to run.")
    notebook = read_myst_markdown_notebook(text, add_source_map=True)
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
    return notebook


def code_cells(notebook) -> list:
    """Return the code cells of a notebook."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def code_of(notebook) -> str:
    """Return all in a notebook that a run of it depends on, as text to compare."""
    cells = [(cell.source, cell.metadata) for cell in code_cells(notebook)]
    return json.dumps(cells, sort_keys=True)
