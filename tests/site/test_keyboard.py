"""Everything works without a mouse, and one sees where one is."""

import re

import pytest

from tests.site import browser as site

FOCUSED = """() => {
  const e = document.activeElement, style = getComputedStyle(e);
  const box = e.getBoundingClientRect();
  return {
    what: e === document.body ? "" :
      [e.tagName, e.className, e.textContent.trim().slice(0, 40)].join(" "),
    ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    colours: [style.outlineColor, getComputedStyle(document.body).backgroundColor],
    inside: box.bottom > 0 && box.top < innerHeight && box.width > 0,
    covered: Boolean(e.closest("main")) &&
      box.bottom <= document.querySelector("header").getBoundingClientRect().bottom,
  };
}"""


def contrast(*colours: str) -> float:
    """Return the contrast of two colours such as ``rgb(0, 0, 0)``, 1 to 21 (WCAG 2)."""
    lights = []
    for colour in colours:
        parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
            for part in parts
        )
        lights.append(0.2126 * red + 0.7152 * green + 0.0722 * blue)
    return (max(lights) + 0.05) / (min(lights) + 0.05)


def walk(page, most: int = 600) -> list[dict]:
    """Press Tab until the focus leaves the page; return where it was."""
    stops = []
    for _ in range(most):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if not stop["what"]:
            return stops
        stops.append(stop)
    raise AssertionError("The focus does not leave the page: it is trapped.")


def test_focus_is_always_seen(lecture_page, open_page, scheme):
    page = open_page(f"{lecture_page}.html", color_scheme=scheme)
    stops = walk(page)
    assert not [stop["what"] for stop in stops if not stop["ring"]], "no focus ring"
    faint = [stop["what"] for stop in stops if contrast(*stop["colours"]) < 3]
    assert not faint, "the ring has less than 3:1 against the page"
    assert not [stop["what"] for stop in stops if not stop["inside"]], "out of view"
    assert not [stop["what"] for stop in stops if stop["covered"]], "under the header"
    what = " ".join(stop["what"] for stop in stops)
    for part in ("INPUT", "SUMMARY", "current", "colours", "Open in Colab"):
        assert part in what, f"The keyboard does not reach: {part}"


BORDERS = """() => [...document.querySelectorAll("input:not([type=radio])")]
  .filter((e) => e.checkVisibility()).map((e) => {
    const style = getComputedStyle(e), body = getComputedStyle(document.body);
    const line = parseFloat(style.borderTopWidth) >= 1;
    return [line ? style.borderTopColor : body.backgroundColor, body.backgroundColor];
  })"""


@pytest.mark.parametrize("file", ["index.html", "search.html"])
def test_fields_have_a_border_that_is_seen(file, open_page, scheme):
    borders = open_page(file, color_scheme=scheme).evaluate(BORDERS)
    assert borders, f"{file} has no field to write into"
    assert all(contrast(*colours) >= 3 for colours in borders), f"under 3:1: {borders}"


def test_skip_link_comes_first_and_leads_to_the_text(lecture_page, open_page):
    page = open_page(f"{lecture_page}.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_fold_opens_by_keyboard(lecture_page, open_page):
    page = open_page(f"{lecture_page}.html")
    fold = page.locator("details.admonition").first
    fold.locator("summary").focus()
    page.keyboard.press("Enter")
    assert fold.get_attribute("open") is not None
    page.keyboard.press("Space")
    assert fold.get_attribute("open") is None


def test_contents_open_and_close_by_keyboard_on_a_phone(lecture_page, open_page):
    page = open_page(f"{lecture_page}.html", width=site.PHONE)
    contents = page.get_by_role("navigation", name="Book", exact=True)
    assert not contents.is_visible()
    page.get_by_role("button", name="Contents").focus()
    page.keyboard.press("Enter")
    assert contents.is_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("!!document.activeElement.closest('#contents')")
    page.keyboard.press("Escape")
    assert not contents.is_visible()
    assert "contents-button" in page.evaluate("document.activeElement.className")


def test_scrolling_boxes_can_be_reached_and_are_named(code_page, show_page):
    page = show_page(code_page, width=site.SMALLEST)
    unreachable = page.evaluate(
        """() => [...document.querySelectorAll("article *")]
          .filter((e) => ["auto", "scroll"].includes(getComputedStyle(e).overflowX))
          .filter((e) => e.scrollWidth > e.clientWidth && e.checkVisibility())
          .filter((e) => e.tabIndex !== 0 || !e.getAttribute("aria-label"))
          .map((e) => e.outerHTML.slice(0, 120))"""
    )
    assert not unreachable


def test_colours_switch_and_stay(lecture_page, open_page, base):
    page = open_page(f"{lecture_page}.html", color_scheme="light")
    button = page.get_by_role("button", name="Dark colours")
    paper = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(paper) == "rgb(255, 255, 255)"
    button.focus()
    page.keyboard.press("Enter")
    assert page.evaluate(paper) == "rgb(20, 24, 30)"
    assert button.get_attribute("aria-pressed") == "true"
    page.goto(f"{base}index.html")
    assert page.evaluate(paper) == "rgb(20, 24, 30)"
    page.get_by_role("button", name="Dark colours").click()
    assert page.evaluate(paper) == "rgb(255, 255, 255)"


def test_no_motion_for_those_who_want_none(lecture_page, open_page):
    page = open_page(f"{lecture_page}.html", reduced_motion="reduce")
    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter((e) =>
          ["", "::before", "::after"].some((part) => {
            const style = getComputedStyle(e, part || null);
            const times = [style.transitionDuration, style.animationDuration];
            return style.scrollBehavior === "smooth" ||
              times.some((time) => parseFloat(time) > 0);
          })).map((e) => e.tagName)"""
    )
    assert not moving
