"""Pages load and run only what the site brings: over HTTP, anywhere, and from disk."""

import functools
import http.server
import re
import threading

import pytest

from tests.site import browser as site

WATCH = """
window.blocked = [];
addEventListener("securitypolicyviolation", (event) =>
  window.blocked.push(`${event.effectiveDirective} ${event.blockedURI}`));
"""
ORIGINS = ["published", "elsewhere", "disk"]


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """Address of the site in another folder of another server."""
    top = tmp_path_factory.mktemp("server")
    (top / "a folder").mkdir()
    (top / "a folder" / "book").symlink_to(site.HTML)

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *arguments) -> None:
            """Say nothing."""

    handler = functools.partial(Quiet, directory=str(top))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/a%20folder/book/"
        server.shutdown()


@pytest.fixture
def address(base, elsewhere):
    """Return the address of a page at an origin."""
    starts = {
        "published": base,
        "elsewhere": elsewhere,
        "disk": f"{site.HTML.as_uri()}/",
    }
    return lambda origin, name: f"{starts[origin]}{name}"


@pytest.fixture
def watched(browser):
    """A page that notes what its policy blocks and what the console says."""
    context = browser.new_context()
    context.add_init_script(WATCH)
    page = context.new_page()
    page.said = []
    page.on("console", lambda m: page.said.append(m.text) if m.type == "error" else 0)
    page.on("pageerror", lambda error: page.said.append(str(error)))
    yield page
    context.close()


def test_nothing_of_the_site_is_blocked_on_a_disk(name, watched):
    """Over HTTP, test_every_page.py looks at what the console says."""
    if name == "404":
        return  # it stands for any address, so it knows where the site is published
    watched.goto((site.HTML / f"{name}.html").as_uri())
    site.open_everything(watched)
    watched.wait_for_timeout(50)
    blocked = watched.evaluate("window.blocked") + watched.said
    assert not blocked, f"Bring these, or see content_security_policy.py: {blocked[:3]}"


@pytest.mark.parametrize("origin", ORIGINS)
def test_search_finds_by_keyboard(origin, address, watched, lecture_page):
    watched.goto(address(origin, f"{lecture_page}.html"))
    watched.keyboard.press("/")
    watched.keyboard.type("model")
    watched.keyboard.press("Enter")
    watched.locator("#search-results li > a").first.wait_for(timeout=10_000)
    watched.locator(".search-summary:not(:empty)").wait_for(timeout=10_000)
    blocked = watched.evaluate("window.blocked") + watched.said
    assert not blocked, f"The search does not work from {origin}: {blocked[:3]}"


ATTACKS = {
    "script in the page": "document.body.append(Object.assign("
    "document.createElement('script'), {textContent: 'window.harm = true'}))",
    "handler in the page": "document.body.insertAdjacentHTML('beforeend',"
    '\'<img src="data:," onerror="window.harm = true">\')',
    "script from elsewhere": "document.body.append(Object.assign("
    "document.createElement('script'), {src: 'http://stranger.example/x.js'}))",
    "picture from elsewhere": "document.body.append(Object.assign("
    "document.createElement('img'), {src: 'http://stranger.example/x.png'}))",
    "request to elsewhere": "void fetch('http://stranger.example/').catch(() => 0)",
}


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("origin", ["published", "disk"])
def test_what_is_not_the_sites_own_is_blocked(origin, attack, address, watched):
    watched.goto(address(origin, "index.html"))
    watched.evaluate(f"() => {{ {ATTACKS[attack]} }}")
    watched.wait_for_timeout(200)
    assert watched.evaluate("window.blocked"), (
        f"{attack} was not blocked: the page has no policy, or one that is too wide; "
        "see content_security_policy.py"
    )
    assert not watched.evaluate("Boolean(window.harm)")


def test_policy_stands_before_all_it_is_for(name):
    head = (site.HTML / f"{name}.html").read_text().partition("</head>")[0]
    position = head.find("Content-Security-Policy")
    assert position > 0, "The page has no policy; see book/_templates/layout.html"
    positions = [match.start() for match in re.finditer(r"<script|<link|<style", head)]
    assert position < min(positions), "Scripts and styles before the policy escape it"


WHOLE = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; script-src 'self' HASH"
)


def test_policy_is_the_one_that_was_agreed(name):
    html = (site.HTML / f"{name}.html").read_text()
    (text,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', html)
    text = re.sub(r"'sha256-[\w+/=]{44}'", "HASH", text.replace("&#39;", "'"))
    assert text == WHOLE, (
        "A wider policy needs a reason: see content_security_policy.py"
    )


def test_scripts_write_only_their_own_words_as_html():
    for file in (site.BOOK / "_static").rglob("*.js"):
        text = file.read_text()
        for match in re.finditer(
            r"(innerHTML|outerHTML)\s*\+?=|insertAdjacentHTML\(", text
        ):
            value = text[match.end() : text.index(";", match.end())]
            rest = re.sub(r"'[^'\n]*'|\"[^\"\n]*\"", "", value)
            assert not rest.strip(" +\n"), (
                f"{file.name} writes {rest.strip()} as HTML: what comes from a page or "
                "an address could be a script; use textContent"
            )
