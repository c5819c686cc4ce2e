"""The printed book: whole, tagged, with an outline and page numbers that are true."""

import re

import pypdf
import pytest
import yaml

from tests.book_source import read_book
from tools.pdf import OUT
from tools.repository import ROOT


@pytest.fixture(scope="module")
def pdf() -> pypdf.PdfReader:
    assert OUT.is_file(), "There is no PDF: run make pdf."
    return pypdf.PdfReader(OUT)


@pytest.fixture(scope="module")
def texts(pdf) -> list[str]:
    return [page.extract_text() for page in pdf.pages]


def squeeze(text: str) -> str:
    """Return the text without what line breaks and ligatures change."""
    plain = str.maketrans({"ﬁ": "fi", "ﬂ": "fl", "“": '"', "”": '"', "’": "'", "`": ""})
    return re.sub(r"\s+", "", text.translate(plain))


def outline(pdf) -> list[tuple[str, int]]:
    found = []

    def walk(entries):
        for entry in entries:
            if isinstance(entry, list):
                walk(entry)
            else:
                page = pdf.get_destination_page_number(entry) + 1
                found.append((entry.title, page))

    walk(pdf.outline)
    return found


def test_document_says_what_it_is(pdf):
    config = yaml.safe_load((ROOT / "book" / "_config.yml").read_text())
    assert pdf.metadata.title == config["title"]
    assert pdf.metadata.author == config["author"]
    root = pdf.trailer["/Root"]
    assert root["/Lang"] == "en-GB"
    assert root["/MarkInfo"]["/Marked"], "The PDF is not tagged."
    assert "/StructTreeRoot" in root


def test_outline_has_every_heading(pdf):
    titles = [re.sub(r"^[\d.]+ ", "", title) for title, _ in outline(pdf)]
    for page in read_book(ROOT).pages:
        for heading in page.headings:
            found = any(squeeze(heading.text) == squeeze(title) for title in titles)
            assert found, f"{page.path}: '{heading.text}' is not in the PDF's outline"


def test_headings_stand_on_their_pages(pdf, texts):
    for title, page in outline(pdf):
        assert squeeze(title) in squeeze(texts[page - 1]), (
            f"{title}: not on page {page}"
        )


def test_contents_name_the_right_pages(pdf, texts):
    contents = texts[1]
    assert "Contents" in contents.splitlines()[:2]
    pages = dict(outline(pdf))
    rows = re.findall(r"(?m)^(.+?)\s*(\d+)$", contents)
    assert rows, "The contents page has no rows."
    for title, page in rows:
        assert pages[title.strip()] == int(page), f"{title}: not on page {page}"


def test_all_code_is_printed(texts):
    printed = squeeze("".join(texts))
    for page in read_book(ROOT).pages:
        for cell in page.cells:
            if {"remove-cell", "remove-input"} & set(cell.tags):
                continue
            for row in cell.rows:
                assert squeeze(row) in printed, f"{page.path}: not printed: {row}"


def test_no_page_is_empty(texts):
    for number, text in enumerate(texts[1:], 2):
        assert len(text.strip()) > 40, f"Page {number} is empty."


def test_every_picture_has_a_description(pdf):
    described, waiting = [], [pdf.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        node = waiting.pop().get_object()
        if isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, dict):
            if node.get("/S") == "/Figure":
                described.append(str(node.get("/Alt", "")).strip())
            if "/K" in node:
                waiting.append(node["/K"])
    expected = sum(len(page.pictures) for page in read_book(ROOT).pages)
    assert len(described) >= expected > 0
    assert all(described), "A picture of the PDF has no alternative text."
