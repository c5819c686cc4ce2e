"""The directive ``book-audit``: what a machine can count in each lecture, and in all.

All is read from the source, but for three rows that need the run which the pages show.
"""

import ast
import json
import sys
import tomllib
from collections import Counter
from pathlib import Path

import yaml
from docutils import nodes
from docutils.statemachine import StringList
from results import load_runs
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

sys.path.append(str(Path(__file__).resolve().parents[2]))  # jupyter-book leaves it out

from tools.source.book import Page
from tools.source.terms import term_keys

READERS = {
    "json": json.loads,
    "toml": tomllib.loads,
    "yaml": lambda text: list(yaml.safe_load_all(text)),
}
SETTINGS = {*READERS, "caddyfile", "docker", "dockerfile", "ini"}
FROM_RUN = ("… executed in the run shown", "… ending in an error", "… assert executed")
TERMS = "terms of the glossary"
ROWS = (
    "pages", "code cells", *FROM_RUN[:2], "drills “Break it”", "exercises", FROM_RUN[2],
    "numbers quoted from a cell", "figures", "… with alternative text", TERMS,
    "workflows and configuration files", "… parsed as YAML, TOML or JSON",
)  # fmt: skip
UNKNOWN = "This copy was built without the runner, so rows with dashes are not known."


def column(page: Page) -> str:
    """Return where a page is counted: its lecture, the capstone or the other pages."""
    first = page.name.split("/")[0]
    return str(page.lecture or (first if first == "capstone" else "other"))


def is_parsed(language: str, text: str) -> bool:
    """Say whether a text can be read in its language, and we have a reader for it."""
    try:
        READERS[language](text)
    except (KeyError, ValueError, yaml.YAMLError):
        return False
    return True


def page_counts(page: Page, run: dict | None) -> Counter[str]:
    """Count one page; the terms come later, as they need the whole book."""
    asserts = [
        any(isinstance(node, ast.Assert) for cell in cells for node in cell.nodes())
        for cells in (exercise.cells for exercise in page.exercises)
    ]
    notebook = json.loads(Path(run["notebook"]).read_text("utf-8")) if run else {}
    cells = notebook.get("cells", [])
    outputs = [cell["outputs"] for cell in cells if cell["cell_type"] == "code"]
    kinds = [{output["output_type"] for output in cell} for cell in outputs]
    errors = sum("error" in cell for cell in kinds)
    files = [(cell.kind, cell.code) for cell in page.cells if cell.file]
    files += [(block.language, block.code) for block in page.blocks]
    parsed = [is_parsed(kind, text) for kind, text in files if kind in SETTINGS]
    drills = sum(heading.text.startswith("Break it") for heading in page.headings)
    described = sum(bool(picture.alt.strip()) for picture in page.pictures)
    values = (
        1, len(page.cells), len(outputs), errors, drills, len(asserts),
        sum(asserts) if run and run["ok"] else 0, len(page.quoted),
        len(page.pictures), described, 0, len(parsed), sum(parsed),
    )  # fmt: skip
    return Counter(dict(zip(ROWS, values, strict=True)))


def audit(pages: list[Page], runs: dict[str, dict]) -> list[list[str]]:
    """Return head and rows: a column for each lecture, the capstone, others, all."""
    counts = {column(page): Counter() for page in pages} | {"other": Counter()}
    bold: dict[str, str] = {}  # a term is counted where it is first in bold
    for page in pages:
        counts[column(page)].update(page_counts(page, runs.get(page.name)))
        for piece in (piece for line in page.lines for piece in line.pieces):
            for key in term_keys(piece.text) if piece.kind == "strong" else ():
                bold.setdefault(key, column(page))
    for term in (term for page in pages for term, _ in page.terms):
        columns = [bold[key] for key in sorted(term_keys(term)) if key in bold]
        counts[columns[0] if columns else "other"][TERMS] += 1
    heads = sorted(counts, key=lambda name: (not name.isdigit(), name))
    table = [["what is counted", *heads, "all"]]
    for row in ROWS:
        numbers = [counts[head][row] for head in heads]
        shape = "{:,}" if runs or row not in FROM_RUN else "–"
        table.append([row, *map(shape.format, (*numbers, sum(numbers)))])
    return table


class BookAudit(SphinxDirective):
    """Write the table, and say so where there was no run."""

    def run(self) -> list[nodes.Node]:
        """Return the nodes."""
        self.env.note_reread()  # it depends on every page
        book, runs = Path(self.env.srcdir), load_runs(self.env.app)
        paths = [Path(self.env.doc2path(name)) for name in sorted(self.env.found_docs)]
        head, *rows = audit([Page(book, p) for p in paths if p.suffix == ".md"], runs)
        marks = ["---", *["--:"] * (len(head) - 1)]
        lines = [f"| {' | '.join(row)} |" for row in (head, marks, *rows)]
        caption = "What stands in the book, counted when this copy was built."
        text = [f"```{{table}} {caption}", ":name: tab-audit", *lines, "```", ""]
        text += [] if runs else [UNKNOWN]
        parent = nodes.Element()
        self.state.nested_parse(StringList(text, ""), self.content_offset, parent)
        return parent.children


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("book-audit", BookAudit)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
