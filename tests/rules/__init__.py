"""The rules that pages and repository keep, as functions that list what breaks them.

A page rule takes a page and yields ``(line, message)``; a book rule takes the book and
yields ``(path, line, message)``. A message says what is wrong and what to do.
``python -m tests.rules [part of a path]`` prints every problem at once.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tools.source.book import Book, Page

PageRule = Callable[[Page], Iterator[tuple[int, str]]]
BookRule = Callable[[Book], Iterator[tuple[str, int, str]]]

PAGE_RULES: dict[str, PageRule] = {}
BOOK_RULES: dict[str, BookRule] = {}


@dataclass(frozen=True, order=True)
class Problem:
    """One breach of a rule."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


def page_rule(rule: PageRule) -> PageRule:
    """Register a rule that holds for every page."""
    PAGE_RULES[rule.__name__.replace("_", "-")] = rule
    return rule


def section_rule(rule: PageRule) -> PageRule:
    """Register a rule that holds for the section pages of the lectures."""

    def sections_only(page: Page) -> Iterator[tuple[int, str]]:
        if page.is_section:
            yield from rule(page)

    PAGE_RULES[rule.__name__.replace("_", "-")] = sections_only
    return rule


def book_rule(rule: BookRule) -> BookRule:
    """Register a rule that needs the whole book or the repository around it."""
    BOOK_RULES[rule.__name__.replace("_", "-")] = rule
    return rule


def page_problems(name: str, page: Page) -> list[Problem]:
    """Return what breaks a page rule on a page."""
    path = f"book/{page.path}"
    return sorted(Problem(path, *each) for each in PAGE_RULES[name](page))


def book_problems(name: str, book: Book) -> list[Problem]:
    """Return what breaks a book rule."""
    return sorted(Problem(*each) for each in BOOK_RULES[name](book))


def problems(name: str, book: Book) -> list[Problem]:
    """Return what breaks a rule of either kind anywhere in the book."""
    if name in BOOK_RULES:
        return book_problems(name, book)
    return [problem for page in book.pages for problem in page_problems(name, page)]


def line_of(text: str, part: str) -> int:
    """Return the first line of a text that holds ``part``."""
    rows = enumerate(text.splitlines(), 1)
    return next((number for number, row in rows if part in row), 1)


def listed(breaches: list[Problem]) -> str:
    """Return the problems one a line, for a test's message."""
    rows = [f"{len(breaches)} to put right:", *map(str, breaches)]
    return "\n  ".join(rows)


for _module in pkgutil.iter_modules(__path__):
    if _module.name != "__main__":
        importlib.import_module(f"{__name__}.{_module.name}")
