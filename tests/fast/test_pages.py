"""Every page keeps every rule for pages."""

from pathlib import Path

import pytest

from tests.rules import PAGE_RULES, listed, page_problems
from tools.source.book import Page, read_book

PAGES = read_book(Path(__file__).resolve().parents[2]).pages


def test_there_are_pages_of_a_lecture() -> None:
    assert any(page.is_section for page in PAGES), "book/lectures is empty"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
@pytest.mark.parametrize("rule", PAGE_RULES)
def test_page_keeps(rule: str, page: Page) -> None:
    if breaches := page_problems(rule, page):
        pytest.fail(listed(breaches), pytrace=False)
