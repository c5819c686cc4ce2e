"""Hand out the starter repository as a zip; its folder is ``starter``.

Usage: python -m tools.starter --zip FILE
"""

import argparse
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from tools.notebooks import pack
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


def main() -> int:
    """Parse the command line and write the archive."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--zip", type=Path, required=True, help="archive to write")
    options = parser.parse_args()
    pack(texts(), options.zip)
    print(f"{options.zip.stat().st_size / 1e3:.0f} kB of the starter repository")
    return 0


if __name__ == "__main__":
    sys.exit(main())
