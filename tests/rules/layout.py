"""Where pages stand, and what their front matter says."""

import ast
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.rules import book_rule, line_of, page_rule
from tools.source.book import Book, Page

JUPYTEXT = {"text_representation": {"extension": ".md", "format_name": "myst"}}
METADATA = "all,-language_info"
KERNEL = {"language": "python", "name": "python3"}
NOT_FOR_PAGES = {"book", "course", "lab", "test"}
DESCRIPTION_LENGTH = 155
PROJECT = "pyproject.toml"
WHOLE = "course"
APART = {"spark"}  # so large that only its own notebook installs it


@book_rule
def contents_agree(book: Book) -> Iterator[tuple[str, int, str]]:
    """Every page is in the table of contents, which begins with the index."""
    path = "book/_toc.yml"
    if book.order[:1] != ["index"]:
        line = line_of((book.root / path).read_text(), "root:")
        yield path, line, "the root is not index: write 'root: index'"
    for page in book.pages:
        if page.name not in book.order:
            yield f"book/{page.path}", 1, "is not in _toc.yml: add it or remove it"


@page_rule
def front_matter(page: Page) -> Iterator[tuple[int, str]]:
    """A page with code carries the whole header, a page without code none of it."""
    keys = [key for key in ("jupytext", "kernelspec", "extras") if key in page.front]
    if not page.cells:
        for key in keys:
            yield page.line_of(key), f"{key} on a page without code: remove it"
        return
    header = page.front.get("jupytext") or {}
    shape = header.get("text_representation") or {}
    expected = JUPYTEXT["text_representation"]
    if {key: shape.get(key) for key in expected} != expected:
        yield 1, "the jupytext header is not the template's: cells would not run"
    if header.get("notebook_metadata_filter") != METADATA:
        yield (
            page.line_of("jupytext:"),
            f"write 'notebook_metadata_filter: {METADATA}' into the jupytext header: "
            "else JupyterLab drops extras and description when it saves the page",
        )
    kernel = page.front.get("kernelspec") or {}
    if {key: kernel.get(key) for key in KERNEL} != KERNEL:
        yield 1, "kernelspec is not the template's: cells would not run"
    if not isinstance(page.front.get("extras"), list):
        yield 1, "no list of extras: write 'extras: []' or what the imports need"


@page_rule
def description(page: Page) -> Iterator[tuple[int, str]]:
    """A page of a lecture says in one sentence what it teaches."""
    if page.lecture is None:
        return
    text = ((page.front.get("myst") or {}).get("html_meta") or {}).get(
        "description", ""
    )
    if not 30 <= len(text) <= DESCRIPTION_LENGTH:
        yield (
            page.line_of("description:"),
            f"description has {len(text)} characters: write a sentence of "
            f"30 to {DESCRIPTION_LENGTH}",
        )


@book_rule
def extras_suffice(book: Book) -> Iterator[tuple[str, int, str]]:
    """A page names the extras its imports need, so its notebook can install them."""
    groups = extras(book.root)
    base = groups.pop("")
    for page in book.pages:
        path, named = f"book/{page.path}", page.front.get("extras") or []
        for extra in named:
            if extra not in groups or extra in NOT_FOR_PAGES:
                yield path, page.line_of("extras"), f"no extra {extra} for pages: mend"
        here = base.union(*(groups.get(extra, set()) for extra in named))
        for module, line in imports(page):
            needed = distributions().get(module, {canonicalize_name(module)})
            offers = [g for g in groups if groups[g] & needed]
            if not needed & here and offers:
                choices = " or ".join(offers)
                yield path, line, f"{module} needs extra {choices}: add it to extras"
            elif not needed & here:
                yield path, line, f"{module} is no dependency: add it to pyproject.toml"


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


def extras(root: Path) -> dict[str, set[str]]:
    """Return the packages of each extra; the empty name stands for those always in."""
    project = tomllib.loads((root / PROJECT).read_text())["project"]
    groups = {"": project["dependencies"], **project["optional-dependencies"]}
    packages = {
        extra: {canonicalize_name(Requirement(line).name) for line in lines}
        for extra, lines in groups.items()
    }
    packages[""].add(canonicalize_name(project["name"]))
    return packages


def imports(page: Page) -> Iterator[tuple[str, int]]:
    """Yield the packages that code imports, but not Python's own or the page's."""
    for cell in page.cells:
        for node in cell.nodes():
            match node:
                case ast.Import(names=names):
                    modules = [name.name for name in names]
                case ast.ImportFrom(module=str(module), level=0):
                    modules = [module]
                case _:
                    continue
            for module in modules:
                top = module.split(".")[0]
                if top not in sys.stdlib_module_names | page.modules:
                    yield top, cell.at(node)


@cache
def distributions() -> dict[str, set[str]]:
    """Return which installed packages bring a module."""
    packages = packages_distributions()
    return {
        module: {canonicalize_name(name) for name in names}
        for module, names in packages.items()
    }
