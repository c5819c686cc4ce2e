"""The book's workflow is at hand in the repository, and where only the package is."""

from importlib.metadata import PackagePath

import pytest

from nordlys.examples import book_workflow
from tools.repository import ROOT

FILE = ROOT / ".github" / "workflows" / "pages.yml"


def test_it_is_the_file_of_the_repository():
    assert book_workflow.read_book_workflow() == FILE.read_text(encoding="utf-8")


def test_an_installed_package_brings_it_along(monkeypatch, tmp_path):
    monkeypatch.setattr(book_workflow, "BESIDE", tmp_path / "nowhere")
    brought = PackagePath("share/nordlys/pages.yml")
    brought.dist = type("Installed", (), {"locate_file": lambda self, path: FILE})()
    monkeypatch.setattr(book_workflow, "files", lambda name: [brought])
    assert book_workflow.read_book_workflow() == FILE.read_text(encoding="utf-8")


def test_a_package_without_it_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(book_workflow, "BESIDE", tmp_path / "nowhere")
    monkeypatch.setattr(book_workflow, "files", lambda name: [])
    with pytest.raises(FileNotFoundError, match="lacks pages"):
        book_workflow.read_book_workflow()
