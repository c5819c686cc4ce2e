"""Print the whole book to PDF: one HTML page, printed by headless Chromium.

The first print tells on which page each heading, figure and reference target lands; the
second writes those numbers into the contents and behind cross-references, and so on
until they settle.

Usage: python -m tools.pdf
"""

import io
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nordlys.browser import SWITCHES, find_browser
from tools.build import BOOK, BUILD, STUDENT, BuildError, run_sphinx
from tools.repository import ROOT, commit_time, repository

OUT = BUILD / "book.pdf"
ONE_FILE = "one-file"
FONTS = ROOT / "tools" / "paper" / "fonts"
MAXIMUM_PASSES = 6
TEXT_WIDTH = 627  # CSS pixels of the printed column: A4 less the margins of print.css


def browser() -> str:
    """Return the path of Chromium or Chrome.

    Raises:
        BuildError: if there is none.
    """
    if path := find_browser():
        return path
    raise BuildError("The PDF needs Chromium or Chrome: make setup-system installs it.")


def write_one_file(folder: Path) -> Path:
    """Write the book as one HTML page from the pages executed by the last build.

    Args:
        folder: where that build has put its site; that of students lacks solutions.

    Raises:
        BuildError: if nothing was built, or Sphinx reports a problem.
    """
    report, student = folder / "run.json", folder == STUDENT
    if not report.is_file():
        command = "make student" if student else "make book"
        raise BuildError(f"The PDF is made from a built book: run {command} first.")
    run_sphinx(folder / ONE_FILE, report, "singlehtml", student=student)
    return folder / ONE_FILE / "html" / "index.html"


def pages_of(pdf: bytes) -> dict[str, int]:
    """Return the page, counted from one, on which each link target lands."""
    import pypdf

    reader = pypdf.PdfReader(io.BytesIO(pdf))
    pages = {}
    for name, target in reader.named_destinations.items():
        number = reader.get_destination_page_number(target)
        if number is not None and number >= 0:
            pages[name.lstrip("/")] = number + 1
    return pages


def print_book(source: Path, facts: dict[str, Any]) -> tuple[bytes, list[str]]:
    """Print until the page numbers written are the page numbers true.

    Args:
        source: the one-file HTML.
        facts: title, author and imprint for the first pages.

    Returns:
        The PDF, and the headings in their order.

    Raises:
        BuildError: if the numbers never settle.
    """
    from playwright.sync_api import sync_playwright

    script = (ROOT / "tools" / "paper" / "print.js").read_text(encoding="utf-8")
    style = (ROOT / "tools" / "paper" / "print.css").read_text(encoding="utf-8")
    style = style.replace("FONTS", FONTS.as_uri())
    logo = (BOOK / "_static" / "logo.svg").read_text(encoding="utf-8")
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=browser(), args=SWITCHES)
        page = chromium.new_page(viewport={"width": TEXT_WIDTH, "height": 900})
        page.goto(source.as_uri(), wait_until="load")
        page.emulate_media(media="print", color_scheme="light")
        page.add_style_tag(content=style)
        # Letters are fetched when first used; what is measured below needs them all.
        page.evaluate("Promise.all([...document.fonts].map(font => font.load()))")
        page.add_script_tag(content=script)
        page.evaluate("prepare()")
        page.evaluate("facts => addFrontMatter(facts)", {**facts, "logo": logo})
        if too_wide := page.evaluate("tooWide()"):
            raise BuildError("These do not fit on paper:\n" + "\n".join(too_wide))
        pages: dict[str, int] = {}
        for _ in range(MAXIMUM_PASSES):
            page.evaluate("pages => writePageNumbers(pages)", pages)
            pdf = page.pdf(
                prefer_css_page_size=True,
                print_background=True,
                outline=True,
                tagged=True,
            )
            if (new_pages := pages_of(pdf)) == pages:
                break
            pages = new_pages
        else:
            raise BuildError("The page numbers of the PDF did not settle.")
        headings = page.evaluate("printedHeadings()")
        chromium.close()
    return pdf, headings


def name_outline(node, titles: list[str]) -> None:
    """Give the outline the headings as written: Chromium drops spaces at line ends.

    Raises:
        BuildError: if outline and headings do not agree.
    """
    from pypdf.generic import NameObject, TextStringObject

    while node is not None:
        entry = node.get_object()
        if "/Title" in entry:
            title = titles.pop(0) if titles else ""
            if "".join(title.split()) != "".join(entry["/Title"].split()):
                raise BuildError(
                    f"The PDF's outline says {entry['/Title']!r} where the book "
                    f"has the heading {title!r}."
                )
            entry[NameObject("/Title")] = TextStringObject(title)
        if "/First" in entry:
            name_outline(entry["/First"], titles)
        node = entry.get("/Next")


def group_figures(node) -> None:
    """Tag a figure's frame as a group: the picture in it is what has a description."""
    from pypdf.generic import DictionaryObject, NameObject

    waiting = [node]
    while waiting:
        entry = waiting.pop().get_object()
        if isinstance(entry, DictionaryObject):
            if entry.get("/S") == "/Figure" and "/Alt" not in entry:
                entry[NameObject("/S")] = NameObject("/Div")
            if "/K" in entry:
                waiting.append(entry["/K"])
        elif isinstance(entry, list):
            waiting.extend(entry)


def finish(pdf: bytes, headings: list[str], facts: dict[str, Any], out: Path) -> int:
    """Write the PDF with title, author and language; return its number of pages."""
    import pypdf
    from pypdf.generic import (
        BooleanObject,
        DictionaryObject,
        NameObject,
        TextStringObject,
    )

    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf))
    writer.pdf_header = "%PDF-1.7"  # tags and their attributes are younger than 1.3
    moment = datetime.fromtimestamp(commit_time(), UTC).strftime("D:%Y%m%d%H%M%SZ")
    writer.add_metadata(
        {
            "/Title": facts["title"],
            "/Author": facts["author"],
            "/CreationDate": moment,
            "/ModDate": moment,
        }
    )
    root = writer.root_object
    name_outline(root["/Outlines"], headings)
    group_figures(root["/StructTreeRoot"])
    root[NameObject("/Lang")] = TextStringObject("en-GB")
    preferences = DictionaryObject(
        {NameObject("/DisplayDocTitle"): BooleanObject(True)}
    )
    root[NameObject("/ViewerPreferences")] = preferences
    part = out.with_suffix(".part")
    writer.write(part)
    part.replace(out)
    return len(writer.pages)


def imprint(student: bool) -> dict[str, Any]:
    """Return title, author and imprint, as the first pages show them."""
    import yaml

    config = yaml.safe_load((BOOK / "_config.yml").read_text())
    moment = datetime.fromtimestamp(commit_time(), UTC)
    day = f"{moment.day}\u00a0{moment:%B %Y}"
    lectures = len(list((BOOK / "lectures").glob("*/index.md")))
    return {
        "title": config["title"],
        "author": config["author"],
        "imprint": [
            f"{config['title']}. {config['author']}. "
            f"Edition of {day}, lectures 1 to {lectures}"
            f"{', without solutions' * student}.",
            "Text and figures are licensed CC BY 4.0, code MIT.",
            "Every cell was run when this edition was made. "
            f"The pages to read, run and download stand at {repository().site}"
            f"{'student/' * student}, "
            f"their sources at {repository().url}",
        ],
    }


def make_pdf(out: Path, *, student: bool = False) -> str:
    """Print the built book; say in one sentence what was made.

    Args:
        out: where to write the PDF.
        student: print the edition without solutions.

    Raises:
        BuildError: if nothing was built, or the book cannot be printed.
    """
    started, facts = time.monotonic(), imprint(student)
    one_file = write_one_file(STUDENT if student else BUILD)
    pdf, headings = print_book(one_file, facts)
    pages = finish(pdf, headings, facts, out)
    size = out.stat().st_size / 1e6
    seconds = time.monotonic() - started
    return f"{pages} pages, {size:.1f} MB, {seconds:.1f} s. Open {out}"


def main() -> int:
    """Make the PDF; end with one clear message."""
    try:
        print(make_pdf(OUT))
    except BuildError as problem:
        print(f"\nThe PDF was not made.\n{problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
