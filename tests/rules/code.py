"""Cells: short, clean, at home on any machine, and safe."""

import ast
import io
import json
import math
import re
import statistics
import subprocess
import sys
import tempfile
import tokenize
from collections.abc import Iterator
from pathlib import Path

import nbformat

from tests.rules import book_rule, page_rule
from tools.source.book import Book, Cell, Page

MEDIAN_ROWS = 6
USUAL_ROWS = 15
MOST_ROWS = 30
COLUMNS = 88
ROWS_A_COMMENT = 12
VOLATILE_SHARE = 0.15
MACHINE = re.compile(
    r"^(/(?:home|tmp|root|var|usr|etc|opt|mnt|Users)(/|$)|[A-Z]:[\\/])"
)
URL = re.compile(
    r"\b(?:https?|wss?|postgres(?:ql)?|redis)://(?:[^/@\s]*@)?([^/:\s{}]+)"
)
PINNED = re.compile(r"FROM \S+@sha256:[0-9a-f]{64}( AS \w+)?")  # one word and a name
HERE = {"127.0.0.1", "localhost"}
RESERVED = re.compile(r"(^|\.)(example\.(com|org|net)|example|invalid|test)$")
HOME = re.compile(r"(?<![\w.$}])(/(?:home|Users)/\w\S*|[A-Z]:[\\/]\w\S*)")
PORT = re.compile(r"(?:127\.0\.0\.1|localhost):\d{2,5}")
SQL = re.compile(
    r"\b(SELECT\b.*\bFROM|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\S+\s+SET|DELETE\s+FROM|"
    r"(CREATE|DROP|ALTER)\s+TABLE|WHERE\s+\S+\s*=)",
    re.DOTALL,
)
SWALLOWS = re.compile(
    r"(filterwarnings|simplefilter)\(\W*ignore\W*\)|suppress\((Base)?Exception\b|"
    r"except(\s+(Base)?Exception)?(\s+as\s+\w+)?:\s*(pass|continue|\.\.\.)"
)
SILENT = re.compile(r"\b(INSERT|UPDATE)\s+OR\s+(IGNORE|REPLACE)\b|\bREPLACE\s+INTO\b")
# A notebook shows the value of a last expression, and a page is not a module; the
# length of lines is a rule of its own.
RUFF = ["--no-cache", "--output-format=json", "--extend-ignore=D1,E402,E501"]
NOTEBOOK = ["--extend-ignore=B018"]
FIRST_PARTY = "--config=lint.isort.known-first-party={}"


@page_rule
def cells_are_well_formed(page: Page) -> Iterator[tuple[int, str]]:
    """One language, one way of giving options, and code that parses."""
    for cell in page.cells:
        if cell.language != "ipython3":
            yield cell.line, "write {code-cell} ipython3"
        first = next((row for row in cell.rows if row.strip()), "")
        if not first:
            yield cell.line, "an empty cell: fill it or remove it"
        elif cell.file:
            continue  # shown.py knows what files of each kind look like
        elif first.startswith(":") or first.strip() == "---":
            yield cell.code_line, "options twice: use ':tags:' or a '---' block"
        elif cell.tree is None and "raises-exception" not in cell.tags:
            yield cell.code_line, "the code does not parse: mend it"


@page_rule
def faults_are_seen(page: Page) -> Iterator[tuple[int, str]]:
    """What goes wrong is shown or handled by its name, and never hidden whole."""
    for cell in page.cells:
        for match in SWALLOWS.finditer(cell.code):
            row = cell.code_line + cell.code[: match.start()].count("\n")
            hides = " ".join(match[0].split())
            yield row, f"“{hides}” hides all faults: name the one that you expect"


@page_rule
def cells_are_short(page: Page) -> Iterator[tuple[int, str]]:
    """One idea a cell; longer code belongs in a file or in the package.

    Only lines in sight count, not those of cells that are folded or left out.
    """
    visible = [cell for cell in page.cells if cell.shows_code]
    sizes = [len(cell.rows) for cell in visible]
    if not sizes:
        return
    if (median := statistics.median(sizes)) > MEDIAN_ROWS:
        yield 1, f"the median cell has {median:g} lines, limit {MEDIAN_ROWS}: split"
    if sum(size <= USUAL_ROWS for size in sizes) < 0.9 * len(sizes):
        yield 1, f"fewer than nine in ten cells have at most {USUAL_ROWS} lines: split"
    for cell, size in zip(visible, sizes, strict=True):
        if size > MOST_ROWS:
            yield cell.line, f"{size} lines, limit {MOST_ROWS}: split or move to a file"


@page_rule
def lines_fit(page: Page) -> Iterator[tuple[int, str]]:
    """Code is read without scrolling to the side, but for what cannot be broken."""
    for cell in page.cells:
        for number, row in enumerate(cell.code.splitlines(), cell.code_line):
            if len(row) > COLUMNS and not PINNED.fullmatch(row):
                yield number, f"{len(row)} columns, limit {COLUMNS}: break the line"


@page_rule
def comments_are_few(page: Page) -> Iterator[tuple[int, str]]:
    """A comment says why; at most one line in twelve has one."""
    cells = [cell for cell in page.cells if cell.kind == "python"]
    rows = sum(len(cell.rows) for cell in cells)
    count = sum(comments(cell.code) for cell in cells)
    allowed = math.ceil(rows / ROWS_A_COMMENT)
    if count > allowed:
        yield 1, f"{count} comments in {rows} lines, limit {allowed}: strike or tell"


def comments(code: str) -> int:
    """Count the comments of a piece of code."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(code).readline))
    except (tokenize.TokenError, SyntaxError):
        return 0
    return sum(token.type == tokenize.COMMENT for token in tokens)


@page_rule
def cells_at_home_anywhere(page: Page) -> Iterator[tuple[int, str]]:
    """No path of one machine, no fixed port, no host but this one.

    A file for another machine has ``<!-- elsewhere: reason -->`` on the line before.
    """
    for cell in page.cells:
        if "skip-execution" in cell.tags or cell.note == "elsewhere":
            continue
        if cell.kind != "python":
            yield from places_named(cell)
        for node in cell.nodes():
            line = cell.at(node)
            match node:
                case ast.Constant(str(text)):
                    if MACHINE.match(text):
                        yield line, f"path “{text}”: use tempfile or a relative path"
                    for message in addresses(text):
                        yield line, message
                case ast.keyword(arg="port", value=ast.Constant(int(port))) if port:
                    yield line, f"fixed port {port}: take serve() or free_port()"
                case ast.Tuple(elts=[ast.Constant(str(host)), ast.Constant(int(port))]):
                    if host in HERE and port:
                        yield line, f"fixed port {port}: take serve() or free_port()"


def places_named(cell: Cell) -> Iterator[tuple[int, str]]:
    """Say what a file that is not Python names of one machine, line by line.

    What begins with /usr or /tmp may be meant: it is the same on many machines.
    """
    for line, row in enumerate(cell.rows, cell.code_line):
        for path in HOME.findall(row):
            yield line, f"path “{path}”: use a relative path"
        for message in addresses(row):
            yield line, message


def addresses(text: str) -> Iterator[str]:
    """Say which addresses in a text are of other machines, or have a fixed port."""
    if PORT.search(text):
        yield f"fixed port in “{text}”: take serve() or free_port()"
    for host in URL.findall(text):
        if host not in HERE and not RESERVED.search(host):
            yield f"host {host}: cells reach only 127.0.0.1"


@page_rule
def sql_has_parameters(page: Page) -> Iterator[tuple[int, str]]:
    """SQL is never built from strings, except in a drill that shows the damage."""
    for cell in page.cells:
        if "drill" in cell.tags:
            continue
        for node in cell.nodes():
            if SQL.search(built_string(node)):
                yield cell.at(node), "SQL built from strings: pass parameters"


@page_rule
def inserts_name_their_key(page: Page) -> Iterator[tuple[int, str]]:
    """A repeated key is forgiven by ON CONFLICT, which forgives nothing else.

    ``OR IGNORE`` also drops rows that break a CHECK or NOT NULL, ``OR REPLACE`` deletes
    the old row first.
    """
    for code, line, tags in (
        *((cell.code, cell.code_line, cell.tags) for cell in page.cells),
        *((block.code, block.line + 1, ()) for block in page.blocks),
    ):
        if "drill" in tags:
            continue
        for number, row in enumerate(code.splitlines(), line):
            if match := SILENT.search(row):
                yield number, f"{match[0]}: write ON CONFLICT (key) DO …"


def built_string(node: ast.AST) -> str:
    """Return the fixed text of a string that code puts together, else nothing."""
    match node:
        case ast.JoinedStr(values=values):
            if any(isinstance(value, ast.FormattedValue) for value in values):
                fixed = [v.value for v in values if isinstance(v, ast.Constant)]
                return " ".join(str(text) for text in fixed)
        case ast.BinOp(left=first, op=ast.Mod() | ast.Add(), right=second):
            both = (first, second) if isinstance(node.op, ast.Add) else (first,)
            fixed = [v.value for v in both if isinstance(v, ast.Constant)]
            return " ".join(text for text in fixed if isinstance(text, str))
        case ast.Call(func=ast.Attribute(attr="format", value=ast.Constant(str(text)))):
            return text
    return ""


@page_rule
def volatile_cells_are_few(page: Page) -> Iterator[tuple[int, str]]:
    """What changes from run to run is the exception.

    A page of many live measurements names a higher share, with a reason, in its front
    matter.
    """
    share = page.front.get("volatile_share", VOLATILE_SHARE)
    if not isinstance(share, float) or not VOLATILE_SHARE <= share <= 1:
        line = page.line_of("volatile_share")
        yield line, f"volatile_share is {share}: give a share such as 0.3"
        return
    if "volatile_share" in page.front and not page.front.get("volatile_reason"):
        line = page.line_of("volatile_share")
        yield line, "volatile_share without a reason: add 'volatile_reason: …'"
    visible = [cell for cell in page.cells if cell.is_shown]
    volatile = [cell for cell in visible if "volatile" in cell.tags]
    if len(volatile) > share * len(visible):
        excess = f"{len(volatile)} of {len(visible)} cells are volatile"
        yield volatile[-1].line, f"{excess}, limit {share:.0%}: steady some"


@book_rule
def ruff_is_content(book: Book) -> Iterator[tuple[str, int, str]]:
    """The code of a page, taken as a notebook, passes the project's linter.

    So does each Python file that it writes, as a file of its own.
    """
    with tempfile.TemporaryDirectory() as folder:
        pages, files = Path(folder, "pages"), Path(folder, "files")
        notebooks = write_notebooks(book, pages)
        modules = write_modules(book, files)
        own = sorted({Path(name).stem for name in modules} - {"__init__"})
        violations = ruff(book, pages, notebooks, ["nordlys", *own], NOTEBOOK)
        violations += ruff(book, files, modules, own, [])
    for page, cell, row, code, message in violations:
        if not (code == "F821" and on_purpose(cell)):
            yield f"book/{page.path}", cell.code_line + row - 1, f"{code} {message}"


Written = dict[str, tuple[Page, list[Cell]]]  # files for ruff, with what is in them


def write_notebooks(book: Book, folder: Path) -> Written:
    """Write what each page runs as a notebook."""
    folder.mkdir()
    written: Written = {}
    for number, page in enumerate(book.pages):
        cells = [cell for cell in page.cells if not cell.file]
        nbformat.write(as_notebook(cells), folder / f"{number}.ipynb")
        written[f"{number}.ipynb"] = page, cells
    return written


def write_modules(book: Book, folder: Path) -> Written:
    """Write the Python files of each page, each time that the page writes them."""
    written: Written = {}
    for number, page in enumerate(book.pages):
        for index, cell in enumerate(page.cells):
            if cell.file and cell.tree:
                name = f"{number}-{index}/{Path(cell.file).name}"
                (folder / name).parent.mkdir(parents=True)
                (folder / name).write_text(f"{cell.code}\n", encoding="utf-8")
                written[name] = page, [cell]
    return written


def ruff(
    book: Book, folder: Path, written: Written, own: list[str], options: list[str]
) -> list[tuple[Page, Cell, int, str, str]]:
    """Return what ruff finds: page, cell, line in the cell, code and message.

    Args:
        book: whose settings count.
        folder: what to look at.
        written: the files in it.
        own: modules that are not packages of others.
        options: more words for the command.
    """
    if not written:
        return []
    config = ["--config", str(book.root / "pyproject.toml")]
    config.append(FIRST_PARTY.format(json.dumps(own)))
    command = [sys.executable, "-m", "ruff", "check", *RUFF, *config, *options]
    completed = subprocess.run([*command, folder], capture_output=True, text=True)
    if completed.returncode > 1:
        raise RuntimeError(completed.stderr)
    violations = []
    for violation in json.loads(completed.stdout):
        name = Path(violation["filename"]).relative_to(folder.resolve()).as_posix()
        page, cells = written[name]
        cell = cells[(violation["cell"] or 1) - 1]
        row = violation["location"]["row"]
        violations.append((page, cell, row, violation["code"], violation["message"]))
    return violations


def on_purpose(cell: Cell) -> bool:
    """Whether an undefined name may be the lesson of a cell."""
    return bool({"raises-exception", "drill"} & set(cell.tags))


def as_notebook(cells: list[Cell]) -> nbformat.NotebookNode:
    """Return cells as a notebook."""
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [
        nbformat.v4.new_code_cell(cell.code, id=f"cell-{index}")
        for index, cell in enumerate(cells)
    ]
    return notebook
