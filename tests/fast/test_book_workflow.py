"""The page on public pages explains the book's own workflow, and no copy of it."""

from nordlys.examples.book_workflow import read_book_workflow
from tools.repository import ROOT

FILE = ROOT / ".github" / "workflows" / "pages.yml"
LINK = ROOT / "src" / "nordlys" / "examples" / "publish_book.yml"


def test_it_is_the_file_of_the_repository():
    assert LINK.is_symlink()
    assert LINK.resolve() == FILE.resolve()
    assert read_book_workflow() == FILE.read_text(encoding="utf-8")
