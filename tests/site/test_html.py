"""The files themselves: ids are unique, and links inside the site lead somewhere."""

import gzip
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tests.site import browser as site
from tools.repository import ROOT, repository


class Page(HTMLParser):
    """Ids, addresses and pictures of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.pictures: list[dict[str, str | None]] = []
        self.head: dict[str, str | None] = {}
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs) -> None:
        values = dict(attrs)
        if "id" in values:
            self.ids.append(values["id"])
        if tag == "html":
            self.head["lang"] = values.get("lang")
        if values.get("rel") == "canonical":
            self.head["canonical"] = values["href"]
        if tag == "meta" and values.get("name") == "robots":
            self.head["robots"] = values["content"]
        if tag == "img":
            self.pictures.append(values)
        for key in ("href", "src"):
            if values.get(key) and values.get("rel") != "canonical":
                self.links.append(values[key])


@cache
def parsed(path: Path) -> Page:
    return Page(path)


def test_ids_are_unique(name):
    ids = parsed(site.HTML / f"{name}.html").ids
    assert not {i for i in ids if ids.count(i) > 1}


def test_search_engines_are_told_language_and_address(name):
    address = f"{repository().site}{name}.html"
    head = parsed(site.HTML / f"{name}.html").head
    assert head == {"lang": "en-GB", "canonical": address}, "See layout.html"


def test_links_inside_the_site_lead_somewhere(name):
    page = site.HTML / f"{name}.html"
    broken = []
    for link in parsed(page).links:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc or (parts.path.endswith(".ipynb")):
            continue
        target = page
        if parts.path.startswith(site.PREFIX):
            target = site.HTML / unquote(parts.path).removeprefix(site.PREFIX)
        elif parts.path:
            target = (page.parent / unquote(parts.path)).resolve()
        target = target / "index.html" if target.is_dir() else target
        anchored = parts.fragment and target.suffix == ".html"
        if not target.is_file() or (
            anchored and unquote(parts.fragment) not in parsed(target).ids
        ):
            broken.append(link)
    assert not broken


def test_pictures_state_their_size_and_what_they_show(name):
    for picture in parsed(site.HTML / f"{name}.html").pictures:
        missing = {"width", "height", "alt"} - picture.keys()
        fault = f"{name}: {picture['src']} has no {', '.join(sorted(missing))}"
        assert not missing, f"{fault}: see two_tone.py, or give the image directive it"


def test_pictures_are_light_drawings_and_load_when_they_come_into_view(name):
    path = site.HTML / f"{name}.html"
    source = ROOT / "book" / f"{name}.md"
    # What a browser shows is no drawing.
    looks = source.is_file() and "nordlys.browser" in source.read_text()
    for picture in parsed(path).pictures:
        file = path.parent / picture["src"]
        if "_images" not in file.parts:
            continue
        lazy = picture.get("loading") == "lazy"
        assert lazy, f"{file.name} is loaded at once: see book/_ext/dark_figures.py"
        assert file.suffix == ".svg" or (looks and file.suffix == ".png"), (
            f"{file.name}: save it as SVG, sharp on every screen and with a dark twin; "
            "give a plot of very many points rasterized=True"
        )
        size = len(gzip.compress(file.read_bytes())) / 1000
        assert size <= site.BUDGETS["picture_kb"], (
            f"{file.name}: {size:.0f} kB; draw fewer points, or rasterized=True"
        )
