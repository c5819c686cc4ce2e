"""What others made is registered, and everything else is known to be ours."""

import hashlib
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from tests.rules import book_rule, line_of
from tests.rules.repository import held_files
from tools.source.book import Book
from tools.source.third_parties import (
    REGISTER,
    UNKNOWN,
    Register,
    RegisterError,
    packages,
    read_register,
)

WRITTEN_HERE = {
    "", ".bib", ".cff", ".html", ".lock", ".md", ".py", ".sh", ".toml", ".typed",
    ".yaml", ".yml",
}  # fmt: skip
"""Endings of files that are written in this repository, or made of what is."""

SOURCE = re.compile(r"\(([A-Z][\w-]+(?: and [A-Z][\w-]+| et al\.)?),? (?:19|20)\d\d\)")
"""A source that a caption names, such as (Calefato et al. 2022)."""


@book_rule
def third_parties_are_registered(book: Book) -> Iterator[tuple[str, int, str]]:
    """Data, fonts, scripts, pictures and quoted tables have an entry that is true."""
    text = (book.root / REGISTER).read_text()
    try:
        register = read_register(book.root)
    except RegisterError as problem:
        line = line_of(text, str(problem).partition(":")[0])
        yield REGISTER, line, f"{problem}: mend the entry"
        return
    held = held_files(book.root)
    yield from wrong_files(book.root, register, text, held)
    yield from unknown_files(register, text, held)
    yield from unknown_pages(book, register, text)
    for package in packages(book.root, register.licences):
        if package.licence == UNKNOWN:
            message = f"{package.name} tells no licence: look, and add it to licences"
            yield REGISTER, line_of(text, "licences:"), message


def wrong_files(
    root: Path, register: Register, text: str, held: list[str]
) -> Iterator[tuple[str, int, str]]:
    """Yield entries whose files are not there, or not those that were registered."""
    for entry in register.entries:
        for path, digest in entry.files.items():
            line = line_of(text, path if path in text else entry.name)
            if path not in held:
                yield REGISTER, line, f"no file {path}: strike it or add the file"
            elif hashlib.sha256((root / path).read_bytes()).hexdigest() != digest:
                fault = f"{path} has another hash: what was changed, and is it allowed?"
                yield REGISTER, line, fault


def unknown_files(
    register: Register, text: str, held: list[str]
) -> Iterator[tuple[str, int, str]]:
    """Yield files of which nobody says whose they are, and patterns for none."""
    registered = {path for entry in register.entries for path in entry.files}
    for path in held:
        if Path(path).suffix in WRITTEN_HERE or path in registered:
            continue
        if not any(fnmatch(path, pattern) for pattern in register.own):
            message = f"whose is {path}? Add an entry, or a pattern to own"
            yield REGISTER, 1, message
    for pattern in register.own:
        if not any(fnmatch(path, pattern) for path in held):
            yield REGISTER, line_of(text, pattern), f"no file {pattern}: strike it"


def unknown_pages(
    book: Book, register: Register, text: str
) -> Iterator[tuple[str, int, str]]:
    """Yield captions whose source is not registered, and pages that are not there."""
    displayed = {name: entry for entry in register.entries for name in entry.shown}
    for name, entry in displayed.items():
        if name not in book.by_name:
            line = line_of(text, entry.name)
            yield REGISTER, line, f"{entry.name}: no page {name}: mend the name"
    for page in book.pages:
        rows = (book.folder / page.path).read_text(encoding="utf-8").splitlines()
        for number, row in enumerate(rows, 1):
            caption = "caption:" in row or row.startswith("```{table}")
            if caption and (match := SOURCE.search(row)) and page.name not in displayed:
                message = f"shows what {match[1]} found: add it to {REGISTER}"
                yield f"book/{page.path}", number, message
