"""The book's source as data: every page parsed once, every thing with its line."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser

from tools.source.file_cells import language_of, written_file
from tools.source.glued import REMOVED, glue_calls, quoted
from tools.source.pages import page_text, sources

SYNTAX = MdParserConfig(
    enable_extensions={"attrs_block", "colon_fence", "deflist", "dollarmath"},
    dmath_allow_digits=False,
    dmath_allow_space=False,
)
DIRECTIVE = re.compile(r"^\{([\w:.+-]+)\}\s*(.*)$")
OPTION = re.compile(r"^:([\w-]+):\s*(.*)$")
TARGET = re.compile(r"^(.*?)\s*<([^<>]+)>$", re.DOTALL)
NOTE = re.compile(r"(?:<!--|%)?\s*(\w+):\s*(?!-->)\S")

CHECK = "Check yourself"

CLOSING = "Keep this"  # the heading that ends a section page

# Tags of cells whose code is not in sight.
FOLDED = ("hide-input", "hide-cell", "remove-")

# Directives whose body is not prose.
OPAQUE = {
    "bibliography", "code", "code-block", "code-cell", "csv-table", "eval-rst",
    "image", "literalinclude", "math", "raw", "sourcecode", "toctree",
}  # fmt: skip


@dataclass(frozen=True)
class Role:
    """An inline role such as ``{ref}`sec-x```."""

    name: str
    content: str
    line: int

    @property
    def target(self) -> str:
        """What it points to: the part in angle brackets, or all of it."""
        match = TARGET.match(self.content)
        return match[2] if match else self.content

    @property
    def title(self) -> str:
        """The text it is given to show, or nothing."""
        match = TARGET.match(self.content)
        return match[1] if match else ""


@dataclass(frozen=True)
class Piece:
    """A stretch of a line: text, strong, em, code, math, role, link or comment."""

    kind: str
    text: str


@dataclass
class Line:
    """One line of prose.

    ``kind`` is paragraph, item, heading, cell (of a table), caption, title (of a
    box), term or definition;
    ``part`` is where it stands: opening, core, further, exercise, solution, check,
    exercises or closing.
    """

    line: int
    kind: str
    part: str
    pieces: list[Piece] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)
    last: bool = True  # of its paragraph
    box: int = 0  # line of the directive it stands in
    table: int = 0  # line of its table
    row: int = 0  # row of the table, the head being 1
    head: str = ""  # the head of its column

    @property
    def text(self) -> str:
        """The words in the author's own voice; □ for code, maths, roles, links."""
        return self.join({"text", "strong", "em"})

    @property
    def read(self) -> str:
        """The words a reader reads, links and shown roles included."""
        return self.join({"text", "strong", "em", "link", "code"})

    def join(self, kinds: set[str]) -> str:
        """Join the pieces of some kinds, with □ for the others."""
        texts = (
            piece.text if piece.kind in kinds else "□"
            for piece in self.pieces
            if piece.kind != "comment"
        )
        return "".join(texts).strip()

    def comment(self, key: str) -> bool:
        """Say whether the line carries ``<!-- key: reason -->``, reason not empty."""
        pattern = re.compile(rf"<!--\s*{key}:\s*\S.*-->", re.DOTALL)
        return any(p.kind == "comment" and pattern.match(p.text) for p in self.pieces)


@dataclass(frozen=True)
class Heading:
    """A heading with the labels that stand before it."""

    level: int
    text: str
    line: int
    labels: tuple[str, ...]


@dataclass
class Directive:
    """A directive, with the directives it stands in (outermost first)."""

    name: str
    argument: str
    options: dict[str, Any]
    body: str
    line: int
    body_line: int
    part: str
    inside: tuple[str, ...] = ()
    items: list[list[Line]] = field(default_factory=list)  # of its numbered list


@dataclass
class Cell:
    """An executed code cell.

    Of a cell that writes a file, ``code`` is the content of the file.
    """

    code: str
    line: int  # of its fence
    code_line: int  # of its first line of code
    options: dict[str, Any]
    part: str
    language: str
    exercise: str = ""  # label of the exercise it solves
    file: str = ""  # path of the file it writes
    note: str = ""  # key of the comment on the line before, such as broken

    @property
    def kind(self) -> str:
        """The language of the code as Pygments names it."""
        return language_of(self.file) if self.file else "python"

    @property
    def tags(self) -> list[str]:
        """The tags of the cell."""
        tags = self.options.get("tags") or []
        return tags if isinstance(tags, list) else str(tags).split(",")

    @property
    def is_shown(self) -> bool:
        """Whether the page shows it."""
        return REMOVED not in self.tags

    @property
    def shows_code(self) -> bool:
        """Whether its code is in sight, neither folded nor left out."""
        return not any(tag.startswith(FOLDED) for tag in self.tags)

    @property
    def rows(self) -> list[str]:
        """The lines of code."""
        return self.code.strip("\n").splitlines()

    @cached_property
    def tree(self) -> ast.Module | None:
        """The syntax tree, or nothing where the code is not Python that parses."""
        if self.kind != "python":
            return None
        try:
            return ast.parse(self.code)
        except SyntaxError:
            return None

    def nodes(self) -> Iterator[ast.AST]:
        """Yield every node of the syntax tree."""
        yield from ast.walk(self.tree) if self.tree else ()

    def at(self, node: ast.AST) -> int:
        """The line of the page on which a node stands."""
        return self.code_line + getattr(node, "lineno", 1) - 1


@dataclass(frozen=True)
class Block:
    """Code that is shown and not run."""

    language: str
    code: str
    line: int
    broken: bool  # marked <!-- broken: reason --> on the line before


@dataclass(frozen=True)
class Picture:
    """A figure, drawn by a cell or read from a file."""

    name: str
    caption: str
    alt: str
    line: int
    file: str = ""


@dataclass(frozen=True)
class Exercise:
    """An exercise, its solutions and their cells."""

    label: str
    line: int
    text: str
    solutions: list[int]
    cells: list[Cell]

    @property
    def key(self) -> str:
        """The name that ``check`` knows it by."""
        return self.label.removeprefix("ex-")


def is_section(name: str) -> bool:
    """Say whether a page, by its name below ``book``, is a section of a lecture."""
    parts = name.split("/")
    return parts[0] == "lectures" and len(parts) == 3 and parts[2] != "index"


class Page:
    """One page of the book."""

    def __init__(self, book: Path, path: Path) -> None:
        """Parse ``path``, which is below ``book``."""
        self.file = path
        self.book_folder = book
        self.path = path.relative_to(book).as_posix()
        self.name = self.path.removesuffix(".md")
        self.slug = path.stem
        self.source = page_text(path)
        self.source_lines = self.source.splitlines()
        self.front: dict[str, Any] = {}
        self.headings: list[Heading] = []
        self.lines: list[Line] = []
        self.cells: list[Cell] = []
        self.directives: list[Directive] = []
        self.roles: list[Role] = []
        self.blocks: list[Block] = []
        self.labels: list[tuple[str, int]] = []
        self.lists: list[tuple[str, list[list[Line]]]] = []  # heading above, items
        self.terms: list[tuple[str, int]] = []  # of a glossary
        self.bounds: list[tuple[int, str]] = [(0, "core")]  # lines, what begins there
        _Reader(self).read()

    @property
    def is_section(self) -> bool:
        """Whether it is a section page of a lecture."""
        return is_section(self.name)

    @property
    def lecture(self) -> int | None:
        """The number of its lecture."""
        match = re.match(r"lectures/(\d\d)-", self.path)
        return int(match[1]) if match else None

    @property
    def pictures(self) -> list[Picture]:
        """The figures of the page, in order."""
        pictures = []
        for cell in self.cells:
            mystnb = cell.options.get("mystnb") or {}
            if "figure" in mystnb or "image" in mystnb:
                shape = mystnb.get("figure") or {}
                alt = (mystnb.get("image") or {}).get("alt", "")
                name, caption = shape.get("name", ""), shape.get("caption", "")
                pictures.append(Picture(name, caption, alt, cell.line))
        for item in self.directives:
            if item.name in {"figure", "image"}:
                options = {key: str(value) for key, value in item.options.items()}
                caption = item.body.strip().split("\n\n")[0]
                name, alt = options.get("name", ""), options.get("alt", "")
                pictures.append(Picture(name, caption, alt, item.line, item.argument))
        return sorted(pictures, key=lambda picture: picture.line)

    @property
    def modules(self) -> set[str]:
        """The names by which code imports the files that the page writes."""
        paths = [Path(cell.file) for cell in self.cells if cell.file]
        return {path.stem for path in paths} | {path.parts[0] for path in paths}

    @property
    def glued(self) -> list[tuple[str, int]]:
        """Keys handed over by ``glue(key=…)``, with lines."""
        return [
            (keyword.arg, cell.at(keyword))
            for cell in self.cells
            if not cell.file
            for call in glue_calls(cell.code)
            for keyword in call.keywords
            if keyword.arg
        ]

    @property
    def quoted(self) -> list[tuple[str, str, int]]:
        """What the text shows by ``{glue:text}``: name of the page, key, line."""
        return [
            (*quoted(self.name, role.content), role.line)
            for role in self.roles
            if role.name.startswith("glue")
        ]

    @cached_property
    def exercises(self) -> list[Exercise]:
        """The exercises of the page, in order."""
        kinds = {"exercise", "exercise-start"}
        return [self._exercise(item) for item in self.directives if item.name in kinds]

    def _exercise(self, item: Directive) -> Exercise:
        label = str(item.options.get("label", ""))
        ends = [d.line for d in self.directives if d.name == "exercise-end"]
        end = next((line for line in ends if line > item.line), item.line)
        rows = self.source_lines[item.line : end]
        solutions = [
            d.line
            for d in self.directives
            if d.name in {"solution", "solution-start"} and d.argument == label
        ]
        return Exercise(
            label=label,
            line=item.line,
            text=item.body if item.body.strip() else "\n".join(rows),
            solutions=solutions,
            cells=[cell for cell in self.cells if label and cell.exercise == label],
        )

    def section_at(self, line: int) -> str:
        """Return what a line stands in: core, further, exercises or closing.

        Unlike ``part``, this is told by headings alone; an exercise with its solution
        is among the exercises wherever it stands.
        """
        index = bisect_right([start for start, _ in self.bounds], line)
        return self.bounds[index - 1][1]

    @property
    def closing(self) -> str:
        """The heading of the section that closes the page, or nothing."""
        texts = [heading.text for heading in self.headings if heading.level == 2]
        return CLOSING if CLOSING in texts else ""

    @property
    def quizzes(self) -> list[Directive]:
        """The questions inside the text: quizzes and boxes "Check yourself"."""
        return [
            item
            for item in self.directives
            if item.name == "quiz"
            or (item.name == "admonition" and item.argument.startswith(CHECK))
        ]

    def box(self, title: str) -> Directive | None:
        """Return the first admonition of that title."""
        for item in self.directives:
            if item.name == "admonition" and item.argument == title:
                return item
        return None

    def list_under(self, heading: str) -> list[list[Line]]:
        """Return the items of the first list under a heading."""
        return next((items for title, items in self.lists if title == heading), [])

    def line_of(self, text: str) -> int:
        """Return the first line that holds ``text``."""
        rows = enumerate(self.source_lines, 1)
        return next((number for number, row in rows if text in row), 1)


@cache
def _parser() -> MarkdownIt:
    return create_md_parser(SYNTAX, RendererHTML)


class _Reader:
    """Walks the tokens of a page and fills it."""

    def __init__(self, page: Page) -> None:
        self.parser = _parser()
        self.page = page
        self.section = "core"  # by the headings
        self.between = ""  # exercise or solution, between start and end
        self.heading = ""
        self.waiting: list[str] = []  # labels before a heading
        self.exercise = ""

    def read(self) -> None:
        tokens = self.parser.parse(self.page.source, {})
        if tokens and tokens[0].type == "front_matter":
            self.page.front = yaml.safe_load(tokens[0].content) or {}
            tokens = tokens[1:]
        self.walk(tokens, 0, ())

    def part(self, inside: tuple[str, ...]) -> str:
        if self.between:
            return self.between
        for name in reversed(inside):
            if name in {"exercise", "solution", "check", "opening"}:
                return name
        return self.section.removesuffix("-3")

    def walk(
        self,
        tokens: list[Token],
        offset: int,
        inside: tuple[str, ...],
        owner: Directive | None = None,
    ) -> None:
        stack: list[str] = []
        items: list[list[Line]] | None = None
        depth = 0
        table = row = column = 0
        heads: list[str] = []
        note = ""
        for token in tokens:
            line = offset + (token.map[0] if token.map else 0) + 1
            match token.type:
                case "myst_target":
                    self.page.labels.append((token.content, line))
                    self.waiting.append(token.content)
                case "html_block" | "myst_line_comment":
                    match = NOTE.match(token.content)
                    note = match[1] if match else ""
                    continue
                case "heading_open" | "paragraph_open":
                    stack.append(token.type)
                    if token.type == "paragraph_open":
                        self.waiting = []
                case "list_item_open":
                    stack.append(token.type)
                    if items is not None and depth == 1:
                        items.append([])
                case "ordered_list_open" | "bullet_list_open":
                    depth += 1
                    if depth == 1:
                        items = []
                        if owner is None:
                            self.page.lists.append((self.heading, items))
                        elif not owner.items:
                            owner.items = items
                case "ordered_list_close" | "bullet_list_close":
                    depth -= 1
                    items = items if depth else None
                case "table_open":
                    table, row, heads = line, 0, []
                    stack.append("table")
                case "tr_open":
                    row, column = row + 1, 0
                case "th_open" | "td_open":
                    column += 1
                    stack.append("cell")
                case "dt_open":
                    stack.append("term")
                case "dt_close" | "th_close" | "td_close" | "table_close":
                    stack.pop()
                case "heading_close" | "paragraph_close" | "list_item_close":
                    stack.pop()
                case "inline":
                    kind = self.kind(stack)
                    prose = self.inline(token, line, kind, self.part(inside))
                    if kind == "cell":
                        if row == 1:
                            heads.append(prose[0].text if prose else "")
                        head = heads[column - 1] if column <= len(heads) else ""
                        for entry in prose:
                            entry.table, entry.row, entry.head = table, row, head
                    for entry in prose:
                        entry.box = owner.line if owner else 0
                    if kind == "heading":
                        self.start_section(token, tokens, line)
                        for entry in prose:
                            entry.part = self.part(inside)
                    if items:
                        items[-1].extend(prose)
                case "fence" | "colon_fence":
                    self.fence(token, line, inside, note)
            note = ""

    @staticmethod
    def kind(stack: list[str]) -> str:
        if "cell" in stack:
            return "cell"
        if stack and stack[-1] == "heading_open":
            return "heading"
        if stack and stack[-1] == "term":
            return "term"
        return "item" if "list_item_open" in stack else "paragraph"

    def start_section(self, token: Token, tokens: list[Token], line: int) -> None:
        level = int(tokens[tokens.index(token) - 1].tag[1])
        text = token.content
        self.page.headings.append(Heading(level, text, line, tuple(self.waiting)))
        self.waiting = []
        self.heading = text
        if level <= 2 or self.section == "core":
            self.section = "exercises" if text == "Exercises" else "core"
            if text == CLOSING:
                self.section = "closing"
            if text.startswith("Further:"):
                self.section = "further" if level <= 2 else "further-3"
        elif self.section == "further-3" and not text.startswith("Further:"):
            self.section = "core"
        self.bound(line)

    def bound(self, line: int) -> None:
        """Note what begins on a line."""
        section = "exercises" if self.between else self.section.removesuffix("-3")
        self.page.bounds.append((line, section))

    def inline(self, token: Token, line: int, kind: str, part: str) -> list[Line]:
        """Split an inline token into lines of pieces."""
        current = Line(line, kind, part)
        lines = [current]
        state: list[str] = []
        for child in token.children or []:
            match child.type:
                case "softbreak" | "hardbreak":
                    line += 1
                    current = Line(line, kind, part)
                    lines.append(current)
                case "strong_open" | "em_open" | "link_open":
                    state.append(child.type.removesuffix("_open"))
                case "strong_close" | "em_close" | "link_close":
                    state.pop()
                case "text":
                    style = next((s for s in ("link", "strong", "em") if s in state), 0)
                    current.pieces.append(Piece(style or "text", child.content))
                case "code_inline":
                    current.pieces.append(Piece("code", child.content))
                case "math_inline" | "math_inline_double":
                    current.pieces.append(Piece("math", child.content))
                case "html_inline":
                    is_comment = child.content.startswith("<!--")
                    piece = Piece("comment" if is_comment else "html", child.content)
                    current.pieces.append(piece)
                case "myst_role":
                    role = Role(child.meta["name"], child.content, line)
                    self.page.roles.append(role)
                    current.roles.append(role)
                    current.pieces.append(Piece("role", role.title))
                case "image":
                    current.pieces.append(Piece("image", child.content))
            line += child.content.count("\n") if child.type == "html_inline" else 0
        lines = [entry for entry in lines if entry.pieces]
        for entry in lines[:-1]:
            entry.last = False
        self.page.lines.extend(lines)
        return lines

    def fence(
        self, token: Token, line: int, inside: tuple[str, ...], note: str
    ) -> None:
        broken = note == "broken"
        match = DIRECTIVE.match(token.info.strip())
        if not match:
            language = token.info.strip().split(" ")[0]
            self.page.blocks.append(Block(language, token.content, line, broken))
            return
        name, argument = match[1], match[2].strip()
        options, body, skipped = split_options(token.content)
        part = self.part(inside)
        body_line = line + 1 + skipped
        directive = Directive(
            name, argument, options, body, line, body_line, part, inside
        )
        self.page.directives.append(directive)
        for key in ("name", "label"):
            if options.get(key):
                self.page.labels.append((str(options[key]), line))
        if name == "code-cell":
            self.cell(directive, note)
        elif name in {"code-block", "code", "sourcecode"}:
            self.page.blocks.append(Block(argument, body, line, broken))
        elif name in {"exercise-start", "solution-start"}:
            self.between = name.removesuffix("-start")
            self.bound(line)
            self.exercise = argument if name == "solution-start" else ""
        elif name in {"exercise-end", "solution-end"}:
            self.between = ""
            self.bound(line)
        elif name == "glossary":
            self.glossary(body, body_line)
        elif name not in OPAQUE:
            self.contents(directive)
        self.waiting = []

    def cell(self, directive: Directive, note: str) -> None:
        code = directive.body.rstrip("\n")
        line = directive.body_line + len(code) - len(code.lstrip("\n"))
        code, name = code.lstrip("\n"), ""
        if (file := written_file(code)) and file.name:
            code, name, line = file.content, file.name, line + 1
        cell = Cell(
            code, directive.line, line, directive.options, directive.part,
            directive.argument, self.exercise if self.between else "", name, note,
        )  # fmt: skip
        self.page.cells.append(cell)
        shape = (directive.options.get("mystnb") or {}).get("figure") or {}
        if shape.get("name"):
            self.page.labels.append((shape["name"], directive.line))
        if shape.get("caption"):
            line = self.line_below(directive.line, "caption:")
            self.parse_line(shape["caption"], line, "caption", directive.part)

    def line_below(self, line: int, text: str) -> int:
        rows = enumerate(self.page.source_lines[line:], line + 1)
        return next((number for number, row in rows if text in row), line)

    def parse_line(
        self, text: str, line: int, kind: str, part: str, box: int = 0
    ) -> None:
        """Parse one line; a caption in YAML carries its reason in a YAML comment."""
        for token in self.parser.parseInline(text, {}):
            reason = self.page.source_lines[line - 1].partition("# number:")[2]
            for entry in self.inline(token, line, kind, part):
                entry.box = box
                if reason.strip():
                    comment = f"<!-- number:{reason} -->"
                    entry.pieces.append(Piece("comment", comment))

    def contents(self, directive: Directive) -> None:
        """Read the prose inside a directive."""
        name = directive.name
        if directive.name == "quiz":
            name = "check"
        if directive.name == "admonition":
            title = directive.argument
            name = "check" if title.startswith(CHECK) else name
            name = "opening" if title == "In this section" else name
        takes_text = directive.name not in {"figure", "tab-item", "grid", "card"}
        is_numbered = directive.name in {"exercise", "solution"}
        if directive.argument and takes_text and not is_numbered:
            part, line = self.part((*directive.inside, name)), directive.line
            self.parse_line(directive.argument, line, "title", part, box=line)
        start = len(self.page.lines)
        tokens = self.parser.parse(directive.body, {})
        self.walk(tokens, directive.body_line - 1, (*directive.inside, name), directive)
        if directive.name == "figure":
            for entry in self.page.lines[start:]:
                entry.kind = "caption"

    def glossary(self, body: str, line: int) -> None:
        """Read terms, at the margin, and definitions, indented or after a colon."""
        for number, row in enumerate(body.splitlines(), line):
            if row.strip() and row[0] not in " \t:":
                self.page.terms.append((row.strip(), number))
            elif row.strip():
                self.parse_line(row.strip(" :\t"), number, "definition", "core")


def split_options(content: str) -> tuple[dict[str, Any], str, int]:
    """Split a directive's content into options, body and the lines before the body."""
    rows = content.split("\n")
    if rows[0].strip() == "---":
        closing = next((i for i, row in enumerate(rows[1:], 1) if row.strip() == "---"))
        options = yaml.safe_load("\n".join(rows[1:closing])) or {}
        return options, "\n".join(rows[closing + 1 :]), closing + 1
    options, count = {}, 0
    for row in rows:
        match = OPTION.match(row)
        if not match:
            break
        value = match[2].strip()
        options[match[1]] = yaml.safe_load(value) if value.startswith("[") else value
        count += 1
    if count and count < len(rows) and not rows[count].strip():
        count += 1
    return options, "\n".join(rows[count:]), count


class Book:
    """All pages below ``root/book``, and what stands beside them."""

    def __init__(self, root: Path) -> None:
        """Parse the pages of the repository at ``root``."""
        self.root = root
        self.folder = root / "book"
        self.pages = [Page(self.folder, path) for path in sources(self.folder)]
        self.by_name = {page.name: page for page in self.pages}

    @cached_property
    def contents(self) -> dict[str, Any]:
        """The table of contents as read."""
        path = self.folder / "_toc.yml"
        return yaml.safe_load(path.read_text()) if path.is_file() else {}

    @cached_property
    def order(self) -> list[str]:
        """Names of the pages in the order of the table of contents."""
        names = [self.contents["root"]] if "root" in self.contents else []

        def visit(entry: dict[str, Any]) -> None:
            if "file" in entry:
                names.append(entry["file"].removesuffix(".md"))
            for key in ("parts", "chapters", "sections"):
                for child in entry.get(key) or []:
                    visit(child)

        visit(self.contents)
        return names

    @cached_property
    def reading(self) -> list[Page]:
        """The pages in reading order; pages outside the contents come last."""
        positions = {name: index for index, name in enumerate(self.order)}
        return sorted(
            self.pages,
            key=lambda page: (positions.get(page.name, len(positions)), page.name),
        )

    @cached_property
    def sections(self) -> list[Page]:
        """The section pages in reading order."""
        return [page for page in self.reading if page.is_section]

    @cached_property
    def terms(self) -> set[str]:
        """Every term of the glossary."""
        return {term for page in self.pages for term, _ in page.terms}


@cache
def read_book(root: Path) -> Book:
    """Return the book at ``root``, read once for all tests of a run."""
    return Book(root)
