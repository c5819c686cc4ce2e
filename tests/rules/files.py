"""Files that a page writes: in a folder of its own, each program whole in a cell."""

import ast
from collections.abc import Iterator

from tests.rules import page_rule
from tests.rules.shell import assignments
from tools.source.book import Page

PROGRAMS = (".py", ".sh", ".sql", ".toml", ".yaml", ".yml", "Dockerfile")
NOTE_ROWS = 3  # what is longer is a program, not a line of settings
Values = dict[str, list[ast.expr]]  # what a page gives a name to


@page_rule
def programs_are_cells(page: Page) -> Iterator[tuple[int, str]]:
    """A program is one cell that writes its file, and is never put together."""
    cells = [cell for cell in page.cells if not cell.file]
    named: Values = {}
    for cell in cells:
        for name, value in assignments(cell):
            named.setdefault(name, []).append(value)
    advice = "write it whole in a cell that begins with %%writefile"
    for cell in cells:
        for node in cell.nodes():
            match node:
                case ast.Call(ast.Attribute(attr="getsource") | ast.Name("getsource")):
                    yield cell.at(node), f"a program taken from a cell: {advice}"
                case ast.Call(ast.Attribute(target, "write_text"), [text, *_]):
                    if is_program(target, named) and is_put_together(text, named):
                        yield cell.at(node), f"a program in a string: {advice}"


def is_program(target: ast.expr, named: Values) -> bool:
    """Whether a path ends like that of a program or a configuration."""
    for node in resolved(target, named):
        for part in ast.walk(node):
            match part:
                case ast.Constant(str(name)) if name.endswith(PROGRAMS):
                    return True
    return False


def is_put_together(text: ast.expr, named: Values) -> bool:
    """Whether a text is a long literal, or made from others."""
    for node in resolved(text, named):
        match node:
            case ast.Constant(str(content)) if content.count("\n") > NOTE_ROWS:
                return True
            case ast.BinOp(op=ast.Add()):
                return True
            case ast.Call(ast.Attribute(attr="join" | "replace")):
                return True
    return False


def resolved(node: ast.expr, named: Values) -> Iterator[ast.expr]:
    """Yield an expression or, for a name, all that the page gives that name to."""
    waiting, resolved_names = [node], set()
    while waiting:
        match expression := waiting.pop():
            case ast.Name(name):
                if name not in resolved_names:
                    resolved_names.add(name)
                    waiting += named.get(name, [])
            case _:
                yield expression
