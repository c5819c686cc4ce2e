"""The printed book: whole, tagged, with an outline and page numbers that are true."""

import itertools
import re

import nbformat
import pypdf
import pytest
import yaml
from docutils.nodes import make_id

from tools.build import BOOK
from tools.pdf import OUT
from tools.repository import ROOT
from tools.run.run_pages import STORE
from tools.source.book import CLOSING, read_book
from tools.source.pages import code_pages, page_name

CONTINUED = "↪"  # stands where a line of code was wrapped


@pytest.fixture(scope="module")
def pdf() -> pypdf.PdfReader:
    assert OUT.is_file(), "There is no PDF: run make pdf."
    return pypdf.PdfReader(OUT)


@pytest.fixture(scope="module")
def texts(pdf) -> list[str]:
    return [page.extract_text() for page in pdf.pages]


def squeeze(text: str) -> str:
    """Return the text without what line breaks and ligatures change."""
    plain = str.maketrans({"ﬁ": "fi", "ﬂ": "fl", "“": '"', "”": '"', "’": "'", "`": ""})
    return re.sub(r"\s+", "", text.translate(plain).replace(CONTINUED, ""))


def outline(pdf, deepest: int = 9) -> list[tuple[str, int]]:
    """Return titles and pages of the bookmarks down to a depth."""
    bookmarks = []

    def walk(entries, depth):
        for entry in entries:
            if isinstance(entry, list):
                if depth < deepest:
                    walk(entry, depth + 1)
            else:
                page = pdf.get_destination_page_number(entry) + 1
                bookmarks.append((entry.title, page))

    walk(pdf.outline, 1)
    return bookmarks


def contents(pdf, texts) -> list[tuple[str, int]]:
    """Return the rows of the printed contents."""
    first, last = (dict(outline(pdf, 1))[title] for title in ("Contents", "Preface"))
    printed = "\n".join(texts[first - 1 : last - 1])
    rows = re.findall(r"(?m)^(\D.*?|\d+\.\D?.*?)\s*\n?(\d+)$", printed)
    return [(title.strip(), int(page)) for title, page in rows]


def structure(pdf) -> list[pypdf.generic.DictionaryObject]:
    """Return the tagged elements in reading order."""
    elements = []

    def walk(node):
        node = node.get_object()
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif isinstance(node, dict):
            if "/S" in node:
                elements.append(node)
            if "/K" in node:
                walk(node["/K"])

    walk(pdf.trailer["/Root"]["/StructTreeRoot"])
    return elements


def links(pdf) -> list[tuple[int, dict]]:
    """Return the links, each with the page it stands on."""
    return [
        (number, note.get_object())
        for number, page in enumerate(pdf.pages, 1)
        for note in page.get("/Annots", [])
    ]


def test_document_says_what_it_is(pdf):
    config = yaml.safe_load((ROOT / "book" / "_config.yml").read_text())
    mend = "mend finish() in tools/pdf.py"
    assert pdf.metadata.title == config["title"], f"The title is not the book's: {mend}"
    assert pdf.metadata.author == config["author"], f"The author is another: {mend}"
    root = pdf.trailer["/Root"]
    language = root.get("/Lang")
    assert language == "en-GB", f"The language is {language}, not en-GB: {mend}"
    assert root["/MarkInfo"]["/Marked"], (
        "The PDF is not tagged: print it with tagged=True"
    )
    assert "/StructTreeRoot" in root, "The PDF has no tags: print it with tagged=True"


def test_outline_has_every_heading(pdf):
    titles = [re.sub(r"^[\d.]+ ", "", title) for title, _ in outline(pdf)]
    for page in read_book(ROOT).pages:
        for heading in page.headings:
            listed = any(squeeze(heading.text) == squeeze(title) for title in titles)
            assert listed, (
                f"book/{page.path}:{heading.line}: '{heading.text}' is not in the "
                "outline of the PDF: does tools/paper/print.css hide it?"
            )


def test_headings_stand_on_their_pages(pdf, texts):
    for title, page in outline(pdf):
        there = squeeze(title) in squeeze(texts[page - 1])
        assert there, f"The outline leads to page {page} for '{title}', not found there"


def destinations(pdf) -> dict[str, pypdf.generic.Destination]:
    """Return the targets of links by their names."""
    return {name.lstrip("/"): to for name, to in pdf.named_destinations.items()}


def test_references_name_the_page_of_the_heading(pdf, texts):
    targets = destinations(pdf)
    count = 0
    for page in read_book(ROOT).pages:
        for heading in page.headings:
            for label in targets.keys() & set(heading.labels):
                count += 1
                number = pdf.get_destination_page_number(targets[label]) + 1
                assert squeeze(heading.text) in squeeze(texts[number - 1]), (
                    f"book/{page.path}:{heading.line}: references to {label} name page "
                    f"{number}, where the heading is not: see moveTargets() in print.js"
                )
    assert count, "No heading is referred to, so nothing was tested"


def test_contents_name_the_right_pages(pdf, texts):
    rows = contents(pdf, texts)
    pages = outline(pdf)
    for row in rows:
        assert row in pages, f"contents: {row[0]} does not begin on page {row[1]}"
    for part in outline(pdf, 1)[2:]:
        assert part in rows, f"contents: {part[0]} is missing"
    names = {squeeze(re.sub(r"^[\d.]+ ", "", title)) for title, _ in rows}
    for page in read_book(ROOT).pages:
        title = "Preface" if page.name == "index" else page.headings[0].text
        assert squeeze(title) in names, f"contents: {title} is missing"


def test_index_names_the_pages_of_definitions(pdf, texts):
    targets = destinations(pdf)
    parts = outline(pdf, 1)
    first, last = next(
        (page, following)
        for (title, page), (_, following) in itertools.pairwise(parts)
        if title.startswith("Index of terms")
    )
    printed = squeeze("".join(texts[first - 1 : last - 1]))
    count = 0
    for term in sorted(read_book(ROOT).terms):
        if target := targets.get(make_id(f"at {term}")):
            count += 1
            row = f"{term} · {pdf.get_destination_page_number(target) + 1}"
            assert squeeze(row) in printed, f"not in the index: {row}; see print.js"
    assert count, "No definition is in the index, so nothing was tested"


def test_running_heads_name_lecture_and_section(pdf, texts):
    parts, rows = outline(pdf, 1)[2:], contents(pdf, texts)
    for number in range(parts[0][1], len(texts) + 1):
        text = squeeze(texts[number - 1])
        if not text:
            continue
        starts = rows if number % 2 else parts
        title = [title for title, page in starts if page <= number][-1]
        assert text.startswith(squeeze(title)), (
            f"page {number}: its running head is not '{title}'"
        )


def test_lectures_begin_on_a_right_page(pdf):
    for title, page in outline(pdf, 1):
        if re.match(r"\d+\. ", title):
            assert page % 2, f"'{title}' begins on the left page {page}"


def test_figures_and_tables_are_where_references_say(texts):
    references = re.findall(r"((?:Figure|Table) \d+\.\d+)\W+p\.\s(\d+)", "".join(texts))
    assert references, "No reference to a figure has a page number."
    for name, page in references:
        caption = rf"(?m)^{re.escape(name)} [A-Z]"
        assert re.search(caption, texts[int(page) - 1]), f"{name}: not on page {page}"


def test_exercises_and_solutions_name_each_others_page(texts):
    printed = "\n".join(texts)
    number = r"Exercise (\d+(?:\.\d+)?)"  # the capstone's have no section before
    there = re.findall(rf"{number}\s+solution on p\.\s(\d+)", printed)
    back = re.findall(rf"Solution to {number}\s+exercise on p\.\s(\d+)", printed)
    written = sum(
        directive.name in {"exercise", "exercise-start"}
        for page in read_book(ROOT).pages
        for directive in page.directives
    )
    assert len(there) == len(back) == written, (
        f"{written} exercises; {len(there)} name their solution's page, "
        f"{len(back)} solutions name their exercise's"
    )
    for (exercise, page), sign in [(pair, "Solution to Exercise") for pair in there] + [
        (pair, "Exercise") for pair in back
    ]:
        assert f"{sign} {exercise}" in texts[int(page) - 1], (
            f"'{sign} {exercise}' is not on page {page}"
        )


def test_links_lead_somewhere(pdf):
    targets = pdf.named_destinations
    for page, link in links(pdf):
        if "/Dest" in link:
            assert link["/Dest"] in targets, f"page {page}: no place {link['/Dest']}"
            continue
        address = link["/A"].get("/URI", "")
        assert re.match("https?://|mailto:", address), (
            f"page {page}: a reader of the PDF cannot follow {address}"
        )


def test_letters_are_in_the_file(pdf):
    names = set()
    for number, page in enumerate(pdf.pages, 1):
        for font in page["/Resources"].get("/Font", {}).values():
            font = font.get_object()
            if font["/Subtype"] == "/Type3":
                continue
            inner = font.get("/DescendantFonts", [font])[0].get_object()
            names.add(inner["/BaseFont"])
            assert "/FontFile2" in inner["/FontDescriptor"], (
                f"page {number}: {font['/BaseFont']} is not embedded"
            )
    for letters in ("SourceSerif4", "SourceSans3", "SourceCodePro", "STIXTwoMath"):
        assert any(letters in name for name in names), (
            f"The letters {letters} of tools/paper/fonts are not used."
        )


def test_headings_and_tables_are_tagged(pdf):
    tags = [node["/S"] for node in structure(pdf)]
    levels = [int(tag[2]) for tag in tags if re.fullmatch(r"/H[1-6]", tag)]
    assert levels[0] == 1
    for above, below in itertools.pairwise(levels):
        assert below <= above + 1, f"a heading {below} follows a heading {above}"
    tables = [node for node in structure(pdf) if node["/S"] == "/Table"]
    assert tables
    assert tags.count("/TH") >= len(tables), "A table has no head."


def test_all_code_is_printed(texts):
    printed = squeeze("".join(texts))
    for page in read_book(ROOT).pages:
        for cell in page.cells:
            if not cell.is_shown or "remove-input" in cell.tags:
                continue
            for number, row in enumerate(cell.rows, cell.code_line):
                complete = squeeze(row) in printed
                assert complete, f"book/{page.path}:{number}: not printed: {row}"


def test_dates_of_the_runs_are_whole(texts):
    pages = [page for page in read_book(ROOT).pages if page.cells]
    sentence = squeeze("Each page with code runs alone")
    begins = next(n for n, text in enumerate(texts) if sentence in squeeze(text))
    dates = re.findall(r"\b\d{4}-\d\d-\d\d\b", "".join(texts[begins:]))
    assert len(dates) == len(pages), (
        f"{len(dates)} whole dates for {len(pages)} pages with code: the status table "
        "breaks a date, see white-space and text-wrap in tools/paper/print.css"
    )


def test_what_is_folded_on_a_page_lies_open(texts):
    printed, checked = squeeze("".join(texts)), 0
    for page in map(page_name, code_pages(BOOK)):
        newest = max((STORE / page).glob("*.ipynb"), key=lambda p: p.stat().st_mtime)
        for cell in nbformat.read(newest, as_version=4).cells:
            if "hide-output" in cell.metadata.get("tags", []):
                printing = [out.text for out in cell.outputs if "text" in out]
                for row in "\n".join(printing).split("\n"):
                    checked += bool(row)
                    message = f"{page}: not printed, see unfold() in print.js: {row}"
                    assert squeeze(row) in printed, message
    assert checked, "No folded output prints a line, so this cannot be tested."
    asks = squeeze("Show the output") in printed
    assert not asks, "Paper asks for a click: see .hidden-part in tools/paper/print.css"


def test_no_page_is_empty(pdf, texts):
    parts = [page for _, page in outline(pdf, 1)]  # some begin on a right page
    for number, text in enumerate(texts[1:], 2):
        if number + 1 not in parts or text.strip():
            filled = len(text.strip()) > 40
            assert filled, f"Page {number} is empty: see print.css"


def test_sections_do_not_end_with_a_line_on_a_page_of_its_own(pdf, texts):
    ends = [page for title, page in outline(pdf) if title == CLOSING]
    assert ends, f"No section ends with {CLOSING}"
    for page in ends:
        assert "Next: " in texts[page - 1], (
            f"The end of the section on page {page} is broken over two pages: "
            "keep it whole in tools/paper/print.css"
        )


def test_every_picture_has_a_description(pdf):
    pictures = [node for node in structure(pdf) if node["/S"] == "/Figure"]
    bare = [page_of(node, pdf) for node in pictures if not described(node)]
    expected = sum(len(page.pictures) for page in read_book(ROOT).pages)
    assert len(pictures) >= expected > 0, (
        f"{len(pictures)} pictures are tagged, of {expected}"
    )
    assert not bare, f"Pictures on pages {bare} have no alternative text: give them one"


def described(node) -> bool:
    return bool(str(node.get("/Alt", "")).strip())


def page_of(node, pdf) -> int:
    """Return the number of the page on which a tagged thing stands, 0 if unsaid."""
    if isinstance(node := node.get_object(), list):
        return max(page_of(child, pdf) for child in node)
    if not isinstance(node, dict):
        return 0
    if "/Pg" in node:
        return pdf.get_page_number(node["/Pg"].get_object()) + 1
    return page_of(node["/K"], pdf) if "/K" in node else 0
