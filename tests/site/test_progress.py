"""Progress marks: off at first, on this device only, and forgotten when asked."""

import pytest

STORED = "Object.keys(localStorage).filter((key) => key.startsWith('done '))"


@pytest.fixture
def started(lecture_page, open_page):
    """A page whose reader has turned the marks on, by keyboard."""
    page = open_page(f"{lecture_page}.html")
    page.get_by_role("button", name="Keep my progress").focus()
    page.keyboard.press("Enter")
    return page


def test_nothing_is_kept_before_the_reader_wants_it(lecture_page, open_page):
    page = open_page(f"{lecture_page}.html")
    assert not page.locator("[data-done]").is_visible()
    keys = page.evaluate("[localStorage, sessionStorage].flatMap(Object.keys)")
    assert not keys, f"{keys} is kept, and the reader was not asked"
    assert not page.context.cookies()


def test_page_done_is_marked_in_the_contents(started, lecture_page, base):
    button = started.get_by_role("button", name="Done with this page")
    button.press("Enter")
    assert button.get_attribute("aria-pressed") == "true"
    started.goto(f"{base}{lecture_page.rpartition('/')[0]}/index.html")
    marked = started.locator(".site-contents a.done")
    assert marked.count() == 1, "The next page's contents do not show the mark"
    assert marked.get_attribute("href") in f"{lecture_page}.html"
    content = marked.evaluate("e => getComputedStyle(e, '::after').content")
    assert "done" in content, "The mark is seen, but not read aloud: see book.css"
    assert not started.locator("[data-done][aria-pressed=true]").count()


def test_mark_can_be_taken_back(started):
    button = started.get_by_role("button", name="Done with this page")
    button.click()
    button.click()
    assert button.get_attribute("aria-pressed") == "false"
    assert not started.locator(".site-contents a.done").count()


def test_all_is_forgotten_when_asked(started):
    started.get_by_role("button", name="Done with this page").click()
    forget = started.get_by_role("button", name="Forget my progress")
    forget.press("Enter")
    assert not started.evaluate(STORED), "Something is still kept: see book.js"
    assert not started.locator(".site-contents a.done").count()
    assert "Keep my progress" in started.evaluate("document.activeElement.innerText")
    started.reload()
    assert not started.locator("[data-done]").is_visible()


def test_marks_stay_off_where_storage_is_forbidden(lecture_page, open_page, base):
    page = open_page("index.html")
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage',"
        " { get() { throw new DOMException('no', 'SecurityError'); } });"
    )
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(f"{base}{lecture_page}.html")
    page.get_by_role("button", name="Keep my progress").click()
    assert not problems, f"Forbidden storage breaks the page: {problems}"
    assert not page.locator("[data-done]").is_visible()
