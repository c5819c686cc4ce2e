"""Pages as notebooks, read exactly as the book's build reads them."""

import json
import re
from pathlib import Path

from tools.repository import ROOT
from tools.source.contents import listed_pages

HEADER = re.compile(r"---\n(.*?)^---$", re.DOTALL | re.MULTILINE)


class PageError(ValueError):
    """A page cannot be read; the message names file and line, and says what to do."""


def page_name(path: Path) -> str:
    """Return the page's name below ``book/``, without ending; elsewhere its stem."""
    path, book = path.resolve(), ROOT / "book"
    relative = path.relative_to(book) if path.is_relative_to(book) else Path(path.name)
    return relative.with_suffix("").as_posix()


def page_text(path: Path) -> str:
    """Return the text of a page, without the mark that some editors put before it.

    Raises:
        PageError: if it is not UTF-8, or its header not YAML.
    """
    import yaml

    file = f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path}"
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as problem:
        line = problem.object[: problem.start].count(b"\n") + 1
        raise PageError(f"{file}:{line}: is not UTF-8: save it as UTF-8") from None
    header = HEADER.match(text)
    try:
        yaml.safe_load(header[1] if header else "")
    except yaml.MarkedYAMLError as problem:
        line = problem.problem_mark.line + 2
        raise PageError(
            f"{file}:{line}: the header is not YAML, {problem.problem}: mend it, or "
            "put quotes around a text with a colon"
        ) from None
    return text


def sources(book: Path) -> list[Path]:
    """Return the Markdown files below ``book``, but not those beside its pages."""
    paths = sorted(book.rglob("*.md"))
    hidden = ("_", ".")
    return [
        path
        for path in paths
        if not any(part.startswith(hidden) for part in path.relative_to(book).parts)
    ]


def code_pages(book: Path) -> list[Path]:
    """Return the pages that MyST-NB takes for notebooks, sorted; no drafts.

    Raises:
        PageError: if a page cannot be read.
    """
    from myst_nb.core.read import is_myst_markdown_notebook

    paths = sources(book)
    if (book / "_toc.yml").is_file():
        pages = {book / f"{name}.md" for name in listed_pages(book)}
        paths = [path for path in paths if path in pages]
    return [path for path in paths if is_myst_markdown_notebook(page_text(path))]


def read_page(path: Path):
    """Return the page as a notebook, read exactly as the book's build reads it.

    Raises:
        PageError: if the page cannot be read, or holds no code.
    """
    from myst_nb.core.read import is_myst_markdown_notebook, read_myst_markdown_notebook

    text = page_text(path)
    if not is_myst_markdown_notebook(text):
        raise PageError(
            f"{path} has no notebook header with format_name: myst, so it holds no "
            "code to run; tools/new_page.template.md has one."
        )
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
