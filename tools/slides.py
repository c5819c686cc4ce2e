"""Write a deck of slides for each lecture from the pages of the built book.

A deck is one file without anything to fetch. It scrolls without a script, and a browser
prints one slide on a page. The cores are taken, and no answers; headless Chromium, the
printer of the PDF, measures what fits: ``slides.js`` shrinks text, then splits slides.

Usage: python -m tools.slides [--html DIR] [--to DIR]
"""

import argparse
import base64
import hashlib
import html
import re
import sys
from collections.abc import Iterator
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


def read(path: Path) -> Page:
    """Read a built page, without what a slide has no use for."""
    soup = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    for gone in soup.select(".headerlink, img.only-dark, .solution, .toctree-wrapper"):
        gone.decompose()
    for remark in soup.find_all(string=lambda text: isinstance(text, Comment)):
        remark.extract()
    address = str(soup.select_one("link[rel=canonical]")["href"])
    article = soup.select_one("article > section")
    for link in article.select("a[href]"):
        link["href"] = urljoin(address, str(link["href"]))
    return Page(article, address, path)


def heading(section: Tag) -> str:
    """Return the HTML of a section's own heading."""
    return section.find(["h1", "h2", "h3"], recursive=False).decode_contents()


def own(section: Tag, *names: str) -> list[Tag]:
    """Return a section's own elements of some kinds, not those of its subsections."""
    return section.find_all(list(names), recursive=False)


def sentences(*paragraphs: Tag) -> list[str]:
    """Return the HTML of each sentence: in the book's source, each has a line."""
    found = []
    for paragraph in paragraphs:
        text = paragraph.decode_contents().strip()
        lines = [line.strip() for line in text.split("\n")]
        whole = all(line.count("<") == line.count(">") for line in lines)
        found += lines if whole else [text]
    return found


def key_sentences(section: Tag) -> list[str]:
    """Return how a section begins, what it defines, and what its outputs show.

    What follows a hidden output is left out, because the class is to predict it.
    """
    found, plain = [], not section.select(".cell, section")
    for part in own(section, "p", "ol", "ul"):
        before = part.find_previous_sibling(True)
        seen = before.get("class", []) if before and before.select(".output") else []
        told = seen and "tag_hide-output" not in seen and not before.select("figure")
        for place, sentence in enumerate(sentences(*(part.select("li > p") or [part]))):
            leads = not found or ((told or plain) and place == 0)
            first = part.name == "p" and leads and not is_scrap(sentence)
            if first or "<strong>" in sentence:
                found.append(sentence)
    if len(found) == 1:
        more = [s for s in sentences(*own(section, "p")) if not is_scrap(s)]
        return list(dict.fromkeys(found + more))[:FEW]
    return found


def is_scrap(sentence: str) -> bool:
    """Say whether a sentence needs others around it, or a figure."""
    return bool(re.search(r":$|>Figure ", sentence)) or len(sentence) < SCRAP


def listed(texts: list[str], kind: str = "ul") -> str:
    """Return sentences as a list; one alone, as a paragraph."""
    if len(texts) == 1:
        return f"<p>{texts[0]}</p>"
    rows = "".join(f"<li>{text}</li>" for text in texts)
    return f"<{kind}>{rows}</{kind}>" if rows else ""


def slide(title: str, body: str, page: Page, anchor: str = "", kind: str = "") -> str:
    """Return a slide that names its place in the book below."""
    place = page.address + (f"#{anchor}" if anchor else "")
    level = "h1" if kind == "title" else "h2"
    return (
        f'<section class="slide {kind}"><{level}>{title}</{level}>'
        f'<div class="body">{body}</div>'
        f'<footer><a href="{place}">{page.title}</a></footer></section>'
    )


def picture(figure: Tag, page: Page) -> str:
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
    after = (figure.find_parent(class_="cell") or figure).find_next_sibling(True)
    said = sentences(after)[:1] if after and after.name == "p" else []
    drawn = f"{picture(figure, page)}<figcaption>{caption}</figcaption>"
    body = f"<figure>{drawn}</figure>" + listed(said)
    return slide(title, body, page, str(figure["id"]), "figure")


def quiz_slide(quiz: Tag, page: Page) -> str:
    """Return a question and its options, without what is said about them."""
    question = quiz.select(":scope > :not(.admonition-title, .option)")
    options = [each.decode_contents() for each in quiz.select(".option > summary")]
    body = "".join(map(str, question)) + listed(options, "ol")
    return slide("Check yourself", body, page, str(quiz["id"]), "quiz")


def failing_output(section: Tag) -> str:
    """Return what the drill's cell puts out, with its code, as far as it is short."""
    wanted = (".traceback", ".tag_hide-output", ".tag_drill", ".output")
    marked = [found for kind in wanted if (found := section.select_one(kind))]
    if not marked:
        return ""
    shown, cell = "", marked[0].find_parent(class_="cell") or marked[0]
    for block in cell.select(".cell_input pre, .output pre, .output table"):
        text = re.sub(r"\n\n+", "\n\n", block.get_text().strip())
        if block.name == "table" and len(block.select("tr")) <= SHORT:
            shown += str(block)
        elif block.name == "pre" and text.count("\n") < SHORT:
            kind = "code" if block.find_parent(class_="cell_input") else "output"
            shown += f'<pre class="{kind}">{html.escape(text)}</pre>'
    return shown


def core_slides(section: Tag, page: Page) -> Iterator[str]:
    """Yield the slides of a part of the core, in the order of the page."""
    title, anchor = heading(section), str(section["id"])
    parts = [
        part
        for part in section.select("figure, section, div.quiz, table[id]")
        if part.find_parent("section") is section
    ]
    said, drill = key_sentences(section), title.startswith(DRILL)
    if drill:
        lead = listed(said[:1]) + failing_output(section) + listed(said[1:])
    else:
        lead = listed(said)
    if drill or not (parts and parts[0].name == "table" and len(said) <= FEW):
        if lead:
            yield slide(title, lead, page, anchor, "drill" if drill else "")
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
    opening = [p for p in own(article, "p") if p in box.find_previous_siblings("p")]
    text = "".join(f"<p>{each}</p>" for each in sentences(*opening)[:2])
    yield slide(page.title, text, page, kind="opening")
    wanted = box.select_one("ol").decode_contents()
    yield slide("You will be able to", f"<ol>{wanted}</ol>", page)
    parts = own(article, "section")
    core = [part for part in parts if not NOT_CORE.match(part.h2.get_text())]
    for figure in article.select("figure"):
        if figure.find_parent("section") is article:
            yield figure_slide(figure, page.title, page)
    for part in core:
        yield from core_slides(part, page)
    keep = next(part for part in parts if part.h2.get_text() == "Keep this")
    kept = "".join(map(str, own(keep, "ol")))
    yield slide("Keep this", kept, page, "keep-this")
    for table in keep.select("table"):
        yield slide("Keep this: how to write it", str(table), page, "keep-this")


def lecture_slides(folder: Path) -> Iterator[str]:
    """Yield the slides of a lecture, from its title to what is done for real."""
    page = read(folder / "index.html")
    parts = {str(part["id"]): part for part in page.article.find_all("section")}
    asked = [s for s in sentences(*own(page.article, "p")) if s.endswith("?")]
    drawn = picture(page.article.select_one("figure"), page)
    body = f"<p>{asked[-1]}</p><figure>{drawn}</figure>"
    yield slide(page.title, body, page, kind="title")
    wanted = parts["what-you-will-be-able-to-do"]
    outcomes = "".join(map(str, own(wanted, "ol")))
    yield slide(heading(wanted), outcomes, page, str(wanted["id"]))
    overview = parts["the-sections"].dl
    names = [term.decode_contents() for term in overview.find_all("dt")]
    texts = [said.p.decode_contents() for said in overview.find_all("dd")]
    rows = [f"{name}. {text}" for name, text in zip(names, texts, strict=True)]
    yield slide("The sections", listed(rows, "ol"), page, "the-sections")
    plan = parts["a-class-of-three-hours"]
    yield slide(heading(plan), str(plan.table), page, str(plan["id"]), "plan")
    for link in overview.select("dt > a"):
        name = str(link["href"]).rpartition("/")[2]
        yield from section_slides(read(folder / name))
    activity = begins(parts, "group-activity")
    steps = "".join(map(str, own(activity, "ol")[:1]))
    lead = "".join(f"<p>{each}</p>" for each in sentences(*own(activity, "p")[:1]))
    yield slide(heading(activity), lead + steps, page, str(activity["id"]))
    path = begins(parts, "do-it-for-real")
    names = [heading(part) for part in own(path, "section")]
    begun = path.select(":scope > ol > li > p:first-child")
    first = [sentences(step)[0] for step in begun]
    body = "".join(f"<p>{each}</p>" for each in sentences(*own(path, "p")[:1])[:2])
    place = f"{page.address}#{path['id']}"
    body += f'<p><a href="{place}">All steps</a></p>' + listed(names or first, "ol")
    yield slide(heading(path), body, page, str(path["id"]))


def begins(parts: dict[str, Tag], name: str) -> Tag:
    """Return the part whose address begins with a name."""
    return next(part for key, part in parts.items() if key.startswith(name))


def style() -> str:
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
        f"<title>{html.escape(title)}</title><style>\n{style()}</style></head>\n"
        f"<body><main>{slides}</main>\n<script>{KEYS}</script></body></html>\n"
    )


def plain(slides: list[str]) -> str:
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
            title = read(lecture).article.h1.get_text()
            view.set_content(deck(title, plain(list(lecture_slides(lecture.parent)))))
            view.evaluate((SOURCES / "slides.js").read_text(encoding="utf-8"))
            fitted = view.evaluate("document.querySelector('main').innerHTML")
            out = folder / f"lecture-{number}.html"
            out.write_text(deck(title, fitted), encoding="utf-8")
            print(f"{out}: {fitted.count('<footer>')} slides")
        chromium.close()


def main() -> int:
    """Write all decks; end with one clear message."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--html", type=Path, default=HTML, help="the built book")
    parser.add_argument("--to", type=Path, default=BUILD / "slides", help="the folder")
    options = parser.parse_args()
    try:
        write_decks(options.html, options.to)
    except BuildError as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
