"""The files themselves: ids are unique, and links inside the site lead somewhere."""

import gzip
from functools import cache
from urllib.parse import unquote, urlsplit

from tests.site import browser as site
from tools.repository import ROOT, repository


@cache
def ids_of(name: str) -> list[str]:
    """Return the ids of a page."""
    return [tag["id"] for tag in site.soup(name).select("[id]")]


def test_ids_are_unique(name):
    ids = ids_of(name)
    assert not {i for i in ids if ids.count(i) > 1}


def test_search_engines_are_told_language_and_address(name):
    address = f"{repository().site}{name}.html"
    soup = site.soup(name)
    canonical = [link["href"] for link in soup.select("link[rel=canonical]")]
    told = soup.html.get("lang"), canonical, soup.select("meta[name=robots]")
    assert told == ("en-GB", [address], []), "See layout.html"


def test_links_inside_the_site_lead_somewhere(name):
    page = site.HTML / f"{name}.html"
    broken = []
    links = site.soup(name).select("[href]:not([rel=canonical]), [src]")
    for link in [tag.get("href") or tag.get("src", "") for tag in links]:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc or (parts.path.endswith(".ipynb")):
            continue
        target = page
        if parts.path.startswith(site.PREFIX):
            target = site.HTML / unquote(parts.path).removeprefix(site.PREFIX)
        elif parts.path:
            target = (page.parent / unquote(parts.path)).resolve()
        target = target / "index.html" if target.is_dir() else target
        if not target.is_file():
            broken.append(link)
        elif parts.fragment and target.suffix == ".html":
            name = target.relative_to(site.HTML).with_suffix("").as_posix()
            broken += [] if unquote(parts.fragment) in ids_of(name) else [link]
    assert not broken


def test_pictures_state_their_size_and_what_they_show(name):
    for picture in site.soup(name).select("img"):
        missing = {"width", "height", "alt"} - picture.attrs.keys()
        fault = f"{name}: {picture['src']} has no {', '.join(sorted(missing))}"
        assert not missing, f"{fault}: see two_tone.py, or give the image directive it"


def test_pictures_are_light_drawings_and_load_when_they_come_into_view(name):
    path = site.HTML / f"{name}.html"
    source = ROOT / "book" / f"{name}.md"
    # What a browser shows is no drawing.
    looks = source.is_file() and "nordlys.browser" in source.read_text()
    for picture in site.soup(name).select("img"):
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
