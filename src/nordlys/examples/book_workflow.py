"""The workflow that publishes this book, as the file in its repository has it."""

from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

NAME = "pages.yml"
BESIDE = Path(__file__).parents[3] / ".github" / "workflows" / NAME


def read_book_workflow() -> str:
    """Return the text of ``.github/workflows/pages.yml``.

    In a copy of the repository it is that file; elsewhere the one that the installed
    package has brought along, of the same commit.

    Raises:
        FileNotFoundError: if neither is there.
    """
    if BESIDE.is_file():
        return BESIDE.read_text(encoding="utf-8")
    try:
        brought = files("nordlys") or []
    except PackageNotFoundError:
        brought = []
    for file in brought:
        if file.name == NAME:
            return Path(str(file.locate())).read_text(encoding="utf-8")
    raise FileNotFoundError(f"The installed package nordlys lacks {NAME}: renew it.")
