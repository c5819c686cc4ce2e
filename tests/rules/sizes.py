"""How long pages and lectures take, by ``tools/source/reading_time.py``."""

import re
from collections.abc import Iterator

from tests.rules import book_rule, section_rule
from tools.source.book import Book, Line, Page
from tools.source.reading_time import minutes

CORE = 40
PAGE = 100  # core and further parts
LECTURE = 160  # all cores
LONG_LECTURE = 180  # with six sections
CLASS = 180  # what is read in class, the group's activity and a break
BEFORE_CLASS = "read before class"


@section_rule
def core_is_short(page: Page) -> Iterator[tuple[int, str]]:
    """The core of a page is one sitting."""
    count = minutes(page).core
    if count > CORE:
        yield 1, f"a core of {count} minutes, limit {CORE}: move parts to 'Further: …'"


@section_rule
def page_is_short(page: Page) -> Iterator[tuple[int, str]]:
    """Core and further parts together are one subject."""
    duration = minutes(page)
    if (count := duration.core + duration.further) > PAGE:
        yield 1, f"core and further take {count} minutes, limit {PAGE}: split the page"


@section_rule
def time_is_computed(page: Page) -> Iterator[tuple[int, str]]:
    """Nobody types how long a page takes: the build adds it to the opening box."""
    for line in page.lines:
        if line.part == "opening" and re.match(r"Core \S+ minutes", line.text):
            yield line.line, "a typed time: strike it, the build computes it"


@book_rule
def lecture_is_short(book: Book) -> Iterator[tuple[str, int, str]]:
    """The cores of a lecture together have a limit of their own."""
    for opening, sections in lectures(book):
        total = sum(minutes(page).core for page in sections)
        limit = LONG_LECTURE if len(sections) >= 6 else LECTURE
        if total > limit:
            yield (
                f"book/{opening.path}",
                1,
                f"its cores take {total} minutes, limit {limit}: shorten some",
            )


@book_rule
def plan_fits_a_class(book: Book) -> Iterator[tuple[str, int, str]]:
    """The plan names every core, and what is not read before class fits into it."""
    for opening, sections in lectures(book):
        path, rows = f"book/{opening.path}", plan(opening)
        if not rows:
            yield path, 1, "no plan: add a table with a column 'minutes'"
            continue
        cores = {page.slug: minutes(page).core for page in sections}
        total, named = 0, set()
        for row in rows:
            slugs = timed(row)
            named |= slugs
            if BEFORE_CLASS not in " ".join(line.read for line in row).lower():
                total += sum(cores.get(slug, 0) for slug in slugs) + typed(row)
        line = rows[0][0].line
        for slug in sorted(cores.keys() - named):
            yield path, line, f"the plan leaves {slug} out: add {{minutes}}`{slug}`"
        if total > CLASS:
            message = f"the plan adds up to {total} minutes, limit {CLASS}"
            yield path, line, f"{message}: mark some cores '{BEFORE_CLASS}'"


def lectures(book: Book) -> list[tuple[Page, list[Page]]]:
    """Return the opening page of each lecture with its sections."""
    sections: dict[str, list[Page]] = {}
    for page in book.sections:
        sections.setdefault(page.path.rpartition("/")[0], []).append(page)
    pairs = [(book.by_name.get(f"{at}/index"), pages) for at, pages in sections.items()]
    return [(opening, pages) for opening, pages in pairs if opening]


def plan(page: Page) -> list[list[Line]]:
    """Return the rows of the first table that has a column of minutes."""
    table = next((x.table for x in page.lines if x.head.lower() == "minutes"), 0)
    rows: dict[int, list[Line]] = {}
    for line in page.lines:
        if table and line.table == table and line.row > 1:
            rows.setdefault(line.row, []).append(line)
    return list(rows.values())


def timed(row: list[Line]) -> set[str]:
    """Return the pages whose minutes the row gives by the role ``minutes``."""
    roles = [role for line in row for role in line.roles if role.name == "minutes"]
    return {
        name.strip().rpartition("/")[2]
        for role in roles
        for name in role.content.split(",")
    }


def typed(row: list[Line]) -> int:
    """Return the minutes that are typed in the row's column for them."""
    texts = [line.text for line in row if line.head.lower() == "minutes"]
    return sum(int(text) for text in texts if text.isdigit())
