"""Each rule finds the fault it is for: a good book, one thing broken, one complaint."""

from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.fast import good_book
from tests.rules import BOOK_RULES, PAGE_RULES, listed, problems
from tools.source.book import Book

SECTION = "book/lectures/01-mini/first-steps.md"
SENTENCE = "Nothing is late any more, and nobody was told."
CELL = "sum(delay / 60 > 15 for delay in delays)\n"


@dataclass(frozen=True)
class Fault:
    """One change to the good book; ``faults.yml`` says what the fields mean."""

    rule: str
    says: str
    file: str = SECTION
    old: str = SENTENCE
    new: str = ""
    cell: str = ""
    times: int = 1
    at: str = ""
    path: str = ""

    @property
    def change(self) -> tuple[str, str]:
        """The text that goes and the text that comes."""
        if self.cell:
            return CELL, (self.cell * self.times).rstrip("\n") + "\n"
        return self.old, self.new * self.times


def read_faults() -> list[Fault]:
    file = Path(__file__).with_name("faults.yml")
    return [Fault(**entry) for entry in yaml.safe_load(file.read_text())]


FAULTS = read_faults()


def test_the_good_book_keeps_every_rule(tmp_path: Path) -> None:
    good_book.write(tmp_path)
    book = Book(tmp_path)
    rules = (*PAGE_RULES, *BOOK_RULES)
    breaches = [problem for rule in rules for problem in problems(rule, book)]
    if breaches:
        pytest.fail(listed(breaches), pytrace=False)


def test_every_rule_has_a_fault() -> None:
    without = {*PAGE_RULES, *BOOK_RULES} - {fault.rule for fault in FAULTS}
    assert not without, f"add to faults.yml a fault for {sorted(without)}"


@pytest.mark.parametrize(
    "fault", FAULTS, ids=lambda fault: f"{fault.rule}: {fault.says}"
)
def test_rule_finds(fault: Fault, tmp_path: Path) -> None:
    good_book.write(tmp_path)
    file = tmp_path / fault.file
    before, (old, new) = file.read_text(), fault.change
    assert old in before, "the fault changes nothing: mend its old text"
    file.write_text(before.replace(old, new))

    path = fault.path or fault.file
    line = line_of((tmp_path / path).read_text(), fault.at or new)
    breaches = problems(fault.rule, Book(tmp_path))
    assert any(
        problem.path == path and problem.line == line and fault.says in problem.message
        for problem in breaches
    ), f"no “{fault.says}” at {path}:{line} among {listed(breaches)}"


def line_of(text: str, part: str) -> int:
    """Return the line on which ``part`` begins."""
    assert part in text, f"{part!r} is not there: mend the place of the fault"
    return text[: text.index(part)].count("\n") + 1
