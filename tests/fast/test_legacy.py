"""The list of pages that a rule does not hold for yet excuses, and can only shrink."""

from pathlib import Path

from tests.fast import good_book
from tests.rules import BOOK_RULES, LEGACY, PAGE_RULES, legacy, problems
from tools.book_source import Book

PAGE = "book/lectures/01-mini/first-steps.md"
RULE = "words-plain"
MOST = 47  # lower it whenever lines are struck


def listed_in(root: Path, row: str) -> Book:
    (root / LEGACY).parent.mkdir(parents=True, exist_ok=True)
    (root / LEGACY).write_text(f"# page, rule\n{row}\n")
    return Book(root)


def test_a_listed_page_is_excused_from_its_rule_alone(tmp_path: Path) -> None:
    good_book.write(tmp_path)
    page = tmp_path / PAGE
    page.write_text(page.read_text().replace("nobody was told", "simply nobody was"))
    book = listed_in(tmp_path, f"{PAGE} {RULE}")
    assert problems(RULE, book) == []
    assert not any(problems(rule, book) for rule in PAGE_RULES if rule != RULE)


def test_a_line_that_excuses_nothing_is_a_problem(tmp_path: Path) -> None:
    good_book.write(tmp_path)
    [found] = problems(RULE, listed_in(tmp_path, f"{PAGE} {RULE}"))
    assert (found.path, found.line) == (LEGACY.as_posix(), 2)
    assert "strike the line" in found.message


def test_the_list_names_rules_and_pages_that_exist(root: Path) -> None:
    for page, rule in legacy(root):
        assert rule in PAGE_RULES | BOOK_RULES, f"there is no rule {rule}"
        assert (root / page).is_file(), f"there is no page {page}"


def test_the_list_only_shrinks(root: Path) -> None:
    count = len(legacy(root))
    assert count <= MOST, f"{count} lines, {MOST} before: mend the page, not the list"
