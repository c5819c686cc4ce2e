"""The search finds what the book holds, and needs no mouse."""

import pytest

from tests.site import browser as site


def first_text(open_page, pages, selector: str) -> tuple[str, str]:
    """Return the first page, and the text in it, that ``selector`` matches."""
    for name in pages:
        matches = open_page(f"{name}.html").locator(selector)
        if matches.count():
            return name, matches.first.text_content().strip()
    pytest.fail(f"No page holds {selector}, so the search for it cannot be tested.")


def look_for(open_page, words: str) -> list[str]:
    """Search from the title page by keyboard alone; return the pages found."""
    page = open_page("index.html")
    page.keyboard.press("/")
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=*")
    page.locator(".search-summary:not(:empty)").wait_for(timeout=10_000)
    links = page.locator("#search-results li > a")
    return [a.get_attribute("href").partition(".html")[0] for a in links.all()]


def test_finds_a_term(open_page):
    _, term = first_text(open_page, ["glossary"], "dl.glossary dt")
    results = look_for(open_page, term.removesuffix("#").strip())
    assert "glossary" in results


def test_finds_a_word_of_code(open_page):
    pages = sorted(site.code_pages())
    page, word = first_text(open_page, pages, ".cell_input .nf")
    assert page in look_for(open_page, word)


def test_finds_a_caption(open_page):
    pages = sorted(site.code_pages())
    page, caption = first_text(open_page, pages, "figcaption .caption-text")
    assert page in look_for(open_page, " ".join(caption.split()[:4]))


def test_result_opens_by_keyboard(open_page):
    _, term = first_text(open_page, ["glossary"], "dl.glossary dt")
    page = open_page(f"search.html?q={term.removesuffix('#').strip()}")
    page.locator("#search-results li > a").first.wait_for()
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "search.html" not in address, timeout=5000)


def test_says_aloud_how_many_pages_were_found(open_page):
    page = open_page("search.html?q=zzzzqqqq")
    status = page.get_by_role("status").filter(has_text="did not match")
    status.wait_for(state="attached", timeout=10_000)
