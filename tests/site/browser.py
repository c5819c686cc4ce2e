"""The built site on a small local server, and a browser that looks at it."""

import functools
import gzip
import http.server
import json
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page, Response, TimeoutError

from tools.build import BOOK, HTML
from tools.repository import ROOT, repository

BUDGETS = json.loads((ROOT / "tools" / "budgets.json").read_text())["site"]
PREFIX = urlsplit(repository().site).path
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE, PHONE, SMALLEST = 1280, 390, 320
SETTLE_MS = 200
PACKED = {".html", ".css", ".js", ".svg"}
SLOW_NETWORK = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1.6e6 / 8,
    "uploadThroughput": 0.75e6 / 8,
}
"""A phone on a poor network: 1.6 Mbit/s and 150 ms."""
OVERFLOW = "document.documentElement.scrollWidth - window.innerWidth"
WATCH_SHIFTS = """
window.shifts = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shifts += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""

WATCH_PAINT = """
window.paint = 0;
new PerformanceObserver((list) => {
  window.paint = list.getEntries().at(-1).startTime;
}).observe({ type: "largest-contentful-paint", buffered: true });
"""


def built_pages() -> list[str]:
    """Return all pages of the built site, without ending, sorted."""
    pages = (path.relative_to(HTML).with_suffix("") for path in HTML.rglob("*.html"))
    return sorted(page.as_posix() for page in pages if "_static" not in page.parts)


def code_pages() -> set[str]:
    """Return the pages of the built site whose source holds code."""
    from tools.source.pages import code_pages as sources

    names = {p.relative_to(BOOK).with_suffix("").as_posix() for p in sources(BOOK)}
    return names & set(built_pages())


@cache
def soup(name: str) -> BeautifulSoup:
    """Return a built page."""
    return BeautifulSoup((HTML / f"{name}.html").read_text("utf-8"), "html.parser")


def first_with(selector: str) -> str:
    """Return the first page with code that holds what is tested."""
    for name in sorted(code_pages()):
        if soup(name).select_one(selector):
            return name
    pytest.fail(f"No page holds {selector}, so it cannot be tested.", pytrace=False)


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serve the site below its sub-path, as GitHub Pages does, and page 404."""

    def translate_path(self, path: str) -> str:
        """Return the file of an address; outside the sub-path there is none."""
        if not urlsplit(path).path.startswith(PREFIX):
            return str(HTML / "outside the site")
        return super().translate_path("/" + path.removeprefix(PREFIX))

    def do_GET(self) -> None:
        """Send text compressed, as GitHub Pages does; the rest as it is."""
        path = Path(self.translate_path(self.path))
        packs = "gzip" in self.headers.get("Accept-Encoding", "")
        if not (packs and path.suffix in PACKED and path.is_file()):
            super().do_GET()
            return
        body = gzip.compress(path.read_bytes())
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def send_error(self, code, message=None, explain=None) -> None:
        """Send the site's own page for an address that does not exist."""
        body = (HTML / "404.html").read_bytes()
        self.send_response(code, message)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments) -> None:
        """Say nothing."""


def make_server() -> http.server.ThreadingHTTPServer:
    """Return a server of the built site on a free port of this machine."""
    handler = functools.partial(Handler, directory=str(HTML))
    return http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)


@dataclass
class Visit:
    """What was seen when a page was opened.

    Attributes:
        strangers: requests to other origins.
        problems: console errors, failed requests, error codes.
        bytes: compressed size by address of what the first load fetched.
        violations: what axe reports, by width.
        overflow: pixels by which the page is wider than the window, by situation.
        shift: how much the page moved while loading.
    """

    strangers: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    bytes: dict[str, int] = field(default_factory=dict)
    violations: dict[int, list[str]] = field(default_factory=dict)
    overflow: dict[str, int] = field(default_factory=dict)
    shift: float = 0.0


ALIKE = """() => {
  const seen = new Set();
  for (const word of document.querySelectorAll("pre span")) {
    const around = [];
    for (let e = word; e.tagName !== "BODY"; e = e.parentElement) {
      around.push(e.tagName + e.className);
    }
    const kind = around.slice(0, 8).join();
    if (seen.has(kind)) word.replaceWith(...word.childNodes);
    seen.add(kind);
  }
}"""
"""Leave one word of code of each colour: contrast is most of axe's work."""


def axe(page: Page, *, contrast: bool = True) -> list[str]:
    """Return what axe finds: rule, gravity, and the first elements it names.

    Args:
        page: the page; words of code that look alike lose their colour.
        contrast: whether colours are measured, which takes most of the time.
    """
    from axe_playwright_python.sync_playwright import Axe

    page.evaluate(ALIKE)
    options = {
        "runOnly": {"type": "tag", "values": RULES},
        "rules": {"color-contrast": {"enabled": contrast}},
        "resultTypes": ["violations"],
    }
    violations = []
    for rule in Axe().run(page, options=options).response["violations"]:
        nodes = [node["html"][:160] for node in rule["nodes"][:3]]
        violations.append(f"{rule['id']} ({rule['impact']}): {rule['help']}: {nodes}")
    return violations


def watch(page: Page, base: str, visit: Visit) -> None:
    """Note in ``visit`` all that the page requests and complains about."""
    origin = "{0.scheme}://{0.netloc}/".format(urlsplit(base))

    def answered(response: Response) -> None:
        kind = response.request.resource_type
        if response.status >= 400:
            visit.problems.append(f"{response.status} {response.url}")
        elif kind in ("document", "stylesheet", "script", "font", "fetch", "xhr"):
            visit.bytes[response.url] = len(gzip.compress(response.body()))

    def requested(request) -> None:
        if not request.url.startswith((origin, "data:", "blob:")):
            visit.strangers.append(request.url)

    def said(message) -> None:
        if message.type in ("error", "warning"):
            visit.problems.append(f"console: {message.text}")

    page.on("request", requested)
    page.on("response", answered)
    page.on("requestfailed", lambda r: visit.problems.append(f"failed: {r.url}"))
    page.on("console", said)
    page.on("pageerror", lambda error: visit.problems.append(f"script: {error}"))


def open_everything(page: Page) -> None:
    """Open all that is folded, and let all pictures load."""
    page.evaluate(
        """async () => {
          for (const box of document.querySelectorAll("details")) box.open = true;
          for (const image of document.images) image.loading = "eager";
          await Promise.all([...document.images].map((i) => i.decode().catch(() => 0)));
        }"""
    )


SCROLL_DOWN = """async () => {
  for (let y = 0; y < document.body.scrollHeight; y += innerHeight) {
    scrollTo(0, y);
    await new Promise((done) => setTimeout(done, 50));
  }
}"""


def slow_visit(browser: Browser, address: str) -> tuple[float, float]:
    """Open a page as a first visitor with a phone on a slow network.

    Now and then a visit hangs in the browser's slowed network, each time on another
    page, so a visit that times out is made once more.

    Returns:
        After how many ms the most was painted, and how much moved, also while the
        reader scrolled down and the pictures came.
    """
    try:
        return one_slow_visit(browser, address)
    except TimeoutError:
        return one_slow_visit(browser, address)


def one_slow_visit(browser: Browser, address: str) -> tuple[float, float]:
    """Open a page once; see ``slow_visit``."""
    context = browser.new_context(viewport={"width": PHONE, "height": 844})
    with closing(context):
        context.add_init_script(WATCH_PAINT + WATCH_SHIFTS)
        page = context.new_page()
        network = context.new_cdp_session(page)
        network.send("Network.enable")
        network.send("Network.emulateNetworkConditions", SLOW_NETWORK)
        page.goto(address, wait_until="networkidle")
        page.wait_for_timeout(SETTLE_MS)
        paint = page.evaluate("window.paint")
        page.evaluate(SCROLL_DOWN)
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(SETTLE_MS)
        return paint, page.evaluate("window.shifts")


REDRAWN = (
    "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
)


def resize(page: Page, width: int, height: int) -> None:
    """Give the window a size, and wait until the page's script has seen it."""
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate(REDRAWN)


def look_at(browser: Browser, base: str, name: str, scheme: str) -> Visit:
    """Open a page in one colour scheme at all widths; return what was seen."""
    visit = Visit()
    context = browser.new_context(
        viewport={"width": WIDE, "height": 900}, color_scheme=scheme
    )
    context.add_init_script(WATCH_SHIFTS)
    page = context.new_page()
    watch(page, base, visit)
    page.goto(f"{base}{name}.html")
    page.wait_for_timeout(SETTLE_MS)
    visit.shift = page.evaluate("window.shifts")
    open_everything(page)
    visit.violations[WIDE] = axe(page)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    visit.overflow["text at 200 %"] = page.evaluate(OVERFLOW)
    page.evaluate("document.documentElement.style.fontSize = ''")
    resize(page, PHONE, 844)
    visit.violations[PHONE] = axe(page, contrast=False)  # colours do not change
    for width in (640, PHONE, SMALLEST):
        resize(page, width, 844)
        visit.overflow[f"{width} px"] = page.evaluate(OVERFLOW)
    context.close()
    return visit
