"""The package beyond its documentation: its data are whole, and its checkers judge."""

import ast
import hashlib
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement

from tests.rules import book_rule
from tests.rules.configuration import line_of
from tests.rules.layout import NOT_FOR_PAGES
from tools.source.book import Book
from tools.source.third_parties import REGISTER

MANIFEST = "src/nordlys/data/manifest.json"
PROJECT = "pyproject.toml"
WHOLE = "course"
APART = {"spark"}  # so large that only its own notebook installs it


@book_rule
def data_match_their_manifest(book: Book) -> Iterator[tuple[str, int, str]]:
    """A data file is the one whose hash the manifest holds, and each is listed."""
    text = (book.root / MANIFEST).read_text()
    listed = json.loads(text)["files"]
    folder = (book.root / MANIFEST).parent
    for name, facts in listed.items():
        line = line_of(text, f'"{name}"')
        if not (folder / name).is_file():
            yield MANIFEST, line, f"{name} is not there: run tools/make_data.py"
        elif digest(folder / name) != facts["sha256"]:
            yield MANIFEST, line, f"{name} has another hash: run tools/make_data.py"
    register = (book.root / REGISTER).read_text()
    for path in sorted(folder.iterdir()):
        if path.is_dir() or path.relative_to(book.root).as_posix() in register:
            continue  # not made by make_data.py; its hash stands in the register
        if path.name not in {*listed, "manifest.json"}:
            yield MANIFEST, 1, f"{path.name} is not listed: run tools/make_data.py"


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@book_rule
def course_is_whole(book: Book) -> Iterator[tuple[str, int, str]]:
    """The extra for a whole course has all extras that pages may name."""
    text = (book.root / PROJECT).read_text()
    project = tomllib.loads(text)["project"]
    extras = project["optional-dependencies"]
    included = {
        extra
        for requirement in map(Requirement, extras[WHOLE])
        if requirement.name == project["name"]
        for extra in requirement.extras
    }
    for extra in sorted(extras.keys() - NOT_FOR_PAGES - APART - included):
        yield PROJECT, line_of(text, f"{WHOLE} ="), f"{WHOLE} lacks {extra}: add it"


@book_rule
def checkers_judge(book: Book) -> Iterator[tuple[str, int, str]]:
    """A checker looks at the answer, and can refuse it."""
    for file in sorted(book.root.glob("src/nordlys/checks/*.py")):
        path, tree = file.relative_to(book.root).as_posix(), ast.parse(file.read_text())
        refusing = {"expect"} | {
            node.name
            for node in tree.body
            if isinstance(node, ast.FunctionDef) and refuses(node, {"expect"})
        }
        for node in tree.body:
            if not isinstance(node, ast.FunctionDef) or not is_checker(node):
                continue
            if not refuses(node, refusing):
                message = "accepts anything: let it expect() or raise AssertionError"
                yield path, node.lineno, f"{node.name} {message}"
            answer = node.args.args[0].arg
            if not any(isinstance(x, ast.Name) and x.id == answer for x in walk(node)):
                yield path, node.lineno, f"{node.name} never looks at {answer}: use it"


def walk(node: ast.FunctionDef) -> Iterator[ast.AST]:
    """Yield what stands in the body of a function."""
    for statement in node.body:
        yield from ast.walk(statement)


def is_checker(node: ast.FunctionDef) -> bool:
    """Whether a function is registered as the checker of an exercise."""
    calls = (call.func for call in node.decorator_list if isinstance(call, ast.Call))
    return any(isinstance(name, ast.Name) and name.id == "exercise" for name in calls)


def refuses(node: ast.FunctionDef, helpers: set[str]) -> bool:
    """Whether a function asserts, raises, or calls one that does."""
    for inner in walk(node):
        match inner:
            case ast.Assert() | ast.Raise():
                return True
            case ast.Call(func=ast.Name(id=name)) if name in helpers:
                return True
    return False
