"""The cells of a notebook, and what its writer has to know about the page."""

from collections.abc import Callable
from dataclasses import dataclass, field

from docutils import nodes
from sphinx.errors import SphinxError

from tools.source.glued import REMOVED, only_glues

SOLUTION = "solution"
EXERCISE = "exercise"


class CannotWriteError(SphinxError):
    """A page holds something that has no plain Markdown yet; the message says what."""

    category = "Notebook export"


@dataclass
class Cell:
    """A cell of the notebook.

    Attributes:
        kind: ``markdown`` or ``code``.
        source: its text.
        tags: tags of the page's cell, and ``exercise`` or ``solution`` where it stands.
        folds: whether it is a heading under which all is folded away at first.
    """

    kind: str
    source: str
    tags: list[str] = field(default_factory=list)
    folds: bool = False


@dataclass(frozen=True)
class CodeCell:
    """A code cell of the page's source.

    Attributes:
        index: its place among all cells of the source.
        source: its code, to the letter.
        tags: its tags.
    """

    index: int
    source: str
    tags: list[str]


@dataclass(frozen=True)
class Page:
    """What the writer has to know about a page besides its tree.

    Attributes:
        name: its name, for messages.
        address: its address online, against which relative links are resolved.
        code: its code cells in order.
        label: gives what is printed before a caption, "Figure 1.2", or formula, "1.2".
        number: gives the printed number of a section, with what follows it.
        picture: gives the address to show a picture from.
    """

    name: str
    address: str
    code: list[CodeCell]
    label: Callable[[nodes.Element], str]
    number: Callable[[nodes.Element], str]
    picture: Callable[[nodes.image], str]


def code_cells(notebook, name: str) -> list[CodeCell]:
    """Return the code cells that a notebook takes over from its page.

    It leaves out what hands numbers to the text, for its own text holds them already.

    Args:
        notebook: the page, read with its source map.
        name: of the page, for messages.

    Raises:
        CannotWriteError: if a cell that the page does not show does anything else.
    """
    cells = []
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        tags = list(cell.metadata.get("tags") or [])
        if REMOVED not in tags:
            cells.append(CodeCell(index, cell.source, tags))
        elif not only_glues(cell.source):
            line = notebook.metadata.source_map[index] + 1
            raise CannotWriteError(
                f"{name}, line {line}: a cell tagged {REMOVED} does more than glue, so "
                f"the notebook needs it: tag it hide-cell.\n{cell.source}"
            )
    return cells
