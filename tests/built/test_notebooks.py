"""The notebooks of the built site: complete, plain, equal to their pages."""

import json
import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest
from bs4 import BeautifulSoup
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from tests.launch_links import broken_links
from tools import notebooks
from tools.build import HTML
from tools.export import notebook as notebook_file
from tools.export.cells import SOLUTION
from tools.repository import ROOT, repository
from tools.source.glued import only_glues
from tools.source.pages import code_pages, page_name, read_page

SOURCES = {page_name(path): path for path in code_pages(ROOT / "book")}
ABSOLUTE = re.compile(r"https?://|mailto:|data:image/(png|jpeg);base64,")
ROLE = re.compile(r"\{[\w:.+-]+\}$")
OURS = re.compile(r"Exercise \d|Solution to ")

each_page = pytest.mark.parametrize("page", SOURCES)


@cache
def notebook_of(page: str) -> nbformat.NotebookNode:
    path = HTML / notebooks.FOLDER / f"{page}.ipynb"
    assert path.is_file(), f"{page} has no notebook in the site; run make book."
    return nbformat.read(path, as_version=4)


@cache
def article_of(page: str) -> BeautifulSoup:
    path = HTML / f"{page}.html"
    assert path.is_file(), f"{page} is not in the site; run make book."
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


@cache
def tokens_of(page: str) -> list:
    parser = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin)
    tokens = []
    for cell in notebook_of(page).cells:
        if cell.cell_type == "markdown":
            for token in parser.parse(cell.source):
                tokens += [token, *(token.children or [])]
    return tokens


def text_of(tokens: list) -> str:
    kinds = ("text", "code_inline", "fence")
    return "".join(token.content for token in tokens if token.type in kinds)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def code_of(notebook) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def solves(cell) -> bool:
    return SOLUTION in cell.metadata.get("tags", [])


def test_pages_with_code_and_no_others_have_notebooks():
    top = HTML / notebooks.FOLDER
    names = {p.relative_to(top).with_suffix("").as_posix() for p in top.rglob("*")}
    names = {name for name in names if (top / f"{name}.ipynb").is_file()}
    assert names == set(SOURCES), "The site is older than the pages; run make book."


@each_page
def test_notebook_is_valid_and_without_outputs(page):
    notebook = notebook_of(page)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert notebook.metadata.kernelspec.name == "python3"
    path = HTML / notebooks.FOLDER / f"{page}.ipynb"
    ids = [cell["id"] for cell in json.loads(path.read_text())["cells"]]
    assert len(set(ids)) == len(ids)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == [] and cell.execution_count is None


@each_page
def test_first_two_cells(page):
    opening, setup = notebook_of(page).cells[:2]
    assert opening.cell_type == "markdown" and opening.source.startswith("# ")
    assert f"({repository().site}{page}.html)" in opening.source
    extras = read_page(SOURCES[page]).metadata.get("extras") or []
    requirement = f"nordlys[{','.join(extras)}]" if extras else "nordlys"
    address = f'"{requirement} @ git+{repository().url}@'
    assert setup.cell_type == "code" and setup.source.startswith("%pip install -q ")
    assert address in setup.source
    ref = setup.source.splitlines()[0].partition(address)[2].rstrip('"')
    assert re.fullmatch(r"main|[0-9a-f]{40}", ref), ref


@each_page
def test_code_is_that_of_the_page(page):
    expected = [
        code
        for code in code_of(read_page(SOURCES[page]))
        if code.strip() and not only_glues(code)
    ]
    assert code_of(notebook_of(page))[1:] == expected


@each_page
def test_folded_headings_hide_the_whole_solution(page):
    for cell in notebook_of(page).cells:
        if "jp-MarkdownHeadingCollapsed" in cell.metadata:
            assert "\n" not in cell.source, (
                f"JupyterLab folds only the cells below a heading: {cell.source}"
            )


@each_page
def test_quoted_code_holds_no_dollar(page):
    depth, inside = 0, []
    for token in tokens_of(page):
        depth += {"blockquote_open": 1, "blockquote_close": -1}.get(token.type, 0)
        if depth and token.type == "fence" and "$" in token.content:
            inside.append(token.content)
    assert not inside, f"JupyterLab would take a part for a formula: {inside}"


@each_page
def test_headings_are_those_of_the_page(page):
    expected = []
    for heading in article_of(page).select("article section > :is(h1,h2,h3,h4,h5,h6)"):
        for link in heading.select(".headerlink"):
            link.extract()
        expected.append((heading.name, squeezed(heading.get_text())))
    headings = []
    tokens = tokens_of(page)
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            text = text_of(tokens[index + 1].children)
            if not OURS.match(text):
                headings.append((token.tag, squeezed(text)))
    assert headings == expected


@each_page
def test_nothing_of_the_page_is_lost(page):
    soup = BeautifulSoup(str(article_of(page)), "html.parser")
    article = soup.select_one("article")
    for part in article.select(".cell, .headerlink, math, img, .toctree-wrapper"):
        part.extract()
    everything = squeezed(text_of(tokens_of(page)))
    missing = [
        text
        for paragraph in article.select("p, td, th, pre")
        for text in [paragraph.get_text()]
        if squeezed(text) not in everything
        and paragraph.select_one(".caption-number, .section-number") is None
        and "admonition-title" not in paragraph.get("class", [])
    ]
    assert not missing, f"{page}: not in the notebook:\n" + "\n".join(missing)


@each_page
def test_no_markup_of_the_book_is_left(page):
    remains = []
    tokens = tokens_of(page)
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        role = token.type == "text" and ROLE.search(token.content)
        if role and following is not None and following.type == "code_inline":
            remains.append(token.content[-40:] + following.content)
        if token.type == "text" and re.search(r":::|^\([\w-]+\)=$", token.content):
            remains.append(token.content)
        if token.type == "fence" and token.info.startswith("{"):
            remains.append(token.info)
        if token.type.startswith("html") and "<!--" in token.content:
            remains.append(token.content)
    assert not remains, f"{page}: {remains}"


def links_of(page: str) -> list[str]:
    links = [token.attrGet("href") or token.attrGet("src") for token in tokens_of(page)]
    return [str(link) for link in links if link]


@each_page
def test_links_are_absolute(page):
    relative = [link[:80] for link in links_of(page) if not ABSOLUTE.match(link)]
    assert not relative, f"{page}: these links work only in the book: {relative}"


@cache
def anchors_of(path: Path) -> set[str]:
    soup = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    return {str(tag["id"]) for tag in soup.select("[id]")}


@each_page
def test_links_into_the_book_lead_somewhere(page):
    site, broken = repository().site, []
    for link in links_of(page):
        if link.startswith(site):
            name, _, anchor = link.removeprefix(site).partition("#")
            path = HTML / unquote(name or "index.html")
            if not path.is_file() or (anchor and anchor not in anchors_of(path)):
                broken.append(link)
    assert not broken, f"{page}: {broken}"


@each_page
def test_pictures_show_without_the_book(page):
    tokens = tokens_of(page)
    pictures = [str(token.attrGet("src")) for token in tokens if token.type == "image"]
    online = [address[:80] for address in pictures if not address.startswith("data:")]
    assert not online, f"{page}: embed these pictures as data: {online}"


@each_page
def test_student_edition_lacks_solutions_and_nothing_else(page):
    notebook = notebook_of(page)
    student = notebook_file.student_edition(notebook)
    nbformat.validate(student)
    expected = [cell.source for cell in notebook.cells[1:] if not solves(cell)]
    answers = {"# Your answer", "*Your answer:*"}
    rest = [cell.source for cell in student.cells[1:] if cell.source not in answers]
    assert rest == expected
    solutions = [cell for cell in notebook.cells if solves(cell)]
    headings = sum(notebook_file.begins_solution(cell) for cell in solutions)
    assert headings == SOURCES[page].read_text().count("{solution-start}")
    assert len(student.cells) == len(expected) + 1 + headings


def test_buttons_lead_to_notebook_and_source():
    broken = broken_links(HTML, repository())
    assert not broken, "\n".join(broken)


def test_file_is_written_the_same_again():
    for page in SOURCES:
        path = HTML / notebooks.FOLDER / f"{page}.ipynb"
        assert notebook_file.notebook_text(notebook_of(page)) == path.read_text(
            encoding="utf-8"
        )
