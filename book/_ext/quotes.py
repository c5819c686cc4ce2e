"""Read a page again when a page changes whose numbers it quotes.

``{glue:text}`other.md::key:.0f``` is filled in when a page is written. Sphinx writes
what changed and the page above it in the contents; others would keep old numbers.
"""

from collections.abc import Iterable

from docutils import nodes
from myst_nb.ext.glue.utils import PendingGlueReference
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

QUOTED = "quoted_pages"


def note_quotes(app: Sphinx, document: nodes.document) -> None:
    """Keep which pages a page quotes from."""
    pages = {node.refdoc for node in document.findall(PendingGlueReference)}
    if pages:
        app.env.metadata[app.env.docname][QUOTED] = pages


def outdated(
    app: Sphinx, env: BuildEnvironment, added: set, changed: set, removed: set
) -> Iterable[str]:
    """Return the pages that quote from what is read now."""
    fresh = added | changed | removed
    return [
        page for page, meta in env.metadata.items() if meta.get(QUOTED, set()) & fresh
    ]


def setup(app: Sphinx) -> dict[str, bool]:
    """Look for quotes in each page that is read."""
    app.connect("doctree-read", note_quotes)
    app.connect("env-get-outdated", outdated)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
