"""The book as a whole, and the repository around it, keep their rules."""

import pytest

from tests.rules import BOOK_RULES, book_problems, listed
from tools.book_source import Book


@pytest.mark.parametrize("rule", BOOK_RULES)
def test_book_keeps(rule: str, book: Book) -> None:
    if found := book_problems(rule, book):
        pytest.fail(listed(found), pytrace=False)
