"""The rules that pages and repository keep, as functions that list what breaks them.

A page rule takes a page and yields ``(line, message)``; a book rule takes the book and
yields ``(path, line, message)``. A message says what is wrong and what to do.
``python -m tests.rules [part of a path]`` prints every problem at once.

``legacy.txt`` lists pages that were written before a rule and do not keep it yet. A
line that is no longer needed is a problem itself, so the list can only shrink.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tools.book_source import Book, Page

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


LEGACY = Path("tests", "rules", "legacy.txt")


@cache
def legacy(root: Path) -> dict[tuple[str, str], int]:
    """Return the lines of ``legacy.txt`` by page, such as book/…/page.md, and rule."""
    file = root / LEGACY
    rows = file.read_text().splitlines() if file.is_file() else []
    lines = {}
    for number, row in enumerate(rows, 1):
        if row and not row.startswith("#"):
            page, rule = row.split()
            lines[page, rule] = number
    return lines


def without_legacy(
    name: str, found: list[Problem], root: Path, path: str = ""
) -> list[Problem]:
    """Leave out what ``legacy.txt`` excuses, and add its lines that excuse nothing.

    Args:
        name: the rule.
        found: its problems.
        root: of the repository.
        path: the page that was looked at; the whole book if omitted.
    """
    excused = {
        page: line
        for (page, rule), line in legacy(root).items()
        if rule == name and path in {"", page}
    }
    broken = {problem.path for problem in found}
    kept = [
        Problem(LEGACY.as_posix(), line, f"{page} keeps {name} now: strike the line")
        for page, line in excused.items()
        if page not in broken
    ]
    return kept + [problem for problem in found if problem.path not in excused]


def page_problems(name: str, page: Page) -> list[Problem]:
    """Return what breaks a page rule on a page."""
    path, root = f"book/{page.path}", page.book_folder.parent
    found = sorted(Problem(path, *each) for each in PAGE_RULES[name](page))
    return without_legacy(name, found, root, path)


def book_problems(name: str, book: Book) -> list[Problem]:
    """Return what breaks a book rule."""
    found = sorted(Problem(*each) for each in BOOK_RULES[name](book))
    return without_legacy(name, found, book.root)


def problems(name: str, book: Book) -> list[Problem]:
    """Return what breaks a rule of either kind anywhere in the book."""
    if name in BOOK_RULES:
        return book_problems(name, book)
    return [found for page in book.pages for found in page_problems(name, page)]


def listed(found: list[Problem]) -> str:
    """Return the problems one a line, for a test's message."""
    return f"{len(found)} to put right:\n" + "\n".join(f"  {one}" for one in found)


for _module in pkgutil.iter_modules(__path__):
    if _module.name != "__main__":
        importlib.import_module(f"{__name__}.{_module.name}")
