from nordlys.browser import find_browser
from tests.site import browser as site


def test_browser_and_site_are_here():
    assert find_browser(), "No Chromium or Chrome is here; run: make setup-system"
    assert (site.HTML / "index.html").is_file(), "No site is built; run: make book"
