"""A formula is shown as a formula, or the build says where it cannot be."""

import re
from pathlib import Path

import pytest
from mathml import FormulaError, mathml

from tests import small_book


@pytest.mark.parametrize(
    "formula",
    [
        r"\begin{aligned} a &= b \\ c &= d \end{aligned}",
        r"a &= b \\ c &= d",
        r"\begin{align*} a &= b \\ c &= d \end{align*}",
    ],
)
def test_rows_are_aligned_in_a_table(formula: str) -> None:
    written = mathml(formula, "block")
    assert written.count("<mtr>") == 2 and written.count("<mtd") == 4
    assert not re.search(r">&<|&amp;", written)


@pytest.mark.parametrize(
    "formula",
    [
        r"p^\ast = \frac{c}{s\,m}",
        r"a \& b",
        r"\{x\}",
        r"\begin{cases} 1 & x \end{cases}",
    ],
)
def test_good_formulas_are_written(formula: str) -> None:
    assert mathml(formula, "inline").startswith("<math ")


@pytest.mark.parametrize(
    ("formula", "says"),
    [
        (r"\unknowncommand", "unknowncommand is unknown"),
        (r"x^{2", "braces"),
        (r"x}", "braces"),
        (r"\frac{1}", "lacks a part"),
        (r"\begin{tabbing} x \end{tabbing}", "tabbing} is unknown"),
        (r"\begin{cases} 1 \end{cases} & x", "& is unknown"),
        (r"\left( x", "MissingRight"),
        (r"\text{a & b}", "& is unknown"),
    ],
)
def test_what_cannot_be_written_is_named(formula: str, says: str) -> None:
    with pytest.raises(FormulaError, match=says):
        mathml(formula, "inline")


def test_the_line_is_named(tmp_path: Path) -> None:
    text = "# A page\n\nFine: $a$.\n\nBroken: $x^{2$.\n\n$$\n\\nonsense\n$$\n"
    settings = {
        "html_math_renderer": "mathml",
        "myst_enable_extensions": ["dollarmath"],
    }
    _, warnings = small_book.write(tmp_path, {"index.md": text}, "mathml", **settings)
    for line, formula in ((5, r"x\^\{2"), (7, r"\\nonsense")):
        pattern = rf"index\.md:{line}: WARNING: The formula {formula}: "
        assert re.search(pattern, warnings), f"No word of line {line}: {warnings}"
