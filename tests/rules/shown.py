"""Code that is shown and not run is still code: it parses, or says why not.

A block that is wrong on purpose has ``<!-- broken: reason -->`` on the line before.
"""

import ast
import json
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import tomllib
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path

import yaml

from tests.rules import book_rule, page_rule
from tools.source.book import Block, Book, Page

PLAIN_NAMES = """
text output diff csv ini markdown md bibtex jsonl powershell makefile gitignore html css
javascript
"""
PLAIN = set(PLAIN_NAMES.split())
INSTRUCTION_NAMES = """
FROM RUN CMD LABEL EXPOSE ENV ADD COPY ENTRYPOINT VOLUME USER WORKDIR ARG ONBUILD
STOPSIGNAL HEALTHCHECK SHELL
"""
INSTRUCTIONS = set(INSTRUCTION_NAMES.split())
REQUEST = re.compile(
    r"(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) \S+ HTTP/[\d.]+$|HTTP/[\d.]+ \d{3}"
)
HEADER = re.compile(r"[\w-]+: ?\S")


def check_yaml(code: str) -> None:
    """Parse every document of the text."""
    list(yaml.safe_load_all(code))


def check_shell(code: str) -> None:
    """Let the shell read the text without running it."""
    bash = shutil.which("bash")
    if bash is None:
        raise ValueError("bash is missing on this machine: install it")
    completed = subprocess.run(
        [bash, "-n"], input=code, capture_output=True, text=True, check=False
    )
    if completed.returncode or completed.stderr:
        raise ValueError(completed.stderr.strip().splitlines()[0])


def check_console(code: str) -> None:
    """Read the commands after ``$`` of a session."""
    rows = [row[2:] for row in code.splitlines() if row.startswith(("$ ", "> "))]
    if not rows:
        raise ValueError("a session without a command after '$ '")
    check_shell("\n".join(rows))


def check_dockerfile(code: str) -> None:
    """Look for FROM first and known instructions after."""
    joined = re.sub(r"\\\n", " ", code)
    rows = [row.split()[0] for row in joined.splitlines() if row.strip()]
    words = [row for row in rows if not row.startswith("#")]
    if not words or words[0] not in {"FROM", "ARG"}:
        raise ValueError("does not begin with FROM")
    for word in words:
        if word not in INSTRUCTIONS:
            raise ValueError(f"{word} is no instruction")


def check_sql(code: str) -> None:
    """Look for whole statements with balanced brackets and quotes."""
    if not sqlite3.complete_statement(code.strip()):
        raise ValueError("the last statement has no semicolon, or a quote is open")
    plain = re.sub(r"'[^']*'|--.*", "", code)
    if plain.count("(") != plain.count(")"):
        raise ValueError("brackets do not match")


def check_http(code: str) -> None:
    """Look for a request or status line, headers, a blank line, a body."""
    for message in re.split(r"\n\s*\n(?=HTTP/|[A-Z]+ \S+ HTTP/)", code.strip()):
        first, *rest = message.splitlines()
        if not REQUEST.match(first):
            raise ValueError(f"“{first}” is no request line and no status line")
        for row in rest:
            if not row.strip():
                break
            if not HEADER.match(row):
                raise ValueError(f"“{row}” is no header")


PARSERS: dict[str, Callable[[str], object]] = {
    "yaml": check_yaml,
    "yml": check_yaml,
    "bash": check_shell,
    "sh": check_shell,
    "shell": check_shell,
    "console": check_console,
    "dockerfile": check_dockerfile,
    "docker": check_dockerfile,
    "sql": check_sql,
    "python": ast.parse,
    "py": ast.parse,
    "json": json.loads,
    "toml": tomllib.loads,
    "http": check_http,
    "xml": ET.fromstring,
}


def files(page: Page) -> list[Block]:
    """Return the files that a page writes, each as a block below its first line."""
    return [
        Block(cell.kind, cell.code, cell.code_line - 1, cell.note == "broken")
        for cell in page.cells
        if cell.file
    ]


def fault(language: str, code: str) -> tuple[int, str] | None:
    """Return what keeps code from being read in its language, with the line in it."""
    try:
        PARSERS[language](code)
    except (ValueError, SyntaxError, yaml.YAMLError) as problem:
        lines = re.findall(r"\bline (\d+)", str(problem))
        reason = f"({str(problem).splitlines()[0]}): mend it"
        return int(lines[-1]) if lines else 1, f"does not parse as {language} {reason}"
    return None


@page_rule
def shown_code_parses(page: Page) -> Iterator[tuple[int, str]]:
    """Code that is shown parses in the language it names."""
    for block in page.blocks:
        language = block.language.lower()
        if language in PLAIN or block.broken:
            continue
        if language not in PARSERS:
            subject = f"language {block.language!r}" if language else "no language"
            yield block.line, f"{subject}: name one that a test can read, or text"
            continue
        if problem := fault(language, block.code):
            yield block.line, problem[1]


@page_rule
def written_files_parse(page: Page) -> Iterator[tuple[int, str]]:
    """A file that a page writes is read by its language, as far as we know it."""
    for file in files(page):
        if file.broken or file.language not in PARSERS:
            continue
        if problem := fault(file.language, file.code):
            yield file.line + problem[0], problem[1]


def is_workflow(block: Block) -> bool:
    """Whether a block looks like a whole workflow of GitHub Actions."""
    keys = set(re.findall(r"^(\w+):", block.code, re.MULTILINE))
    return block.language in {"yaml", "yml"} and {"on", "jobs"} <= keys


@book_rule
def shown_workflows_are_valid(book: Book) -> Iterator[tuple[str, int, str]]:
    """A workflow that is shown whole keeps GitHub's schema."""
    blocks = [
        (page, block)
        for page in book.pages
        for block in (*page.blocks, *files(page))
        if is_workflow(block) and not block.broken
    ]
    if not blocks:
        return
    with tempfile.TemporaryDirectory() as folder:
        locations = {}
        for number, (page, block) in enumerate(blocks):
            file = Path(folder, f"{number}.yml")
            file.write_text(block.code)
            locations[str(file)] = (f"book/{page.path}", block.line)
        for file, message in schema_errors([Path(name) for name in locations]):
            yield *locations[file], f"not a valid workflow ({message}): mend it"


def schema_errors(
    files: list[Path], schema: str = "github-workflows"
) -> Iterator[tuple[str, str]]:
    """Yield file and message of what breaks a schema, by default that of workflows."""
    command = [sys.executable, "-m", "check_jsonschema", "-o", "json"]
    command += ["--builtin-schema", f"vendor.{schema}", *map(str, files)]
    completed = subprocess.run(command, capture_output=True, text=True, check=False)
    report = json.loads(completed.stdout)
    for error in report.get("errors", []) + report.get("parse_errors", []):
        if isinstance(error, dict):
            message = f"{error.get('path', '')} {error.get('message', '')}"
            yield error["filename"], message.strip()
