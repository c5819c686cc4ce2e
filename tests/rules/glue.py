"""Where glue stands: in a cell of its own, right after the one it takes values from."""

import ast
import builtins
from collections.abc import Iterator

from tests.rules import page_rule
from tools.source.book import Cell, Page
from tools.source.glued import glue_calls, only_glues

BUILTIN = set(dir(builtins))


@page_rule
def glue_stands_alone(page: Page) -> Iterator[tuple[int, str]]:
    """A cell that the page does not show holds glue, and no other cell does."""
    for cell in page.cells:
        calls = glue_calls(cell.code)
        if cell.is_shown and calls:
            line = cell.at(calls[0])
            yield line, "glue in a cell that is shown: put it into one of its own after"
        if not cell.is_shown and not only_glues(cell.code):
            yield cell.line, "remove-cell holds glue only: take hide-input or hide-cell"
        if any(call.args or not call.keywords for call in calls):
            yield cell.line, "glue takes keywords: write glue(key=value)"


@page_rule
def glue_is_near(page: Page) -> Iterator[tuple[int, str]]:
    """Glue follows the cell that sets or shows its values, with nothing between."""
    source: Cell | None = None
    below = 0  # the line below the last cell
    for cell in page.cells:
        if not only_glues(cell.code):
            source = cell
        else:
            yield from distance(page, source, cell, below)
        below = cell.code_line + len(cell.rows)


def distance(
    page: Page, source: Cell | None, cell: Cell, below: int
) -> Iterator[tuple[int, str]]:
    """Yield what stands between a glue cell and the cell its values come from.

    Args:
        page: the page of both.
        source: the last cell that does anything else.
        cell: the glue cell.
        below: the line below the cell before it.
    """
    between = page.source_lines[below - 1 : cell.line - 1]
    if source is None or any(row.strip("`: ") for row in between):
        yield cell.line, "glue apart from a cell: move it to the cell it takes from"
        return
    for call in glue_calls(cell.code):
        for word in call.keywords:
            if not names(word.value) & names(source.tree):
                fault = "neither sets nor shows it: move the glue to the one that does"
                yield cell.at(word), f"{word.arg}: the cell before {fault}"
    if "volatile" in source.tags and "volatile" not in cell.tags:
        yield cell.line, "the cell before is volatile: tag its glue volatile, too"


def names(tree: ast.AST | None) -> set[str]:
    """Return the names that code sets, imports or uses."""
    used: set[str] = set()
    for node in ast.walk(tree) if tree else ():
        match node:
            case ast.Name(id=name):
                used.add(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                used.add(name)
            case ast.alias(name=name, asname=other):
                used.add(other or name.partition(".")[0])
    return used - BUILTIN
