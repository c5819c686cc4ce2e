"""What points to something else: citations, glue, links, labels, terms."""

import re
from collections.abc import Iterator
from itertools import pairwise
from unicodedata import normalize

from pybtex import errors
from pybtex.database import BibliographyData, Entry, parse_file

from tests.rules import book_rule
from tools.source.book import Book, Page

SOURCE_KEYS = """
zhang2024benchmarking john2021towards calefato2022preliminary makinen2021who
openja2022studying granlund2021mlops nair2017netflix bowles2019machine
mohandas2023made wolfe2021sqlite monigatti2022large elfouly2019mlops
bestpractices2022 vasques2021docker
"""
SOURCES = SOURCE_KEYS.split()
BIB = "book/references.bib"
UNTAUGHT = {"opening", "closing"}  # parts of a page that recommend and do not teach
WORDS_THAT_TEACH = 6  # beside the citation
ALLOWED_FIELDS = """
address author booktitle chapter doi edition editor eprint howpublished institution isbn
issn journal key month note number pages publisher school series title type url volume
year
"""
ALLOWED = set(ALLOWED_FIELDS.split())
YEAR = re.compile(r"(19|20)\d\d(?!\d)")
PLAIN = str.maketrans({"ø": "o", "æ": "ae", "ß": "ss", "ł": "l"})
SHAPES = {
    "year": re.compile(r"(19|20)\d\d"),
    "doi": re.compile(r"10\.\d{4,9}/\S+"),
    "url": re.compile(r"https://\S+\.\S+"),
}


def bibliography(book: Book) -> BibliographyData:
    """Return the entries of the list of literature that can be read."""
    with errors.capture():
        return parse_file(str(book.root / BIB), bib_format="bibtex")


@book_rule
def entries_are_whole(book: Book) -> Iterator[tuple[str, int, str]]:
    """The fields of an entry are known, and say what they should."""
    for key, entry in bibliography(book).entries.items():
        line, fields = line_of(book, key), {*entry.fields, *entry.persons}
        for name in sorted(fields - ALLOWED):
            yield BIB, line, f"{key}: no field {name} is known: mend it"
        if wrong := misnamed(key, entry):
            yield BIB, line, f"{key}: it is of {wrong}: mend the key or the entry"
        for name, shape in SHAPES.items():
            value = entry.fields.get(name)
            if value and not shape.fullmatch(value):
                yield BIB, line, f"{key}: “{value}” is no {name}: mend it"


def misnamed(key: str, entry: Entry) -> str:
    """Return the year or author of an entry that its key, which names one, denies.

    Names of organisations, in braces, may be shortened in any way.
    """
    year = entry.fields.get("year", "")
    match = YEAR.search(key)
    if match and year and match[0] != year:
        return year
    people = entry.persons.get("author") or entry.persons.get("editor") or []
    first = " ".join(people[0].prelast_names + people[0].last_names) if people else ""
    name = re.sub(r"\\.|[{}]", "", first).lower().translate(PLAIN)
    name = normalize("NFKD", name)
    words = [re.sub("[^a-z]", "", word) for word in re.split(r"[\s-]", name)]
    known = first.startswith("{") or key.startswith((*words, "rfc"))
    return "" if known or not first else first


def cited(book: Book) -> Iterator[str]:
    """Yield each cited key."""
    for page in book.pages:
        for role in page.roles:
            if role.name.startswith("cite"):
                yield from role.content.replace(" ", "").split(",")


@book_rule
def sources_are_listed(book: Book) -> Iterator[tuple[str, int, str]]:
    """Every entry can be found."""
    for key, entry in bibliography(book).entries.items():
        fields = entry.fields
        if not fields.get("title") or not fields.get("year"):
            yield BIB, line_of(book, key), f"{key} lacks title or year: add it"
        if not any(fields.get(x) for x in ("doi", "url", "publisher", "booktitle")):
            yield BIB, line_of(book, key), f"{key} has no DOI, URL or publisher: add it"


@book_rule
def sources_are_taught(book: Book) -> Iterator[tuple[str, int, str]]:
    """Each of the fourteen sources is taught from in a section, and says in which.

    Taught means: the text or an exercise cites it, in a sentence that says something;
    what is merely recommended does not count.
    """
    taught, listed = set(), set()
    for page in book.pages:
        listed |= {role.target for role in page.roles if role.name == "taught"}
        for line in page.lines if page.is_section else ():
            words = len(re.findall(r"\w+", line.read))
            if line.part not in UNTAUGHT and words >= WORDS_THAT_TEACH:
                for role in line.roles:
                    if role.name.startswith("cite"):
                        taught |= set(role.content.replace(" ", "").split(","))
    for key in SOURCES:
        line = line_of(book, key)
        if key not in taught:
            yield BIB, line, f"no section teaches from {key}: cite it in one"
        if key not in listed:
            mend = f"write {{taught}}`{key}` in the literature"
            yield BIB, line, f"nobody learns where {key} is taught: {mend}"


def line_of(book: Book, key: str) -> int:
    """Return the line of an entry."""
    rows = (book.root / BIB).read_text().splitlines()
    return next((n for n, row in enumerate(rows, 1) if f"{{{key}," in row), 1)


@book_rule
def entries_are_cited(book: Book) -> Iterator[tuple[str, int, str]]:
    """Every entry is cited."""
    for key in sorted(bibliography(book).entries.keys() - set(cited(book))):
        yield BIB, line_of(book, key), f"{key} is cited nowhere: cite it or strike it"


@book_rule
def glue_is_used(book: Book) -> Iterator[tuple[str, int, str]]:
    """Each number that a cell glues has a name of its own, and stands in the text."""
    quoted = {(name, key) for page in book.pages for name, key, _ in page.quoted}
    for page in book.pages:
        path = f"book/{page.path}"
        lines: dict[str, int] = {}
        for key, line in page.glued:
            if (page.name, key) not in quoted:
                yield path, line, f"{key} is glued and not used: use it or strike it"
            if key in lines:
                yield path, line, f"{key} is glued already in line {lines[key]}: rename"
            lines[key] = line


@book_rule
def next_comes_next(book: Book) -> Iterator[tuple[str, int, str]]:
    """What a section calls the next page is the next one of the contents."""
    following = dict(pairwise(book.order))
    for page in book.sections:
        for line in page.lines:
            docs = [role.target for role in line.roles if role.name == "doc"]
            if line.part != "closing" or not line.text.startswith("Next") or not docs:
                continue
            expected = following.get(page.name, "")
            if expected and resolve(book, page, docs[0]) != expected:
                path = f"book/{page.path}"
                yield path, line.line, f"next in _toc.yml is {expected}: name it first"


def resolve(book: Book, page: Page, target: str) -> str:
    """Return the name of the page that a {doc} target means."""
    target = target.removesuffix(".md")
    if target.startswith("/"):
        return target[1:]
    path = (page.file.parent / target).resolve()
    inside = path.is_relative_to(book.folder.resolve())
    return path.relative_to(book.folder.resolve()).as_posix() if inside else target
