"""Hand out the clean notebooks of the built book: as a folder, or in an archive.

The build writes them (book/_ext/notebooks.py); here they are only copied, so that site,
archive and branch hold the same files.

Usage: python -m tools.notebooks --to DIR [--local]
"""

import argparse
import sys
import zipfile
from pathlib import Path

import nbformat

from tools.export.notebook import (
    BRANCH,
    local_edition,
    notebook_text,
    revision,
    student_edition,
)
from tools.repository import ROOT, repository

FOLDER = "notebooks"
HTML = ROOT / "book" / "_build" / "html"


def collect(
    site: Path, *, student: bool = False, local: bool = False
) -> dict[str, str]:
    """Return the text of every notebook of a built site by its path.

    Args:
        site: the built book.
        student: leave the solutions out.
        local: for the environment of the book, where nothing is to be installed.

    Raises:
        FileNotFoundError: if the site holds no notebooks.
    """
    top = site / FOLDER
    texts = {}
    for path in sorted(top.rglob("*.ipynb")):
        text = path.read_text(encoding="utf-8")
        for requested, edition in ((student, student_edition), (local, local_edition)):
            if requested:
                text = notebook_text(edition(nbformat.reads(text, as_version=4)))
        texts[path.relative_to(top).as_posix()] = text
    if not texts:
        raise FileNotFoundError(
            f"There are no notebooks in {top}; run make book first."
        )
    return texts


def pack(texts: dict[str, str], archive: Path) -> None:
    """Write the notebooks into a zip that is the same whenever they are."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in texts.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(entry, text)


def write_files(texts: dict[str, str], folder: Path, *, keep: bool = False) -> None:
    """Write the notebooks into a folder.

    Args:
        texts: what :func:`collect` returned.
        folder: where they go.
        keep: leave those that are there as they are, and say so.
    """
    for name, text in texts.items():
        path = folder / name
        if keep and path.exists():
            print(f"{path} stays as you left it; delete it for a new copy.")
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def main() -> int:
    """Parse the command line and hand the notebooks out."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--to", type=Path, required=True, help="where to write them")
    parser.add_argument(
        "--local",
        action="store_true",
        help="for this environment: install nothing, keep files that are there",
    )
    options = parser.parse_args()
    try:
        texts = collect(HTML, local=options.local)
    except FileNotFoundError as problem:
        print(problem, file=sys.stderr)
        return 1
    write_files(texts, options.to, keep=options.local)
    print(f"{len(texts)} notebooks of {repository().slug}")
    if any(f'@{BRANCH}\\"' in text for text in texts.values()):
        print(f"They install the package from branch {BRANCH}: {revision()[1]}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
