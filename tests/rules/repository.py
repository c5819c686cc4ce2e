"""The repository around the book: versions, privacy, workflows, the package."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from packaging.utils import canonicalize_name

from tests.rules import book_rule, line_of
from tests.rules.shown import schema_errors
from tools.source.book import Book
from tools.source.third_parties import packages

MUST_BE_DIRECT = [
    "jupyter-book", "myst-nb", "sphinxcontrib-bibtex", "matplotlib", "scikit-learn",
    "pytest",
]  # fmt: skip
LOCK = "requirements.txt"
VERSIONS_LIVE_HERE = {"pyproject.toml", LOCK, "requirements-weights.txt"}
# path → why a pin may stand there all the same
PINS_ALLOWED = {
    "binder/requirements.txt": "made with the lock; configuration.py compares",
    "binder/requirements-weights.txt": "a copy, which make lock compares",
    "tools/make_data.py": "the archive that the bundled data come from",
}
PIN = re.compile(r"\b([A-Za-z][\w.-]*)(?:\[[\w,-]+\])?==(\d[\w.]*)")
GENERATED = {".json", ".svg", ".ipynb", ".parquet", ".lock", ".bib"}
PATHS = re.compile(
    r"(?<![\w.$}<>/-])/(?:(?:work|root|farm)(?=/)|home/[a-z][\w-]*|tmp/[A-Za-z_]\w*)"
)
MIRRORS = re.compile(r"(?:extra-)?index-url|pypi-mirror|https?://\d+(?:\.\d+){3}", re.I)
# Loopback, and the addresses that are set aside for examples.
LOOPBACK = re.compile(
    r"https?://(127\.0\.0\.1|0\.0\.0\.0|192\.0\.2\.\d+|(198\.51\.100|203\.0\.113)\.\d+)"
)
# Files in which a path or address is the subject, with the reason.
TEACHES_PATHS: dict[str, str] = {
    "tests/rules/repository.py": "names what it looks for",
    "tests/fast/faults.yml": "seeds the faults",
}
SCHEMAS = {
    "CITATION.cff": "citation-file-format",
    ".github/dependabot.yml": "dependabot",
    ".github/ISSUE_TEMPLATE/[!c]*.yml": "github-issue-forms",
    ".github/actions/*/action.yml": "github-actions",
}
USES = re.compile(r"uses:\s*([^\s#]+)(?:\s*#\s*(.+))?")
COMMIT = re.compile(r"@[0-9a-f]{40}$")


def held_files(root: Path) -> list[str]:
    """Return the paths of all files that git holds or would hold."""
    command = ["git", "-C", str(root), "ls-files", "-co", "--exclude-standard"]
    completed = subprocess.run(command, capture_output=True, text=True, check=False)
    names = completed.stdout.splitlines()
    if completed.returncode:
        names = [path.relative_to(root).as_posix() for path in root.rglob("*")]
    return sorted(name for name in names if (root / name).is_file())


def is_text(path: Path) -> bool:
    """Whether a file holds text."""
    with path.open("rb") as stream:
        return b"\0" not in stream.read(4096)


def texts(book: Book) -> Iterator[tuple[str, list[str]]]:
    """Yield path and lines of every text file of the repository."""
    for name in held_files(book.root):
        path = book.root / name
        if is_text(path):
            rows = path.read_text(encoding="utf-8", errors="replace").splitlines()
            yield name, rows


def pins(text: str) -> dict[str, str]:
    """Return the packages of a lock and their versions."""
    matches = (PIN.match(row) for row in text.splitlines())
    return {canonicalize_name(pin[1]): pin[2] for pin in matches if pin}


@book_rule
def dependencies_have_reasons(book: Book) -> Iterator[tuple[str, int, str]]:
    """A direct dependency says why it is there."""
    path = "pyproject.toml"
    text = (book.root / path).read_text()
    reasons = {package.name: package.reason for package in packages(book.root, {})}
    for name in MUST_BE_DIRECT:
        if name not in reasons:
            yield path, 1, f"{name} is no direct dependency: add it"
    for name, reason in reasons.items():
        if len(reason) < 10:
            line = line_of(text, f'"{name}')
            yield path, line, f"{name} has no reason: add a comment on its line"


@book_rule
def lock_tells_no_place(book: Book) -> Iterator[tuple[str, int, str]]:
    """The lock tells nobody where it was made."""
    rows = (book.root / LOCK).read_text().splitlines()
    for number, row in enumerate(rows, 1):
        if re.search(r"^\s*--(?!hash)|https?://", row) and not row.startswith("#"):
            yield LOCK, number, "an address or option in the lock: run make lock"


@book_rule
def versions_in_one_place(book: Book) -> Iterator[tuple[str, int, str]]:
    """No other file repeats the version of a package."""
    lock = pins((book.root / LOCK).read_text())
    names = "|".join(sorted(map(re.escape, lock), key=len, reverse=True))
    mention = re.compile(rf"(?<![\w-])({names})(?:\s+v?|@|/|-)(\d+\.\d+[\w.]*)", re.I)
    for path, rows in texts(book):
        if path in VERSIONS_LIVE_HERE or path in PINS_ALLOWED:
            continue
        if Path(path).suffix in GENERATED or path.startswith("tests/"):
            continue
        for number, row in enumerate(rows, 1):
            for name, version in PIN.findall(row):
                yield path, number, f"{name}=={version}: leave versions to {LOCK}"
            for name, version in mention.findall(row):
                if lock.get(canonicalize_name(name)) == version.rstrip("."):
                    yield path, number, f"{name} {version}: leave versions to {LOCK}"


@book_rule
def nothing_private(book: Book) -> Iterator[tuple[str, int, str]]:
    """No path of the machine the book was made on, no address of a mirror."""
    for path, rows in texts(book):
        if path in TEACHES_PATHS:
            continue
        for number, row in enumerate(rows, 1):
            for match in PATHS.finditer(row):
                yield path, number, f"path {match[0]}: make it relative"
            for match in MIRRORS.finditer(LOOPBACK.sub("", row)):
                # an option that keeps the address out is no address
                if not row[: match.start()].endswith("--no-emit-"):
                    yield path, number, f"address {match[0]}: strike it"


@book_rule
def workflows_are_valid(book: Book) -> Iterator[tuple[str, int, str]]:
    """Workflows keep GitHub's schema and pass the security audit."""
    folder = book.root / ".github"
    files = sorted(folder.glob("workflows/*.y*ml"))
    if not files:
        return
    invalid = list(schema_errors(files))
    for file, message in invalid:
        path = Path(file).relative_to(book.root).as_posix()
        yield path, 1, f"not a valid workflow ({message}): mend it"
    if invalid:
        return
    program = str(Path(sys.executable).with_name("zizmor"))
    command = [program, "--offline", "--quiet", "--no-exit-codes", "--format", "json"]
    completed = subprocess.run(
        [*command, ".github"],
        cwd=book.root,
        capture_output=True,
        text=True,
        check=False,
    )
    if completed.returncode:
        raise RuntimeError(f"zizmor did not run: {completed.stderr}")
    for finding in json.loads(completed.stdout):
        locations = finding["locations"]
        primary = [x for x in locations if x["symbolic"]["kind"] == "Primary"]
        where = (primary or locations)[0]
        path = where["symbolic"]["key"]["Local"]["verbatim_path"]
        line = where["concrete"]["location"]["start_point"]["row"] + 1
        yield path, line, f"zizmor {finding['ident']}: {finding['desc']}"


@book_rule
def forms_are_valid(book: Book) -> Iterator[tuple[str, int, str]]:
    """Citation, Dependabot, issue forms and actions keep their schemas."""
    for pattern, schema in SCHEMAS.items():
        files = sorted(book.root.glob(pattern))
        for file, message in schema_errors(files, schema) if files else ():
            path = Path(file).relative_to(book.root).as_posix()
            yield path, 1, f"does not keep the schema {schema} ({message}): mend it"


@book_rule
def actions_are_pinned(book: Book) -> Iterator[tuple[str, int, str]]:
    """Actions of others are named by commit, with the tag beside it."""
    for file in sorted((book.root / ".github").rglob("*.y*ml")):
        path = file.relative_to(book.root).as_posix()
        for number, message in loose_actions(file.read_text()):
            yield path, number, message


def loose_actions(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of a workflow that name an action by less than its commit."""
    for number, row in enumerate(text.splitlines(), 1):
        match = USES.search(row)
        if not match or match[1].startswith("./"):
            continue
        if not COMMIT.search(match[1]):
            yield number, f"{match[1]}: pin it by its 40-digit commit"
        elif not re.match(r"v?\d", match[2] or ""):
            yield number, f"{match[1]}: write its tag in a comment"


@book_rule
def package_is_documented(book: Book) -> Iterator[tuple[str, int, str]]:
    """Public functions of nordlys are typed and say what they take, give and raise."""
    for file in sorted((book.root / "src/nordlys").rglob("*.py")):
        path = file.relative_to(book.root).as_posix()
        if "/checks/" in path and not path.endswith("__init__.py"):
            continue  # checkers are called by their number, not by readers
        tree = ast.parse(file.read_text())
        for node in public_functions(tree):
            # A service is read from top to bottom; the package is looked up.
            for message in undocumented(node, brief="/examples/" in path):
                yield path, node.lineno, f"{node.name}: {message}"


def public_functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """Yield public functions, and public methods of public classes."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef) and inner.name[0] != "_":
                    yield inner


def undocumented(node: ast.FunctionDef, brief: bool) -> Iterator[str]:
    """Yield what a function does not say about itself; if brief, without sections."""
    text = ast.get_docstring(node) or ""  # ruff says where there is none
    signature = node.args
    parameters = [*signature.posonlyargs, *signature.args, *signature.kwonlyargs]
    parameters += filter(None, (signature.vararg, signature.kwarg))
    for name, annotation in ((x.arg, x.annotation) for x in parameters):
        if name in {"self", "cls"}:
            continue
        if annotation is None:
            yield f"{name} has no type: add it"
        if not brief and not re.search(rf"^\s+\**{name}:", text, re.MULTILINE):
            yield f"{name} is not under Args: add it"
    if node.returns is None:
        yield "no type of what it returns: add it"
    if brief:
        return
    nodes = list(own_nodes(node))
    lower_text = text.lower()
    if any(isinstance(x, ast.Yield | ast.YieldFrom) for x in nodes):
        if "yields:" not in lower_text:
            yield "yields, and has no section Yields: add it"
    elif any(isinstance(x, ast.Return) and x.value for x in nodes):
        first = lower_text.split("\n")[0]
        if "returns:" not in lower_text and not re.match(
            r"(return|say|whether|the)\b", first
        ):
            yield "returns, and neither first line nor Returns says what: add it"
    for raised in nodes:
        match raised:
            case ast.Raise(exc=ast.Call(func=ast.Name(id=name))) if name not in text:
                yield f"raises {name}, and Raises does not say so: add it"


INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


def own_nodes(node: ast.FunctionDef) -> Iterator[ast.AST]:
    """Yield the nodes of a function without those of functions inside it."""
    waiting: list[ast.AST] = list(node.body)
    while waiting:
        current = waiting.pop()
        if isinstance(current, INNER):
            continue
        yield current
        waiting.extend(ast.iter_child_nodes(current))
