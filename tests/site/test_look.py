"""Measures of a page that reads well."""

import pytest

from tests.site import browser as site


def test_lines_are_about_seventy_characters(lecture_page, open_page):
    page = open_page(f"{lecture_page}.html")
    lengths = page.locator("article section > p").evaluate_all(
        """(all) => all.filter((p) => p.textContent.length > 250).map((p) => {
          const range = document.createRange();
          range.selectNodeContents(p);
          const lines = [...range.getClientRects()].map((r) => r.bottom / 12);
          return p.textContent.length / new Set(lines.map(Math.round)).size;
        })"""
    )
    assert lengths and 55 <= max(lengths) <= 85


def test_88_columns_of_code_fit(lecture_page, open_page):
    page = open_page(f"{lecture_page}.html")
    room = page.locator(".cell_input pre").first.evaluate(
        """(pre) => {
          const probe = pre.appendChild(document.createElement("span"));
          probe.textContent = "x".repeat(88);
          return [probe.getBoundingClientRect().width, pre.clientWidth];
        }"""
    )
    assert room[0] <= room[1]


@pytest.mark.parametrize("width", [site.PHONE, site.WIDE])
def test_figures_stay_inside_the_column(code_page, show_page, width):
    page = show_page(code_page, width=width)
    wide = page.locator("article img").evaluate_all(
        """(all) => {
          const edge = (e) => e.getBoundingClientRect().right;
          return all.filter((i) => edge(i) > edge(i.closest("article")) + 1)
            .map((i) => i.src);
        }"""
    )
    assert not wide


def test_figures_have_a_twin_that_fits_the_colours(code_page, show_page, scheme):
    page = show_page(code_page, scheme)
    other = "dark" if scheme == "light" else "light"
    assert page.locator(f"img.only-{scheme}").count() == (
        page.locator(f"img.only-{other}").count()
    )
    for picture in page.locator(f"img.only-{other}").all():
        assert not picture.is_visible()


def test_numbers_in_tables_are_right_aligned(code_page, show_page):
    page = show_page(code_page)
    wrong = page.locator(".dataframe tbody td").evaluate_all(
        """(all) => all.filter((td) => [...td.closest("tbody").rows].every((row) =>
                 /^-?[\\d,]+\\.\\d+$/.test(row.cells[td.cellIndex]?.textContent.trim())))
             .filter((td) => getComputedStyle(td).textAlign !== "right")
             .map((td) => td.textContent)"""
    )
    assert not wrong, f"columns of numbers that are not: {wrong}; accessibility.py"


def test_paper_shows_the_text_and_what_was_folded(lecture_page, open_page):
    page = open_page(f"{lecture_page}.html", color_scheme="dark")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    for selector in (".site-header", ".site-contents", ".page-tools", ".onward"):
        assert not page.locator(selector).is_visible(), f"{selector} is printed"
    assert not page.locator("details:not([open])").count()
    body = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert body == "rgb(255, 255, 255)"
