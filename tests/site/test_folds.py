"""Hints, solutions and long outputs: folded, announced, and open without a script."""

from docutils import nodes
from folds import LONG, SHOWN, fold, fold_output


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
    shown, rest = cut(LONG + 5, "output", "stream")
    assert shown.astext().split("\n") == [f"line {n}" for n in range(SHOWN)]
    assert isinstance(rest, fold)
    title, hidden = rest.children
    assert title.astext() == f"Show the other {LONG + 5 - SHOWN} lines"
    assert hidden.astext().split("\n")[0] == f"line {SHOWN}"
    assert hidden.astext().split("\n")[-1] == f"line {LONG + 4}"
    assert shown["classes"] == hidden["classes"] == ["output", "stream"]


def test_long_traceback_keeps_its_end_in_view():
    rest, shown = cut(LONG + 5, "output", "traceback")
    assert isinstance(rest, fold)
    assert shown.astext().split("\n")[-1] == f"line {LONG + 4}"


def test_no_output_on_a_page_is_long(code_page, open_page):
    page = open_page(f"{code_page}.html")
    long = page.locator(".cell_output pre").evaluate_all(
        "(all) => all.filter((pre) => !pre.closest('details'))"
        ".map((pre) => pre.textContent.trimEnd().split('\\n').length)"
        f".filter((lines) => lines > {LONG})"
    )
    assert not long, f"Outputs of {long} lines are not folded: see book/_ext/folds.py"


def test_hint_is_folded_and_stands_before_the_solution(code_page, open_page):
    page = open_page(f"{code_page}.html")
    for hint in page.locator(".hint").all():
        assert hint.evaluate("e => e.tagName") == "DETAILS"
        assert hint.locator("summary").inner_text() == "Hint"
        after = hint.evaluate(
            """e => Boolean(e.closest(".exercise").compareDocumentPosition(
              document.querySelector(`.solution:has(summary a[href="#${
                e.closest(".exercise").id}"])`) ?? document.body.lastChild)
              & Node.DOCUMENT_POSITION_FOLLOWING)"""
        )
        assert after, "The hint comes after its solution"


def test_folds_are_announced(code_page, open_page):
    """Each fold has a name, and its state is the browser's own."""
    page = open_page(f"{code_page}.html")
    nameless = page.locator("details").evaluate_all(
        """(all) => all.filter((box) => {
          const first = box.firstElementChild;
          return first.tagName !== "SUMMARY" || !first.textContent.trim()
            || first.getAttribute("role");
        }).map((box) => box.outerHTML.slice(0, 100))"""
    )
    assert not nameless, f"These folds say nothing to a screen reader: {nameless}"


def test_a_link_opens_the_fold_it_leads_into(code_page, open_page):
    page = open_page(f"{code_page}.html")
    solution = page.locator("details.solution[id]").first
    name = solution.get_attribute("id")
    page.goto(f"{page.url.partition('#')[0]}#{name}")
    assert solution.is_visible()
    assert solution.locator("summary").evaluate(
        "e => e.getBoundingClientRect().top < innerHeight"
    )
