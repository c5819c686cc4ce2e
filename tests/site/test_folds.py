"""Hints, solutions and long outputs: folded, announced, and open without a script."""

import pytest
from docutils import nodes
from folds import LONG, SHOWN, fold, fold_output

from tests.site import browser as site


def cut(lines: int, *classes: str) -> list[nodes.Node]:
    """Return what becomes of an output of so many lines."""
    text = "\n".join(f"line {number}" for number in range(lines)) + "\n"
    block = nodes.literal_block(text, text, classes=list(classes), language="none")
    box = nodes.container("", block, nb_element="cell_code_output")
    fold_output(block)
    return box.children


def test_short_output_stays_whole():
    assert len(cut(LONG)) == 1


def test_long_output_keeps_its_beginning_in_view():
    visible, rest = cut(LONG + 5, "output", "stream")
    assert visible.astext().split("\n") == [f"line {n}" for n in range(SHOWN)]
    assert isinstance(rest, fold)
    title, hidden = rest.children
    assert title.astext() == f"Show the other {LONG + 5 - SHOWN} lines"
    assert hidden.astext().split("\n")[0] == f"line {SHOWN}"
    assert hidden.astext().split("\n")[-1] == f"line {LONG + 4}"
    assert visible["classes"] == hidden["classes"] == ["output", "stream"]


def test_long_traceback_keeps_its_end_in_view():
    rest, visible = cut(LONG + 5, "output", "traceback")
    assert isinstance(rest, fold)
    assert visible.astext().split("\n")[-1] == f"line {LONG + 4}"


def test_no_output_on_a_page_is_long(code_page, open_page):
    page = open_page(f"{code_page}.html")
    long = page.locator(".cell_output pre").evaluate_all(
        "(all) => all.filter((pre) => !pre.closest('details'))"
        ".map((pre) => pre.textContent.trimEnd().split('\\n').length)"
        f".filter((lines) => lines > {LONG})"
    )
    assert not long, f"Outputs of {long} lines are not folded: see book/_ext/folds.py"


def test_hint_is_folded_and_stands_between_its_exercise_and_the_solution():
    site.first_with(".hint")
    for name in sorted(site.code_pages()):
        for hint in site.soup(name).select(".hint"):
            location = f"{name}: the hint “{hint.get_text(' ', strip=True)[:60]}”"
            folded = hint.name == "details" and hint.summary.get_text() == "Hint"
            assert folded, f"{location} is not folded: see book/_ext/folds.py"
            exercise = hint.find_parent(class_="exercise")
            assert exercise, f"{location} stands in no exercise: move it before its end"
            number = " ".join(exercise.p.get_text().split()[:2])
            following = hint.find_next(class_="solution").summary.get_text()
            assert following == f"Solution to {number}", (
                f"{location} is followed by “{following}”, not by that to {number}: "
                "move it"
            )


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_bet_is_settled_by_a_click(script, open_page):
    name = site.first_with(".hidden-part > .cell_output")
    page = open_page(f"{name}.html", java_script_enabled=script)
    fold = page.locator(".hidden-part:has(> .cell_output)").first
    title, output = fold.locator("> summary"), fold.locator("> .cell_output")
    label = title.inner_text()
    assert label == "Show the output", (
        f"“{label}”: see nb_code_prompt_show in _config.yml"
    )
    assert not output.is_visible(), "The output stands open below the question"
    title.focus()
    page.keyboard.press("Enter")
    assert output.is_visible(), "Enter does not open the output: see folds.py"
    page.emulate_media(media="print")
    assert not title.is_visible(), "Paper asks for a click: see book.css"


def test_folds_are_announced(code_page, show_page):
    """Each fold has a name, and its state is the browser's own."""
    page = show_page(code_page)
    nameless = page.locator("details").evaluate_all(
        """(all) => all.filter((box) => {
          const first = box.firstElementChild;
          return first.tagName !== "SUMMARY" || !first.textContent.trim()
            || first.getAttribute("role");
        }).map((box) => box.outerHTML.slice(0, 100))"""
    )
    assert not nameless, f"These folds say nothing to a screen reader: {nameless}"


INSIDE = "details:not(.option) :is(figure, .admonition, [id^='sec-'])[id]"


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_link_opens_the_fold_it_leads_into(script, open_page):
    """A figure, for instance, that an output holds, which settles a bet."""
    name = site.first_with(INSIDE)
    page = open_page(f"{name}.html", java_script_enabled=script)
    target = page.locator(INSIDE).first
    assert not target.is_visible(), f"{name}: the fold is open before any link"
    page.goto(f"{page.url}#{target.get_attribute('id')}")
    page.wait_for_timeout(site.SETTLE_MS)
    fold = target.locator("xpath=ancestor::details")
    opened = [
        fold.nth(n).get_attribute("open") is not None for n in range(fold.count())
    ]
    assert all(opened), f"{page.url}: the fold stays closed"
    in_view = target.evaluate("e => e.getBoundingClientRect().top < innerHeight")
    assert in_view, f"{page.url}: what the link leads to is out of view"
