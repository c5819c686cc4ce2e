"""Find where terms, tools and commands stand: for the glossary and for the index.

A term is defined where it is bold, else where a page first speaks of it in italics or
by {term}. ``index-of-terms.yml`` names the tools and commands. The directive
``index-of-terms`` writes the index; the glossary gets a way back to each definition.
"""

import itertools
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import yaml
from docutils import nodes
from llms import reading_order
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

sys.path.append(str(Path(__file__).resolve().parents[2]))  # jupyter-book leaves it out

from tools.source.book import Page
from tools.source.terms import term_keys

GLOSSARY, INDEX, NAMES = "glossary", "index-of-terms", "index-of-terms.yml"
NOT_READ = {
    GLOSSARY, INDEX, "literature", "notation", "status", "teaching", "third-parties",
}  # fmt: skip
MOST_PAGES = 5
BOLD, LINK, ITALICS, MENTION = range(4)  # ranks of a locator
UNREAD = (nodes.title, nodes.caption, nodes.literal_block, nodes.raw, nodes.comment)


class Locator(NamedTuple):
    """Where something stands, by how much it says there."""

    page: str
    anchor: str
    rank: int
    times: int


class IndexOfTerms(nodes.General, nodes.Element):
    """Stands where the index comes when all pages are read."""


@cache
def terms_by_key(folder: Path) -> dict[str, str]:
    """Return each form of each term of the glossary with the term."""
    page = Page(folder, folder / f"{GLOSSARY}.md")
    return {key: term for term, _ in page.terms for key in term_keys(term)}


@cache
def names(folder: Path) -> tuple[frozenset[str], re.Pattern, re.Pattern]:
    """Return the commands of the list, and what finds commands and tools."""
    entries = yaml.safe_load((folder / NAMES).read_text(encoding="utf-8"))
    by_length = {kind: sorted(entries[kind], key=len, reverse=True) for kind in entries}
    commands, tools = ("|".join(map(re.escape, by_length[k])) for k in sorted(entries))
    return (
        frozenset(entries["commands"]),
        re.compile(rf"(?:{commands})(?=\s|$)"),
        re.compile(rf"(?<![\w.-])(?:{tools})(?![\w-])"),
    )


def find_names(doctree: nodes.document, folder: Path) -> Iterator[tuple]:
    """Yield what is found on a page: its name, its rank and the node that names it."""
    terms = terms_by_key(folder)
    _, commands, tools = names(folder)
    for node in list(doctree.findall()):
        if isinstance(node, nodes.strong | nodes.emphasis):
            key = term_keys(node.astext()) & terms.keys()
            if key:
                rank = BOLD if isinstance(node, nodes.strong) else ITALICS
                yield terms[min(key)], rank, node
        elif isinstance(node, addnodes.pending_xref) and node.get("reftype") == "term":
            key = term_keys(node["reftarget"]) & terms.keys()
            if key:
                yield terms[min(key)], LINK, node
        elif isinstance(node, nodes.literal):
            if match := commands.match(node.astext()):
                yield match[0], MENTION, node
        elif isinstance(node, nodes.Text):
            text = "" if isinstance(node.parent, nodes.literal) else node.astext()
            for name in sorted(set(tools.findall(text))):
                yield name, MENTION, node


def is_read(node: nodes.Node) -> bool:
    """Say whether a node stands in text, and neither in a heading nor in code."""
    while node is not None:
        if isinstance(node, UNREAD):
            return False
        node = node.parent
    return True


def note_locators(app: Sphinx, doctree: nodes.document) -> None:
    """Note the best locator of each name on a page, and how often it stands there."""
    page, folder = app.env.docname, Path(app.srcdir)
    if page in NOT_READ or not (folder / NAMES).is_file():
        return
    nodes_by_name: dict[str, tuple[int, nodes.Node]] = {}
    counts: Counter[str] = Counter()
    for name, rank, node in find_names(doctree, folder):
        if is_read(node):
            counts[name] += 1
            if name not in nodes_by_name or rank < nodes_by_name[name][0]:
                nodes_by_name[name] = rank, node
    app.env.metadata[page]["locators"] = {
        name: Locator(page, add_anchor(name, rank, page, node), rank, counts[name])
        for name, (rank, node) in nodes_by_name.items()
    }


def add_anchor(name: str, rank: int, page: str, node: nodes.Node) -> str:
    """Put an anchor before a node that no other page of the book has; return it."""
    prefix = "run" if isinstance(node, nodes.literal) else "at"  # streamlit, Streamlit
    anchor = nodes.make_id(f"{prefix} {name} {page if rank else ''}")
    node.parent.insert(node.parent.index(node), nodes.inline(ids=[anchor]))
    return anchor


def locators_by_name(app: Sphinx) -> dict[str, list[Locator]]:
    """Return the locators of each name in reading order, but the definition first."""
    locators: dict[str, list[Locator]] = {}
    for page in reading_order(app):
        for name, locator in app.env.metadata[page].get("locators", {}).items():
            locators.setdefault(name, []).append(locator)
    for name, entries in locators.items():
        locators[name] = relevant_locators(entries)
    return locators


def relevant_locators(locators: list[Locator]) -> list[Locator]:
    """Return the locators worth a look.

    A word in italics may mean something else, unless it is nowhere in bold.
    """
    ranks = {locator.rank for locator in locators}
    if ranks == {MENTION}:
        most = sorted(locators, key=lambda locator: -locator.times)[:MOST_PAGES]
        return [locator for locator in locators if locator in most]
    first = min(
        locators, key=lambda locator: (locator.rank != BOLD, locators.index(locator))
    )
    rank = LINK if ranks & {BOLD, LINK} else ITALICS
    others = (locator for locator in locators if locator is not first)
    return [first, *(locator for locator in others if locator.rank == rank)]


def link(
    app: Sphinx, page: str, locator: Locator, text: str, *kinds: str
) -> nodes.Node:
    """Return a link from a page to a locator."""
    label = nodes.strong("", text) if "defines" in kinds else nodes.Text(text)
    args = (app.builder, page, locator.page, locator.anchor, [label])
    reference = make_refnode(*args)
    reference["classes"] += kinds
    return reference


def section_number(app: Sphinx, page: str) -> str:
    """Return the number of a section, or a short name of a page without one."""
    if number := app.env.toc_secnumbers.get(page, {}).get(""):
        return ".".join(map(str, number))
    if page == app.config.root_doc:
        return "Preface"
    folder = PurePosixPath(page).parent
    opening = page if folder == PurePosixPath(".") else str(folder / "index")
    return app.env.titles[opening].astext().partition(":")[0]


def sort_key(name: str) -> str:
    """Return what a name is sorted by: letters without accents, a hyphen as a space."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("-", " "))
    return "".join(c for c in plain if not unicodedata.combining(c))


def index_rows(app: Sphinx) -> Iterator[tuple[str, nodes.list_item]]:
    """Yield the rows of the index in their order, each with the name."""
    commands, _, _ = names(Path(app.srcdir))
    terms = set(terms_by_key(Path(app.srcdir)).values())
    locators = locators_by_name(app)
    for name in sorted(sorted(terms | locators.keys()), key=sort_key):  # SSH, ssh
        text = nodes.paragraph()
        if name in terms:
            page, anchor = app.env.domains["std"].objects["term", name]
            args = (app.builder, INDEX, page, anchor, nodes.Text(name))
            text += make_refnode(*args)
        else:
            text += nodes.literal("", name) if name in commands else nodes.Text(name)
        for locator in locators.get(name, []):
            kinds = ["locator", *(["defines"] if locator.rank == BOLD else [])]
            reference = link(
                app, INDEX, locator, section_number(app, locator.page), *kinds
            )
            text += [nodes.Text(" · "), reference]
        yield name, nodes.list_item("", text)


def write_index(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the index in its place, and the ways back into the glossary."""
    for mark in list(doctree.findall(IndexOfTerms)):
        content: list[nodes.Node] = []
        grouped = itertools.groupby(
            index_rows(app), key=lambda row: sort_key(row[0])[0]
        )
        for letter, group in grouped:
            content.append(nodes.paragraph("", letter.upper(), classes=["list-head"]))
            items = [item for _, item in group]
            content.append(nodes.bullet_list("", *items, classes=["index-of-terms"]))
        mark.replace_self(content)
    if docname == GLOSSARY:
        locators = locators_by_name(app)
        for entry in doctree.findall(nodes.definition_list_item):
            *terms, definition = entry.children
            term = terms[0].astext().replace("’", "'")
            for locator in locators.get(term, [])[:1]:
                reference = link(
                    app, docname, locator, section_number(app, locator.page), "way-back"
                )
                definition.children[-1].extend([nodes.Text(" →\u00a0"), reference])


class Directive(SphinxDirective):
    """Leave a mark where the index comes."""

    def run(self) -> list[nodes.Node]:
        """Return the mark."""
        self.env.note_dependency(str(Path(self.env.srcdir, NAMES)))
        return [IndexOfTerms()]


def rewritten(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Write the pages again that other pages make, also in a preview."""
    return [page for page in (GLOSSARY, INDEX) if page in env.found_docs]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive; note locators, and write when all pages are read."""
    app.add_node(IndexOfTerms)
    app.add_directive("index-of-terms", Directive)
    app.connect("doctree-read", note_locators)
    app.connect("env-get-updated", rewritten)
    app.connect("doctree-resolved", write_index, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
