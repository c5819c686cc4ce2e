"""A new page, once its gaps are filled, keeps every rule but those on its checkers."""

import re

from tests.fast import good_book
from tests.rules import BOOK_RULES, PAGE_RULES, Problem, listed, problems
from tools import new_page
from tools.source.book import Book

SLUG, LECTURE = "new-steps", "01-mini"
PATH = f"book/lectures/{LECTURE}/{SLUG}.md"
NEEDS_CHECKERS = "answers-are-checked"
FILLED = {
    "page": "../../literature",
    "key": "makinen2021who",
    "first-task": "new-total",
    "second-task": "new-list",
    "judgement": "new-judgement",
    "What there is to see, in at least forty characters.": (
        "Three bars beside each other, of which the first is by far the tallest."
    ),
}


def fill(gap: re.Match) -> str:
    """Return what stands in a gap: a name, a sentence, or some words."""
    sentence = "The desk counts late flights and says what they cost."
    return FILLED.get(gap[1]) or (sentence if gap[1].endswith(".") else "late flights")


def page_breaches(rule: str, book: Book) -> list[Problem]:
    return [problem for problem in problems(rule, book) if problem.path == PATH]


def test_a_filled_page_keeps_the_rules(tmp_path):
    good_book.write(tmp_path)
    contents = tmp_path / "book" / "_toc.yml"
    contents.write_text(new_page.add_to_contents(contents.read_text(), LECTURE, SLUG))
    text = re.sub("‹(.*?)›", fill, new_page.skeleton(SLUG, "Counting in a new way"))
    (tmp_path / PATH).write_text(text)
    book = Book(tmp_path)
    rules = {*PAGE_RULES, *BOOK_RULES} - {NEEDS_CHECKERS}
    breaches = [breach for rule in rules for breach in page_breaches(rule, book)]
    assert not breaches, f"the template of tools/new_page.py has {listed(breaches)}"
    missing = page_breaches(NEEDS_CHECKERS, book)
    assert len(missing) == 4, "two checkers and their wrong answers are to be written"
