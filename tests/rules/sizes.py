"""How long pages and lectures are."""

import re
from collections.abc import Iterator

from tests.rules import book_rule, section_rule
from tests.rules.anatomy import core_minutes
from tools.book_source import Book, Line, Page

CORE_WORDS = 1700
CORE_CELLS = 20
PAGE_WORDS = range(1500, 3401)
LECTURE_MINUTES = 130
ASIDE = {"exercise", "exercises", "solution", "check", "further"}
COUNTED = {"paragraph", "item", "heading", "cell", "caption", "title", "definition"}


def words(lines: list[Line]) -> int:
    """Count the words a reader reads; code within a line is one word."""
    shown = {"text", "strong", "em", "link"}
    text = " ".join(line.join(shown) for line in lines if line.kind in COUNTED)
    return len(re.findall(r"[\w□][\w□’'.,:/-]*", text))


def core_lines(page: Page) -> list[Line]:
    """Return the prose of the core, without tables."""
    return [x for x in page.lines if x.part not in ASIDE and x.kind != "cell"]


@section_rule
def core_is_short(page: Page) -> Iterator[tuple[int, str]]:
    """The core of a page is one sitting."""
    count = words(core_lines(page))
    if count > CORE_WORDS:
        yield 1, f"{count} words in the core, limit {CORE_WORDS}: move to 'Further: …'"
    cells = sum(cell.part not in ASIDE and cell.is_shown for cell in page.cells)
    if cells > CORE_CELLS:
        yield 1, f"{cells} cells in the core, limit {CORE_CELLS}: move to 'Further: …'"


@section_rule
def page_is_one_sitting(page: Page) -> Iterator[tuple[int, str]]:
    """A whole page is neither a note nor a chapter."""
    count = words(page.lines)
    if count not in PAGE_WORDS:
        limits = f"{PAGE_WORDS[0]} to {PAGE_WORDS[-1]}"
        yield 1, f"{count} words, not {limits}: split the page, or develop it"


@book_rule
def cores_fit_a_class(book: Book) -> Iterator[tuple[str, int, str]]:
    """The cores of a lecture add up to what a three-hour class can hold."""
    lectures: dict[int | None, list[Page]] = {}
    for page in book.sections:
        lectures.setdefault(page.lecture, []).append(page)
    for pages in lectures.values():
        total = sum(core_minutes(page) or 0 for page in pages)
        if total > LECTURE_MINUTES:
            path = f"book/{pages[-1].path}"
            line = pages[-1].line_of("Core ")
            yield path, line, f"cores of {total} minutes, limit {LECTURE_MINUTES}: cut"
