"""Write what a page takes into its opening box, and wherever the role ``minutes`` asks.

The role names pages, beside its own or from the top of the book, and gives the minutes
of their cores: {minutes}`first-service` or, added up, {minutes}`yaml, ssh`.
"""

import posixpath
import sys
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxRole

sys.path.append(str(Path(__file__).resolve().parents[2]))  # jupyter-book leaves it out

from tools.source.reading_time import minutes_of

BOX = "In this section"


class CoreMinutes(SphinxRole):
    """Give the minutes of one core, or of several together."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the number, or say which page is missing."""
        total = 0
        for name in self.text.split(","):
            page = page_named(self.env.docname, name.strip())
            path = Path(self.env.doc2path(page))
            if not path.is_file():
                problem = self.inliner.reporter.error(
                    f"There is no page {page} to tell the minutes of: mend the name.",
                    line=self.lineno,
                )
                return [nodes.Text("?")], [problem]
            self.env.note_dependency(str(path))
            total += minutes_of(Path(self.env.srcdir), path).core
        return [nodes.Text(str(total))], []


def page_named(docname: str, name: str) -> str:
    """Return the page that a role on ``docname`` means, as ``doc`` would find it."""
    if name.startswith("/"):
        return name[1:]
    return posixpath.normpath(posixpath.join(posixpath.dirname(docname), name))


def tell_readers(app: Sphinx, document: nodes.document) -> None:
    """End the opening box of a page with what it takes."""
    for box in document.findall(nodes.admonition):
        if box.children and box.children[0].astext() == BOX:
            page = Path(app.env.doc2path(app.env.docname))
            text = str(minutes_of(Path(app.srcdir), page))
            box += nodes.paragraph(text, text, classes=["minutes"])
            break


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the role, and complete each page when it has been read."""
    app.add_role("minutes", CoreMinutes())
    app.connect("doctree-read", tell_readers)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
