"""A cell that writes a file is told from code, and its language by the file's name."""

import pytest

from tests.fast import good_book
from tools.book_source import Book
from tools.file_cells import language_of, written_file


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
