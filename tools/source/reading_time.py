"""The minutes that a page takes, computed from its source: one formula for all.

Minutes = words / 130 + shown lines of code / 5 + one for each prediction, question and
figure; exercises take 5, 10 or 20 by their stars. Readers of the first nine pages
needed 50 to 74 minutes for their cores, and the formula says 49 to 72.
"""

import re
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sphinx.config import Config
from sphinx.directives.code import LiteralIncludeReader

from tools.source.book import Directive, Line, Page

WORDS_A_MINUTE = 130
ROWS_A_MINUTE = 5
EXERCISE_MINUTES = {"★": 5, "★★": 10, "★★★": 20}
CORE = {"core", "closing"}
FURTHER = {"further"}
READ = {"text", "strong", "em", "link"}  # code within a line is one word
WORD = re.compile(r"[\w□][\w□’'.,:/-]*")
BARE = re.compile(r"""[\s()\[\]{}"'`,:;]*""")  # brackets or quotes alone


class Minutes(NamedTuple):
    """What a page takes, in whole minutes."""

    core: int
    further: int
    exercises: int

    def __str__(self) -> str:
        """Say it as a page does: "Core 31 minutes, further parts 24, exercises 30."."""
        parts = [f"Core {self.core} minutes"]
        if self.further:
            parts.append(f"further parts {self.further}")
        if self.exercises:
            parts.append(f"exercises {self.exercises}")
        return ", ".join(parts) + "."


def minutes(page: Page) -> Minutes:
    """Return what a page takes; its closing belongs to the core."""
    core, further = (reading_minutes(page, parts) for parts in (CORE, FURTHER))
    return Minutes(round(core), round(further), exercise_minutes(page))


@cache
def minutes_of(book: Path, path: Path) -> Minutes:
    """Return what the page at ``path`` below the folder ``book`` takes."""
    return minutes(Page(book, path))


def reading_minutes(page: Page, parts: Collection[str]) -> float:
    """Return the minutes of some parts of a page, as ``Page.section_at`` names them."""
    total = 0.0
    for line, share in (*prose_minutes(page), *code_minutes(page), *stop_minutes(page)):
        if page.section_at(line) in parts:
            total += share
    return total


def prose_minutes(page: Page) -> Iterator[tuple[int, float]]:
    """Yield the minutes that each line of text takes.

    The table that closes a page is for looking up, and is not counted.
    """
    for line in page.lines:
        if not (line.part == "closing" and line.table):
            count = len(WORD.findall(line.join(READ)))
            yield line.line, count / WORDS_A_MINUTE


def code_minutes(page: Page) -> Iterator[tuple[int, float]]:
    """Yield the minutes that each shown piece of code takes.

    Of a file that was shown before, only lines that did not stand in it then count.
    """
    lines_by_file: dict[str, set[str]] = {}
    for line, file, code in sorted(shown_code(page)):
        counted = [row for row in code.splitlines() if not BARE.fullmatch(row)]
        if file:
            earlier = lines_by_file.setdefault(file, set())
            counted = [row for row in counted if row not in earlier]
            earlier.update(counted)
        yield line, len(counted) / ROWS_A_MINUTE


def shown_code(page: Page) -> Iterator[tuple[int, str, str]]:
    """Yield line, file (or nothing) and text of all code that a reader sees."""
    for cell in page.cells:
        if cell.shows_code:
            yield cell.line, cell.file, cell.code
    for block in page.blocks:
        yield block.line, "", block.code
    for item in page.directives:
        if item.name == "literalinclude":
            yield item.line, item.argument, included(page, item)


def included(page: Page, item: Directive) -> str:
    """Return what a ``literalinclude`` shows, nothing where Sphinx cannot read it."""
    path = page.file.parent / item.argument
    try:
        return LiteralIncludeReader(str(path), item.options, Config()).read()[0]
    except (OSError, ValueError):
        return ""


def stop_minutes(page: Page) -> Iterator[tuple[int, float]]:
    """Yield a minute for each prediction, question and figure."""
    predictions = [cell for cell in page.cells if "hide-output" in cell.tags]
    for stop in (*predictions, *page.quizzes, *page.pictures):
        yield stop.line, 1


def exercise_minutes(page: Page) -> int:
    """Return the minutes of all exercises, by the stars their texts begin with."""
    lines = [line for line in page.lines if line.part == "exercise"]
    return sum(EXERCISE_MINUTES.get(stars(line), 0) for line in lines)


def stars(line: Line) -> str:
    """Return the stars that a line begins with."""
    return re.match("★*", line.text)[0]
