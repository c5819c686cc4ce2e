"""The decks of slides: complete, one file each, nothing cut off, no answers in them."""

import io
import re
import subprocess
import sys
from pathlib import Path

import pypdf
import pytest
from bs4 import BeautifulSoup

from tests.site import browser as site
from tools import slides
from tools.repository import ROOT
from tools.source.book import read_book

BOOK = read_book(ROOT)
LECTURES = range(1, len(list((ROOT / "book" / "lectures").glob("*/index.md"))) + 1)
CUT = """() => [...document.querySelectorAll(".slide")].filter((slide) => {
  const body = slide.querySelector(".body");
  return [slide, body, ...body.querySelectorAll("table, pre")].some(
    (e) => e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1);
}).map((slide) => `${slide.id}: ${slide.innerText.slice(0, 60)}`)"""
SMALL = """() => [...document.querySelectorAll(".slide figure img")]
  .filter((image) => image.clientHeight < image.closest(".slide").clientHeight / 4)
  .map((image) => image.alt)"""

each_lecture = pytest.mark.parametrize("lecture", LECTURES)


@pytest.fixture(scope="module")
def decks(tmp_path_factory):
    """Write all decks from the built site, by a program of its own.

    Playwright refuses a second browser in the process of the tests.
    """
    folder = tmp_path_factory.mktemp("slides")
    command = [sys.executable, "-m", "tools.slides", "--to", str(folder)]
    completed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert completed.returncode == 0, completed.stdout + completed.stderr
    return folder


@pytest.fixture
def deck_of(decks):
    """Return a function that gives the file of a lecture's deck."""

    def path(lecture: int) -> Path:
        file = decks / f"lecture-{lecture}.html"
        assert file.is_file(), f"Lecture {lecture} has no deck"
        return file

    return path


@pytest.fixture
def soup_of(deck_of):
    """Return a function that reads a lecture's deck."""
    return lambda lecture: BeautifulSoup(deck_of(lecture).read_text(), "html.parser")


@each_lecture
def test_deck_goes_from_the_question_to_what_is_done_for_real(lecture, soup_of):
    titles = [title.get_text() for title in soup_of(lecture).select("h1, h2")]
    assert titles[0].startswith(f"{lecture}."), titles[0]
    pages = [page for page in BOOK.sections if page.lecture == lecture]
    for title in ("You will be able to", "Keep this"):
        assert titles.count(title) == len(pages), f"{title}: not once a section"
    assert any(title.startswith("Group activity") for title in titles)
    assert titles[-1].startswith("Do it for real")


@each_lecture
def test_figures_of_the_cores_are_shown(lecture, soup_of):
    alternatives = {image["alt"] for image in soup_of(lecture).select(".figure img")}
    missing = [
        f"{page.name}: {picture.name}"
        for page in BOOK.sections
        for picture in page.pictures
        if page.lecture == lecture
        and page.section_at(picture.line) == "core"
        and " ".join(picture.alt.split()) not in alternatives
    ]
    assert not missing, f"Figures without a slide: {missing}"


@each_lecture
def test_no_answer_is_shown(lecture, soup_of):
    deck = soup_of(lecture)
    quizzes = len(deck.select(".slide.quiz"))
    assert quizzes, "The deck has no quiz"
    assert not deck.select(".verdict, .solution, .answer, [data-right]")
    assert not re.search(r"Not so\.|Solution to", deck.get_text())


@each_lecture
@pytest.mark.parametrize("size", [(1280, 720), (1024, 768), (1920, 1000), "print"])
def test_nothing_is_cut_off(lecture, size, deck_of, open_page):
    page = open_page(deck_of(lecture).as_uri())
    if size == "print":
        page.emulate_media(media="print")
    else:
        page.set_viewport_size({"width": size[0], "height": size[1]})
    assert not (cut := page.evaluate(CUT)), f"Cut off: {cut}: see slides.js"
    assert not (small := page.evaluate(SMALL)), f"Too small: {small}: see slides.css"


@each_lecture
def test_deck_asks_for_nothing_and_is_accessible(lecture, deck_of, browser):
    page, requests, messages = browser.new_page(), [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: messages.append(message.text))
    page.goto(deck_of(lecture).as_uri(), wait_until="load")
    outside = [url for url in requests[1:] if not url.startswith("data:")]
    assert not outside and not messages, f"The deck asks for {outside}, says {messages}"
    violations = site.axe(page)
    page.close()
    assert not violations, f"Cure the deck in tools/slides.py: {violations}"


@each_lecture
def test_browser_prints_one_slide_a_page(lecture, deck_of, soup_of, open_page):
    page = open_page(deck_of(lecture).as_uri())
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    sheets = pypdf.PdfReader(io.BytesIO(printed)).pages
    assert len(sheets) == len(soup_of(lecture).select(".slide"))
    width, height = sheets[0].mediabox[2:]
    assert width / height == pytest.approx(16 / 9, rel=0.01)


@each_lecture
def test_slides_lead_to_their_place_in_the_book(lecture, soup_of):
    published, anchors, broken = site.repository().site, {}, []
    for link in soup_of(lecture).select("footer a"):
        address, _, anchor = link["href"].partition("#")
        assert address.startswith(published), address
        path = site.HTML / address.removeprefix(published)
        if path not in anchors:
            page = BeautifulSoup(path.read_text(), "html.parser")
            anchors[path] = {tag["id"] for tag in page.select("[id]")}
        broken += [link["href"]] if anchor and anchor not in anchors[path] else []
    assert not broken, f"These lead nowhere: {broken}"


def test_keys_go_forth_and_back(deck_of, open_page):
    page = open_page(deck_of(1).as_uri())
    page.set_viewport_size(slides.SIZE)
    for key, number in (("ArrowRight", 2), (" ", 3), ("ArrowLeft", 2)):
        page.keyboard.press(key)
        page.wait_for_url(f"**#{number}")
        top = page.locator(f"[id='{number}']").evaluate(
            "slide => slide.getBoundingClientRect().top"
        )
        assert abs(top) < 20, f"{key}: slide {number} stands {top} px from the top"
