"""Files that a page writes: whole, by cells, in a folder of the page's own."""

import importlib
import os
import re
import sys
from importlib.util import cache_from_source
from pathlib import Path

_beside: Path | None = None  # where the notebook stands, once a folder was entered


def work_in(slug: str) -> Path:
    """Make the folder ``slug`` beside the notebook and work in it from now on.

    Files that are there already stay. Called again, it changes nothing.

    Args:
        slug: name of the page, such as ``first-service``.

    Returns:
        The folder's absolute path.

    Raises:
        ValueError: if the name is not made of small letters, digits and hyphens.
        FileExistsError: if a file has that name.
    """
    global _beside
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug):
        raise ValueError(f"{slug!r} is no page's name: small letters, digits, hyphens")
    _beside = _beside or Path.cwd()
    folder = _beside / slug
    if folder.exists() and not folder.is_dir():
        raise FileExistsError(f"{slug} is a file here: rename it, then run this again")
    folder.mkdir(exist_ok=True)
    os.chdir(folder)
    return folder


def writefile(line: str, cell: str) -> None:
    """Write the cell into a file, as ``%%writefile path`` on its first line says.

    Unlike IPython's own, it makes the folder of the file, prints nothing, and keeps
    to the present folder. Python imports what was written last.

    Args:
        line: path of the file, relative to the present folder.
        cell: the whole content of the file.

    Raises:
        UsageError: if the path is missing, names a folder, or leads out of this one.
    """
    from IPython.core.error import UsageError

    name = line.strip().strip("\"'")
    if not name:
        raise UsageError("Name the file: %%writefile service.py")
    if name.startswith("-"):
        raise UsageError(f"No options here, such as {name}: a cell holds a whole file")
    here, path = Path.cwd(), Path(name).expanduser()
    if not (here / path).resolve().is_relative_to(here.resolve()):
        raise UsageError(f"{name} is outside this folder: give a path inside it")
    if name.endswith("/") or path.is_dir():
        raise UsageError(f"{name} is a folder: add the name of a file")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(cell, encoding="utf-8", newline="\n")
    # Two versions of one size, written within a second, look alike to Python.
    if path.suffix == ".py":
        Path(cache_from_source(path)).unlink(missing_ok=True)
        importlib.invalidate_caches()


def register_writefile() -> None:
    """Let ``%%writefile`` of the running notebook be ours; elsewhere do nothing."""
    if "IPython" not in sys.modules:
        return
    from IPython import get_ipython

    if (shell := get_ipython()) is not None:
        shell.register_magic_function(writefile, "cell")
