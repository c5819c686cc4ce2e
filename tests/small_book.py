"""Small books that Sphinx writes with extensions of the book, to see what they do."""

import io
from pathlib import Path

from sphinx.application import Sphinx

HEAD = """\
---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {display_name: Python 3, language: python, name: python3}
---

"""


def write(
    folder: Path,
    files: dict[str, str],
    *extensions: str,
    builder: str = "html",
    fresh: bool = True,
    **settings: object,
) -> tuple[Path, str]:
    """Write a book; return the folder of what Sphinx made of it, and its warnings.

    Args:
        folder: where the book is.
        files: texts by their paths; a file that has its text already is not touched.
        extensions: those that read and write it, besides MyST-NB.
        builder: makes pages, or the book in one file.
        fresh: read all pages, also those that were read before.
        settings: more of what stands in Sphinx's configuration.
    """
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
    out, trees, stream = folder / "out" / builder, folder / "out/trees", io.StringIO()
    settings = {"exclude_patterns": ["out"], "nb_execution_mode": "off"} | settings
    settings["extensions"] = ["myst_nb", *extensions]
    streams = {"status": None, "warning": stream, "freshenv": fresh}
    Sphinx(folder, None, out, trees, builder, settings, **streams).build()
    return out, stream.getvalue()
