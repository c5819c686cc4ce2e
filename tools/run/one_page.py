"""One page of the book as the subject of a check: its name, and the book around it.

``make test P=…`` names the page to all that it starts by an environment variable. The
whole book is then written, so that every reference is followed, but only that page is
run. The others show their last result; one without any shows stand-ins for its numbers
and figures, which nothing is checked on.
"""

import os
from collections.abc import Iterable
from pathlib import Path

import nbformat
from nbformat.v4 import new_output

from tools.repository import ROOT
from tools.run.run_page import Report
from tools.run.run_pages import (
    STORE,
    Executed,
    page_key,
    run_and_keep,
    shared_key,
    stored_result,
)
from tools.source.contents import listed_pages
from tools.source.glued import QUOTED, quoted
from tools.source.pages import (
    code_cells,
    code_of,
    code_pages,
    page_name,
    read_page,
    sources,
)

VARIABLE = "BOOK_PAGE"
STAND_INS = STORE.parent / "one-page" / "stand-ins"
STANDS_IN = "Stand-ins for results of pages that were never run:"
NUMBER = "0"  # fits every format of a number
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>'
GLUED = "application/papermill.record/"


class NoPageError(ValueError):
    """What was named is no page of the book; the message says what would be."""


def checked_page() -> str:
    """Return the page that is checked, such as lectures/…/yaml; empty: the book."""
    return os.environ.get(VARIABLE, "")


def validated_name(path: Path) -> str:
    """Return the name of the page at a path.

    Raises:
        NoPageError: if it is no page of the book.
    """
    book = ROOT / "book"
    if path.suffix != ".md" or not path.resolve().is_relative_to(book):
        raise NoPageError(f"{path} is no page: name one as book/lectures/…/page.md")
    if not path.is_file():
        raise NoPageError(f"There is no page {path}")
    name = page_name(path)
    if name not in listed_pages(book):
        raise NoPageError(f"{path} is not in book/_toc.yml, so it is no page: enter it")
    return name


def run_one(book: Path, name: str) -> list[Executed]:
    """Run one page if it holds code, and find something to show for all others.

    Args:
        book: folder of the book's source.
        name: of the page that is run.

    Returns:
        One entry a page with code, in the order of their names.

    Raises:
        ExecutionError: if the page fails.
    """
    keys_by_page, shared = quoted_keys(book), shared_key()
    results, stand_ins = [], []
    for path in code_pages(book):
        page, key = page_name(path), page_key(path, shared)
        result = run_and_keep(path, key) if page == name else stored_result(page, key)
        result = result or last_result(path)
        if result is None:
            result = stand_in(path, keys_by_page.get(page, ()))
            stand_ins.append(page)
        results.append(result)
    if stand_ins:
        print(f"{STANDS_IN} {', '.join(stand_ins)} (make book runs them)", flush=True)
    return results


def last_result(path: Path) -> Executed | None:
    """Return the newest kept result of a page that has run with this very code."""
    page, code = page_name(path), code_of(read_page(path))
    reports = (STORE / page).glob("*.json")
    for report in sorted(reports, key=lambda file: -file.stat().st_mtime):
        result = stored_result(page, report.stem)
        if result and code_of(nbformat.read(result.notebook, as_version=4)) == code:
            return result
    return None


def quoted_keys(book: Path) -> dict[str, set[str]]:
    """Return, for each page, the keys of its cells that a text of the book shows."""
    keys: dict[str, set[str]] = {}
    for path in sources(book):
        for content in QUOTED.findall(path.read_text(encoding="utf-8-sig")):
            name = path.relative_to(book).with_suffix("").as_posix()
            page, key = quoted(name, content)
            keys.setdefault(page, set()).add(key)
    return keys


def stand_in(path: Path, keys: Iterable[str]) -> Executed:
    """Make a result of a page that has not been run: a number a key, empty figures.

    Args:
        path: the page.
        keys: what texts show of it.
    """
    page, notebook = page_name(path), read_page(path)
    cells = code_cells(notebook)
    for cell in cells:
        if {"figure", "image"} & set(cell.metadata.get("mystnb", {})):
            picture = {"image/svg+xml": PICTURE, "text/plain": "a figure"}
            cell.outputs = [new_output("display_data", picture)]
    for key in sorted(keys):
        metadata = {"scrapbook": {"name": key, "mime_prefix": GLUED}}
        number = {f"{GLUED}text/plain": NUMBER}
        cells[0].outputs.append(new_output("display_data", number, metadata=metadata))
    file = STAND_INS / f"{page}.ipynb"
    file.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, file)
    report = Report(page, ok=True, cells=len(cells), finished=1)
    return Executed(page, file, report, fresh=False)
