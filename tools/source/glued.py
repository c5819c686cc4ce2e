"""Numbers on their way from cells to text: what a cell glues, what a text quotes."""

import ast
import posixpath
import re

QUOTED = re.compile(r"\{glue:\w+\}`([^`]+)`")
REMOVED = "remove-cell"  # the tag of a cell that the page does not show


def glue_calls(code: str) -> list[ast.Call]:
    """Return the calls of ``glue`` that are statements of their own, in order."""
    try:
        statements = ast.parse(code).body
    except SyntaxError:  # a magic command, or no Python
        return []
    return [statement.value for statement in statements if _is_glue(statement)]


def only_glues(code: str) -> bool:
    """Say whether code does nothing but hand numbers to the text."""
    calls = glue_calls(code)
    return bool(calls) and len(calls) == len(ast.parse(code).body)


def quoted(page: str, content: str) -> tuple[str, str]:
    """Return the page and the key that a ``{glue:text}`` role shows.

    Args:
        page: name of the page on which the role stands, as in the contents.
        content: of the role: ``key``, ``key:format`` or ``other.md::key:format``,
            the other page's path being relative, or from the book's folder with ``/``.
    """
    path, separator, key = content.rpartition("::")
    if separator:
        target = posixpath.join("/", posixpath.dirname(page), path)
        page = posixpath.normpath(target).lstrip("/").removesuffix(".md")
    return page, key.partition(":")[0]


def _is_glue(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Name(id="glue"))):
            return True
    return False
