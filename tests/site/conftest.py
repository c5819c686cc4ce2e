"""Fixtures of the site's tests: the server, the browser, and a look at each page."""

import threading
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright
from xdist.scheduler import LoadScopeScheduling

from nordlys.browser import SWITCHES, find_browser
from tests.site import browser as site

HERE = Path(__file__).parent
READY = "test_browser_and_site_are_here"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a browser or a site, keep the one test that says so."""
    if not (find_browser() and (site.HTML / "index.html").is_file()):
        items[:] = [i for i in items if HERE not in i.path.parents or i.name == READY]


class ByPage(LoadScopeScheduling):
    """Keeps the tests of a page together, so that one process opens it, and once.

    The groups of xdist 3.8 would do, but pytest 9.2 does not let it name them.
    """

    def __init__(self, config: pytest.Config, log: Any) -> None:
        super().__init__(config, log)
        self.pages = site.built_pages()

    def _split_scope(self, nodeid: str) -> str:
        file, _, parameters = nodeid.partition("[")
        pages = [page for page in self.pages if parameters.startswith(page)]
        return max(pages, key=len, default=file.partition("::")[0])


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByPage:
    """Share the tests by page."""
    return ByPage(config, log)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for ``name`` on every page, for ``code_page`` on some."""
    if "name" in metafunc.fixturenames:
        metafunc.parametrize("name", site.built_pages())
    if "code_page" in metafunc.fixturenames:
        metafunc.parametrize("code_page", sorted(site.code_pages()))
    if "scheme" in metafunc.fixturenames:
        metafunc.parametrize("scheme", ["light", "dark"], scope="session")


@pytest.fixture(scope="session")
def base():
    """Address of the served site, which ends in its sub-path."""
    with site.make_server() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{site.PREFIX}"
        server.shutdown()


@pytest.fixture(scope="session")
def browser():
    """One browser for all tests."""
    with sync_playwright() as playwright:
        program = playwright.chromium.launch(
            executable_path=find_browser(), args=SWITCHES
        )
        yield program
        program.close()


@pytest.fixture(scope="session")
def visit_to(browser, base):
    """Return what was seen on a page; each page is opened once a colour scheme."""
    visits = {}

    def visit(name: str, scheme: str) -> site.Visit:
        if (name, scheme) not in visits:
            visits[name, scheme] = site.look_at(browser, base, name, scheme)
        return visits[name, scheme]

    return visit


@pytest.fixture(scope="session")
def show_page(browser, base):
    """Return a function that shows a page to tests that only look at it.

    It stays open until another page is wanted, so that one process loads it once a
    colour scheme; the width of the window is set for each test.
    """
    opened = {}

    def show(name: str, scheme: str = "light", width: int = site.WIDE) -> Page:
        if any(other != name for other, _ in opened):
            for page in opened.values():
                page.context.close()
            opened.clear()
        if (name, scheme) not in opened:
            page = browser.new_context(color_scheme=scheme).new_page()
            page.goto(f"{base}{name}.html")
            opened[name, scheme] = page
        site.resize(opened[name, scheme], width, 900)
        return opened[name, scheme]

    return show


@pytest.fixture
def open_page(browser, base):
    """Return a function that opens a page in a context with the options given."""
    contexts = []

    def open_one(address: str, width: int = site.WIDE, **options):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, **options
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.goto(address if "://" in address else f"{base}{address}")
        return page

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def lecture_page() -> str:
    """Name of a lecture's page with code."""
    pages = sorted(p for p in site.code_pages() if p.startswith("lectures/"))
    assert pages, "No built page of a lecture holds code; run: make book"
    return pages[0]
