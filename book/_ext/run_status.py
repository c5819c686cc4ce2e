"""The directive ``run-status``: how the last run of every page went, as a table."""

import json
from datetime import UTC, datetime
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

HEAD = ("Page", "Run on", "Seconds", "Memory (MB)", "Cells", "Result")


def load_runs(app: Sphinx) -> list[dict]:
    """Return the reports of the last run, none if the book was built without them."""
    report = Path(app.srcdir, "_build", "run.json")
    return json.loads(report.read_text()) if report.is_file() else []


def table(rows: list[tuple[nodes.Node | str, ...]]) -> nodes.table:
    """Return a table with the head above and ``rows``."""
    group = nodes.tgroup("", cols=len(HEAD))
    group += [nodes.colspec(colwidth=1) for _ in HEAD]
    for kind, lines in ((nodes.thead, [HEAD]), (nodes.tbody, rows)):
        part = kind()
        for line in lines:
            row = nodes.row()
            for cell in line:
                text = nodes.paragraph()
                text += cell if isinstance(cell, nodes.Node) else nodes.Text(cell)
                row += nodes.entry("", text)
            part += row
        group += part
    return nodes.table("", group, classes=["run-status"])


class RunStatus(SphinxDirective):
    """Write the table; without a report, a sentence that says how to get one."""

    def run(self) -> list[nodes.Node]:
        """Return the nodes."""
        runs = load_runs(self.env.app)
        if not runs:
            text = "This copy was built without the runner; make book adds its figures."
            return [nodes.paragraph("", text)]
        order = list(self.env.app.config.external_site_map)  # as in the contents
        rows = []
        for run in sorted(runs, key=lambda run: order.index(run["page"])):
            day = datetime.fromtimestamp(run["finished"], UTC).date().isoformat()
            link = addnodes.pending_xref(
                "",
                nodes.inline("", run["page"]),
                refdomain="std",
                reftype="doc",
                reftarget=f"/{run['page']}",
                refexplicit=False,
                refwarn=True,
                refdoc=self.env.docname,
            )
            figures = [round(run["seconds"]), run["memory_mb"], run["cells"]]
            rows.append((link, day, *map(str, figures), "✓" if run["ok"] else "✗"))
        return [table(rows)]


def always_outdated(app: Sphinx, env, added, changed, removed) -> list[str]:
    """Read the status page in every build: its figures come from the run."""
    return ["status"] if "status" in env.found_docs else []


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("run-status", RunStatus)
    app.connect("env-get-outdated", always_outdated)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
