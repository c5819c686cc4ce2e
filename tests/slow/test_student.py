"""The edition for students, from the same source: strict, and without solutions."""

import re
import subprocess
import sys

import nbformat
import pytest
from bs4 import BeautifulSoup

from tools.build import HTML
from tools.repository import ROOT, repository
from tools.source.book import read_book

LONG = 40  # letters of a line that stands nowhere else


@pytest.fixture(scope="module")
def student(copy):
    """Build the edition; return its site."""
    command = [sys.executable, "-m", "tools.build", "--student"]
    completed = subprocess.run(command, cwd=copy, capture_output=True, text=True)
    assert completed.returncode == 0, completed.stdout + completed.stderr
    return copy / "book" / "_build" / "student" / "html"


def squeezed(text: str) -> str:
    return re.sub(r"\W+", "", text)


def solutions_of(page) -> list[str]:
    """Return the code and the longer sentences of a page's solutions."""
    code = [cell.code for exercise in page.exercises for cell in exercise.cells]
    text = [line.text for line in page.lines if line.part == "solution"]
    return code + [line for line in text if len(line) > LONG and "□" not in line]


def article_of(site, page) -> BeautifulSoup:
    html = (site / f"{page.name}.html").read_text(encoding="utf-8")
    return BeautifulSoup(html, "html.parser").article


def test_pages_are_those_of_the_other_edition_without_solutions(student):
    for page in read_book(ROOT).sections:
        whole = article_of(HTML, page)
        solutions = whole.select(".solution")
        assert len(solutions) == len(page.exercises), page.name
        for solution in solutions:
            solution.decompose()
        assert article_of(student, page).get_text().split() == whole.get_text().split()


def test_no_solution_is_in_the_notebooks_and_the_search(student):
    index, revealed = squeezed((student / "searchindex.js").read_text()), []
    for page in read_book(ROOT).sections:
        path = student / "notebooks" / f"{page.name}.ipynb"
        cells = nbformat.read(path, as_version=4).cells
        content = squeezed("\n".join(cell.source for cell in cells)) + index
        known = squeezed(article_of(student, page).get_text())
        solutions = [squeezed(text) for text in solutions_of(page)]
        assert solutions, f"{page.name}: the test reads no solution"
        revealed += [s[:60] for s in solutions if s in content and s not in known]
    assert not revealed, f"The edition for students shows {revealed}"


def test_nothing_speaks_of_solutions_or_leads_to_them(student):
    home = BeautifulSoup((student / "index.html").read_text(), "html.parser")
    assert "solution" not in home.select_one("article").get_text()
    site = repository().site
    for page in read_book(ROOT).sections:
        soup = BeautifulSoup((student / f"{page.name}.html").read_text(), "html.parser")
        links = [str(link["href"]) for link in soup.select("a[href], link[href]")]
        whole = [
            link
            for link in links
            if link.startswith(site) and not link.startswith(f"{site}student/")
        ]
        assert not whole, f"{page.name} leads to the edition with solutions: {whole}"
        assert not [link for link in links if "colab" in link or "binder" in link]


def test_the_other_edition_is_left_alone(student):
    build = student.parents[1]
    assert not (build / "html").exists(), "--student has written the ordinary site"
