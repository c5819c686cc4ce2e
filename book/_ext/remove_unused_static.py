"""Leave out of the site what no page loads: the theme's styles, scripts and icons."""

from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

SEARCH = {
    "documentation_options.js",
    "doctools.js",
    "language_data.js",
    "searchtools.js",
    "sphinx_highlight.js",
}
CARDS_AND_TABS = {"sphinx-design.min.css"}


def own_files(app: Sphinx) -> set[str]:
    """Return the static files that the book itself brings, relative to ``_static``."""
    names = set()
    for folder in (Path(app.srcdir, name) for name in app.config.html_static_path):
        if folder.is_relative_to(app.srcdir) and "_build" not in folder.parts:
            files = (path for path in folder.rglob("*") if path.is_file())
            names |= {path.relative_to(folder).as_posix() for path in files}
    return names


def remove_unused(app: Sphinx, failure: Exception | None) -> None:
    """Delete all other static files, and the folders they leave empty."""
    if failure is not None or app.builder.name != "html":
        return
    Path(app.outdir, ".buildinfo").unlink(missing_ok=True)  # differs by machine
    static = Path(app.outdir, "_static")
    used = own_files(app) | SEARCH | CARDS_AND_TABS
    for path in sorted(static.rglob("*"), reverse=True):
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path.relative_to(static).as_posix() not in used:
            path.unlink()


def remove_thebe(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Delete the two scripts that sphinx-thebe writes into each page, used or not."""
    for raw in list(doctree.findall(nodes.raw)):
        if "x-thebe-config" in raw.astext() or "kernelName =" in raw.astext():
            raw.parent.remove(raw)


def setup(app: Sphinx) -> dict[str, bool]:
    """Run after the themes and extensions have written what they write."""
    app.connect("doctree-resolved", remove_thebe, priority=900)
    app.connect("build-finished", remove_unused, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
