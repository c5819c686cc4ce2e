"""Write a deck of slides for each lecture from the pages of the built book.

A deck is one file without anything to fetch. It scrolls without a script, and a browser
prints one slide on a page. The cores are taken, and no answers; headless Chromium, the
printer of the PDF, measures what fits: ``slides.js`` shrinks text, then splits slides.

Usage: python -m tools.slides [--to DIR]
"""

import argparse
import base64
import hashlib
import html
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Comment, Tag

from tools.build import BUILD, HTML, BuildError
from tools.pdf import FONTS, browser
from tools.repository import ROOT

SOURCES = ROOT / "tools" / "paper"
SIZE = {"width": 1280, "height": 720}
LETTERS = {
    "Book Sans": ("source-sans-3", "400-normal", "400-italic", "600-normal"),
    "Book Code": ("source-code-pro", "400-normal"),
}
NOT_CORE = re.compile(r"Further: |Exercises$|Keep this$")
DRILL = "Break it"
SHORT = 12  # lines of an output that a slide shows
FEW = 3  # sentences that leave room for a table
SCRAP = 30  # letters of a sentence that says little alone
KEYS = """addEventListener("keydown", (event) => {
  const steps = { ArrowRight: 1, PageDown: 1, " ": 1, ArrowLeft: -1, PageUp: -1 };
  const slides = [...document.querySelectorAll(".slide")];
  const away = slides.map((slide) => Math.abs(slide.getBoundingClientRect().top));
  const next = slides[away.indexOf(Math.min(...away)) + steps[event.key]];
  if (!next || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  location.replace(`#${next.id}`);
});"""


@dataclass(frozen=True)
class Page:
    """A page of the book: its article, its public address, its file."""

    article: Tag
    address: str
    path: Path

    @property
    def title(self) -> str:
        """The words of its heading, with the number."""
        return heading(self.article)


def read_page(path: Path) -> Page:
    """Read a built page, without what a slide has no use for."""
    soup = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    unused = soup.select(".headerlink, img.only-dark, .solution, .toctree-wrapper")
    for element in unused:
        element.decompose()
    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    address = str(soup.select_one("link[rel=canonical]")["href"])
    article = soup.select_one("article > section")
    for link in article.select("a[href]"):
        link["href"] = urljoin(address, str(link["href"]))
    return Page(article, address, path)


def heading(section: Tag) -> str:
    """Return the HTML of a section's own heading."""
    return section.find(["h1", "h2", "h3"], recursive=False).decode_contents()


def children(section: Tag, *names: str) -> list[Tag]:
    """Return a section's own elements of some kinds, not those of its subsections."""
    return section.find_all(list(names), recursive=False)


def sentences(*paragraphs: Tag) -> list[str]:
    """Return the HTML of each sentence: in the book's source, each has a line."""
    result = []
    for paragraph in paragraphs:
        text = paragraph.decode_contents().strip()
        lines = [line.strip() for line in text.split("\n")]
        is_whole = all(line.count("<") == line.count(">") for line in lines)
        result += lines if is_whole else [text]
    return result


def key_sentences(section: Tag) -> list[str]:
    """Return how a section begins, what it defines, and what its outputs show.

    What follows a hidden output is left out, because the class is to predict it.
    """
    selected, is_plain = [], not section.select(".cell, section")
    for part in children(section, "p", "ol", "ul"):
        explains = shows_output(part.find_previous_sibling(True))
        texts = sentences(*(part.select("li > p") or [part]))
        for position, sentence in enumerate(texts):
            is_first = not selected or ((explains or is_plain) and position == 0)
            opens = part.name == "p" and is_first and not is_scrap(sentence)
            if opens or "<strong>" in sentence:
                selected.append(sentence)
    if len(selected) == 1:
        others = [s for s in sentences(*children(section, "p")) if not is_scrap(s)]
        return list(dict.fromkeys(selected + others))[:FEW]
    return selected


def shows_output(element: Tag | None) -> bool:
    """Say whether an element is a cell with an output in sight that is no figure."""
    classes = element.get("class", []) if element else []
    return bool(
        classes
        and "tag_hide-output" not in classes
        and element.select(".output")
        and not element.select("figure")
    )


def is_scrap(sentence: str) -> bool:
    """Say whether a sentence needs others around it, or a figure."""
    return bool(re.search(r":$|>Figure ", sentence)) or len(sentence) < SCRAP


def as_list(texts: list[str], kind: str = "ul") -> str:
    """Return sentences as a list; one alone, as a paragraph."""
    if len(texts) == 1:
        return f"<p>{texts[0]}</p>"
    items = "".join(f"<li>{text}</li>" for text in texts)
    return f"<{kind}>{items}</{kind}>" if items else ""


def slide(title: str, body: str, page: Page, anchor: str = "", kind: str = "") -> str:
    """Return a slide that names its place in the book below."""
    address = page.address + (f"#{anchor}" if anchor else "")
    level = "h1" if kind == "title" else "h2"
    return (
        f'<section class="slide {kind}"><{level}>{title}</{level}>'
        f'<div class="body">{body}</div>'
        f'<footer><a href="{address}">{page.title}</a></footer></section>'
    )


def embedded_picture(figure: Tag, page: Page) -> str:
    """Return a figure's picture, held by the slide itself."""
    image = figure.select_one("img")
    path = page.path.parent / image["src"]
    kind = {".svg": "svg+xml"}.get(path.suffix, path.suffix[1:])
    data = base64.b64encode(path.read_bytes()).decode()
    alt = html.escape(str(image.get("alt", "")))
    return f'<img src="data:image/{kind};base64,{data}" alt="{alt}">'


def figure_slide(figure: Tag, title: str, page: Page) -> str:
    """Return a figure with its caption, and the sentence that says what to see."""
    caption = figure.figcaption.p.decode_contents()
    sibling = (figure.find_parent(class_="cell") or figure).find_next_sibling(True)
    remark = sentences(sibling)[:1] if sibling and sibling.name == "p" else []
    content = f"{embedded_picture(figure, page)}<figcaption>{caption}</figcaption>"
    body = f"<figure>{content}</figure>" + as_list(remark)
    return slide(title, body, page, str(figure["id"]), "figure")


def quiz_slide(quiz: Tag, page: Page) -> str:
    """Return a question and its options, without what is said about them."""
    question = quiz.select(":scope > :not(.admonition-title, .option)")
    options = [each.decode_contents() for each in quiz.select(".option > summary")]
    body = "".join(map(str, question)) + as_list(options, "ol")
    return slide("Check yourself", body, page, str(quiz["id"]), "quiz")


def failing_output(section: Tag) -> str:
    """Return what the drill's cell puts out, with its code, as far as it is short."""
    selectors = (".traceback", ".tag_hide-output", ".tag_drill", ".output")
    matches = [match for kind in selectors if (match := section.select_one(kind))]
    if not matches:
        return ""
    content, cell = "", matches[0].find_parent(class_="cell") or matches[0]
    for block in cell.select(".cell_input pre, .output pre, .output table"):
        text = re.sub(r"\n\n+", "\n\n", block.get_text().strip())
        if block.name == "table" and len(block.select("tr")) <= SHORT:
            content += str(block)
        elif block.name == "pre" and text.count("\n") < SHORT:
            kind = "code" if block.find_parent(class_="cell_input") else "output"
            content += f'<pre class="{kind}">{html.escape(text)}</pre>'
    return content


def core_slides(section: Tag, page: Page) -> Iterator[str]:
    """Yield the slides of a part of the core, in the order of the page."""
    title, anchor = heading(section), str(section["id"])
    parts = [
        part
        for part in section.select("figure, section, div.quiz, table[id]")
        if part.find_parent("section") is section
    ]
    texts, is_drill = key_sentences(section), title.startswith(DRILL)
    if is_drill:
        lead = as_list(texts[:1]) + failing_output(section) + as_list(texts[1:])
    else:
        lead = as_list(texts)
    if is_drill or not (parts and parts[0].name == "table" and len(texts) <= FEW):
        if lead:
            yield slide(title, lead, page, anchor, "drill" if is_drill else "")
        lead = ""
    for part in parts:
        if part.name == "figure":
            yield figure_slide(part, title, page)
        elif part.name == "table":
            yield slide(title, lead + str(part), page, str(part["id"]))
        elif part.name == "section":
            yield from core_slides(part, page)
        else:
            yield quiz_slide(part, page)
        lead = ""


def section_slides(page: Page) -> Iterator[str]:
    """Yield the slides of a section of the lecture."""
    article = page.article
    box = article.select_one(".tip")
    paragraphs = box.find_previous_siblings("p")
    opening = [p for p in children(article, "p") if p in paragraphs]
    text = "".join(f"<p>{each}</p>" for each in sentences(*opening)[:2])
    yield slide(page.title, text, page, kind="opening")
    outcomes = box.select_one("ol").decode_contents()
    yield slide("You will be able to", f"<ol>{outcomes}</ol>", page)
    parts = children(article, "section")
    core = [part for part in parts if not NOT_CORE.match(part.h2.get_text())]
    for figure in article.select("figure"):
        if figure.find_parent("section") is article:
            yield figure_slide(figure, page.title, page)
    for part in core:
        yield from core_slides(part, page)
    closing = next(part for part in parts if part.h2.get_text() == "Keep this")
    summary = "".join(map(str, children(closing, "ol")))
    yield slide("Keep this", summary, page, "keep-this")
    for table in closing.select("table"):
        yield slide("Keep this: how to write it", str(table), page, "keep-this")


def lecture_slides(folder: Path) -> Iterator[str]:
    """Yield the slides of a lecture, from its title to what is done for real."""
    page = read_page(folder / "index.html")
    parts = {str(part["id"]): part for part in page.article.find_all("section")}
    questions = [s for s in sentences(*children(page.article, "p")) if s.endswith("?")]
    drawing = embedded_picture(page.article.select_one("figure"), page)
    body = f"<p>{questions[-1]}</p><figure>{drawing}</figure>"
    yield slide(page.title, body, page, kind="title")
    goals = parts["what-you-will-be-able-to-do"]
    outcomes = "".join(map(str, children(goals, "ol")))
    yield slide(heading(goals), outcomes, page, str(goals["id"]))
    overview = parts["the-sections"].dl
    names = [term.decode_contents() for term in overview.find_all("dt")]
    texts = [definition.p.decode_contents() for definition in overview.find_all("dd")]
    rows = [f"{name}. {text}" for name, text in zip(names, texts, strict=True)]
    yield slide("The sections", as_list(rows, "ol"), page, "the-sections")
    plan = parts["a-class-of-three-hours"]
    yield slide(heading(plan), str(plan.table), page, str(plan["id"]), "plan")
    for link in overview.select("dt > a"):
        name = str(link["href"]).rpartition("/")[2]
        yield from section_slides(read_page(folder / name))
    activity = part_named(parts, "group-activity")
    steps = "".join(map(str, children(activity, "ol")[:1]))
    lead = "".join(f"<p>{each}</p>" for each in sentences(*children(activity, "p")[:1]))
    yield slide(heading(activity), lead + steps, page, str(activity["id"]))
    path = part_named(parts, "do-it-for-real")
    titles = [heading(part) for part in children(path, "section")]
    paragraphs = path.select(":scope > ol > li > p:first-child")
    texts = titles or [sentences(paragraph)[0] for paragraph in paragraphs]
    body = "".join(f"<p>{each}</p>" for each in sentences(*children(path, "p")[:1])[:2])
    address = f"{page.address}#{path['id']}"
    body += f'<p><a href="{address}">All steps</a></p>' + as_list(texts, "ol")
    yield slide(heading(path), body, page, str(path["id"]))


def part_named(parts: dict[str, Tag], name: str) -> Tag:
    """Return the part whose address begins with a name."""
    return next(part for key, part in parts.items() if key.startswith(name))


def style_sheet() -> str:
    """Return the style sheet, with the letters in it."""
    faces = ""
    for family, (name, *cuts) in LETTERS.items():
        for cut in cuts:
            data = (FONTS / f"{name}-latin-{cut}.woff2").read_bytes()
            weight, slant = cut.split("-")
            faces += (
                f'@font-face {{ font-family: "{family}"; font-weight: {weight}; '
                f"font-style: {slant}; src: url(data:font/woff2;base64,"
                f"{base64.b64encode(data).decode()}); }}\n"
            )
    return faces + (SOURCES / "slides.css").read_text(encoding="utf-8")


def deck(title: str, slides: str) -> str:
    """Return a whole deck, which the browser lets fetch nothing."""
    digest = base64.b64encode(hashlib.sha256(KEYS.encode()).digest()).decode()
    policy = (
        "default-src 'none'; img-src data:; font-src data:; "
        f"style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    )
    return (
        '<!DOCTYPE html>\n<html lang="en-GB"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title><style>\n{style_sheet()}</style></head>\n"
        f"<body><main>{slides}</main>\n<script>{KEYS}</script></body></html>\n"
    )


def without_ids(slides: Iterable[str]) -> str:
    """Return slides without the book's ids, which may repeat here."""
    soup = BeautifulSoup("\n".join(slides), "html.parser")
    for tag in soup.find_all(id=True):
        del tag["id"]
    return str(soup)


def write_decks(html: Path, folder: Path) -> None:
    """Write a deck for each lecture of a built book.

    Args:
        html: the built book.
        folder: where the decks go.

    Raises:
        BuildError: if nothing was built, or there is no browser.
    """
    from playwright.sync_api import sync_playwright

    from nordlys.browser import SWITCHES

    lectures = sorted((html / "lectures").glob("*/index.html"))
    if not lectures:
        raise BuildError("There is no built book; run: make book")
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=browser(), args=SWITCHES)
        view = chromium.new_page(viewport=SIZE)
        for number, lecture in enumerate(lectures, 1):
            title = read_page(lecture).article.h1.get_text()
            slides = without_ids(lecture_slides(lecture.parent))
            view.set_content(deck(title, slides))
            view.evaluate((SOURCES / "slides.js").read_text(encoding="utf-8"))
            fitted = view.evaluate("document.querySelector('main').innerHTML")
            out = folder / f"lecture-{number}.html"
            out.write_text(deck(title, fitted), encoding="utf-8")
            print(f"{out}: {fitted.count('<footer>')} slides")
        chromium.close()


def main() -> int:
    """Write all decks; end with one clear message."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--to", type=Path, default=BUILD / "slides", help="the folder")
    folder = parser.parse_args().to
    try:
        write_decks(HTML, folder)
    except BuildError as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
