"""A page is looked at in a browser, and without one its recorded picture is shown."""

import asyncio
import re
import sys
from pathlib import Path

import pytest
from PIL import Image

from nordlys import browser
from nordlys.browser import (
    NoBrowserError,
    find_browser,
    screenshot,
    tidy_app_tests,
)

PAGE = """<!doctype html><html lang="en"><title>Desk</title>
<label>Hour <input id="hour"></label><button>Ask</button><p></p>
<script>document.querySelector("button").onclick = () => {
  document.body.style.background = "rgb(0, 0, 255)";
  document.querySelector("p").textContent = `Asked for ${hour.value}`; }</script></html>
"""
PICTURE = re.compile(r'"([\w-]+\.png)"')


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    Path("page.html").write_text(PAGE)
    return Path("page.html").resolve().as_uri()


@pytest.mark.skipif(not find_browser(), reason="no browser here")
def test_the_page_is_used_as_a_person_would(address: str) -> None:
    async def in_a_notebook() -> None:  # where an event loop runs
        steps = {"fill": {"Hour": "20"}, "press": "Ask", "wait_for": "Asked for 20"}
        steps |= {"before": {"press": "Ask", "wait_for": "Asked for"}}
        picture = screenshot(address, "a.png", size=(300, 200), **steps)
        assert picture.data == Path("a.png").read_bytes()
        assert "Asked for 20" in picture.alt

    asyncio.run(in_a_notebook())
    with Image.open("a.png") as picture:
        assert picture.size == (300, 200)
        corner, inside = map(picture.convert("RGB").getpixel, [(299, 199), (290, 190)])
    assert corner == (91, 102, 115), "The window has no edge."
    assert inside == (0, 0, 255), "The button was not pressed before the picture."


@pytest.mark.parametrize("missing", ["browser", "playwright", "start"])
def test_without_a_browser_the_recorded_picture_is_shown(
    address: str, missing: str, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    if missing == "browser":
        monkeypatch.setattr(browser, "find_browser", lambda: None)
    elif missing == "playwright":
        monkeypatch.setitem(sys.modules, "playwright.sync_api", None)
    else:
        monkeypatch.setattr(browser, "find_browser", lambda: "/bin/false")
    recorded = Path("recorded")
    recorded.mkdir()
    (recorded / "a.png").write_bytes(b"recorded before")
    (recorded / "a.txt").write_text("words of before")
    monkeypatch.setattr(browser, "RECORDED", recorded)
    picture = screenshot(address, "a.png")
    assert (picture.data, picture.alt) == (b"recorded before", "words of before")
    assert "recorded picture" in capsys.readouterr().out


def test_a_page_that_lacks_what_is_looked_for_is_an_error(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not find_browser():
        pytest.skip("no browser here")
    monkeypatch.setattr(browser, "PATIENCE", 500)
    with pytest.raises(Exception, match="Timeout") as excinfo:
        screenshot(address, "a.png", wait_for="Nothing says this")
    assert not isinstance(excinfo.value, NoBrowserError)


def test_a_screen_is_tested_quietly_and_leaves_nothing_behind(caplog) -> None:
    from streamlit.testing.v1 import AppTest, app_test

    tidy_app_tests()
    before = app_test.TMP_DIR.name
    tidy_app_tests()
    assert app_test.TMP_DIR.name == before
    app = AppTest.from_string("import streamlit as st; st.title('Desk')").run()
    assert app.title[0].value == "Desk"
    assert list(Path(before).iterdir()), "Scripts are elsewhere: see AppTest."
    assert not caplog.records


def test_every_picture_of_a_page_was_recorded(root: Path) -> None:
    pages = [page.read_text() for page in (root / "book/lectures").rglob("*.md")]
    looking = [text for text in pages if "nordlys.browser" in text]
    named = {name for text in looking for name in PICTURE.findall(text)}
    recorded = {file.name for file in browser.RECORDED.glob("*.*")}
    expected = named | {name.replace(".png", ".txt") for name in named}
    advice = "Record them: python -m tools.record_pictures book/lectures/…/page.md"
    assert expected == recorded, advice
