"""What a reader can do with a page: launch, download, edit, report."""

import nbformat
import pytest
from launch import binder_link, colab_link

from tests.site import browser as site

REPOSITORY = site.repository()
EXPECTED = {
    "Open in Colab": lambda page: colab_link(REPOSITORY.slug, page),
    "Open in Binder": lambda page: binder_link(REPOSITORY.slug, page),
    "Suggest an edit": lambda page: f"{REPOSITORY.url}/edit/main/book/{page}.md",
    "Report a problem": lambda page: f"{REPOSITORY.url}/issues/new?title=",
}


def links(page) -> dict[str, str]:
    buttons = page.locator(".page-tools a").all()
    return {a.inner_text(): a.get_attribute("href") for a in buttons}


@pytest.mark.parametrize("text", EXPECTED)
def test_button_leads_where_it_says(code_page, text, show_page):
    address = links(show_page(code_page)).get(text)
    assert address, f"The page has no button: {text}"
    expected = EXPECTED[text](code_page)
    assert address.startswith(expected) if "issues" in expected else address == expected


def test_notebook_can_be_downloaded(code_page, show_page):
    page = show_page(code_page)
    assert "Download notebook" in links(page)
    with page.expect_download(timeout=5000) as download:
        page.get_by_role("link", name="Download notebook").click()
    target = site.HTML / "notebooks" / f"{code_page}.ipynb"
    assert target.is_file(), f"{target} is missing: the notebooks were not exported"
    nbformat.validate(nbformat.read(download.value.path(), as_version=4))


def test_page_without_code_has_no_buttons(name, show_page):
    if name not in site.code_pages():
        assert not show_page(name).locator(".page-tools").count()


def test_print_button_prints(lecture_page, open_page):
    page = open_page(f"{lecture_page}.html")
    page.evaluate("void (window.print = () => (window.printed = true))")
    page.get_by_role("button", name="Print").click()
    assert page.evaluate("window.printed")
