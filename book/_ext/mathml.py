"""Write formulas as MathML while building, so that no page needs a script for them."""

import re
from xml.etree import ElementTree

from docutils import nodes
from latex2mathml.commands import MATRICES
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

LOGGER = logging.getLogger(__name__)
ALIGNED = re.compile(r"(\\(?:begin|end))\{aligned\}")
ENVIRONMENT = re.compile(r"\\begin\{(.*?)\}")
ESCAPED = re.compile(r"\\.", re.DOTALL)
PARTS = {"mfrac": 2, "msub": 2, "msup": 2, "msubsup": 3, "mroot": 2}
PARTS |= {"munder": 2, "mover": 2, "munderover": 3}


class FormulaError(ValueError):
    """A formula cannot be written as MathML; the message says why."""


def mathml(formula: str, display: str) -> str:
    """Return a formula as MathML; its star is the operator, not the raised letter.

    Raises:
        FormulaError: if a part of it would be shown as it is typed, or not at all.
    """
    code = ALIGNED.sub(r"\1{split}", formula)
    if r"\begin" not in code and (r"\\" in code or "&" in ESCAPED.sub("", code)):
        code = rf"\begin{{split}}{code}\end{{split}}"
    check_source(code)
    try:
        result = convert(code, display=display)
        tree = ElementTree.fromstring(result)
    except ElementTree.ParseError:
        raise FormulaError("& is unknown outside rows of columns") from None
    except Exception as problem:  # its errors share no class, and few have a message
        raise FormulaError(f"{type(problem).__name__} {problem}".strip()) from problem
    check_output(tree)
    return result.replace("&#x0002A;", "&#x02217;")


def check_source(code: str) -> None:
    """Look for what the converter passes over in silence.

    Raises:
        FormulaError: if braces are not in pairs, or an environment is unknown.
    """
    bare = ESCAPED.sub("", code)
    if bare.count("{") != bare.count("}"):
        raise FormulaError("its braces are not in pairs")
    known = {name.removeprefix("\\") for name in MATRICES}
    for name in ENVIRONMENT.findall(code):
        if name not in known:
            raise FormulaError(rf"\begin{{{name}}} is unknown")


def check_output(tree: ElementTree.Element) -> None:
    """Look for what a reader would see as it was typed.

    Raises:
        FormulaError: if a command is unknown, or lacks a part.
    """
    for part in tree.iter():
        kind, text = part.tag.rpartition("}")[2], part.text or ""
        if kind != "mtext" and re.match(r"\\\w", text):
            raise FormulaError(f"{text} is unknown here")
        if len(part) != PARTS.get(kind, len(part)):
            raise FormulaError(f"a command that makes <{kind}> lacks a part")


def node_mathml(node: nodes.math | nodes.math_block, display: str) -> str:
    """Return a formula of a page as MathML; warn where that is impossible."""
    formula = " ".join(node.astext().split())
    try:
        return mathml(formula, display)
    except FormulaError as problem:
        LOGGER.warning("The formula %s: %s", formula, problem, location=node)
        return ""


def visit_inline(self: HTML5Translator, node: nodes.math) -> None:
    """Write a formula inside a sentence."""
    self.body.append(node_mathml(node, "inline"))
    raise nodes.SkipNode


def visit_block(self: HTML5Translator, node: nodes.math_block) -> None:
    """Write a displayed formula, with its number if it has one."""
    self.body.append(self.starttag(node, "div", CLASS="math"))
    if node.get("number"):
        number = get_node_equation_number(self, node)
        self.body.append(f'<span class="eqno">({number})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append(node_mathml(node, "block"))
    self.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the renderer; the configuration selects it."""
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
