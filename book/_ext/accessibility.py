"""Repair what docutils, pandas and the extensions write wrong for screen readers."""

import re

from bs4 import BeautifulSoup, Tag
from bs4.dammit import EntitySubstitution
from bs4.formatter import HTMLFormatter
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator

REPEATED_IDS = {"exercise-content", "solution-content"}
_NUMBER = re.compile(r"[-+−]?(\d[\d,]*)?\.?\d+([eE][-+]?\d+)?\s?%?|NaN|nan|inf|<NA>")
_HTML5 = HTMLFormatter(EntitySubstitution.substitute_xml, void_element_close_prefix="")


def text_of(cell: Tag) -> str:
    """Return the text of a table's cell."""
    return cell.get_text().strip()


def numeric_columns(body: Tag) -> set[int]:
    """Return the columns of a table's body, from the right, that hold numbers.

    Counted from the right, because row headings that span rows shift the left side.
    """
    columns: dict[int, list[str]] = {}
    for row in body("tr"):
        for number, cell in enumerate(reversed(row("td"))):
            columns.setdefault(number, []).append(text_of(cell))
    return {
        number
        for number, texts in columns.items()
        if all(_NUMBER.fullmatch(text) or text in ("", "None") for text in texts)
        and any(character.isdigit() for text in texts for character in text)
    }


def mark_cells(part: Tag, scope: str, numeric: set[int]) -> None:
    """Give headings a scope, and numbers and what stands above them a class.

    An empty heading is no heading, and screen readers stumble over it: it becomes an
    ordinary cell. Long names may break after an underscore.
    """
    for row in part("tr"):
        row.attrs.clear()
        for space in row.find_all(string=str.isspace, recursive=False):
            space.extract()
        for number, cell in enumerate(reversed(row(["td", "th"]))):
            if number in numeric and (cell.name == "td" or scope == "col"):
                cell["class"] = "number"
            if cell.name == "th" and not text_of(cell):
                cell.name = "td"
            elif cell.name == "th":
                cell["scope"] = scope
                allow_breaks(cell)


def allow_breaks(cell: Tag) -> None:
    """Let the words of a cell break after each underscore."""
    for text in cell.find_all(string=re.compile("_")):
        *words, last = text.split("_")
        for word in words:
            text.insert_before(f"{word}_", Tag(name="wbr", can_be_empty_element=True))
        text.replace_with(last)


def merge_index_names(head: Tag) -> None:
    """Put the names of the index into the empty corner above it.

    pandas writes a second row for them, which is otherwise empty.
    """
    rows = head("tr")
    if len(rows) != 2:
        return
    upper, lower = (row(["td", "th"]) for row in rows)
    width = next((number for number, cell in enumerate(upper) if text_of(cell)), 0)
    if any(map(text_of, lower[:width])) and not any(map(text_of, lower[width:])):
        for corner, name in zip(upper[:width], lower, strict=False):
            corner.replace_with(name)
        rows[1].decompose()


def clean_frame(html: str) -> str:
    """Return the HTML of a pandas table without style, with scopes and aligned numbers.

    Args:
        html: what pandas writes for a notebook, or any other HTML with such a table.
    """
    soup = BeautifulSoup(html, "html.parser")
    for style in soup("style"):
        style.decompose()
    for table in soup.select("table.dataframe:has(> thead):has(> tbody)"):
        del table["border"]
        merge_index_names(table.thead)
        numeric = numeric_columns(table.tbody)
        mark_cells(table.thead, "col", numeric)
        mark_cells(table.tbody, "row", numeric)
    return soup.decode(formatter=_HTML5)


class CleanFrames(SphinxPostTransform):
    """Clean all pandas tables of a page."""

    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        """Rewrite the raw HTML nodes that hold one."""
        for raw in self.document.findall(nodes.raw):
            if raw.get("format") == "html" and 'class="dataframe"' in raw.astext():
                text = clean_frame(raw.astext())
                raw.children[:] = [nodes.Text(text)]
                raw.rawsource = text


class AlignNumbers(SphinxPostTransform):
    """Mark the columns of tables in the text that hold nothing but numbers."""

    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        """Leave columns alone whose alignment the author has chosen."""
        for group in self.document.findall(nodes.tgroup):
            body = [list(row) for part in group.findall(nodes.tbody) for row in part]
            for column in zip(*body, strict=False):
                texts = [cell.astext().strip() for cell in column]
                if not all(_NUMBER.fullmatch(text) for text in texts):
                    continue
                index = column[0].parent.index(column[0])
                for row in group.findall(nodes.row):
                    if index < len(row) and not row[index]["classes"]:
                        row[index]["classes"].append("number")


class UnwrapExercises(SphinxPostTransform):
    """Remove the section inside each exercise, whose id is the same every time."""

    default_priority = 899
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        """Put the content of each such section in its place."""
        for section in list(self.document.findall(nodes.section)):
            if REPEATED_IDS & set(section["ids"]):
                index = section.parent.index(section)
                section.parent[index : index + 1] = section.children


def visit_citation(self: HTML5Translator, node: nodes.citation) -> None:
    """Write an entry of the literature as an item of a list."""
    if not isinstance(node.previous_sibling(), nodes.citation):
        self.body.append('<div class="citation-list" role="list">\n')
    self.body.append(self.starttag(node, "div", CLASS="citation", ROLE="listitem"))


def depart_citation(self: HTML5Translator, node: nodes.citation) -> None:
    """Close the entry, and the list after the last."""
    self.body.append("</div>\n")
    if not isinstance(node.next_node(descend=False, siblings=True), nodes.citation):
        self.body.append("</div>\n")


def visit_footnote(self: HTML5Translator, node: nodes.footnote) -> None:
    """Write a footnote without making each a landmark."""
    self.body.append(self.starttag(node, "div", CLASS="footnote", ROLE="note"))


def depart_footnote(self: HTML5Translator, node: nodes.footnote) -> None:
    """Close the footnote."""
    self.body.append("</div>\n")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the transforms, and replace how notes and literature are written."""
    app.add_post_transform(AlignNumbers)
    app.add_post_transform(CleanFrames)
    app.add_post_transform(UnwrapExercises)
    app.add_node(nodes.citation, override=True, html=(visit_citation, depart_citation))
    app.add_node(nodes.footnote, override=True, html=(visit_footnote, depart_footnote))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
