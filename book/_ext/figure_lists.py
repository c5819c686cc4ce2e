"""The directive ``list-of``: all figures, or all tables, by the part of the book."""

from pathlib import PurePosixPath

from docutils import nodes
from llms import reading_order
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

LOGGER = logging.getLogger(__name__)
NAMELESS = "A figure or table with a caption needs a :name:, to be found on paper"
KINDS = {"figures": "figure", "tables": "table"}


class ListOf(nodes.General, nodes.Element):
    """Stands where the list comes when all are numbered."""


def note_captions(app: Sphinx, doctree: nodes.document) -> None:
    """Note the captions of a page by the address of what they stand at.

    Only a name is an address in the book in one file, where each page counts from one.
    """
    captions = app.env.metadata[app.env.docname]["captions"] = {}
    for kind in (nodes.figure, nodes.table):
        for node in doctree.findall(kind):
            for child in node.children:
                if isinstance(child, nodes.caption | nodes.title):
                    captions |= dict.fromkeys(node["ids"], child.astext())
                    if not node["names"]:
                        LOGGER.warning(NAMELESS, location=node)


def part_of(app: Sphinx, page: str) -> str:
    """Return the title of a page's lecture, or of the page itself."""
    opening = str(PurePosixPath(page).parent / "index")
    if page == app.config.root_doc:
        return "Preface"
    if opening == app.config.root_doc or opening not in app.env.titles:
        return title(app, page)
    number = app.env.toc_secnumbers.get(opening, {}).get("")
    prefix = f"Lecture {number[0]}: " if number else ""
    return f"{prefix}{title(app, opening)}"


def title(app: Sphinx, page: str) -> str:
    """Return the title of a page."""
    return app.env.titles[page].astext()


def entries(app: Sphinx, docname: str, kind: str) -> dict[str, list[nodes.list_item]]:
    """Return the rows of a list by part of the book, in reading order."""
    rows_by_part: dict[str, list[nodes.list_item]] = {}
    for page in reading_order(app):
        numbers = app.env.toc_fignumbers.get(page, {}).get(kind, {})
        for anchor, number in numbers.items():
            label = app.config.numfig_format[kind] % ".".join(map(str, number))
            text = f"{label}\u2002{app.env.metadata[page]['captions'][anchor]}"
            args = (app.builder, docname, page, anchor, nodes.Text(text))
            row = nodes.list_item("", nodes.paragraph("", "", make_refnode(*args)))
            rows_by_part.setdefault(part_of(app, page), []).append(row)
    return rows_by_part


def write_lists(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the lists in their places."""
    for mark in list(doctree.findall(ListOf)):
        content: list[nodes.Node] = []
        for part, rows in entries(app, docname, mark["kind"]).items():
            content.append(nodes.paragraph("", part, classes=["list-head"]))
            content.append(nodes.bullet_list("", *rows, classes=["list-of"]))
        mark.replace_self(content)


class Directive(SphinxDirective):
    """Leave a mark where the list comes."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the mark."""
        return [ListOf(kind=KINDS[self.arguments[0]])]


def rewritten(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Write the lists again when any page has changed, also in a preview."""
    return [page for page in ("figures",) if page in env.found_docs]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive; note captions, and write when all pages are read."""
    app.add_node(ListOf)
    app.add_directive("list-of", Directive)
    app.connect("doctree-read", note_captions)
    app.connect("env-get-updated", rewritten)
    app.connect("doctree-resolved", write_lists, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
