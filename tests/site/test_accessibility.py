"""What axe cannot see: large text, forced colours, table headings, tabs."""

import pytest
from bs4 import BeautifulSoup
from sphinx.application import Sphinx

from tests.site import browser as site

# Pairs of words and controls that cover each other, and what is cut off.
LOST = """() => {
  const shown = (e) => e.checkVisibility({ visibilityProperty: true })
    && e.getBoundingClientRect().width > 2;
  const parts = "header a, header button, header input, .page-tools > *, article h1,"
    + "article h2, article p, article li > p, .page-end > *, .onward a, .site-footer p";
  const inner = [...document.querySelectorAll(parts)].filter(shown);
  const box = (e) => e.getBoundingClientRect();
  const scrolls = (e) => e
    && (["auto", "scroll"].includes(getComputedStyle(e).overflowX)
      || scrolls(e.parentElement));
  const found = [];
  inner.forEach((one, place) => {
    for (const other of inner.slice(place + 1)) {
      if (one.contains(other) || other.contains(one)) continue;
      if (one.closest(".site-search") && other.closest(".site-search")) continue;
      if (Boolean(one.closest("header")) !== Boolean(other.closest("header"))) continue;
      const a = box(one), b = box(other);
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 2 && high > 2) found.push(`${one.textContent.trim().slice(0, 30)} | ${
        other.textContent.trim().slice(0, 30)}`);
    }
    const a = box(one);
    if (scrolls(one)) return;
    if (a.right > innerWidth + 1 || a.left < -1) {
      found.push(`cut: ${one.outerHTML.slice(0, 80)}`);
    }
  });
  for (const e of document.querySelectorAll("header *, main *")) {
    const style = getComputedStyle(e);
    if (style.overflowY === "hidden" && !style.clipPath.startsWith("inset")
        && shown(e) && e.scrollHeight > e.clientHeight + 2 && e.clientHeight > 2) {
      found.push(`cut: ${e.textContent.trim().slice(0, 60)}`);
    }
  }
  return found.slice(0, 5);
}"""


@pytest.mark.parametrize("width", [site.WIDE, 640, site.PHONE])
def test_nothing_is_lost_when_text_is_twice_as_large(name, width, show_page):
    page = show_page(name, width=width)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    hidden = page.evaluate(LOST)
    page.evaluate("document.documentElement.style.fontSize = ''")
    assert not hidden, f"At {width} px with text at 200 %: {hidden}"


def test_tables_have_headings(name):
    """Each column or each row of a table says what it holds."""
    for table in site.soup(name).select("article table"):
        rows = table.select("tbody tr")
        headed = bool(table.select("thead th")) or all(row.find("th") for row in rows)
        text = table.get_text(" ", strip=True)[:80]
        assert headed, f"A table without headings: {text}"
        for heading in table.select("th"):
            assert heading.get_text(strip=True), f"An empty heading in: {text}"


TABS = """
# Tabs

::::{tab-set}
:::{tab-item} Linux
Text for Linux.
:::
:::{tab-item} macOS
Text for macOS.
:::
::::
"""


@pytest.fixture(scope="module")
def tabs_html(tmp_path_factory, lecture_page) -> str:
    """A page of the site that holds nothing but tabs, as no page of the book does."""
    source, out = tmp_path_factory.mktemp("tabs"), tmp_path_factory.mktemp("html")
    (source / "index.md").write_text(TABS)
    settings = {
        "extensions": ["myst_parser", "sphinx_design"],
        "myst_enable_extensions": ["colon_fence"],
    }
    Sphinx(source, None, out, out / "trees", "html", settings, status=None).build()
    soup = BeautifulSoup((out / "index.html").read_text(), "html.parser")
    page = BeautifulSoup(
        (site.HTML / f"{lecture_page}.html").read_text(), "html.parser"
    )
    (style,) = (out / "_static").glob("sphinx-design*.css")
    assert (site.HTML / "_static" / style.name).is_file(), "Tabs have no style: lean.py"
    sheet = page.select_one('link[href*="book.css"]')
    href = sheet["href"].partition("book.css")[0] + style.name
    sheet.insert_before(page.new_tag("link", rel="stylesheet", href=href))
    article = page.select_one("article")
    article.clear()
    article.append(soup.select_one("section:has(.sd-tab-set)"))
    return str(page)


@pytest.fixture
def tabs(tabs_html, lecture_page, base, open_page):
    """Return a function that opens the page with tabs."""

    def open_one(**options):
        page = open_page("index.html", **options)
        address = f"{base}{lecture_page}.html"
        answer = {"body": tabs_html, "content_type": "text/html; charset=utf-8"}
        page.route(address, lambda route: route.fulfill(**answer))
        page.goto(address)
        return page

    return open_one


def test_tabs_are_named_and_change_by_keyboard(tabs):
    page = tabs()
    linux, macos = (page.get_by_role("radio", name=n) for n in ("Linux", "macOS"))
    counts = [linux.count(), macos.count()]
    assert counts == [1, 1], (
        f"Radio buttons named by their tabs: {counts}, not one each"
    )
    texts = [page.get_by_text(f"Text for {name}.") for name in ("Linux", "macOS")]
    linux.focus()
    page.keyboard.press("ArrowRight")
    assert macos.is_checked(), "The arrow keys do not change the tab"
    states = [text.is_visible() for text in texts]
    assert states == [False, True], f"After the change, {states} of the texts are shown"
    ring = page.locator("label", has_text="macOS").evaluate(
        "e => getComputedStyle(e).outline.replace(/rgb.*?[)] ?/, '')"
    )
    assert ring == "solid 3px", (
        f"The tab that has the focus has a ring of {ring}: see book.css"
    )


def test_tabs_are_accessible(tabs, scheme):
    violations = site.axe(tabs(color_scheme=scheme))
    assert not violations, f"Cure the tabs in book.css: {violations}"


def test_paper_shows_all_tabs(tabs):
    page = tabs()
    page.emulate_media(media="print")
    for name in ("Linux", "macOS"):
        visible = page.get_by_text(f"Text for {name}.").is_visible()
        assert visible, f"The tab {name} is not printed: see @media print in book.css"


def test_forced_colours_leave_lines_and_figures(lecture_page, open_page):
    """Where the system chooses the colours, lines stand where fills were."""
    page = open_page(f"{lecture_page}.html", forced_colors="active")
    for thing in (".cell_input pre", ".admonition", ".colours"):
        width = page.locator(thing).first.evaluate(
            "e => parseFloat(getComputedStyle(e).borderTopWidth)"
        )
        assert width >= 1, f"{thing} has no edge: see forced-colors in book.css"
    paper = page.locator("figure img").first.evaluate(
        "e => getComputedStyle(e).backgroundColor"
    )
    assert paper in ("rgb(255, 255, 255)", "rgb(20, 24, 30)"), (
        "Figures have no paper of their own, so their lines may vanish"
    )
