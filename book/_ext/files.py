"""Show a cell that writes a file as a listing: its name, its content, its colours.

Of a file that is shown in parts, the blank lines between the parts are left out.
"""

import sys
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

sys.path.append(str(Path(__file__).resolve().parents[2]))  # jupyter-book leaves it out

from tools.source.file_cells import WrittenFile, written_file


class ShowFiles(SphinxTransform):
    """Exchange the code of such cells for listings."""

    default_priority = 400

    def apply(self, **kwargs: object) -> None:
        """Where the listing is folded, the line that opens it says the name, too."""
        for cell in self.document.findall(nodes.container):
            if cell.get("nb_element") != "cell_code":
                continue
            source = cell.next_node(is_source)
            file = source and written_file(source.astext())
            if not file:
                continue
            source.children = listing(file, source.next_node(nodes.literal_block))
            if cell.get("prompt_show") == self.config.nb_code_prompt_show:
                cell["prompt_show"] = f"Show {file.name}"


class TrimParts(SphinxTransform):
    """End each part of an included file with its last line."""

    default_priority = 400

    def apply(self, **kwargs: object) -> None:
        """Directive ``literalinclude`` tells the file by the attribute ``source``."""
        for block in self.document.findall(nodes.literal_block):
            if "source" in block and block.children:
                text = block.astext().strip("\n")
                block.rawsource, block.children = text, [nodes.Text(text)]


def is_source(node: nodes.Node) -> bool:
    """Whether a node holds the code of a cell."""
    return isinstance(node, nodes.container) and (
        node.get("nb_element") == "cell_code_source"
    )


def listing(file: WrittenFile, code: nodes.literal_block) -> list[nodes.Element]:
    """Return the name of a file above its content, in place of the cell's code."""
    name = nodes.paragraph("", "", nodes.literal("", file.name), classes=["file-name"])
    content = file.content.rstrip("\n")
    block = nodes.literal_block(content, content, language=file.language)
    block["force"] = True  # a file may be wrong on purpose
    for part in (name, block):
        part.source, part.line = code.source, code.line
    return [name, block]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the transforms."""
    app.add_transform(ShowFiles)
    app.add_transform(TrimParts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
