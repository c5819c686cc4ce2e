"""Command lines that cells put together: what comes from elsewhere is quoted."""

import ast
from collections.abc import Iterator

from tests.rules import page_rule
from tools.source.book import Cell, Page


@page_rule
def shell_has_quoted_words(page: Page) -> Iterator[tuple[int, str]]:
    """What a command line takes from elsewhere is quoted, except in a drill.

    A name that the page itself gives to a text, or to a quoted one, is safe, too.
    """
    fixed, shells = set(), set()
    for cell in page.cells:
        for name, value in assignments(cell):
            if not any(loose_parts(value, fixed)):
                fixed.add(name)
            elif is_shell(value, shells):
                shells.add(name)
            else:
                fixed.discard(name)
    for cell in page.cells:
        if "drill" in cell.tags:
            continue
        for node in cell.nodes():
            if isinstance(node, ast.Call) and node.args and reads_line(node, shells):
                for part in loose_parts(node.args[0], fixed):
                    fault = f"{part} goes into a shell unquoted: wrap it in shlex.quote"
                    yield cell.at(node), fault


def assignments(cell: Cell) -> Iterator[tuple[str, ast.expr]]:
    """Yield the names that a cell gives to values, also several at once."""
    for node in cell.nodes():
        match node:
            case ast.Assign([ast.Name(name)], value):
                yield name, value
            case ast.Assign([ast.Tuple(targets)], ast.Tuple(values)):
                for target, value in zip(targets, values, strict=False):
                    if isinstance(target, ast.Name):
                        yield target.id, value


def is_shell(node: ast.AST, shells: set[str]) -> bool:
    """Whether an expression is a terminal of nordlys."""
    match node:
        case ast.Call(func=ast.Name("Shell")):
            return True
        case ast.Name(name):
            return name in shells
    return False


def reads_line(call: ast.Call, shells: set[str]) -> bool:
    """Whether a call gives its first argument to a shell."""
    for word in call.keywords:
        match word:
            case ast.keyword("shell", ast.Constant(True)):
                return True
    match call.func:
        case ast.Attribute(ast.Name("os"), "system" | "popen"):
            return True
        case ast.Attribute(ast.Name("subprocess"), "getoutput" | "getstatusoutput"):
            return True
        case ast.Attribute(value, "run"):
            return is_shell(value, shells)
    return is_shell(call.func, shells)


def loose_parts(line: ast.expr, fixed: set[str]) -> Iterator[str]:
    """Yield the parts of a command line that are neither set nor quoted."""
    match line:
        case ast.Constant():
            return
        case ast.JoinedStr(values):
            for value in values:
                yield from loose_parts(value, fixed)
        case ast.FormattedValue(value):
            yield from loose_parts(value, fixed)
        case ast.Name(name) if name in fixed:
            return
        case ast.Call(ast.Name("quote") | ast.Attribute(ast.Name("shlex"), _)):
            return
        case _:
            yield ast.unparse(line)
