"""What a page takes by its words, code, stops and exercises, and where it says so."""

from pathlib import Path

import pytest

from tests import small_book
from tools.source.book import Page
from tools.source.reading_time import Minutes, minutes, minutes_of

HEAD = """\
# A title

:::{admonition} In this section
Words.
:::
"""
CELL = "\n```{{code-cell}} ipython3\n{}\n```\n"
LINE = "value = 1\n"


def taken(folder: Path, text: str, head: str = "# Title\n\n") -> Minutes:
    page = folder / "page.md"
    page.write_text(head + text)
    return minutes(Page(folder, page))


@pytest.mark.parametrize(
    ("text", "core"),
    [
        ("word " * 1300, 10),
        ("`code here` " * 1300, 10),
        ("| head |\n|---|\n" + "| a word |\n" * 650, 10),
        (CELL.format(LINE * 50), 10),
        ("```python\n" + LINE * 50 + "```\n", 10),
        (CELL.format((LINE + ")\n]\n\n") * 50), 10),
        (CELL.format(":tags: [hide-input]\n\n" + LINE * 50), 0),
        (CELL.format(":tags: [remove-cell]\n\n" + LINE * 50), 0),
        (CELL.format(":tags: [hide-output]\n\nvalue") * 10, 12),
        (CELL.format("%%writefile a.py\n" + LINE * 50) * 3, 10),
        ("```{literalinclude} long.py\n```\n", 10),
        ("```{literalinclude} long.py\n:lines: 1-25\n```\n", 5),
        ("```{literalinclude} missing.py\n```\n", 0),
        (":::{admonition} Check yourself\nWhy?\n\nSo.\n:::\n" * 10, 10),
        ("```{figure} a.svg\n:name: fig-a\n```\n\n" * 10, 10),
        ("## Keep this\n\n| I want |\n|---|\n" + "| a word |\n" * 650, 0),
        ("## Keep this\n\n" + "word " * 1300, 10),
        ("## Exercises\n\n" + "word " * 1300, 0),
        ("## Further: more\n\n" + "word " * 1300, 0),
    ],
)
def test_core_takes(tmp_path, text, core):
    (tmp_path / "long.py").write_text("".join(f"value = {n}\n" for n in range(50)))
    result = taken(tmp_path, text).core
    assert result == core, f"{result} minutes, not {core}: see reading_time.py"


def test_a_file_shown_again_counts_by_its_new_lines(tmp_path):
    first = "".join(f"a = {n}\n" for n in range(50))
    longer = first + "".join(f"b = {n}\n" for n in range(25))
    text = "".join(CELL.format("%%writefile a.py\n" + x) for x in (first, longer))
    assert taken(tmp_path, text).core == 15


def test_further_parts_and_exercises_are_told_apart(tmp_path):
    text = "## Further: more\n\n" + "word " * 1300 + "\n\n## Exercises\n\n"
    for stars in ("★", "★★", "★★★"):
        text += f"```{{exercise-start}}\n```\n{stars} Do.\n```{{exercise-end}}\n```\n"
    assert taken(tmp_path, text) == Minutes(0, 10, 35)


def test_what_is_said_leaves_out_what_is_not_there():
    assert (
        str(Minutes(31, 24, 30)) == "Core 31 minutes, further parts 24, exercises 30."
    )
    assert str(Minutes(31, 0, 0)) == "Core 31 minutes."


def write(folder: Path, index: str, count: int = 1290) -> str:
    """Write a small book, and return its pages and what is wrong with them."""
    minutes_of.cache_clear()  # each build is a process of its own
    text = f"# Book\n\n{index}\n\n```{{toctree}}\npart/one\n```\n"
    files = {"index.md": text, "part/one.md": HEAD + "\n" + "word " * count}
    settings = {"fresh": False, "myst_enable_extensions": ["colon_fence"]}
    out, warnings = small_book.write(folder, files, "minutes", **settings)
    pages = (out / "index.html", out / "part" / "one.html")
    return warnings + "".join(page.read_text() for page in pages)


def test_the_opening_box_says_what_the_page_takes(tmp_path):
    assert "Core 10 minutes.</p>\n</div>" in write(tmp_path, "Nothing.")


def test_the_role_gives_the_minutes_of_cores(tmp_path):
    index = "{minutes}`part/one` and {minutes}`/part/one, part/one` minutes"
    assert "10 and 20 minutes" in write(tmp_path, index)
    assert "20 and 40 minutes" in write(tmp_path, index, count=2590)


def test_the_role_names_a_page_that_is_missing(tmp_path):
    assert "no page part/two" in write(tmp_path, "{minutes}`part/two`")
