"""Numbers in prose come from a cell, from a source, or are small and in words.

Numbers are free in code, links, roles, headings, dates, versions, HTTP status codes,
standards and articles of law; in exercises, solutions, quizzes and boxes "Check
yourself"; and where a code cell of the same section, between two headings of the second
level, holds the same number, in a string too, or names a constant of the package with
that value. Any other number is glued, stands in a sentence with a citation, or carries
``<!-- number: reason -->`` on its line. A comment or citation in the head or caption of
a table, or anywhere in a row, covers the table or the row.
"""

import ast
import re
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterator
from http import HTTPStatus

import nordlys
from tests.rules import page_rule
from tools.source.book import Cell, Line, Page

KINDS = {"paragraph", "item", "cell", "caption", "definition"}
PREMISES = {"exercise", "solution", "check"}
CONSTANTS = {name: value for name, value in vars(nordlys).items() if name.isupper()}
MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|"
    r"Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
PRODUCT = (
    r"(?:Python|PostgreSQL|Postgres|SQLite|DuckDB|TinyDB|SQLAlchemy|pandas|NumPy|"
    r"Pydantic|FastAPI|PyYAML|YAML|TOML|OpenSSH|[Gg]it|scikit-learn|OAuth|HTTP|TLS|OpenAPI|Java|Spark|Debian|Ubuntu|"
    r"CC BY(?:-SA)?|[Vv]ersions?|[Rr]elease)"
)
LAW = (
    r"(?:RFC|ISO(?:/IEC)?|IEC|IEEE|EN|NIST|SOC|PEP|FIPS|ECMA|SQL|Articles?|Art\.|"
    r"Recitals?|Annex|Regulation|Directive|[Pp]aragraphs?|\(EU\)|§)"
)
PLACE = (
    r"(?:[Ll]ecture|[Ee]xercise|[Cc]hapter|[Ff]igure|[Tt]able|[Pp]art|[Ll]evel|"
    r"[Ss]tage|[Ss]tep|[Qq]uestion|[Ss]ection|[Oo]utcome|[Ii]tem)s?"
)
LIST = r"(?:(?:,\s*|\s*[–-]\s*|\s+(?:and|to|or)\s+)\d+(?:\.\d+)*)*"
FREE = [
    re.compile(pattern)
    for pattern in (
        r"\b\d{4}-\d{2}(?:-\d{2})?\b",
        r"\b\d{1,2}:\d{2}\b",
        rf"\b\d{{1,2}}(?:\s*[–-]\s*\d{{1,2}})?\s+{MONTH}\b",
        rf"\b{MONTH}\s+\d{{1,2}}\b",
        rf"\b{PRODUCT}[\s/]\d+(?:\.\d+)*{LIST}",
        r"\bv?\d+\.\d+\.\d+\b|\bv\d+(?:\.\d+)*",
        rf"{LAW}\s?\d[\d/:.()-]*{LIST}",
        rf"\b{PLACE}\s\d+(?:\.\d+)*{LIST}",
        r"\b(?:19|20)\d{2}(?:\s?[–/]\s?\d{2,4})?s?\b",
        r"(?<![\w.,])[A-Za-z]+[-‑/]?\d[\w.-]*",
        r"\b[1-5]xx\b",
        r"\b(?:30[12478]|40[1-9]|41\d|42[2-9]|451|50[1-8])\b(?!\s+[a-z]+s\b)",
    )
]
STATUS = {str(status.value) for status in HTTPStatus}
WEB = re.compile(
    r"\b(?:HTTP|API|status|answers?|answered|respon\w+|codes?|requests?|servers?|"
    r"services?|clients?|returns?|errors?|retry|retries|retried)\b",
    re.IGNORECASE,
)
LARGE = re.compile(
    r"\b(?:(?:thir|four|fif|six|seven|eigh|nine)teen|"
    r"(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:-\w+)?|"
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|hundred)\s"
    r"(?:hundred|thousand|million|billion))\b",
    re.IGNORECASE,
)
COMMAND = re.compile(r"\\[a-zA-Z]+\s*(\{[^{}]*\})?")
SMALL_NAMES = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
fifteen sixteen seventeen eighteen nineteen
"""
TENS_NAMES = "twenty thirty forty fifty sixty seventy eighty ninety"
IN_WORDS = {name: value for value, name in enumerate(SMALL_NAMES.split())}
IN_WORDS |= {name: 10 * value for value, name in enumerate(TENS_NAMES.split(), 2)}
POWERS = {"hundred": 100, "thousand": 1e3, "million": 1e6, "billion": 1e9}
LITERAL = re.compile(r"(?<![\w.])\d[\d_]*(?:\.\d+)?(?:e-?\d+)?")
DIGITS = re.compile(r"[€$£]?\d[\d.,]*(?:\s?[%‰]|[a-zA-Z]+)?")


def loose_numbers(line: Line) -> list[str]:
    """Return the numbers of a line that are neither free nor explained."""
    text = line.text
    for pattern in FREE:
        text = pattern.sub("□", text)
    numbers = [number.rstrip(".,") for number in DIGITS.findall(text)]
    if WEB.search(line.read):
        numbers = [number for number in numbers if number not in STATUS]
    for piece in line.pieces:
        if piece.kind == "math":
            whole = re.findall(r"(?<![\w.])\d+(?:\.\d+)?", piece.text)
            numbers += [number for number in whole if float(number) > 2]
    return numbers + LARGE.findall(text)


def in_words(number: str) -> float:
    """Return the value of a number in words: forty-five, two thousand, sixty-line."""
    value = 0.0
    for word in re.split(r"[\s-]", number.lower()):
        if word in POWERS:
            value = max(value, 1) * POWERS[word]
        else:
            value += IN_WORDS.get(word, 0)
    return value


def values(number: str) -> set[float]:
    """Return the values that a number of prose may have in code: 95 % is 0.95, too."""
    if number[0].isalpha():
        return {in_words(number)}
    digits = re.sub(r"[^\d.]", "", number)
    value = float(digits) if digits.count(".") < 2 else float("nan")
    return {value, round(value / 100, 9)} if "%" in number else {value}


def written(cell: Cell) -> set[float]:
    """Return the numbers that a cell writes: literals, in strings, named constants."""
    if cell.tree is None:  # a file, or another language
        rows = [row for row in cell.rows if not row.lstrip().startswith("#")]
        return {float(number) for number in LITERAL.findall("\n".join(rows))}
    numbers: set[float] = set()
    for node in cell.nodes():
        match node:
            case ast.Constant(str(text)):
                numbers |= {float(number) for number in LITERAL.findall(text)}
            case ast.Constant(int(number) | float(number)) if number is not True:
                numbers.add(float(number))
            case ast.Name(id=name) if name in CONSTANTS:
                numbers.add(float(CONSTANTS[name]))
    return numbers


class Sections:
    """The numbers that the code cells of each section of a page write."""

    def __init__(self, page: Page) -> None:
        """Read the cells of the page."""
        self.begins = [head.line for head in page.headings if head.level <= 2]
        self.numbers: dict[int, set[float]] = defaultdict(set)
        for cell in page.cells:
            self.numbers[bisect(self.begins, cell.line)] |= written(cell)

    def hold(self, number: str, line: int) -> bool:
        """Say whether a number of prose stands in a cell of its section."""
        return bool(values(number) & self.numbers[bisect(self.begins, line)])


def explained(line: Line) -> bool:
    """Whether a line carries a reason or a citation."""
    cited = any(role.name.startswith("cite") for role in line.roles)
    return cited or line.comment("number")


@page_rule
def dollars_are_money(page: Page) -> Iterator[tuple[int, str]]:
    """A dollar that is no formula's stands before an amount, or is escaped."""
    for line in page.lines:
        for piece in line.pieces:
            code = COMMAND.sub("", piece.text) if piece.kind == "math" else ""
            for word in re.findall(r"[^\W\d_]{3,}", code):
                yield (
                    line.line,
                    f"“{word}” in a formula: escape a dollar that is none of it, or "
                    rf"write \text{{{word}}}",
                )
        kinds = {"text", "strong", "em", "link"}
        text = "".join(piece.text for piece in line.pieces if piece.kind in kinds)
        loose = re.findall(r"\$(?!\d)", text)
        if len(loose) > page.source_lines[line.line - 1].count(r"\$"):
            yield (
                line.line,
                "a dollar that is neither money nor a formula: mend the formula (no "
                r"blanks inside its dollars, no digit around them), or write \$",
            )


@page_rule
def numbers_have_a_source(page: Page) -> Iterator[tuple[int, str]]:
    """No number stands in prose without saying where it comes from."""
    sourced = [line for line in page.lines if explained(line)]
    rows = {(line.table, line.row) for line in sourced if line.table}
    tables = {line.table for line in sourced if line.row == 1}
    boxes = {line.box for line in sourced if line.kind == "title"}
    sections = Sections(page)
    for line in page.lines:
        if line.kind not in KINDS or line.part in PREMISES or explained(line):
            continue
        if (line.table, line.row) in rows or line.table in tables - {0}:
            continue
        if line.table and line.box in boxes - {0}:
            continue
        if line.head.lower() == "minutes" and not page.cells:
            continue  # the plan of a class
        for number in loose_numbers(line):
            if not sections.hold(number, line.line):
                yield (
                    line.line,
                    f"“{number}”: glue it from a cell, cite a source, write it in "
                    "words (to twelve), or add <!-- number: reason -->",
                )
