"""Fold answers and solutions with the browser's own ``details``, without a script.

A hint, an admonition or solution of class ``dropdown``, and a code cell told to hide
something, become a box that opens by mouse, keyboard and a link into it, and when
printed. Of a question to the reader, its first paragraph stays in view, and of a long
output a part.
"""

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator

LONG, SHOWN = 28, 16
"""Lines from which on an output is folded, and those of it that stay in view."""


QUESTION = "Check yourself"
"""Title of a box whose first paragraph asks, and whose others answer."""


class fold(nodes.General, nodes.Element):
    """A box that opens."""


class fold_title(nodes.Part, nodes.TextElement):
    """What stays visible of it."""


class FoldAdmonitions(SphinxPostTransform):
    """Exchange each hint and each admonition of class ``dropdown`` for a fold."""

    default_priority = 900  # after sphinx-exercise has resolved its titles
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        """Exchange them, inner ones first."""
        boxes = list(self.document.findall(nodes.Admonition))
        for box in reversed(boxes):
            if isinstance(box, nodes.hint):
                self.exchange(box, "Hint", box.children, "hint")
            elif "dropdown" in box["classes"]:
                title, *rest = box.children
                if title.astext() == QUESTION and len(rest) > 1:
                    box[:] = [title, rest[0], folded_answer(rest[1:])]
                else:
                    self.exchange(box, title.astext(), rest)

    def exchange(self, box: nodes.Element, title: str, rest: list, *kind: str) -> None:
        """Put a fold in the place of ``box``."""
        folded = fold("", fold_title("", title), *rest, ids=box["ids"])
        folded["classes"] = ["admonition", *kind, *box["classes"]]
        box.replace_self(folded)


def folded_answer(parts: list[nodes.Node]) -> fold:
    """Return what answers a question, folded."""
    return fold("", fold_title("", "Answer"), *parts, classes=["answer"])


class FoldLongOutputs(SphinxPostTransform):
    """Keep the beginning of a long output in view, of a traceback the end."""

    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        """Leave outputs whole that are printed."""
        if self.app.builder.name != "html":
            return
        for box in self.document.findall(nodes.container):
            if box.get("nb_element") == "cell_code_output":
                for block in list(box.findall(nodes.literal_block)):
                    fold_output(block)


def fold_output(block: nodes.literal_block) -> None:
    """Exchange an output of many lines for two parts, one of them folded."""
    lines = block.astext().rstrip("\n").split("\n")
    if len(lines) <= LONG:
        return
    last_counts = "traceback" in block["classes"]
    cut = len(lines) - SHOWN if last_counts else SHOWN
    parts = []
    for text in ("\n".join(lines[:cut]), "\n".join(lines[cut:])):
        part = block.copy()
        part.rawsource, part.children = text, []
        part += nodes.Text(text)
        parts.append(part)
    index = 0 if last_counts else 1
    title = fold_title("", f"Show the other {len(lines) - SHOWN} lines")
    parts[index] = fold("", title, parts[index], classes=["hidden-part"])
    block.parent.replace(block, parts)


def visit_fold(self: HTML5Translator, node: fold) -> None:
    """Open the box."""
    self.body.append(self.starttag(node, "details"))


def depart_fold(self: HTML5Translator, node: fold) -> None:
    """Close the box."""
    self.body.append("</details>\n")


def visit_title(self: HTML5Translator, node: fold_title) -> None:
    """Open the line that is clicked."""
    self.body.append(self.starttag(node, "summary", "", CLASS="admonition-title"))


def depart_title(self: HTML5Translator, node: fold_title) -> None:
    """Close the line."""
    self.body.append("</summary>\n")


def visit_hidden(self: HTML5Translator, node: HideCodeCellNode) -> None:
    """Open the box of a cell's hidden part."""
    self.body.append('<details class="hidden-part">')
    self.body.append(f"<summary>{self.encode(node['prompt_show'])}</summary>\n")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the nodes, and replace how MyST-NB writes hidden parts of cells."""
    app.add_node(fold, html=(visit_fold, depart_fold))
    app.add_node(fold_title, html=(visit_title, depart_title))
    app.add_node(HideCodeCellNode, override=True, html=(visit_hidden, depart_fold))
    app.add_post_transform(FoldAdmonitions)
    app.add_post_transform(FoldLongOutputs)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
