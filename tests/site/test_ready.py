from tests.site import browser as site
from tools.browser import find_browser


def test_browser_and_site_are_here():
    assert find_browser(), "No Chromium or Chrome is here; run: make setup-system"
    assert (site.HTML / "index.html").is_file(), "No site is built; run: make book"
