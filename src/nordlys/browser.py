"""Look at a page in a browser, as a person would, and take a picture of it."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from nordlys.lifetime import temporary_folder

if TYPE_CHECKING:
    from IPython.display import Image
    from playwright.sync_api import Page

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
SWITCHES = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
"""Switches with which Chromium stays quiet: no window, no calls home."""
RECORDED = Path(__file__).parent / "pictures"
"""Pictures, and the words on them, for machines without a browser."""

FRAME = """() => {
  const frame = document.body.appendChild(document.createElement("div"));
  frame.style = "position: fixed; inset: 0; z-index: 99999; border: 1px solid #5b6673";
}"""
"""Draws the edge of the window, which would be lost on white paper."""

WORDS = 1000  # letters of a page that are kept, enough to describe its picture
PATIENCE = 30_000  # milliseconds for one step, on a busy machine


class NoBrowserError(RuntimeError):
    """No browser can be used here; the message says what is missing."""


def screenshot(
    url: str,
    path: str,
    *,
    fill: Mapping[str, str] | None = None,
    press: str = "",
    wait_for: str = "",
    pause: float = 0,
    before: Mapping[str, Any] | None = None,
    size: tuple[int, int] = (720, 480),
) -> Image:
    """Open an address in a browser, use the page, and return a picture of it.

    Where no browser can be used, the picture is the one that was recorded when the
    package was made, and a line says so.

    Args:
        url: the address.
        path: name of the file that the picture is written to, ending in ``.png``; the
            first words on the page go into one that ends in ``.txt``.
        fill: what to type into fields, each found by its label.
        press: the name of a button that is then pressed.
        wait_for: a text that must appear before the picture is taken.
        pause: seconds to wait before the picture is taken.
        before: ``fill``, ``press``, ``wait_for`` and ``pause`` of what is done on the
            page first.
        size: width and height of the window, in pixels.

    Returns:
        The picture, which a notebook shows; its ``alt`` holds those words.

    Raises:
        playwright.sync_api.Error: if the page does not answer, or lacks what is looked
            for.
    """
    from IPython.display import Image

    last = {"fill": fill, "press": press, "wait_for": wait_for, "pause": pause}
    rounds = [before, last] if before else [last]
    try:
        # A notebook runs an event loop, in which Playwright refuses; a thread has none.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(_take, url, Path(path), rounds, size).result()
    except NoBrowserError as problem:
        print(f"{problem}, so this is the recorded picture.")
        for end in (".png", ".txt"):
            shutil.copyfile((RECORDED / path).with_suffix(end), Path(path).stem + end)
    words = Path(path).with_suffix(".txt").read_text(encoding="utf-8")
    return Image(filename=path, alt=words)


def tidy_app_tests() -> None:
    """Have Streamlit's ``AppTest`` log nothing and leave nothing behind.

    At each run it warns that no browser is there, by a logger that no setting reaches.
    And it keeps scripts in a folder that stays if this program is killed.
    """
    from streamlit.testing.v1 import app_test

    name = "streamlit.runtime.scriptrunner_utils.script_run_context"
    logging.getLogger(name).disabled = True
    if isinstance(app_test.TMP_DIR, TemporaryDirectory):
        app_test.TMP_DIR.cleanup()
        app_test.TMP_DIR = SimpleNamespace(name=str(temporary_folder()))


def find_browser() -> str | None:
    """Return the path of a Chromium or Chrome, None if there is none."""
    found = next((place for place in map(shutil.which, NAMES) if place), None)
    return found or (str(MAC) if MAC.exists() else None)


def _take(
    url: str, path: Path, rounds: list[Mapping[str, Any]], size: tuple[int, int]
) -> None:
    """Write the picture.

    Raises:
        NoBrowserError: if no browser can be started.
    """
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        raise NoBrowserError("The package playwright is not installed here") from None
    program = find_browser()
    if program is None:
        raise NoBrowserError("Neither Chromium nor Chrome is here")
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=program, args=SWITCHES)
        except Error:
            raise NoBrowserError("The browser does not start here") from None
        window = {"width": size[0], "height": size[1]}
        page = browser.new_page(viewport=window, reduced_motion="reduce")
        page.set_default_timeout(PATIENCE)
        page.goto(url, wait_until="networkidle")
        for steps in rounds:
            _use(page, **steps)
        words = page.inner_text("body")[:WORDS]
        path.with_suffix(".txt").write_text(words, encoding="utf-8")
        page.evaluate(FRAME)
        page.screenshot(path=path, animations="disabled", caret="hide")
        browser.close()


def _use(
    page: Page,
    fill: Mapping[str, str] | None = None,
    press: str = "",
    wait_for: str = "",
    pause: float = 0,
) -> None:
    """Do on a page what :func:`screenshot` says of these."""
    for label, text in (fill or {}).items():
        page.get_by_label(label).fill(text)
    if press:
        page.get_by_role("button", name=press, exact=True).click()
    if wait_for:
        page.get_by_text(wait_for).first.wait_for()
    page.wait_for_timeout(1000 * pause)
