"""Figures enlarge within the page, by mouse and keyboard, and by themselves without."""

import pytest

from tests.site import browser as site


@pytest.fixture
def figure(lecture_page, open_page):
    """Return a page, one of its figures' links, and the dialogue it opens."""

    def open_one(scheme: str = "light", width: int = site.WIDE):
        page = open_page(f"{lecture_page}.html", width=width, color_scheme=scheme)
        link = page.locator("figure a.enlarge").first
        link.scroll_into_view_if_needed()
        return page, link, page.locator("dialog.enlarged")

    return open_one


def test_enlarges_by_keyboard_and_gives_the_focus_back(figure):
    page, link, dialog = figure()
    link.focus()
    page.keyboard.press("Enter")
    assert dialog.is_visible(), "Enter on a figure does not enlarge it: see book.js"
    assert page.evaluate("Boolean(document.activeElement.closest('dialog'))")
    page.keyboard.press("Escape")
    assert not dialog.is_visible()
    assert link.evaluate("e => e === document.activeElement"), "The focus is lost"


def test_close_button_and_the_page_behind_close_it(figure):
    page, link, dialog = figure()
    link.click()
    dialog.get_by_role("button", name="Close").click()
    assert not dialog.is_visible()
    link.click()
    page.mouse.click(3, 450)
    assert not dialog.is_visible()


def test_large_figure_keeps_what_it_says(figure, scheme):
    _, link, dialog = figure(scheme)
    link.click()
    small = link.locator(f"img.only-{scheme}")
    large = dialog.locator(f"img.only-{scheme}")
    assert large.is_visible(), "The large figure does not fit the colours"
    assert large.get_attribute("alt") == small.get_attribute("alt")
    assert dialog.get_attribute("aria-label").startswith("Figure ")
    assert "#" not in dialog.get_attribute("aria-label")
    assert large.bounding_box()["width"] > small.bounding_box()["width"]


def test_large_figure_can_be_moved_on_a_phone(figure):
    page, link, dialog = figure(width=site.PHONE)
    link.click()
    assert page.evaluate(site.OVERFLOW) <= 0
    stage = dialog.locator("[tabindex]")
    assert stage.evaluate("e => e.scrollWidth > e.clientWidth"), "It is not larger"
    stage.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(500)  # it scrolls smoothly
    assert stage.evaluate("e => e.scrollLeft > 0"), "The keyboard does not move it"


def test_large_figure_is_accessible(figure, scheme):
    page, link, _ = figure(scheme)
    link.click()
    assert not site.axe(page)


def test_without_script_a_figure_opens_by_itself(lecture_page, open_page):
    address = (site.HTML / f"{lecture_page}.html").as_uri()
    page = open_page(address, java_script_enabled=False)
    page.locator("figure a.enlarge").first.click()
    page.wait_for_url("**/_images/*")
