"""Write a resolved Sphinx page as plain Markdown and code cells.

Every kind of node needs a method of its own here, ``block_…`` or ``inline_…``; a node
without one stops the build, so that nothing of a page is lost in silence.
"""

import re
from collections.abc import Iterable
from html import escape
from string import ascii_uppercase
from urllib.parse import quote, urljoin

from docutils import nodes
from sphinx.locale import admonitionlabels

from tools.export.cells import EXERCISE, SOLUTION, CannotWriteError, Cell, Page
from tools.export.escapes import (
    code_span,
    details,
    escape_text,
    fenced,
    guard_lines,
    indented,
    one_line,
    quoted,
    surround,
)

CHECK = "Check yourself"


def write_page(document: nodes.document, page: Page) -> list[Cell]:
    """Return the cells of a page: all its text, all its code, in the page's order.

    Args:
        document: the page's tree, all references resolved.
        page: what the tree does not say.

    Raises:
        CannotWriteError: if a node has no Markdown, or a code cell would be lost.
    """
    writer = Writer(page)
    writer.flow(document.children, level=0)
    return writer.finish()


class Writer:
    """Walks the tree of a page: ``flow`` makes cells, ``block`` and ``inline`` text."""

    def __init__(self, page: Page) -> None:
        """Start with no cells written and all code of the page waiting."""
        self.page = page
        self.cells: list[Cell] = []
        self.waiting = list(page.code)
        self.parts: list[str] = []
        self.open_text = False
        self.folding: Cell | None = None
        self.in_table = False

    # Cells

    def finish(self) -> list[Cell]:
        """Release the code that is left, and return all cells."""
        self.release(len(self.waiting))
        return self.cells

    def text(self, markdown: str, *, new: bool = False) -> Cell | None:
        """Add Markdown to the present text cell, or begin one."""
        if not markdown:
            return None
        if new or not self.open_text:
            self.cells.append(Cell("markdown", markdown, tags=list(self.parts)))
            self.open_text = True
        else:
            self.cells[-1].source += f"\n\n{markdown}"
        if SOLUTION not in self.parts and not markdown.startswith("#"):
            # Text that follows a solution without a heading must not be folded with it.
            self.unfold()
        return self.cells[-1]

    def unfold(self) -> None:
        """Show the last solution after all."""
        if self.folding:
            self.folding.folds = False
        self.folding = None

    def heading(self, level: int, text: str) -> Cell:
        """Begin a text cell with a heading."""
        self.folding = None
        return self.text(f"{'#' * min(level, 6)} {one_line(text)}", new=True)

    def release(self, count: int) -> None:
        """Write the next ``count`` waiting code cells."""
        for code in self.waiting[:count]:
            if SOLUTION not in self.parts:
                self.unfold()
            tags = list(dict.fromkeys([*code.tags, *self.parts]))
            self.cells.append(Cell("code", code.source, tags=tags))
            self.open_text = False
        del self.waiting[:count]

    def flow(self, children: Iterable[nodes.Node], level: int) -> None:
        """Write nodes that may hold headings or code cells."""
        for node in children:
            method = getattr(self, f"flow_{type(node).__name__}", None)
            if method is not None:
                method(node, level)
            else:
                self.text(self.block(node))

    def flow_section(self, node: nodes.section, level: int) -> None:
        """Write a section; one without a title is only a wrapper."""
        children = node.children
        if children and isinstance(children[0], nodes.title):
            level += 1
            self.heading(level, self.page.number(node) + self.inlines(children[0]))
            children = children[1:]
        self.flow(children, level)

    def flow_container(self, node: nodes.container, level: int) -> None:
        """Write a code cell and the caption of its figure; else a box."""
        if node.get("nb_element") != "cell_code":
            self.text(self.block(node))
            return
        indices = [code.index for code in self.waiting]
        if node["cell_index"] not in indices:
            raise self.problem(node, "code cell, which is out of order")
        self.release(indices.index(node["cell_index"]) + 1)
        for figure in node.findall(nodes.figure):
            self.text(self.caption(figure))

    def flow_exercise_node(self, node: nodes.Element, level: int) -> None:
        """Write an exercise as a section of its own with its printed number."""
        title, *rest = node.children
        label = " ".join(filter(None, [self.page.label(node), self.inlines(title)]))
        self.parts.append(EXERCISE)
        self.heading(level + 1, label)
        self.flow(rest, level + 1)
        self.parts.pop()

    flow_exercise_enumerable_node = flow_exercise_node

    def flow_solution_node(self, node: nodes.Element, level: int) -> None:
        """Write a solution below its exercise: folded, all cells tagged."""
        title, *rest = node.children
        self.parts.append(SOLUTION)
        heading = self.heading(level + 2, self.inlines(title))
        if any("cell_index" in box for box in node.findall(nodes.container)):
            heading.folds = True
            self.open_text = False  # JupyterLab folds only the cells below
            self.flow(rest, level + 2)
            self.folding = heading
        else:
            texts = [text for each in rest for text in self.blocks(each.children)]
            self.text(details("Show the solution", "\n\n".join(texts)))
        self.parts.pop()
        self.open_text = False

    # Blocks

    def blocks(self, children: Iterable[nodes.Node]) -> list[str]:
        """Return the Markdown of block nodes, empty ones left out."""
        return [text for text in map(self.block, children) if text]

    def block(self, node: nodes.Node) -> str:
        """Return the Markdown of a block node."""
        method = getattr(self, f"block_{type(node).__name__}", None)
        if method is not None:
            return method(node)
        if isinstance(node, nodes.Text | nodes.Inline):
            return self.inline(node)
        raise self.problem(node)

    def block_nothing(self, node: nodes.Node) -> str:
        """Leave out what a page does not show either."""
        return ""

    block_comment = block_target = block_index = block_meta = block_nothing
    block_substitution_definition = block_tabular_col_spec = block_nothing
    block_highlightlang = block_nothing

    def block_toctree(self, node: nodes.Element) -> str:
        """Leave out the table of contents that only orders the book."""
        if not node.get("hidden"):
            raise self.problem(node, "table of contents on a page with code")
        return ""

    def block_all(self, node: nodes.Element) -> str:
        """Write what a wrapper holds."""
        return "\n\n".join(self.blocks(node.children))

    block_compound = block_legend = block_only = block_all

    def block_paragraph(self, node: nodes.Element) -> str:
        """Write a paragraph, its lines kept."""
        return guard_lines(self.inlines(node).strip())

    def block_rubric(self, node: nodes.rubric) -> str:
        """Write a heading outside the outline."""
        return f"**{one_line(self.inlines(node))}**"

    def block_transition(self, node: nodes.transition) -> str:
        """Write a rule."""
        return "---"

    def block_block_quote(self, node: nodes.block_quote) -> str:
        """Write a quotation."""
        return quoted(self.block_all(node))

    def block_attribution(self, node: nodes.attribution) -> str:
        """Write whose quotation it is."""
        return f"— {self.inlines(node)}"

    def block_literal_block(self, node: nodes.literal_block) -> str:
        """Write code that is shown and not run."""
        language = node.get("language", "")
        language = "" if language in ("none", "default") else language
        return fenced(node.astext().strip("\n"), language)

    def block_math_block(self, node: nodes.math_block) -> str:
        """Write a displayed formula with its number."""
        formula = node.astext().strip()
        if r"\begin" not in formula and re.search(r"\\\\|(?<!\\)&", formula):
            formula = f"\\begin{{aligned}}\n{formula}\n\\end{{aligned}}"
        if node.get("number"):
            formula += f"\n\\tag{{{self.page.label(node)}}}"
        return f"$$\n{formula}\n$$"

    def block_raw(self, node: nodes.raw) -> str:
        """Keep HTML; comments are for authors, other formats for other builders."""
        if "html" not in node.get("format", "").split():
            return ""
        return re.sub(r"<!--.*?-->", "", node.astext(), flags=re.DOTALL).strip()

    def block_image(self, node: nodes.image) -> str:
        """Write a picture with its description."""
        description = escape_text(one_line(node.get("alt", "")))
        return f"![{description}]({self.page.picture(node)})"

    def block_figure(self, node: nodes.figure) -> str:
        """Write a figure, then its number and caption."""
        body = [each for each in node.children if not isinstance(each, nodes.caption)]
        return "\n\n".join([*self.blocks(body), self.caption(node)])

    def caption(self, node: nodes.Element) -> str:
        """Return number and caption, the number linked to the place in the book."""
        caption = next(
            (c for c in node.children if isinstance(c, nodes.caption | nodes.title)),
            None,
        )
        parts, label = [], self.page.label(node)
        if label:
            parts.append(f"[{label}]({self.anchor(node['ids'][0])}).")
        if caption is not None:
            parts.append(one_line(self.inlines(caption)))
        return guard_lines(" ".join(parts))

    def block_container(self, node: nodes.container) -> str:
        """Write a box without meaning; code cells cannot stand in one."""
        if node.get("nb_element"):
            raise self.problem(node, f"container of a code cell ({node['nb_element']})")
        if "literal-block-wrapper" in node["classes"]:
            return "\n\n".join([self.caption(node), *self.blocks(node.children[1:])])
        part = node.get("design_component", "")
        method = getattr(self, f"design_{part.replace('-', '_')}", None)
        if part and method is None:
            raise self.problem(node, f"the box {part!r} of sphinx-design")
        return method(node) if method else self.block_all(node)

    design_tab_set = design_tab_item = design_tab_content = block_all

    def design_dropdown(self, node: nodes.container) -> str:
        """Write a box that opens."""
        title, body = "Show", node.children
        if node["has_title"]:
            title, body = body[0].astext(), body[1:]
        return details(title, "\n\n".join(self.blocks(body)))

    # Admonitions

    def block_admonition(self, node: nodes.Element) -> str:
        """Write a box as a quotation with its title; one that opens stays one."""
        title, body = "", node.children
        if body and isinstance(body[0], nodes.title):
            title, body = body[0], body[1:]
            plain_title, heading = title.astext(), one_line(self.inlines(title))
        else:
            plain_title = heading = str(admonitionlabels.get(node.tagname, ""))
        blocks = self.blocks(body)
        if plain_title == CHECK:
            return self.question(heading, blocks)
        hidden = isinstance(node, nodes.hint) or {"dropdown", "toggle"} & {
            *node["classes"]
        }
        if hidden:
            return details(plain_title, "\n\n".join(blocks))
        box = "\n\n".join([f"**{heading}**", *blocks] if heading else blocks)
        # In a quotation JupyterLab takes what stands between two $ for a formula.
        if any("$" in code.astext() for code in node.findall(nodes.literal_block)):
            return box
        return quoted(box)

    block_note = block_tip = block_hint = block_important = block_admonition
    block_warning = block_caution = block_danger = block_attention = block_admonition
    block_error = block_seealso = block_topic = block_sidebar = block_admonition

    def question(self, title: str, blocks: list[str]) -> str:
        """Return a question to the reader, its answer folded."""
        question, *answer = blocks
        if not answer:
            question, _, rest = question.partition("\n")
            answer = [rest] if rest else []
        prompt = f"**{title}**\n\n{question}"
        answer_box = details("Answer", "\n\n".join(answer))
        return f"{prompt}\n\n{answer_box}"

    def block_quiz(self, node: nodes.Element) -> str:
        """Write a question, its options by letter, and folded what is said of each."""
        title, *rest = node.children
        options = [each for each in rest if type(each).__name__ == "quiz_option"]
        question = self.blocks(each for each in rest if each not in options)
        choices, answers = [], []
        for letter, option in zip(ascii_uppercase, options, strict=False):
            choice, *explanation = option.children
            choices.append(f"- {letter}. {one_line(self.inlines(choice))}")
            text = "\n\n".join(self.blocks(explanation))
            answers.append(f"- {letter}. {indented(text, 2)}")
        parts = [f"**{title.astext()}**", *question, "\n".join(choices)]
        return "\n\n".join([*parts, details("Answers", "\n".join(answers))])

    # Lists and tables

    def block_bullet_list(self, node: nodes.Element) -> str:
        """Write a list, tight if its items are short."""
        return self.items(node, ["-"] * len(node.children))

    def block_enumerated_list(self, node: nodes.enumerated_list) -> str:
        """Write a numbered list."""
        first = node.get("start", 1)
        return self.items(node, [f"{first + n}." for n in range(len(node.children))])

    def items(self, node: nodes.Element, marks: list[str]) -> str:
        """Return list items, each behind its mark."""
        lists = nodes.bullet_list | nodes.enumerated_list
        tight = all(
            sum(not isinstance(child, lists) for child in item.children) <= 1
            for item in node.children
        )
        gap = "\n" if tight else "\n\n"
        lines = []
        for mark, item in zip(marks, node.children, strict=True):
            text = gap.join(self.blocks(item.children))
            lines.append(f"{mark} {indented(text, len(mark) + 1)}")
        return gap.join(lines)

    def block_definition_list(self, node: nodes.Element) -> str:
        """Write terms and definitions as a list."""
        lines = []
        for item in node.children:
            terms, rest = [], []
            for child in item.children:
                is_term = isinstance(child, nodes.term)
                (terms if is_term else rest).append(child)
            head = ", ".join(f"**{one_line(self.inlines(term))}**" for term in terms)
            body = "\n\n".join(t for d in rest for t in self.blocks(d.children))
            lines.append(f"- {head}\n\n{' ' * 2}{indented(body, 2)}")
        return "\n\n".join(lines)

    block_glossary = block_all

    def block_line_block(self, node: nodes.line_block) -> str:
        """Write lines that break where they break."""
        return "\\\n".join(self.blocks(node.children))

    def block_line(self, node: nodes.Element) -> str:
        """Write one of them."""
        return self.inlines(node)

    def block_footnote(self, node: nodes.footnote) -> str:
        """Write a footnote where it stands."""
        label, *body = node.children
        return f"<sup>{label.astext()}</sup> " + "\n\n".join(self.blocks(body))

    def block_table(self, node: nodes.table) -> str:
        """Write a table below its number and caption."""
        group = next(node.findall(nodes.tgroup))
        self.in_table = True
        head = [self.row(row) for each in group.findall(nodes.thead) for row in each]
        rows = [self.row(row) for each in group.findall(nodes.tbody) for row in each]
        self.in_table = False
        columns = group["cols"]
        if len(head) > 1 or any(len(row) != columns for row in head + rows):
            raise self.problem(
                node, "table with joined cells or more than one head row"
            )
        sample = next(group.findall(nodes.row))
        rules = [rule_of(entry) for entry in sample.children]
        lines = [head[0] if head else [""] * columns, rules, *rows]
        table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
        caption = self.caption(node)
        return f"{caption}\n\n{table}" if caption else table

    def row(self, node: nodes.row) -> list[str]:
        """Return the cells of a table's row."""
        cells = []
        for entry in node.children:
            if entry.get("morecols") or entry.get("morerows"):
                raise self.problem(entry, "table cell that spans others")
            text = "<br>".join(one_line(text) for text in self.blocks(entry.children))
            cells.append(text.replace("|", r"\|"))
        return cells

    # Inline

    def inlines(self, node: nodes.Node) -> str:
        """Return the Markdown of all that stands inside a node."""
        return "".join(map(self.inline, node.children))

    def inline(self, node: nodes.Node) -> str:
        """Return the Markdown of an inline node."""
        if isinstance(node, nodes.Text):
            return escape_text(node.astext())
        method = getattr(self, f"inline_{type(node).__name__}", None)
        if method is None:
            raise self.problem(node)
        return method(node)

    inline_comment = inline_target = inline_index = inline_raw_latex = block_nothing
    inline_inline = inline_generated = inlines
    inline_image, inline_raw = block_image, block_raw

    def inline_strong(self, node: nodes.Element) -> str:
        """Write strong text."""
        return surround("**", self.inlines(node))

    def inline_emphasis(self, node: nodes.Element) -> str:
        """Write emphasised text."""
        return surround("*", self.inlines(node))

    inline_literal_strong, inline_literal_emphasis = inline_strong, inline_emphasis
    inline_title_reference = inline_emphasis

    def inline_literal(self, node: nodes.literal) -> str:
        """Write code inside a sentence."""
        if "kbd" in node["classes"]:
            return f"<kbd>{escape(node.astext(), quote=False)}</kbd>"
        return code_span(node.astext())

    def inline_math(self, node: nodes.math) -> str:
        """Write a formula inside a sentence."""
        formula = one_line(node.astext())
        if self.in_table:
            formula = formula.replace("|", r"\vert ")
        return f"${formula}$"

    def inline_superscript(self, node: nodes.Element) -> str:
        """Write raised text."""
        return f"<sup>{self.inlines(node)}</sup>"

    def inline_subscript(self, node: nodes.Element) -> str:
        """Write lowered text."""
        return f"<sub>{self.inlines(node)}</sub>"

    def inline_footnote_reference(self, node: nodes.Element) -> str:
        """Write the mark of a footnote."""
        return f"<sup>{node.astext()}</sup>"

    def inline_abbreviation(self, node: nodes.abbreviation) -> str:
        """Write an abbreviation, and what it stands for."""
        meaning = node.get("explanation", "")
        return self.inlines(node) + (f" ({escape_text(meaning)})" if meaning else "")

    def inline_reference(self, node: nodes.reference) -> str:
        """Write a link; all lead to addresses online."""
        text = self.inlines(node)
        before = " " if text[:1].isspace() else ""
        return f"{before}[{one_line(text)}]({self.address(node)})"

    inline_number_reference = inline_reference

    def inline_download_reference(self, node: nodes.Element) -> str:
        """Write a link to a file that the site offers."""
        if not node.get("filename"):
            raise self.problem(node, "download whose file is missing")
        path = self.page.picture(node)
        return f"[{one_line(self.inlines(node))}]({path})"

    # Links and messages

    def anchor(self, name: str) -> str:
        """Return the address of a place on this page."""
        return f"{self.page.address}#{name}"

    def address(self, node: nodes.reference) -> str:
        """Return where a link leads, as a full address."""
        if node.get("refid"):
            return self.anchor(node["refid"])
        if "refuri" not in node:
            raise self.problem(node, "link without an address")
        full = urljoin(self.page.address, node["refuri"])
        return quote(full, safe=":/?#[]@!$&'*+,;=%~")

    def problem(self, node: nodes.Node, subject: str = "") -> CannotWriteError:
        """Return the error for a node that cannot be written."""
        kind, ancestor = type(node).__name__, node
        while not line_of(ancestor) and ancestor.parent is not None:
            ancestor = ancestor.parent
        return CannotWriteError(
            f"{self.page.name}, near line {line_of(ancestor) or '?'}: no Markdown is "
            f"known for {subject or f'a node of kind {kind!r}'}. Write it another way, "
            f"or add block_{kind} or inline_{kind} to tools/export/writer.py.\n"
            f"  {node.astext()[:200]!r}"
        )


def line_of(node: nodes.Node) -> int:
    """Return the line of a node or of the first thing in it, 0 if none is known."""
    if node.line or not isinstance(node, nodes.Element):
        return node.line or 0
    return next((each.line for each in node.findall() if each.line), 0)


def rule_of(entry: nodes.entry) -> str:
    """Return the line below a column's head, which says how the column is set."""
    if "text-right" in entry["classes"]:
        return "---:"
    return ":---:" if "text-center" in entry["classes"] else "---"
