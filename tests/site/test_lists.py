"""What the build gathers: the index, the lists of figures and tables, the ways back."""

from collections import Counter

import pytest
import yaml
from bs4 import BeautifulSoup, Tag

from tests.site import browser as site
from tools.repository import ROOT
from tools.source.book import read_book

NAMES = ROOT / "book" / "index-of-terms.yml"
LISTS = {"figures": "figure figcaption", "tables": "table caption"}


def rows() -> dict[str, Tag]:
    """Return the rows of the index by what they begin with."""
    entries = site.soup("index-of-terms").select(".index-of-terms li p")
    return {row.get_text().split(" · ")[0].replace("’", "'"): row for row in entries}


def numbered(part: BeautifulSoup | Tag, selector: str) -> list[str]:
    """Return the numbers of captions, such as Figure 1.2."""
    captions = part.select(f"{selector} .caption-number")
    return [" ".join(caption.get_text().split()) for caption in captions]


def test_every_term_is_in_the_index_and_leads_into_the_text():
    index = rows()
    for term in sorted(read_book(ROOT).terms):
        assert term in index, f"“{term}” is not in the index: see book/_ext/terms.py"
        ways = [link["href"] for link in index[term].select("a")]
        assert ways[0].startswith("glossary.html#term-"), f"{term}: leads to {ways[0]}"
        assert ways[1:], f"{term}: no page is named; is it in bold or linked anywhere?"


def test_every_tool_is_in_the_index():
    index = rows()
    listed = yaml.safe_load(NAMES.read_text(encoding="utf-8"))
    missing = [name for kind in listed.values() for name in kind if name not in index]
    assert not missing, f"no page speaks of {missing}: strike them from {NAMES.name}"


def test_the_index_is_alphabetical():
    headings = site.soup("index-of-terms").select(".list-head")
    letters = [heading.get_text() for heading in headings]
    assert letters == sorted(set(letters)), f"letters out of order: {letters}"


def test_entries_of_the_glossary_lead_back():
    for entry in site.soup("glossary").select("dl.glossary dd"):
        term = entry.find_previous_sibling("dt").get_text()
        assert entry.select_one("a.way-back"), f"{term} leads to no page"


@pytest.mark.parametrize("kind", LISTS)
def test_each_figure_and_table_is_listed_once(kind):
    section = site.soup("figures").select_one(f"section#{kind}")
    listed = Counter(
        " ".join(link.get_text().split()[:2]) for link in section.select("li a")
    )
    numbers = {
        number
        for name in site.built_pages()
        for number in numbered(site.soup(name), LISTS[kind])
    }
    assert numbers, f"no {kind} on any page, so nothing was tested"
    assert listed == Counter(numbers), (
        f"missing: {sorted(numbers - listed.keys())}, not there or twice: "
        f"{sorted((listed - Counter(numbers)).keys())}: see book/_ext/figure_lists.py"
    )
