"""The book as a whole, and the repository around it, keep their rules."""

import pytest

from tests.rules import BOOK_RULES, Problem, book_problems, listed
from tools.run.one_page import checked_page
from tools.source.book import Book


@pytest.mark.any_scope
@pytest.mark.parametrize("rule", BOOK_RULES)
def test_book_keeps(rule: str, book: Book) -> None:
    breaches = book_problems(rule, book)
    if name := checked_page():
        breaches = [problem for problem in breaches if concerns(problem, name)]
    if breaches:
        pytest.fail(listed(breaches), pytrace=False)


def concerns(problem: Problem, name: str) -> bool:
    """Say whether a problem is a page's: found in its files, or said of it by name."""
    slug = name.rpartition("/")[2]
    own = (f"book/{name}.md", f"/{slug}-", f"/{slug.replace('-', '_')}.py")
    return any(part in problem.path for part in own) or name in problem.message


def test_problems_of_a_page_are_its_own() -> None:
    name = "lectures/01-mini/first-steps"
    own = [
        Problem(f"book/{name}.md", 3, "x"),
        Problem("src/nordlys/checks/first_steps.py", 3, "x"),
        Problem("book/lectures/01-mini/figures/first-steps-flow.svg", 3, "x"),
        Problem("book/_toc.yml", 3, f"lists {name} twice"),
    ]
    assert all(concerns(problem, name) for problem in own)
    others = [Problem("book/index.md", 3, "x"), Problem("src/nordlys/costs.py", 3, "x")]
    assert not any(concerns(problem, name) for problem in others)
