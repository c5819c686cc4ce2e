"""Fixtures that all tests share."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "book" / "_ext")]

from nordlys.checks import modules  # noqa: E402
from tools.run.one_page import checked_page  # noqa: E402
from tools.source.book import Book, read_book  # noqa: E402
from tools.source.pages import page_name  # noqa: E402


def pytest_configure(config: pytest.Config) -> None:
    """Name the mark of tests that look at the whole book, but can look at one page."""
    mark = "any_scope: judges what is checked, be it the book or one page of it"
    config.addinivalue_line("markers", mark)


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Where one page is checked (make test P=…), keep the tests that look at it."""
    if page := checked_page():
        chosen = [item for item in items if looks_at(item, page)]
        left_out = [item for item in items if item not in chosen]
        config.hook.pytest_deselected(items=left_out)
        items[:] = chosen


def looks_at(item: pytest.Item, page: str) -> bool:
    """Say whether a test is about a page: by a parameter, or by its mark."""
    if item.get_closest_marker("any_scope"):
        return True
    parameters = getattr(item, "callspec", None)
    values = parameters.params.items() if parameters else ()
    return any(page_of(name, value) == page for name, value in values)


def page_of(parameter: str, value: object) -> str:
    """Return the name of the page that a parameter of a test stands for, if any."""
    match value:
        case Path():
            return page_name(value)
        case str() if parameter in {"key", "checker"}:
            module = modules().get(value, value).rpartition(".")[2]
            slug = module.replace("_", "-")
            names = (page.name for page in read_book(ROOT).pages if page.slug == slug)
            return next(names, "")
        case str():
            return value
    return getattr(value, "name", "") or getattr(value, "page", "")


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def book() -> Book:
    return read_book(ROOT)
