"""What axe cannot see: large text, forced colours, table headings, tabs."""

import pytest
from bs4 import BeautifulSoup

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
def test_nothing_is_lost_when_text_is_twice_as_large(name, width, open_page):
    page = open_page(f"{name}.html", width=width)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    lost = page.evaluate(LOST)
    assert not lost, f"At {width} px with text at 200 %: {lost}"


def test_tables_have_headings(name):
    """Each column or each row of a table says what it holds."""
    html = BeautifulSoup((site.HTML / f"{name}.html").read_text(), "html.parser")
    for table in html.select("article table"):
        rows = table.select("tbody tr")
        headed = bool(table.select("thead th")) or all(row.find("th") for row in rows)
        text = table.get_text(" ", strip=True)[:80]
        assert headed, f"A table without headings: {text}"
        for heading in table.select("th"):
            assert heading.get_text(strip=True), f"An empty heading in: {text}"


def test_tabs_are_named_radio_buttons(name):
    html = BeautifulSoup((site.HTML / f"{name}.html").read_text(), "html.parser")
    for tabs in html.select(".sd-tab-set"):
        for tab in tabs.select(":scope > input"):
            assert tab["type"] == "radio"
            label = tabs.select_one(f'label[for="{tab["id"]}"]')
            assert label and label.get_text(strip=True), "A tab has no name"


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
