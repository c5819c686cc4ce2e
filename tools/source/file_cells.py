"""Cells that begin with ``%%writefile``: the file's name, its content, its language."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from pygments.lexers import find_lexer_class_for_filename

MAGIC = re.compile(r"%%writefile\b[ \t]*(.*?)[ \t]*(?:\n|$)")

# Endings for which Pygments has no language of that name, or several.
LANGUAGES = {
    ".conf": "ini",
    ".dockerfile": "docker",
    ".env": "ini",
    ".http": "http",
    ".jsonl": "text",
    ".sql": "sql",
}


@dataclass(frozen=True)
class WrittenFile:
    """A file as the cell that writes it has it."""

    name: str
    content: str

    @property
    def language(self) -> str:
        """The name that Pygments has for the language of the file."""
        return language_of(self.name)


def written_file(source: str) -> WrittenFile | None:
    """Return the file that a cell writes; nothing if the cell runs code."""
    match = MAGIC.match(source)
    if not match:
        return None
    return WrittenFile(match[1].strip("\"'"), source[match.end() :])


def language_of(name: str) -> str:
    """Return the name that Pygments has for the language of a file, by its name."""
    path = PurePosixPath(name)
    ending = path.suffix or path.name  # .env is all name
    if ending.lower() in LANGUAGES:
        return LANGUAGES[ending.lower()]
    lexer = find_lexer_class_for_filename(path.name)
    return lexer.aliases[0] if lexer else "text"
