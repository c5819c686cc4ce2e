"""From disk and without scripts, the book can still be read."""

from tests.site import browser as site

OFF = {"java_script_enabled": False}


def test_text_figures_and_navigation(lecture_page, open_page):
    page = open_page((site.HTML / f"{lecture_page}.html").as_uri(), **OFF)
    assert page.locator("h1").is_visible()
    header = page.locator("header").evaluate("e => getComputedStyle(e).position")
    assert header == "sticky", "The style sheet was not found"
    pictures = page.locator("figure img.only-light").all()
    for picture in pictures:
        picture.scroll_into_view_if_needed()
        page.wait_for_timeout(200)
        assert picture.evaluate("e => e.naturalWidth") > 0
    page.locator(".onward a").first.click()
    page.wait_for_load_state()
    assert lecture_page not in page.url
    assert page.locator("h1").is_visible()


def test_contents_open_on_a_phone(lecture_page, open_page):
    address = (site.HTML / f"{lecture_page}.html").as_uri()
    page = open_page(address, width=site.PHONE, **OFF)
    page.get_by_role("button", name="Contents").click()
    contents = page.locator("#contents")
    assert contents.is_visible()
    contents.locator("a").last.click()
    page.wait_for_load_state()
    assert page.url != address


def test_dark_system_gives_dark_page_and_figures(lecture_page, open_page):
    address = (site.HTML / f"{lecture_page}.html").as_uri()
    page = open_page(address, color_scheme="dark", **OFF)
    paper = page.locator("body").evaluate("e => getComputedStyle(e).backgroundColor")
    assert paper == "rgb(20, 24, 30)"
    for picture in page.locator("img.only-light").all():
        assert not picture.is_visible()
