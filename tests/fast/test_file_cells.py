"""A cell that writes a file is told from code, and its language by the file's name."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from tests import small_book
from tests.fast import good_book
from tools.source.book import Book
from tools.source.file_cells import language_of, written_file

LISTINGS = (
    small_book.HEAD
    + """\
# A page

```{code-cell} ipython3
%%writefile app/settings.yml
limit: 15  # minutes
```

```{code-cell} ipython3
:tags: [hide-input]
%%writefile broken.json
{"pause": no, '
```

```{code-cell} ipython3
:tags: [hide-input]
limit = 15
```

```{literalinclude} parts.py
:start-at: def first
:end-before: def second
```
"""
)
PARTS = "def first():\n    return 1\n\n\ndef second():\n    return 2\n"


@pytest.mark.parametrize(
    ("source", "name", "content"),
    [
        ("%%writefile a.py\nx = 1\n", "a.py", "x = 1\n"),
        ("%%writefile  .github/workflows/ci.yml \n\non: push", *(
            ".github/workflows/ci.yml", "\non: push")),
        ('%%writefile "a b.txt"\ntext', "a b.txt", "text"),
        ("%%writefile a.py", "a.py", ""),
        ("%%writefile\nx = 1", "", "x = 1"),
    ],
)  # fmt: skip
def test_a_file_is_name_and_content(source: str, name: str, content: str) -> None:
    file = written_file(source)
    assert file and (file.name, file.content) == (name, content)


@pytest.mark.parametrize("source", ["x = 1", "# %%writefile a.py", "%%writefiles a\n"])
def test_other_cells_write_no_file(source: str) -> None:
    assert written_file(source) is None


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("app/service.py", "python"),
        (".github/workflows/ci.yml", "yaml"),
        ("pyproject.toml", "toml"),
        ("tables.sql", "sql"),
        ("nightly.sh", "bash"),
        ("Dockerfile", "docker"),
        ("web.Dockerfile", "docker"),
        ("rates.json", "json"),
        ("alembic.ini", "ini"),
        (".env", "ini"),
        ("Makefile", "make"),
        ("README.md", "markdown"),
        ("requirements.txt", "text"),
        (".gitignore", "text"),
        ("table.csv", "text"),
    ],
)
def test_a_file_has_the_language_of_its_name(name: str, language: str) -> None:
    assert language_of(name) == language


def test_rules_see_the_content_with_its_lines(tmp_path) -> None:
    good_book.write(tmp_path)
    [page] = Book(tmp_path).sections
    for name in ("count.py", "settings.yml"):
        [cell] = [cell for cell in page.cells if cell.file == name]
        assert page.source_lines[cell.code_line - 1] == cell.rows[0]
        assert "%%writefile" not in cell.code
        assert bool(cell.tree) == name.endswith(".py")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> BeautifulSoup:
    """Write a small book, without a warning; return its page."""
    folder = tmp_path_factory.mktemp("book")
    files = {"index.md": LISTINGS, "parts.py": PARTS}
    prompt = {"nb_code_prompt_show": "Show the {type}"}
    out, warnings = small_book.write(folder, files, "files", "folds", **prompt)
    assert warnings == ""
    return BeautifulSoup(Path(out, "index.html").read_text(), "html.parser")


@pytest.fixture
def listings(built: BeautifulSoup) -> list[Tag]:
    """Return the cells of the page."""
    return built.select(".cell")


def test_a_file_is_shown_by_name_content_and_colours(listings: list[Tag]) -> None:
    name, code = listings[0].select(".cell_input > *")
    assert (name["class"], name.get_text()) == (["file-name"], "app/settings.yml")
    assert code.select_one("pre").get_text() == "limit: 15  # minutes\n"
    assert "highlight-yaml" in code["class"]
    assert code.select_one(".c1").get_text() == "# minutes"


def test_a_folded_file_is_opened_by_its_name(listings: list[Tag]) -> None:
    titles = [cell.select_one("summary").get_text() for cell in listings[1:]]
    assert titles == ["Show broken.json", "Show the source"]
    assert listings[1].select_one("details pre").get_text() == '{"pause": no, \'\n'


def test_other_cells_stay_as_they_are(listings: list[Tag]) -> None:
    assert not listings[2].select(".file-name")
    assert listings[2].select_one("pre").get_text() == "limit = 15\n"


def test_a_part_of_a_file_ends_with_its_last_line(built: BeautifulSoup) -> None:
    part = built.select("pre")[-1].get_text()
    assert part == "def first():\n    return 1\n", "see TrimParts in book/_ext/files.py"
