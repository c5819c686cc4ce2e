"""The directive ``third-parties``: what others made, from ``third_parties.yml``.

With the argument ``packages``, the packages that are installed and not shipped.
"""

import sys
from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

sys.path.append(str(Path(__file__).resolve().parents[2]))  # jupyter-book leaves it out

from tools.repository import ROOT
from tools.source.third_parties import REGISTER, Entry, packages, read_register

SHORT_HASH = 12


def title(entry: Entry) -> str:
    """Return what an entry is and where it is from, as Markdown."""
    if entry.cite:
        return f"{entry.name}, of {{cite:t}}`{entry.cite}`"
    return f"[{entry.name}]({entry.origin})"


def holdings(entry: Entry) -> str:
    """Return what we have of it, as Markdown."""
    if entry.shown:
        return ", ".join(f"{{doc}}`/{name}`" for name in entry.shown)
    if entry.package:
        return f"package `{entry.package}`"
    (_, digest), *others = entry.files.items()
    if others:
        return f"{len(entry.files)} files"
    return f"SHA-256 `{digest[:SHORT_HASH]}…`"


def table(name: str, caption: str, head: list[str], rows: list[list[str]]) -> list[str]:
    """Return the lines of a Markdown table with a name and a caption."""
    lines = [head, ["---"] * len(head), *rows]
    cells = [[cell.replace("|", "\\|") for cell in line] for line in lines]
    table_rows = [f"| {' | '.join(line)} |" for line in cells]
    return [f"```{{table}} {caption}", f":name: {name}", *table_rows, "```"]


class ThirdParties(SphinxDirective):
    """Write the table of entries, or that of packages."""

    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the nodes."""
        self.env.note_dependency(str(ROOT / REGISTER))
        register = read_register(ROOT)
        if self.arguments == ["packages"]:
            self.env.note_dependency(str(ROOT / "pyproject.toml"))
            name, caption = "tab-packages", "Packages that the book asks for."
            head = ["package", "version", "licence", "for what"]
            rows = [
                [f"`{package.name}`", package.version, package.licence, package.reason]
                for package in packages(ROOT, register.licences)
            ]
        else:
            name = "tab-third-parties"
            caption = "What others made, where it is from, and what we did to it."
            head = ["what", "kind", "version", "licence", "here"]
            rows = [
                [
                    title(entry),
                    entry.kind,
                    entry.version,
                    entry.licence,
                    f"{holdings(entry)}. {entry.note}",
                ]
                for entry in register.entries
            ]
        parent = nodes.Element()
        lines = StringList(table(name, caption, head, rows), source=REGISTER)
        self.state.nested_parse(lines, self.content_offset, parent)
        return parent.children


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("third-parties", ThirdParties)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
