"""How the book is written."""

import re
from collections.abc import Iterator
from itertools import pairwise

from tests.rules import book_rule, page_rule, section_rule
from tests.rules.words import AMERICAN, BANNED, IZE_IS_RIGHT, NAMES
from tools.source.book import Book, Line, Page
from tools.source.terms import term_keys

SENTENCE_KINDS = {"paragraph", "item", "definition", "caption"}
LONGEST_SENTENCE = 32
DASHES = 2
MOST_TERMS = 8
NOWHERE = {"here", "this", "link", "this link", "this page", "click here", "read more"}
TRADE = "words of the trade"
CLOSERS = r"[\"”’')\]*□]*"
SENTENCE_END = re.compile(rf"[.!?…]{CLOSERS}\s+(?=[\"“‘(\[]*[A-Z□★])")
ENDS_SENTENCE = re.compile(rf"([.!?…:;]{CLOSERS}|□)$")
ABBREVIATIONS = re.compile(
    r"\b(vs|cf|al|approx|no|nos|p|pp|Dr|Mr|Mrs|Ms|Prof|St|Inc|Ltd|Art|[A-Z])\.$"
)
IZE = re.compile(r"\b[\w-]+(?:iz(?:e[srd]?|ers|ing|ations?)|yz(?:e[srd]?|ers|ing))\b")
LEFT_OVER = re.compile(
    r"^: |^\|.*|:::|```|\{[\w:-]+\}(?=`)|\]\(|\*\*|[‹›]|\b(?:TODO|FIXME|XXX)\b"
)
TABLE_RULE = re.compile(r"\|(?: *:?-+:? *\|)+ *$")
WORD = re.compile(r"[\w□][\w□’'.,:/-]*")


def sentences(line: Line) -> list[str]:
    """Split the text of a line into its sentences."""
    complete, rest = [], line.text
    start = 0
    for gap in SENTENCE_END.finditer(rest):
        head = rest[start : gap.end()].rstrip()
        if not ABBREVIATIONS.search(head):
            complete.append(head)
            start = gap.end()
    return [*complete, rest[start:]] if rest[start:].strip() else complete


@page_rule
def one_sentence_a_line(page: Page) -> Iterator[tuple[int, str]]:
    """A line of the source is a sentence: neither two nor half of one."""
    for line in page.lines:
        if line.kind not in {"paragraph", "item"}:
            continue
        on_line = [s for s in sentences(line) if s.strip("★ ")]
        if len(on_line) > 1:
            tail = on_line[1][:40].strip()
            yield line.line, f"two sentences: start a new line before “{tail}…”"
        if not line.last and not ENDS_SENTENCE.search(line.text):
            yield line.line, "the sentence goes on in the next line: join the lines"


@page_rule
def sentences_short(page: Page) -> Iterator[tuple[int, str]]:
    """A sentence has about thirty words at most, and one pair of dashes."""
    for line in page.lines:
        if line.kind not in SENTENCE_KINDS:
            continue
        for sentence in sentences(line):
            count = len(WORD.findall(sentence))
            if count > LONGEST_SENTENCE:
                limit = LONGEST_SENTENCE
                yield line.line, f"{count} words, limit {limit}: cut it in two"
            if len(re.findall(r"—| – ", sentence)) > DASHES:
                yield line.line, "a chain of dashes: make two sentences of it"


@page_rule
def words_plain(page: Page) -> Iterator[tuple[int, str]]:
    """No filler, no advertising, no Latin abbreviations."""
    for line in page.lines:
        text = line.text.lower().replace("just-in-time", "□")
        for word, instead in BANNED.items():
            if re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text):
                yield line.line, f"“{word}”: {instead}"


@page_rule
def spelling_british(page: Page) -> Iterator[tuple[int, str]]:
    """British spelling, outside code, links, italics and quotations."""
    for line in page.lines:
        text = re.sub(r"[“\"][^”\"]*[”\"]", "□", line.join({"text", "strong"}))
        for word in re.findall(r"[A-Za-z][\w-]*", text):
            if instead := AMERICAN.get(word.lower()):
                yield line.line, f"“{word}” is American: write {instead}"
        for word in IZE.findall(text):
            if word.lower() not in IZE_IS_RIGHT:
                instead = re.sub(r"(?<=[iy])z", "s", word)
                yield line.line, f"“{word}” is American: write {instead}"


@page_rule
def headings_sentence_case(page: Page) -> Iterator[tuple[int, str]]:
    """Only the first word of a heading and names have a capital."""
    for line in page.lines:
        if line.kind not in {"heading", "title"}:
            continue
        text = re.sub(r"^Lectures? [\d ,and]+: \w+", "Lecture", line.text)
        if page.name == "index" and line.text == page.headings[0].text:
            continue  # the title of the book is a title
        for word in re.findall(r"[\w’'-]+", text)[1:]:
            stem = re.sub(r"[’']s?$", "", word)
            plain = len(stem) > 1 and stem[0].isupper() and stem[1:].islower()
            if plain and stem not in NAMES:
                yield (
                    line.line,
                    f"“{word}” has a capital in a heading: write {word.lower()}, or "
                    "add the name to tests/rules/words.py",
                )


@page_rule
def markup_is_read(page: Page) -> Iterator[tuple[int, str]]:
    """No markup is left in the text, and nothing of the template."""
    for line in page.lines:
        text = "".join(piece.text for piece in line.pieces if piece.kind == "text")
        for markup in LEFT_OVER.findall(text):
            yield line.line, f"“{markup.strip()}” would be shown to the reader: mend it"


@book_rule
def bold_is_for_terms(book: Book) -> Iterator[tuple[str, int, str]]:
    """Bold marks the first appearance of a term, which is in the glossary."""
    known = {key for term in book.terms for key in term_keys(term)}
    first: dict[str, str] = {}
    for page in book.reading:
        for line in page.lines:
            for term in bold(line):
                key, path = min(term_keys(term)), f"book/{page.path}"
                if not term_keys(term) & known:
                    yield path, line.line, f"“{term}” is not in the glossary: add it"
                if key in first:
                    yield (
                        path,
                        line.line,
                        f"“{term}” is bold already in {first[key]}: use {{term}} here",
                    )
                first.setdefault(key, f"{path}:{line.line}")


@book_rule
def terms_are_used(book: Book) -> Iterator[tuple[str, int, str]]:
    """Each term of the glossary is bold, in italics or linked on some page."""
    used = set()
    for page in book.pages:
        for role in page.roles:
            if role.name == "term":
                used |= term_keys(role.target)
        for line in page.lines:
            for piece in line.pieces:
                if piece.kind in {"strong", "em"}:
                    used |= term_keys(piece.text)
    for page in book.pages:
        for term, line in page.terms:
            if not term_keys(term) & used:
                path = f"book/{page.path}"
                yield path, line, f"no page speaks of “{term}”: use it or strike it"


@book_rule
def terms_stand_once(book: Book) -> Iterator[tuple[str, int, str]]:
    """A term has one entry in the glossary, be it in the plural or abbreviated."""
    entries: dict[str, str] = {}
    for page in book.pages:
        for term, line in page.terms:
            for other in {entries[key] for key in term_keys(term) if key in entries}:
                path = f"book/{page.path}"
                yield path, line, f"“{term}” is “{other}”, which is there: strike one"
            entries |= dict.fromkeys(term_keys(term), term)


@page_rule
def links_say_where(page: Page) -> Iterator[tuple[int, str]]:
    """Who hears only the links of a page knows where each leads."""
    for line in page.lines:
        for piece in line.pieces:
            if piece.kind == "link" and piece.text.strip(" .").lower() in NOWHERE:
                yield line.line, f"a link “{piece.text}”: name what it leads to"


@section_rule
def terms_are_few(page: Page) -> Iterator[tuple[int, str]]:
    """A core defines at most eight terms; a table "words of the trade" is free."""
    terms = {
        term: line.line
        for line in page.lines
        if page.section_at(line.line) == "core" and not of_the_trade(page, line)
        for term in bold(line)
    }
    if len(terms) > MOST_TERMS:
        excess = f"{len(terms)} terms in the core, limit {MOST_TERMS}"
        ways = "move some to 'Further: …' or to a table 'Words of the trade'"
        yield list(terms.values())[MOST_TERMS], f"{excess} ({', '.join(terms)}): {ways}"


def of_the_trade(page: Page, line: Line) -> bool:
    """Say whether a line is in a table with that caption, or below that heading."""
    if not line.table:
        return False
    boxes = [x.text for x in page.lines if x.kind == "title" and x.line == line.box]
    above = [heading.text for heading in page.headings if heading.line < line.line]
    return any(TRADE in text.lower() for text in (*boxes, *above[-1:]))


def bold(line: Line) -> list[str]:
    """Return what stands in bold; neighbouring pieces are one term."""
    terms, before = [], ""
    for piece in line.pieces:
        if piece.kind == "strong" and before == "strong":
            terms[-1] += piece.text
        elif piece.kind == "strong":
            terms.append(piece.text)
        before = piece.kind
    return [term for term in terms if term.strip(" .,:;")]


@page_rule
def columns_have_names(page: Page) -> Iterator[tuple[int, str]]:
    """A table's head has no empty cell: who hears the page would hear no name."""
    for number, (head, rule) in enumerate(pairwise(page.source_lines), start=1):
        cells = head.strip().removeprefix("|").removesuffix("|").split("|")
        if TABLE_RULE.match(rule) and not all(cell.strip() for cell in cells):
            yield number, "a column without a name: fill its cell in the head"
