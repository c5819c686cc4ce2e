"""What search engines, language models and those who share a link are given."""

import re
import subprocess
from datetime import UTC, datetime

import pytest
from PIL import Image

from tests.site import browser as site
from tools import repository
from tools.repository import ROOT, page_times
from tools.source.third_parties import packages, read_register

OWN = {"404", "search"}
SITE = site.repository().site


def listed(text: str) -> set[str]:
    """Return the pages whose full address stands in ``text``."""
    names = re.findall(rf"{re.escape(SITE)}([\w./-]+)\.html", text)
    return set(names)


@pytest.mark.parametrize("file", ["sitemap.xml", "llms.txt"])
def test_lists_every_page(file):
    path = site.HTML / file
    assert path.is_file(), f"{file} is missing: see the extensions in book/_config.yml"
    missing = set(site.built_pages()) - OWN - listed(path.read_text())
    assert not missing


def test_shared_link_shows_a_card(name):
    if name in OWN:
        return
    html = (site.HTML / f"{name}.html").read_text()
    match = re.search(r'property="og:image" content="([^"]+)"', html)
    assert match, "The page has no card: see book/_ext/social_cards.py"
    assert match[1].startswith(SITE)
    with Image.open(site.HTML / match[1].removeprefix(SITE)) as card:
        assert card.size == (1200, 630)


def test_description_comes_from_the_front_matter(name):
    source = site.BOOK / f"{name}.md"
    if not source.is_file():
        return
    match = re.search(r"^ +description: (.+)$", source.read_text(), re.MULTILINE)
    if match and "html_meta:" in source.read_text().partition("\n---")[0]:
        html = (site.HTML / f"{name}.html").read_text()
        tag = f'property="og:description" content="{match[1][:40]}'
        assert tag in html


def test_downloads_are_offered_where_they_are_published(name):
    """Absolute, so that they lead somewhere from a copy on disk, too."""
    text = (ROOT / "tools" / "publication.py").read_text()
    html = (site.HTML / f"{name}.html").read_text()
    for file in ("book.pdf", "notebooks.zip", "site.zip"):
        assert f'"{file}"' in text, f"tools/publication.py does not publish {file}"
        assert f'href="{SITE}{file}"' in html, f"The footer does not offer {file}"


def test_the_starter_is_offered_where_it_is_published():
    html = (site.HTML / "starter.html").read_text()
    assert f'href="{SITE}starter.zip"' in html, "book/starter.md offers no archive"
    assert '"starter.zip"' in (ROOT / "tools" / "publication.py").read_text()


def test_static_files_are_ours_or_registered():
    published = {
        f"_static/{name}"
        for entry in read_register(ROOT).entries
        for name in entry.published
    }
    ours = {
        path.relative_to(site.BOOK).as_posix()
        for path in (site.BOOK / "_static").rglob("*")
    }
    files = {
        path.relative_to(site.HTML).as_posix()
        for path in (site.HTML / "_static").rglob("*")
        if path.is_file()
    }
    assert not (strange := files - ours - published), (
        f"whose are {sorted(strange)}? Add them to third_parties.yml"
    )
    assert not (gone := published - files), f"third_parties.yml: strike {sorted(gone)}"


def test_every_third_party_is_on_its_page():
    register = read_register(ROOT)
    content = site.soup("third-parties").get_text(" ", strip=True)
    parties = [*register.entries, *packages(ROOT, register.licences)]
    missing = [party.name for party in parties if party.name not in content]
    assert not missing, f"not on the page: {missing}: see book/_ext/third_parties.py"


def test_page_says_when_it_was_last_changed(name):
    source = site.BOOK / f"{name}.md"
    match = re.search(
        r'Last changed <time datetime="([\d-]+)">(\d+ [A-Z][a-z]+ \d{4})</time>',
        (site.HTML / f"{name}.html").read_text(),
    )
    times = page_times()
    if not times or source not in times:
        assert not match, "The history does not know this page's date, yet it has one"
        return
    assert match, "The page has no date: see book/_ext/last_updated.py and layout.html"
    day = datetime.fromtimestamp(times[source], UTC).date()
    assert match[1] == day.isoformat(), "Build again: the page was committed since"
    assert datetime.strptime(match[2], "%d %B %Y").date() == day


def test_dates_are_those_of_the_newest_commits(tmp_path, monkeypatch):
    git = [
        "git",
        "-C",
        str(tmp_path),
        "-c",
        "user.name=A",
        "-c",
        "user.email=a@b.example",
    ]
    (tmp_path / "book").mkdir()
    monkeypatch.setattr(repository, "ROOT", tmp_path)
    subprocess.run([*git, "init", "-q"], check=True)
    for second, page in ((1000, "one"), (2000, "two"), (3000, "one")):
        (tmp_path / "book" / f"{page}.md").write_text(str(second))
        monkeypatch.setenv("GIT_COMMITTER_DATE", f"@{second} +0000")
        subprocess.run([*git, "add", "."], check=True)
        subprocess.run([*git, "commit", "-qm", page], check=True)
    book = tmp_path / "book"
    assert page_times() == {book / "one.md": 3000, book / "two.md": 2000}
    shallow = tmp_path / "shallow"
    clone = ["git", "clone", "-q", "--depth", "1", tmp_path.as_uri(), str(shallow)]
    subprocess.run(clone, check=True)
    monkeypatch.setattr(repository, "ROOT", shallow)
    assert page_times() == {}, "A shallow clone gives all pages one wrong date"


def test_missing_page_says_so_anywhere_below(open_page, base):
    page = open_page("no/such/place/page.html")
    assert page.title().startswith("Page not found")
    assert page.locator("h1").inner_text() == "Page not found"
    header = page.evaluate(
        "getComputedStyle(document.querySelector('header')).position"
    )
    assert header == "sticky", "The style sheet was not found from here"
    page.locator(".site-title").click()
    page.wait_for_url(f"{base}index.html")


def test_only_what_is_loaded_is_published():
    """The theme's unused 7 MB of scripts and icon fonts stay out of the site."""
    size = sum(p.stat().st_size for p in (site.HTML / "_static").rglob("*"))
    assert size < 400_000, f"{size / 1e6:.1f} MB: see remove_unused_static.py"
