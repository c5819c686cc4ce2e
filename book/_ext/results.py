"""Show what the cells of a page put out when the build ran it; run nothing.

The build names its report of the run (``run_report``). Then MyST-NB, which would run
a page whose result it does not find, is given the kept results only, and a page without
one stops the writing. Without a report, as in a plain ``jupyter-book build``, MyST-NB
runs the pages by itself.
"""

import json
import sys
from pathlib import Path

import nbformat
from myst_nb import sphinx_
from myst_nb.core.execute.base import NotebookClientBase
from sphinx.application import Sphinx
from sphinx.errors import SphinxError

sys.path.append(str(Path(__file__).resolve().parents[2]))  # jupyter-book leaves it out

from tools.repository import ROOT
from tools.source.pages import code_cells, code_of

STOCK_CLIENT = sphinx_.create_client
TAKEN = ("language_info", "widgets")  # what a run adds to a notebook


REFUSED = "Pages with code are .md files, in folders that begin with a letter or digit."


class NoResultError(SphinxError):
    """A page holds code and has no result to show; the message names the page."""

    category = "Nothing is run while the book is written"


class KeptResult(NotebookClientBase):
    """A page's cells with the outputs of its last run."""

    def __init__(self, notebook, path, nb_config, logger, *, run: dict | None) -> None:
        """Take the page as MyST-NB has read it, and the report of its run, if any."""
        super().__init__(notebook, path, nb_config, logger)
        self.run = run

    def start_client(self) -> None:
        """Put the outputs into the cells.

        Raises:
            NoResultError: if the page was not run, or ran with other code.
        """
        if self.run is None:
            raise NoResultError(f"{self.path} was not run. {REFUSED}")
        executed = nbformat.read(self.run["notebook"], as_version=4)
        if code_of(executed) != code_of(self.notebook):
            raise NoResultError(f"{self.path} was run with other code: build again.")
        cells, executed_cells = code_cells(self.notebook), code_cells(executed)
        for cell, result in zip(cells, executed_cells, strict=True):
            cell.outputs = result.outputs
            cell.execution_count = result.execution_count
        for key in TAKEN:
            if key in executed.metadata:
                self.notebook.metadata[key] = executed.metadata[key]
        self.exec_metadata = {
            "mtime": self.run["finished"],
            "runtime": self.run["seconds"],
            "method": "cache",
            "succeeded": True,
            "error": None,
            "traceback": None,
        }


def load_runs(app: Sphinx) -> dict[str, dict]:
    """Return the report of each page's run, none if the book is built without them."""
    if not app.config.run_report:
        return {}
    report = Path(app.config.run_report)
    runs = json.loads(report.read_text(encoding="utf-8"))
    for run in runs:
        run["notebook"] = ROOT / run["notebook"]
    return {run["page"]: run for run in runs}


def choose_client(app: Sphinx) -> None:
    """Give MyST-NB the results instead of what runs pages."""
    if not app.config.run_report:
        return
    runs = load_runs(app)

    def client(notebook, source, nb_config, logger, read_fmt=None) -> KeptResult:
        run = runs.get(app.env.path2doc(source))
        return KeptResult(notebook, Path(source), nb_config, logger, run=run)

    sphinx_.create_client = client


def restore_client(app: Sphinx, failure: Exception | None) -> None:
    """Leave MyST-NB as it was."""
    sphinx_.create_client = STOCK_CLIENT


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the configuration value, and act when it is known."""
    app.add_config_value("run_report", "", "", types=[str])
    app.connect("builder-inited", choose_client)
    app.connect("build-finished", restore_client)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
