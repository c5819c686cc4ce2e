"""What configures the book: its settings, Binder's lock, the budgets, the commands."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import jupyter_book
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.rules import book_rule, line_of
from tests.rules.repository import LOCK, pins, texts
from tests.rules.shown import check_shell
from tools.source.book import Book

CONFIG = "book/_config.yml"
DEFAULTS = Path(jupyter_book.__file__).with_name("default_config.yml")
MORE_KEYS = {"bibtex_bibfiles"}  # Jupyter Book reads it, and has no default for it
BINDER = "binder/requirements.txt"
NOT_ON_BINDER = {"book", "test", "spark"}
BUILD_TOOLS = ("jupyter-book", "sphinx", "playwright", "pyspark")
BUDGETS = "tools/budgets.json"
SHEBANG = re.compile(r"#!.*\b(ba|da)?sh\b")
MAKE = re.compile(r"(?:^\s*|[`&;:\"]\s*|\brun: )make ([a-z][a-z-]*)")
MODULE = re.compile(r"python3?(?:\.\d+)? -m ((?:tools|tests)(?:\.\w+)*)")
SCRIPT = re.compile(r"(?:python3?|sh|bash) ((?:tools|tests)/[\w/]+\.(?:py|sh))")


@book_rule
def settings_are_known(book: Book) -> Iterator[tuple[str, int, str]]:
    """Jupyter Book drops a setting it does not know without a word."""
    text = (book.root / CONFIG).read_text()
    settings = yaml.safe_load(text)
    known = yaml.safe_load(DEFAULTS.read_text())
    for key, value in settings.items():
        if key not in known and key not in MORE_KEYS:
            yield CONFIG, line_of(text, f"{key}:"), f"no setting {key}: mend or strike"
        elif isinstance(value, dict) and isinstance(known.get(key), dict):
            for inner in value.keys() - known[key].keys():
                line = line_of(text, f"  {inner}:")
                yield CONFIG, line, f"no setting {key}: {inner}: mend or strike"


@book_rule
def binder_fits_the_lock(book: Book) -> Iterator[tuple[str, int, str]]:
    """Binder gets what pages need, at the tested versions, and no build tools."""
    text = (book.root / BINDER).read_text()
    full = pins((book.root / LOCK).read_text())
    here = pins(text)
    for name, version in here.items():
        line = line_of(text, f"{name}==")
        if full.get(name) != version:
            locked = full.get(name, "not there")
            yield BINDER, line, f"{name} is {locked} in {LOCK}: run make lock"
        if name in BUILD_TOOLS:
            yield BINDER, line, f"{name} is no need of a page: see tools/lock.py"
    project = tomllib.loads((book.root / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    groups = [
        project["dependencies"],
        *(extras[x] for x in extras.keys() - NOT_ON_BINDER),
    ]
    for specifier in sorted(specifier for group in groups for specifier in group):
        name = canonicalize_name(Requirement(specifier).name)
        if name not in {*here, project["name"]}:
            yield BINDER, 1, f"{name} is missing, and pages need it: run make lock"


@book_rule
def budgets_are_kept(book: Book) -> Iterator[tuple[str, int, str]]:
    """A budget is a figure above nothing that some test or the benchmark reads."""
    text = (book.root / BUDGETS).read_text()
    readers = [
        path
        for path in (book.root / "tests").glob("*/*.py")
        if path.parent.name != "rules"
    ]
    readers += (book.root / "tools").glob("benchmark.py")
    code = "".join(path.read_text() for path in readers)
    for name, value in figures(json.loads(text)):
        line = line_of(text, f'"{name}"')
        if not isinstance(value, int | float) or isinstance(value, bool) or value <= 0:
            yield BUDGETS, line, f"{name} is {value!r}: write a number above nothing"
        if f'"{name}"' not in code:
            yield BUDGETS, line, f"nothing reads {name}: mend the name or strike it"


def figures(budgets: dict) -> Iterator[tuple[str, object]]:
    """Yield name and value of each budget, those of a group included."""
    for name, value in budgets.items():
        if isinstance(value, dict):
            yield from figures(value)
        else:
            yield name, value


@book_rule
def commands_exist(book: Book) -> Iterator[tuple[str, int, str]]:
    """What is told to be run can be run: a target of make, a module, a script."""
    makefile = (book.root / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    for path, rows in texts(book):
        if not tells_commands(path):
            continue
        for number, row in enumerate(rows, 1):
            for target in MAKE.findall(row):
                if target not in targets:
                    yield path, number, f"make {target} is no target of the Makefile"
            for module in MODULE.findall(row):
                top = book.root / module.replace(".", "/")
                if not top.with_suffix(".py").is_file() and not top.is_dir():
                    yield path, number, f"no module {module}: mend the command"
            for script in SCRIPT.findall(row):
                if not (book.root / script).is_file():
                    yield path, number, f"no script {script}: mend the command"


def tells_commands(path: str) -> bool:
    """Whether a file tells people or machines what to run in this repository."""
    outside = path.startswith((".github/", ".ci/", ".devcontainer/", "binder/"))
    return outside or path in {"README.md", "CONTRIBUTING.md", "Makefile"}


@book_rule
def scripts_parse(book: Book) -> Iterator[tuple[str, int, str]]:
    """The shell can read every script of the repository."""
    for path, rows in texts(book):
        if rows and SHEBANG.match(rows[0]):
            try:
                check_shell("\n".join(rows) + "\n")
            except ValueError as problem:
                match = re.search(r"line (\d+)", str(problem))
                line = min(int(match[1]), len(rows)) if match else 1
                yield path, line, f"the shell cannot read it ({problem}): mend it"
