"""The executed pages of the last build, for the tests in this folder."""

import json
from dataclasses import dataclass

import nbformat
import pytest

from tools.build import RUN_REPORT
from tools.repository import ROOT


@dataclass(frozen=True)
class RunPage:
    """An executed page: its name, the report of its run, its cells."""

    page: str
    report: dict
    cells: list

    def uses(self, code: str) -> bool:
        """Say whether a cell of the page holds the code."""
        return any(code in cell.source for cell in self.cells)


def load_pages() -> list[RunPage]:
    if not RUN_REPORT.is_file():
        return []
    pages = []
    for report in json.loads(RUN_REPORT.read_text()):
        notebook = nbformat.read(ROOT / report["notebook"], as_version=4)
        cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
        pages.append(RunPage(report["page"], report, cells))
    return pages


PAGES = load_pages()


def pytest_generate_tests(metafunc):
    if "run_page" in metafunc.fixturenames:
        names = [page.page for page in PAGES]
        metafunc.parametrize("run_page", PAGES, ids=names, scope="session")


@pytest.fixture(scope="session")
def all_pages() -> list[RunPage]:
    assert PAGES, "There are no executed pages; run make book first."
    return PAGES
