"""Tell the browser, in each page, to load and run only what the site itself brings.

The one script inside the pages, which must run before anything is painted, is allowed
by its hash. What a cell or an author writes into a page cannot run, and is named when
the book is written, so that nobody wonders at an empty frame.
"""

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path

from bs4 import BeautifulSoup
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.logging import getLogger

EARLY = "early.js"
RULES = {
    "default-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
}

ACTIVE = {"script", "iframe", "object", "embed"}
LOADS = ("src", "srcset", "poster", "data")  # attributes that name what is loaded
LOGGER = getLogger(__name__)


def blocked(html: str) -> Iterator[str]:
    """Yield what a piece of HTML has that the browser will block."""
    for tag in BeautifulSoup(html, "html.parser")(True):
        if tag.name in ACTIVE:
            yield f"<{tag.name}>"
        attributes = (*LOADS, "href") if tag.name == "link" else LOADS
        for name, value in tag.attrs.items():
            if name.startswith("on"):
                yield f"{name} of <{tag.name}>"
            elif name in attributes and is_elsewhere(str(value)):
                yield f"{value} in <{tag.name}>"


def is_elsewhere(address: str) -> bool:
    """Say whether an address is of another site."""
    return address.startswith(("http:", "https:", "//"))


class NameBlocked(SphinxPostTransform):
    """Warn of what the policy blocks on a page."""

    default_priority = 950
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        """Look at all HTML of author and cells, and at all pictures."""
        problems = [
            (raw, problem)
            for raw in self.document.findall(nodes.raw)
            if "html" in raw.get("format", "")
            for problem in blocked(raw.astext())
        ]
        images = ((image, image["uri"]) for image in self.document.findall(nodes.image))
        problems += [(image, uri) for image, uri in images if is_elsewhere(uri)]
        for node, problem in problems:
            LOGGER.warning(
                "%s would be blocked by the page's policy: show a picture or a table "
                "of the book's own, or link to it",
                problem,
                location=node,
            )


def policy(scripts: list[str]) -> str:
    """Return the policy's text, in which these scripts inside a page are allowed."""
    digests = (hashlib.sha256(script.encode()).digest() for script in scripts)
    hashes = (f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    rules = {**RULES, "script-src": " ".join(["'self'", *hashes])}
    return "; ".join(f"{name} {allowed}" for name, allowed in rules.items())


def tell_page(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: object
) -> None:
    """Give the template the early script and the policy.

    The one file that the PDF is printed from has no policy: the printer adds to it.
    """
    script = Path(app.confdir, app.config.templates_path[0], EARLY).read_text("utf-8")
    context["early_script"] = script.strip()
    if app.builder.name == "html":
        context["policy"] = policy([context["early_script"]])


def setup(app: Sphinx) -> dict[str, bool]:
    """Run when the nodes of a page are known, and before it is put together."""
    app.connect("html-page-context", tell_page)
    app.add_post_transform(NameBlocked)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
