"""Figures: named, described, referred to, and in the house colours."""

import ast
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

from nordlys.figures import DARK
from tests.rules import book_rule, page_rule
from tools.source.book import Book, Page

CAPTION_WORDS = 15
ALT_CHARACTERS = 40
HEX = re.compile(r"#[0-9a-fA-F]{3,8}\b")
PLAIN = {"none", "transparent", "currentcolor", "inherit"}
PAINT = {"fill", "stroke", "stop-color", "color", "flood-color", "lighting-color"}
FORBIDDEN = {"script", "foreignObject", "image", "iframe", "audio", "video"}
COLOUR_KEYWORDS = {"color", "c", "facecolor", "edgecolor", "fc", "ec", "colors"}


@page_rule
def figures_are_described(page: Page) -> Iterator[tuple[int, str]]:
    """A figure has a label, a short caption, an alternative text, and a mention."""
    mentioned = {role.target for role in page.roles if role.name == "numref"}
    for picture in page.pictures:
        line = picture.line
        if not picture.name.startswith("fig-"):
            yield line, f"label {picture.name!r}: name it fig-…"
        elif picture.name not in mentioned:
            yield line, f"nobody refers to {picture.name}: say by numref what to see"
        count = len(picture.caption.split())
        if not 1 <= count <= CAPTION_WORDS:
            yield line, f"a caption of {count} words: write 1 to {CAPTION_WORDS}"
        alt, caption = picture.alt.strip(), picture.caption.strip(" .")
        if len(alt) < ALT_CHARACTERS:
            yield line, f"alt of {len(alt)} characters: say what to see in 40 or more"
        elif caption and caption.lower() in alt.lower():
            yield line, "alt repeats the caption: say what to see instead"


@book_rule
def captions_differ(book: Book) -> Iterator[tuple[str, int, str]]:
    """No two figures or tables of the sections are called or described alike."""
    locations: dict[str, str] = {}
    for page in book.sections:
        path = f"book/{page.path}"
        texts = [(text, p.line) for p in page.pictures for text in (p.caption, p.alt)]
        texts += [(x.argument, x.line) for x in page.directives if x.name == "table"]
        for text, line in texts:
            words = text.strip(" .").lower()
            if words in locations:
                problem = f"“{text}” stands at {locations[words]}, too"
                yield path, line, f"{problem}: say what is different here"
            if words:
                locations[words] = f"{path}:{line}"


@page_rule
def figures_carry_no_title(page: Page) -> Iterator[tuple[int, str]]:
    """The caption is the title."""
    for cell in page.cells:
        for node in cell.nodes():
            match node:
                case ast.Call(
                    ast.Attribute(attr="set_title" | "suptitle")
                    | ast.Attribute(ast.Name("plt"), "title")
                ):
                    yield cell.at(node), "a title inside the plot: use the caption"


@page_rule
def plots_use_house_colours(page: Page) -> Iterator[tuple[int, str]]:
    """Colours come from nordlys.figures, so that they have a dark twin."""
    for cell in page.cells:
        for node in cell.nodes():
            match node:
                case ast.Constant(str(text)) if HEX.fullmatch(text):
                    if text.lower() not in DARK:
                        yield cell.at(node), f"{text}: take a colour of nordlys.figures"
                case ast.keyword(arg=str(name), value=ast.Constant(str(text))):
                    house = text.lower() in {*DARK, *PLAIN}
                    plots = name in COLOUR_KEYWORDS and not HEX.fullmatch(text)
                    if plots and not house:
                        yield cell.at(node), f"{text}: take a colour of nordlys.figures"


@book_rule
def drawings_are_clean(book: Book) -> Iterator[tuple[str, int, str]]:
    """Drawings scale, keep to the house colours, and fetch and run nothing."""
    used = {
        (page.file.parent / picture.file).resolve()
        for page in book.pages
        for picture in page.pictures
        if picture.file.endswith(".svg")
    }
    for file in sorted(book.folder.glob("[!_]*/**/*.svg")):
        path = file.relative_to(book.root).as_posix()
        if file.resolve() not in used:
            yield path, 1, "no page shows this drawing: use it or remove it"
        yield from ((path, 1, message) for message in drawing_problems(file))


def drawing_problems(file: Path) -> Iterator[str]:
    """Yield what is wrong with one SVG file."""
    try:
        root = ET.parse(file).getroot()
    except ET.ParseError as problem:
        yield f"not well-formed ({problem}): mend it"
        return
    if "viewBox" not in root.attrib:
        yield "no viewBox: add it, or the drawing does not scale"
    for element in root.iter():
        name = str(element.tag).rpartition("}")[2]
        if name in FORBIDDEN:
            yield f"<{name}> in a drawing: remove it"
        if name == "style":
            yield from sheet_problems(element.text or "")
        for key, value in element.attrib.items():
            key = key.rpartition("}")[2]
            if key.startswith("on"):
                yield f"a script in {key}: remove it"
            if key == "href" and not value.startswith("#"):
                yield f"refers to {value}: keep the drawing whole in itself"
            if key == "style":
                yield from sheet_problems(value)
            if key in PAINT and not allowed(value):
                yield f"{key} {value}: take a colour of nordlys.figures"


def sheet_problems(sheet: str) -> Iterator[str]:
    """Yield what is wrong with a style sheet or a style attribute."""
    if re.search(r"@import|url\((?!['\"]?#)", sheet):
        yield "a style that fetches: keep the drawing whole in itself"
    for key, value in re.findall(r"([\w-]+)\s*:\s*([^;}{]+)", sheet):
        if key in PAINT and not allowed(value):
            yield f"{key} {value.strip()}: take a colour of nordlys.figures"


def allowed(paint: str) -> bool:
    """Whether a paint is of the palette, nothing, or defined in the drawing."""
    paint = paint.strip().lower()
    return paint in {*DARK, *PLAIN} or paint.startswith("url(#")
