"""The role ``taught``: the sections that teach from a source.

{taught}`john2021towards` links the places in the lectures where the source is cited;
those that only recommend it, in their closing lines, are left out.
"""

from docutils import nodes
from llms import reading_order
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxRole
from terms import MENTION, Locator, add_anchor, link, section_number

CLOSING = "Keep this"
LECTURES = "lectures/"


class TaughtMark(nodes.Inline, nodes.Element):
    """Stands where the sections are named when all pages are read."""


class Taught(SphinxRole):
    """Leave a mark where the sections are named."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the mark."""
        return [TaughtMark(key=self.text.strip(), line=self.lineno)], []


def note_sources(app: Sphinx, doctree: nodes.document) -> None:
    """Note the first place on a page that teaches from each source it cites."""
    page = app.env.docname
    if not page.startswith(LECTURES):
        return
    taught = app.env.metadata[page]["taught"] = {}
    for node in list(doctree.findall(addnodes.pending_xref)):
        if node.get("refdomain") == "cite" and not only_recommends(node):
            for key in node["reftarget"].split(","):
                if key not in taught:
                    anchor = add_anchor(f"source {key}", MENTION, page, node)
                    taught[key] = Locator(page, anchor, MENTION, 1)


def only_recommends(node: nodes.Node) -> bool:
    """Say whether a citation stands in the closing part, among what to read next."""
    while node.parent is not None:
        node = node.parent
        if isinstance(node, nodes.section) and node[0].astext() == CLOSING:
            return True
    return False


def write_sections(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Name the sections."""
    for mark in list(doctree.findall(TaughtMark)):
        locators = [
            app.env.metadata[page]["taught"][mark["key"]]
            for page in reading_order(app)
            if mark["key"] in app.env.metadata[page].get("taught", {})
        ]
        content: list[nodes.Node] = []
        for locator in locators:
            title = app.env.titles[locator.page].astext()
            text = f"{section_number(app, locator.page)} {title}"
            content.append(nodes.Text(" · " if content else ""))
            content.append(link(app, docname, locator, text))
        mark.replace_self(content or [nodes.Text("no section")])


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the role; note places page by page, and write when all are read."""
    app.add_node(TaughtMark)
    app.add_role("taught", Taught())
    app.connect("doctree-read", note_sources)
    app.connect("doctree-resolved", write_sections, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
