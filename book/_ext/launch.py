"""Point the buttons of a page at what exists: its clean notebook, its source.

Pages without code carry no buttons. Notebooks live on branch ``notebooks``, Binder's
environment on branch ``binder``; the theme can express neither.
"""

from typing import Any
from urllib.parse import quote, urlencode

from docutils import nodes
from sphinx.application import Sphinx

NOTEBOOKS = "notebooks"
ENVIRONMENT = "binder"
LEAD_TO_SOLUTIONS = {"launch-buttons", "source-buttons"}
PAGE_BUTTONS = {*LEAD_TO_SOLUTIONS, "download-buttons"}


def colab_link(slug: str, page: str) -> str:
    """Return the address that opens a page's notebook in Colab."""
    return (
        f"https://colab.research.google.com/github/{slug}/blob/{NOTEBOOKS}/{page}.ipynb"
    )


def binder_link(slug: str, page: str) -> str:
    """Return the address that opens a page's notebook in Binder.

    The environment's branch changes only with the lock; nbgitpuller brings the content.
    """
    name = slug.split("/")[1]
    pull = {
        "repo": f"https://github.com/{slug}",
        "branch": NOTEBOOKS,
        "urlpath": f"lab/tree/{name}/{page}.ipynb",
    }
    query = urlencode(pull, quote_via=quote, safe="")
    path = quote(f"git-pull?{query}", safe="")
    return f"https://mybinder.org/v2/gh/{slug}/{ENVIRONMENT}?urlpath={path}"


def has_code(app: Sphinx, page: str) -> bool:
    """Say whether a page holds code cells."""
    return bool(app.env.nb_metadata.get(page, {}).get("exec_data"))


def fix_buttons(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Rewrite or remove the buttons in the page's header."""
    buttons = context.get("header_buttons", [])
    if not has_code(app, pagename):
        buttons[:] = [b for b in buttons if b.get("label") not in PAGE_BUTTONS]
        return
    if app.config.student_edition:
        buttons[:] = [b for b in buttons if b.get("label") not in LEAD_TO_SOLUTIONS]
    slug = "/".join(app.config.html_theme_options["repository_url"].split("/")[-2:])
    for group in buttons:
        if group.get("label") == "launch-buttons":
            for button in group["buttons"]:
                if button["text"] == "Colab":
                    button["url"] = colab_link(slug, pagename)
                elif button["text"] == "Binder":
                    button["url"] = binder_link(slug, pagename)
        elif group.get("label") == "download-buttons":
            download(group, context["pathto"](f"notebooks/{pagename}.ipynb", 1))


def download(group: dict[str, Any], address: str) -> None:
    """Offer the clean notebook, and the page on paper."""
    pdf_buttons = [b for b in group["buttons"] if b.get("text") == ".pdf"]
    notebook = {
        "type": "link",
        "url": address,
        "text": ".ipynb",
        "icon": "fas fa-code",
        "label": "download-notebook-button",
        "tooltip": "Download notebook",
    }
    group["buttons"] = [notebook, *pdf_buttons]


def setup(app: Sphinx) -> dict[str, bool]:
    """Run after the theme has added its buttons."""
    app.connect("html-page-context", fix_buttons, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
