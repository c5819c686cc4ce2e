"""The directive ``quiz``: a question, two to four options, a sentence about each.

    :::{quiz}
    :answer: 2
    Question?

    First option
    : Why not.

    Second option
    : Why.
    :::

Without a script it is a list of boxes that open; ``book.js`` makes radio buttons of it.
On paper and in notebooks the options are a list, and the answers follow below.
"""

from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

TITLE = "Check yourself"
FEWEST, MOST = 2, 4
VERDICTS = {True: "Right.", False: "Not so."}


class quiz(nodes.Admonition, nodes.Element):
    """A title, the question's paragraphs, then the options."""


class quiz_option(nodes.Part, nodes.Element):
    """A choice, then what is said about it; ``right`` says whether it is the answer."""


class quiz_choice(nodes.Part, nodes.TextElement):
    """The words of an option."""


class Quiz(SphinxDirective):
    """Read a question, and its options as terms with their definitions."""

    has_content = True
    option_spec: ClassVar = {"answer": directives.positive_int}

    def run(self) -> list[nodes.Node]:
        """Return the nodes, or say what is missing."""
        parsed = self.parse_content_to_nodes()
        lists = [node for node in parsed if isinstance(node, nodes.definition_list)]
        items = lists[0].children if len(lists) == 1 else []
        question = [node for node in parsed if node not in lists]
        if not FEWEST <= len(items) <= MOST or not question:
            raise self.error(
                f"A quiz holds a question, then {FEWEST} to {MOST} options, each with "
                f"a line below that begins with a colon; this one has {len(items)}."
            )
        if not 1 <= self.options.get("answer", 0) <= len(items):
            raise self.error(
                f"Say which option is right: ':answer: ' and 1 to {len(items)}."
            )
        number = self.env.new_serialno("quiz") + 1
        box = quiz("", nodes.title("", TITLE), *question, classes=["quiz"])
        box["ids"] = [nodes.make_id(f"quiz-{self.env.docname}-{number}")]
        for position, item in enumerate(items, 1):
            box += self.read_option(item, position == self.options["answer"])
        self.set_source_info(box)
        return [box]

    def read_option(self, item: nodes.Element, right: bool) -> quiz_option:
        """Return one option; what is said about it begins with the verdict."""
        term, explanation = item.children
        verdict = nodes.strong("", VERDICTS[right], classes=["verdict"])
        explanation.children[0][0:0] = [verdict, nodes.Text(" ")]
        choice = quiz_choice("", "", *term.children)
        return quiz_option("", choice, *explanation.children, right=right)


def plain_quiz(box: quiz) -> list[nodes.Node]:
    """Return a quiz as question, lettered options, and lettered answers below."""
    options = list(box.findall(quiz_option))
    choices = nodes.enumerated_list(enumtype="upperalpha", prefix="", suffix=".")
    answers = choices.deepcopy()
    for option in options:
        choice, *explanation = option.children
        choices += nodes.list_item("", nodes.paragraph("", "", *choice.children))
        answers += nodes.list_item("", *explanation)
    question = [each for each in box.children[1:] if each not in options]
    return [*question, choices, nodes.paragraph("", "Answers:"), answers]


class PlainQuizzes(SphinxPostTransform):
    """For paper, write each quiz without anything to choose."""

    default_priority = 200
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        """Exchange each quiz for an ordinary box; only pages keep it."""
        if self.app.builder.name == "html":
            return
        for box in list(self.document.findall(quiz)):
            replacement = nodes.admonition("", box.children[0], *plain_quiz(box))
            replacement["classes"], replacement["ids"] = ["quiz"], box["ids"]
            box.replace_self(replacement)


def visit_quiz(self: HTML5Translator, node: quiz) -> None:
    """Open the box, named by its title."""
    attributes = {"role": "group", "aria-label": TITLE}
    self.body.append(self.starttag(node, "div", CLASS="admonition", **attributes))


def depart_quiz(self: HTML5Translator, node: quiz) -> None:
    """Close the box."""
    self.body.append("</div>\n")


def visit_option(self: HTML5Translator, node: quiz_option) -> None:
    """Open what opens."""
    right = {"data-right": ""} if node["right"] else {}
    self.body.append(self.starttag(node, "details", CLASS="option", **right))


def depart_option(self: HTML5Translator, node: quiz_option) -> None:
    """Close it."""
    self.body.append("</details>\n")


def visit_choice(self: HTML5Translator, node: quiz_choice) -> None:
    """Open the line that is clicked."""
    self.body.append("<summary>")


def depart_choice(self: HTML5Translator, node: quiz_choice) -> None:
    """Close the line."""
    self.body.append("</summary>\n")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive and what writes it."""
    app.add_directive("quiz", Quiz)
    app.add_node(quiz, html=(visit_quiz, depart_quiz))
    app.add_node(quiz_option, html=(visit_option, depart_option))
    app.add_node(quiz_choice, html=(visit_choice, depart_choice))
    app.add_post_transform(PlainQuizzes)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
