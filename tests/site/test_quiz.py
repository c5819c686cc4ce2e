"""Self-check questions: by keyboard, read aloud, without script, and on paper."""

import pytest
from docutils import nodes
from quiz import plain_quiz, quiz, quiz_choice, quiz_option

from tests.site import browser as site


def first_id(name: str) -> str:
    """Return the id of a page's first quiz."""
    return nodes.make_id(f"quiz-{name}-1")


@pytest.fixture(scope="module")
def quiz_page() -> str:
    """Name of a page with a quiz."""
    return site.first_with(".quiz")


def choose(page, box, index: int) -> None:
    """Choose an option and check it, by keyboard alone."""
    box.locator("input").first.focus()
    page.keyboard.press("Space")
    for _ in range(index):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


def test_says_of_each_option_whether_it_is_right(quiz_page, open_page):
    page = open_page(f"{quiz_page}.html")
    box = page.locator(".quiz").first
    reply = box.get_by_role("status")
    assert not reply.inner_text(), (
        "The answer stands there before the question is asked"
    )
    texts = []
    for index, option in enumerate(box.locator(".option").all()):
        choose(page, box, index)
        right = option.get_attribute("data-right") is not None
        assert reply.inner_text().startswith("Right." if right else "Not so."), (
            f"Option {index + 1} is answered wrongly: see the quiz part of book.js"
        )
        assert reply.get_attribute("class") == ("right" if right else "wrong")
        texts.append(reply.inner_text())
    assert len(set(texts)) == len(texts), "Two options are answered with the same words"


def test_another_choice_takes_the_answer_away(quiz_page, open_page):
    page = open_page(f"{quiz_page}.html")
    box = page.locator(".quiz").first
    choose(page, box, 0)
    page.keyboard.press("ArrowDown")
    assert not box.get_by_role("status").inner_text()


def test_is_a_named_group_of_radio_buttons(quiz_page, open_page):
    page = open_page(f"{quiz_page}.html")
    for box in page.locator(".quiz").all():
        question = box.locator("> p").nth(1).inner_text()
        group = box.get_by_role("radiogroup")
        assert group.get_attribute("aria-label").split() == question.split()
        assert group.get_by_role("radio").count() == box.locator(".option").count()
        for radio in group.get_by_role("radio").all():
            assert radio.evaluate("e => e.labels[0].innerText.trim()")


def test_without_script_each_option_opens(quiz_page, open_page):
    address = (site.HTML / f"{quiz_page}.html").as_uri()
    page = open_page(address, java_script_enabled=False)
    option = page.locator(".quiz .option").first
    answer = option.locator("p").first
    assert not answer.is_visible()
    option.locator("summary").click()
    assert answer.is_visible()


def test_paper_shows_every_option_with_its_answer(quiz_page, open_page):
    page = open_page(f"{quiz_page}.html")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    box = page.locator(".quiz").first
    assert not box.locator("form").is_visible(), "Buttons are printed"
    for option in box.locator(".option").all():
        assert option.locator("summary").is_visible()
        assert option.locator("p").first.is_visible(), "An answer is not printed"


def test_ids_do_not_change_from_build_to_build(quiz_page, open_page):
    page = open_page(f"{quiz_page}.html")
    ids = page.locator(".quiz").evaluate_all("(all) => all.map((box) => box.id)")
    start = first_id(quiz_page).removesuffix("1")
    assert ids == [f"{start}{number}" for number in range(1, len(ids) + 1)]


def example(*rights: bool) -> quiz:
    """Return a quiz with one option for each answer."""
    box = quiz("", nodes.title("", "Check"), nodes.paragraph("", "Which?"))
    for number, right in enumerate(rights):
        choice = quiz_choice("", "", nodes.Text(f"choice {number}"))
        answer = nodes.paragraph("", f"said {number}")
        box += quiz_option("", choice, answer, right=right)
    return box


def test_on_paper_the_answers_follow_below_by_letter():
    question, offered, _, answers = plain_quiz(example(False, True))
    assert question.astext() == "Which?"
    assert offered["enumtype"] == answers["enumtype"] == "upperalpha"
    assert [item.astext() for item in offered] == ["choice 0", "choice 1"]
    assert [item.astext() for item in answers] == ["said 0", "said 1"]
