"""Repair what docutils, pandas and the extensions write wrong for screen readers."""

import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator

REPEATED_IDS = {"exercise-content", "solution-content"}
_STYLE = re.compile(r"<style scoped>.*?</style>\s*", re.DOTALL)
_ROW = re.compile(r"<tr[^>]*>(.*?)</tr>", re.DOTALL)
_CELL = re.compile(r"<(t[hd])([^>]*)>(.*?)</\1>", re.DOTALL)
_NUMBER = re.compile(
    r"[-+−]?(\d[\d,]*)?\.?\d+([eE][-+]?\d+)?\s?%?|NaN|nan|inf|&lt;NA&gt;"
)


def numeric_columns(body: str) -> set[int]:
    """Return the columns of an HTML table body, from the right, that hold numbers.

    Counted from the right, because row headings that span rows shift the left side.
    """
    texts: dict[int, list[str]] = {}
    for row in _ROW.findall(body):
        cells = [cell for cell in _CELL.findall(row) if cell[0] == "td"]
        for place, (_, _, text) in enumerate(reversed(cells)):
            texts.setdefault(place, []).append(text.strip())
    return {
        place
        for place, column in texts.items()
        if all(_NUMBER.fullmatch(text) or text in ("", "None") for text in column)
        and any(character.isdigit() for text in column for character in text)
    }


def mark_cells(part: str, scope: str, numeric: set[int]) -> str:
    """Return rows in which headings have a scope and numbers a class."""

    def rewrite(row: re.Match[str]) -> str:
        cells = list(_CELL.finditer(row[1]))
        written = []
        for index, cell in enumerate(cells):
            kind, attributes, text = cell.groups()
            from_right = len(cells) - 1 - index
            if from_right in numeric and (kind == "td" or scope == "col"):
                attributes += ' class="number"'
            if kind == "th" and not text.strip():
                kind = "td"
            elif kind == "th":
                attributes += f' scope="{scope}"'
                text = text.replace("_", "_<wbr>")
            written.append(f"<{kind}{attributes}>{text}</{kind}>")
        return f"<tr>{''.join(written)}</tr>"

    return _ROW.sub(rewrite, part)


def merge_index_names(head: str) -> str:
    """Return a table head with the index's names in the empty corner above the index.

    pandas writes a second row for them, which is otherwise empty.
    """
    rows = [[text.strip() for *_, text in _CELL.findall(r)] for r in _ROW.findall(head)]
    if len(rows) != 2:
        return head
    upper, lower = rows
    width = next((place for place, text in enumerate(upper) if text), 0)
    if not any(lower[:width]) or any(lower[width:]):
        return head
    first, second = _ROW.finditer(head)
    names = iter(lower)
    row = re.sub(
        "<th></th>", lambda _: f"<th>{next(names)}</th>", first[0], count=width
    )
    return head[: first.start()] + row + head[second.end() :]


def clean_frame(html: str) -> str:
    """Return the HTML of a pandas table without style, with scopes and aligned numbers.

    An empty heading is no heading, and screen readers stumble over it: it becomes an
    ordinary cell. Long names may break after an underscore.
    """
    html = _STYLE.sub("", html).replace(' border="1"', "")
    head, found, rest = html.partition("<tbody>")
    if not found:
        return html
    body, _, tail = rest.partition("</tbody>")
    numeric = numeric_columns(body)
    head = mark_cells(merge_index_names(head), "col", numeric)
    body = mark_cells(body, "row", numeric)
    return f"{head}<tbody>{body}</tbody>{tail}"


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
                place = column[0].parent.index(column[0])
                for row in group.findall(nodes.row):
                    if place < len(row) and not row[place]["classes"]:
                        row[place]["classes"].append("number")


class UnwrapExercises(SphinxPostTransform):
    """Remove the section inside each exercise, whose id is the same every time."""

    default_priority = 899
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        """Put the content of each such section in its place."""
        for section in list(self.document.findall(nodes.section)):
            if REPEATED_IDS & set(section["ids"]):
                place = section.parent.index(section)
                section.parent[place : place + 1] = section.children


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
