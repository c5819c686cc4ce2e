"""The directive ``run-status``: how each page's last run went, and what it weighs.

Weights are known when all is written: the table holds marks, which are then replaced.
"""

import gzip
import json
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from bs4 import BeautifulSoup, SoupStrainer
from docutils import nodes
from results import load_runs
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

sys.path.append(str(Path(__file__).resolve().parents[2]))  # jupyter-book leaves it out

from tools.source.book import is_section
from tools.source.reading_time import minutes_of

BUDGETS = json.loads(
    Path(__file__).parents[2].joinpath("tools", "budgets.json").read_text()
)
NOT_RUN = ("–",) * 5
LOADING = SoupStrainer(["link", "script"])
_MARK = re.compile(r"<!--(html|first-load) of (\S+)-->")


def head() -> tuple[str, ...]:
    """Return the headings, with the budgets that the tests hold every page to."""
    run, site = BUDGETS["run"], BUDGETS["site"]
    return (
        "Page",
        "Run on",
        f"Processor seconds (at most {run['page_seconds']})",
        f"Memory (MB, at most {run['page_memory_mb']:,})",
        "Cells",
        "Runs",
        "Core (min)",
        f"HTML (kB, at most {site['html_kb']})",
        f"First load (kB, at most {site['first_load_kb']})",
    )


def core_minutes(app: Sphinx, page: str) -> str:
    """Return how long the core of a section takes to read, a dash for other pages."""
    if not is_section(page):
        return "–"
    return str(minutes_of(Path(app.srcdir), Path(app.env.doc2path(page))).core)


def run_figures(run: dict | None) -> tuple[str, ...]:
    """Return what a row says of a page's run."""
    if run is None:
        return NOT_RUN
    day = datetime.fromtimestamp(run["finished"], UTC).date().isoformat()
    figures = [str(round(run["seconds"])), str(run["memory_mb"]), str(run["cells"])]
    return (day, *figures, "✓" if run["ok"] else "✗")


def table(rows: list[tuple[nodes.Node | str, ...]]) -> nodes.table:
    """Return a table with the head above and ``rows``, cut to their width."""
    width = len(rows[0])
    group = nodes.tgroup("", cols=width)
    group += [nodes.colspec(colwidth=1) for _ in range(width)]
    for kind, lines in ((nodes.thead, [head()[:width]]), (nodes.tbody, rows)):
        part = kind()
        for line in lines:
            row = nodes.row()
            for column, cell in enumerate(line):
                text = nodes.paragraph()
                text += cell if isinstance(cell, nodes.Node) else nodes.Text(cell)
                row += nodes.entry("", text, classes=["number"] if column else [])
            part += row
        group += part
    return nodes.table("", group, classes=["run-status"])


class RunStatus(SphinxDirective):
    """Write the table; without a report, a sentence that says how to get one."""

    def run(self) -> list[nodes.Node]:
        """Return the nodes."""
        app = self.env.app
        runs = load_runs(app)
        if not runs:
            text = "This copy was built without the runner; make book adds its figures."
            return [nodes.paragraph("", text)]
        rows = []
        for page in app.config.external_site_map:  # in the order of the contents
            link = addnodes.pending_xref(
                "",
                nodes.inline("", page),
                refdomain="std",
                reftype="doc",
                reftarget=f"/{page}",
                refexplicit=False,
                refwarn=True,
                refdoc=self.env.docname,
            )
            row = (link, *run_figures(runs.get(page)), core_minutes(app, page))
            if app.builder.name == "html":  # nothing has a weight on paper
                row += (placeholder("html", page), placeholder("first-load", page))
            rows.append(row)
        return [table(rows)]


def placeholder(kind: str, page: str) -> nodes.raw:
    """Return what is replaced by a weight when the page has been written."""
    return nodes.raw("", f"<!--{kind} of {page}-->", format="html")


def compressed_size(content: bytes) -> int:
    """Return how many bytes travel when a file is loaded."""
    return len(gzip.compress(content, mtime=0))


def weights(site: Path, page: str) -> dict[str, int]:
    """Return the bytes of a page's HTML and of all its first load but pictures."""
    path = site / f"{page}.html"
    html = path.read_bytes()
    soup = BeautifulSoup(html, "html.parser", parse_only=LOADING)
    addresses = [tag["href"] for tag in soup.select('link[rel="stylesheet"][href]')]
    addresses += [tag["src"] for tag in soup.select("script[src]")]
    names = {address.partition("?")[0] for address in addresses}
    files = [
        compressed_size((path.parent / name).resolve().read_bytes()) for name in names
    ]
    html_size = compressed_size(html)
    return {"html": html_size, "first-load": html_size + sum(files)}


def fill_in_weights(app: Sphinx, failure: Exception | None) -> None:
    """Replace the marks by weights in kilobytes."""
    site = Path(app.outdir)
    status = site / "status.html"
    if failure is not None or app.builder.name != "html" or not status.is_file():
        return

    def replace_marks(is_own: bool) -> None:
        def weight(match: re.Match) -> str:
            if (match[2] == "status") is not is_own:
                return match[0]
            return str(round(weights(site, match[2])[match[1]] / 1000))

        text = _MARK.sub(weight, status.read_text(encoding="utf-8"))
        status.write_text(text, encoding="utf-8")

    replace_marks(is_own=False)
    replace_marks(is_own=True)  # last, because the other figures weigh as well


def always_outdated(app: Sphinx, env, added, changed, removed) -> list[str]:
    """Read the status page in every build: its figures come from the run."""
    return ["status"] if "status" in env.found_docs else []


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive, and fill it in after all else has been written."""
    app.add_directive("run-status", RunStatus)
    app.connect("env-get-outdated", always_outdated)
    app.connect("build-finished", fill_in_weights, priority=950)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
