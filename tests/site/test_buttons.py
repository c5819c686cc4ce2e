"""Which buttons a page has; tests/launch_links.py knows where its links lead."""

from tests.site import browser as site


def test_page_without_code_has_no_buttons(name, show_page):
    if name not in site.code_pages():
        assert not show_page(name).locator(".page-tools").count()


def test_print_button_prints(lecture_page, open_page):
    page = open_page(f"{lecture_page}.html")
    page.evaluate("void (window.print = () => (window.printed = true))")
    page.get_by_role("button", name="Print").click()
    assert page.evaluate("window.printed")
