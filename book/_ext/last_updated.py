"""Tell each page when its source was last changed, by the history of the repository."""

import sys
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from babel.dates import format_date
from sphinx.application import Sphinx

sys.path.append(str(Path(__file__).resolve().parents[2]))  # jupyter-book leaves it out

from tools.repository import ROOT, page_times

times = cache(page_times)


def tell_page(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: object
) -> None:
    """Give the template the day, in words and for machines, if the history knows it."""
    if doctree is None:
        return
    source = Path(app.env.doc2path(pagename)).resolve()
    if source.is_relative_to(ROOT) and (seconds := times().get(source)):
        day = datetime.fromtimestamp(seconds, UTC).date()
        words = format_date(day, "d MMMM y", locale="en_GB")
        context["last_changed"] = {"words": words, "day": day.isoformat()}


def setup(app: Sphinx) -> dict[str, bool]:
    """Run before a page is put into the template."""
    app.connect("html-page-context", tell_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
