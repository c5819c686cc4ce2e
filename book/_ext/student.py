"""Leave the solutions out where the book is built as the edition for students.

The tree is cut when a page is written: numbers, references and notebooks are made from
the whole page, so both editions agree in them. Text that speaks of solutions,
and boxes for teachers, have the class ``with-solutions`` and go with them.
"""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx_exercise.nodes import solution_node

WITH_SOLUTIONS = "with-solutions"


def is_left_out(node: nodes.Node) -> bool:
    """Say whether the edition for students lacks a node."""
    if isinstance(node, solution_node):
        return True
    return isinstance(node, nodes.Element) and WITH_SOLUTIONS in node.get("classes", [])


class LeaveSolutionsOut(SphinxPostTransform):
    """Take the solutions out of a page, or of the book in one file."""

    default_priority = 195  # right after the page's notebook is written

    def run(self, **kwargs: object) -> None:
        """Do nothing in the ordinary edition."""
        if self.config.student_edition:
            for node in list(self.document.findall(is_left_out)):
                node.parent.remove(node)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the configuration value, which the build sets, and the transform."""
    app.add_config_value("student_edition", False, "env", types=[bool])
    app.add_post_transform(LeaveSolutionsOut)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
