"""Fold answers and solutions with the browser's own ``details``, without a script.

An admonition or solution of class ``dropdown``, and a code cell told to hide something,
become a box that opens by mouse, keyboard and a link into it, and when printed.
"""

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator


class fold(nodes.General, nodes.Element):
    """A box that opens."""


class fold_title(nodes.Part, nodes.TextElement):
    """What stays visible of it."""


class FoldAdmonitions(SphinxPostTransform):
    """Exchange each admonition of class ``dropdown`` for a fold."""

    default_priority = 900  # after sphinx-exercise has resolved its titles
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        """Exchange them, inner ones first."""
        boxes = list(self.document.findall(nodes.Admonition))
        for box in reversed(boxes):
            if "dropdown" in box["classes"]:
                title, *rest = box.children
                text = fold_title("", title.astext())
                folded = fold("", text, *rest, ids=box["ids"])
                folded["classes"] = ["admonition", *box["classes"]]
                box.replace_self(folded)


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
    what = self.encode(node["prompt_show"].removeprefix("Show code cell "))
    self.body.append('<details class="hidden-part">')
    self.body.append(f"<summary>{what.capitalize()} of this cell</summary>\n")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the nodes, and replace how MyST-NB writes hidden parts of cells."""
    app.add_node(fold, html=(visit_fold, depart_fold))
    app.add_node(fold_title, html=(visit_title, depart_title))
    app.add_node(HideCodeCellNode, override=True, html=(visit_hidden, depart_fold))
    app.add_post_transform(FoldAdmonitions)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
