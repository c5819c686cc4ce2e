"""Tell the browser, in each page, to load and run only what the site itself brings.

The one script inside the pages, which must run before anything is painted, is allowed
by its hash. What a cell or an author writes into a page cannot run.
"""

import base64
import hashlib
from pathlib import Path

from sphinx.application import Sphinx

EARLY = "early.js"
RULES = {
    "default-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
}


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
    """Run before a page is put into the template."""
    app.connect("html-page-context", tell_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
