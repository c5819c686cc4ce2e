"""Compare two built sites of the same source, except where cells say that they vary.

Left out are, and nothing else: the outputs and figures of cells tagged ``volatile``,
the numbers that prose quotes from them, what search makes of both, and the date, time
and memory of each run on the status page.

Usage: python -m tools.compare FOLDER_A FOLDER_B
"""

import argparse
import json
import sys
from collections import Counter
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from sphinx.search.en import SearchEnglish

from tools.execute import code_pages
from tools.glued import QUOTED, glued_keys, quoted
from tools.notebooks import FOLDER
from tools.repository import ROOT
from tools.run_page import read_page

Key = tuple[str, str]  # the page whose cell glues, and the key
RUN_FIGURES = slice(1, 4)  # columns of the status table: date, seconds, memory
INDEX = "searchindex.js"


@dataclass
class Masked:
    """A page without what may vary.

    Attributes:
        html: the rest of the page.
        texts: the text that was taken out.
        pictures: names of the pictures that were taken out.
        numbers: the quoted values that may vary, in order.
        counts: how much of which kind was taken out.
    """

    html: str = ""
    texts: list[str] = field(default_factory=list)
    pictures: set[str] = field(default_factory=set)
    numbers: list[str] = field(default_factory=list)
    counts: Counter = field(default_factory=Counter)


def volatile_keys(book: Path) -> frozenset[Key]:
    """Return the pages and keys that the volatile cells of a book glue."""
    return frozenset(
        (path.relative_to(book).with_suffix("").as_posix(), key)
        for path in code_pages(book)
        for cell in read_page(path).cells
        if cell.cell_type == "code" and "volatile" in cell.metadata.get("tags", [])
        for key in glued_keys(cell.source)
    )


def quoted_keys(page: str, source: str) -> list[Key]:
    """Return the pages and keys that a page's text quotes, in order."""
    return [quoted(page, content) for content in QUOTED.findall(source)]


def mask(html: str, keys: list[Key], varying: frozenset[Key]) -> Masked:
    """Take out of a page what may vary.

    Args:
        html: the page.
        keys: what its text quotes, in order.
        varying: what of it may vary.
    """
    soup, masked = BeautifulSoup(html, "html.parser"), Masked()
    spans = soup.select("article .pasted-text")
    if len(spans) == len(keys):  # else the page is compared with all its numbers
        for span, key in zip(spans, keys, strict=True):
            if key in varying:
                masked.numbers.append(span.get_text())
                masked.counts["quoted numbers"] += 1
                take_out(span, masked)
    for output in soup.select(".tag_volatile .cell_output"):
        masked.counts["outputs"] += 1
        for picture in output.select("img"):
            take_out_picture(picture, masked)
        for part in output.find_all(recursive=False):
            if part.select_one("img") is None:
                take_out(part, masked)
    for row in soup.select("table.run-status tbody tr"):
        masked.counts["run figures"] += 1
        for cell in row.find_all("td")[RUN_FIGURES]:
            take_out(cell, masked)
    masked.html = str(soup)
    return masked


def take_out(tag: Tag, masked: Masked) -> None:
    """Empty a tag and keep its text."""
    # Sphinx's search glues the cells of some tables together.
    masked.texts += [tag.get_text(" "), tag.get_text()]
    tag.clear()


def take_out_picture(picture: Tag, masked: Masked) -> None:
    """Remove which file a picture shows and how large it is; keep all else."""
    name = Path(str(picture["src"])).name
    masked.pictures.add(name)
    masked.counts["figures"] += "only-dark" not in picture.get("class", [])
    for attribute in ("src", "width", "height"):
        del picture[attribute]
    link = picture.find_parent("a")
    if link is not None and Path(str(link.get("href"))).name in masked.pictures:
        del link["href"]


def first_difference(one: str, other: str) -> str:
    """Show the first place where two texts differ."""
    lines = zip_longest(one.splitlines(), other.splitlines(), fillvalue="")
    for number, (first, second) in enumerate(lines, 1):
        if first != second:
            pairs = zip_longest(first, second)
            at = next(i for i, (a, b) in enumerate(pairs) if a != b)
            part = slice(max(at - 30, 0), at + 50)
            return f"line {number}: {first[part]!r} against {second[part]!r}"
    return "only in how lines end"


def with_pairs(one: str, other: str, pairs: list[tuple[str, str]]) -> str:
    """Return ``one`` with the values of ``other`` where, in order, pairs stand.

    Args:
        one: a text.
        other: the same text with other numbers.
        pairs: values that differ, as they stand in one and in the other.
    """
    at, waiting = 0, list(pairs)
    while waiting and one != other:
        while at < min(len(one), len(other)) and one[at] == other[at]:
            at += 1
        first, second = waiting.pop(0)
        for start in range(at, max(at - max(len(first), len(second)), 0) - 1, -1):
            if one.startswith(first, start) and other.startswith(second, start):
                one = one[:start] + second + one[start + len(first) :]
                at = start + len(second)
                break
        else:
            return one
    return one


def compare_notebooks(one: str, other: str, pairs: list[tuple[str, str]]) -> list[str]:
    """Say where two notebooks of a page differ, quoted numbers that vary aside."""
    notebooks = [json.loads(text) for text in (one, other)]
    sources = [[source_of(cell) for cell in book["cells"]] for book in notebooks]
    for place, both in enumerate(zip(*sources, strict=False)):
        if both[0] != both[1]:  # the name of a cell is made from its source
            for notebook in notebooks:
                notebook["cells"][place].pop("id", None)
    texts = [
        "\n".join([*parts, json.dumps(notebook, indent=1)])
        for parts, notebook in zip(sources, notebooks, strict=True)
    ]
    same = with_pairs(*texts, pairs)
    return [first_difference(same, texts[1])] if same != texts[1] else []


def source_of(cell: dict) -> str:
    """Take the source out of a cell, as text."""
    source = cell.pop("source")
    return source if isinstance(source, str) else "".join(source)


def words_of(texts: list[str]) -> set[str]:
    """Return what Sphinx's search would make of texts."""
    language = SearchEnglish({})
    found = {word for text in texts for word in language.split(text)}
    return found | {language.stem(word.lower()) for word in found}


def compare_indexes(one: str, other: str, sites: tuple["Site", "Site"]) -> list[str]:
    """Say what differs in two search indexes, words that may vary aside."""
    texts = (one, other)
    indexes = [
        json.loads(text[text.index("{") : text.rindex("}") + 1]) for text in texts
    ]
    terms = [terms_by_page(index) for index in indexes]
    differ = [
        f"the word {word!r} of {page} is in one index only"
        for mine, others, site in zip(terms, terms[::-1], sites, strict=True)
        for page, word in sorted(mine - others)
        if word not in words_of(site.pages[f"{page}.html"].texts)
    ]
    rests = [json.dumps(index, indent=1, sort_keys=True) for index in indexes]
    return differ + ([first_difference(*rests)] if rests[0] != rests[1] else [])


def terms_by_page(index: dict) -> set[tuple[str, str]]:
    """Take the terms out of an index, as pairs of page and word."""
    pages = index["docnames"]
    return {
        (pages[place], word)
        for word, places in index.pop("terms").items()
        for place in (places if isinstance(places, list) else [places])
    }


class Site:
    """A built site: its files, and its pages without what may vary."""

    def __init__(self, top: Path, book: Path, varying: frozenset[Key]) -> None:
        """Read all pages below ``top``, made from the source in ``book``."""
        self.top, self.pages = top, {}
        files = (path for path in top.rglob("*") if path.is_file())
        self.names = {path.relative_to(top).as_posix() for path in files}
        for name in self.names:
            if name.endswith(".html"):
                source = (book / name).with_suffix(".md")
                text = source.read_text("utf-8") if source.is_file() else ""
                html = (top / name).read_text("utf-8")
                keys = quoted_keys(name.removesuffix(".html"), text)
                self.pages[name] = mask(html, keys, varying)
        self.pictures = set().union(*(page.pictures for page in self.pages.values()))
        self.counts = sum((page.counts for page in self.pages.values()), Counter())

    def only_here(self, other: "Site") -> list[str]:
        """Name the files that the other site lacks, pictures that may vary aside."""
        names = sorted(self.names - other.names)
        return [
            f"{name}: is in {self.top} only"
            for name in names
            if Path(name).name not in self.pictures
        ]


def compare_files(name: str, one: Site, other: Site) -> list[str]:
    """Say how a file differs that is in both sites."""
    first, second = (one.top / name).read_bytes(), (other.top / name).read_bytes()
    if first == second:
        return []
    if name in one.pages:
        pages = one.pages[name].html, other.pages[name].html
        return [first_difference(*pages)] if pages[0] != pages[1] else []
    if name == INDEX:
        return compare_indexes(first.decode(), second.decode(), (one, other))
    if name.endswith(".ipynb"):
        page = name.removeprefix(f"{FOLDER}/").replace(".ipynb", ".html")
        values = zip(one.pages[page].numbers, other.pages[page].numbers, strict=False)
        pairs = [(a, b) for a, b in values if a != b]
        return compare_notebooks(first.decode(), second.decode(), pairs)
    return [f"{len(first)} bytes against {len(second)}, not the same"]


def compare(
    one: Path,
    other: Path,
    *,
    book: Path = ROOT / "book",
    varying: frozenset[Key] | None = None,
) -> tuple[list[str], Counter]:
    """Compare two sites.

    Args:
        one: folder of the first site.
        other: folder of the second one.
        book: the source of both.
        varying: what of glue may vary; if omitted, what the volatile cells glue.

    Returns:
        Each difference with its file, and how much of which kind was left out.
    """
    if varying is None:
        varying = volatile_keys(book)
    first, second = Site(one, book, varying), Site(other, book, varying)
    differ = first.only_here(second) + second.only_here(first)
    for name in sorted(first.names & second.names):
        differ += [f"{name}: {text}" for text in compare_files(name, first, second)]
    return differ, first.counts


def main() -> int:
    """Print what was left out and every difference; end with 1 if there is any."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("one", type=Path, metavar="FOLDER_A", help="a built site")
    parser.add_argument("other", type=Path, metavar="FOLDER_B", help="another one")
    options = parser.parse_args()
    for folder in (options.one, options.other):
        if not (folder / "index.html").is_file():
            parser.error(f"there is no built site in {folder}")
    differ, counts = compare(options.one, options.other)
    left_out = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
    print(f"Left out, because they may vary: {left_out or 'nothing'}.")
    for line in differ:
        print(f"  {line}")
    print(f"{len(differ)} differences." if differ else "All else is the same.")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
