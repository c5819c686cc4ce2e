"""The starter repository as it is handed out; its folder is ``starter``."""

from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from tools.repository import ROOT

STARTER = ROOT / "starter"
TOP = "delayrisk"
"""The folder that the archive unpacks to."""


def files(folder: Path = STARTER) -> Iterator[Path]:
    """Yield the files of the starter, seen from its folder, without what git ignores.

    Args:
        folder: where the starter is.
    """
    rows = (folder / ".gitignore").read_text(encoding="utf-8").split()
    ignored = [row.rstrip("/") for row in rows]
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and not any(
            fnmatch(part, pattern) for part in name.parts for pattern in ignored
        ):
            yield name


def texts() -> dict[str, str]:
    """Return the text of every file by its path in the archive."""
    return {
        f"{TOP}/{name.as_posix()}": (STARTER / name).read_text(encoding="utf-8")
        for name in files()
    }
