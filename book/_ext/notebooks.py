"""Write every page with code as a clean notebook while the HTML is written.

The notebook is made from the very tree that the page is made from, so numbers,
references and glued values are the page's own.
"""

import base64
import io
import sys
from functools import cache
from pathlib import Path
from urllib.parse import urljoin

import resvg_py
from docutils import nodes
from matplotlib import get_data_path
from myst_nb.core.read import is_myst_markdown_notebook, read_myst_markdown_notebook
from PIL import Image
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

sys.path.append(str(Path(__file__).resolve().parents[2]))  # jupyter-book leaves it out

from tools.export.cells import CannotWriteError, Page, code_cells
from tools.export.notebook import (
    assemble,
    install_line,
    notebook_text,
    revision,
    student_edition,
)
from tools.export.writer import write_page
from tools.notebooks import FOLDER
from tools.repository import repository

FONTS = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSansMono.ttf")
ZOOM = 1.5


class WriteNotebook(SphinxPostTransform):
    """Write the notebook of a page if it holds code."""

    default_priority = 190  # all is resolved, nothing is fitted to HTML yet
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        """Read the cells from the source, for the tree lacks those it does not show."""
        name = self.env.docname
        source = Path(self.env.doc2path(name)).read_text(encoding="utf-8")
        if self.app.builder.name != "html" or not is_myst_markdown_notebook(source):
            return
        notebook = read_myst_markdown_notebook(source, add_source_map=True)
        site = self.config.html_baseurl
        page = Page(
            name=name,
            address=f"{site}{self.app.builder.get_target_uri(name)}",
            code=code_cells(notebook, name),
            label=lambda node: printed_label(self.app, name, node),
            number=lambda section: section_number(self.app, name, section),
            picture=lambda node: picture_address(self.app, node, site),
        )
        extras = notebook.metadata.get("extras") or []
        result = assemble(
            write_page(self.document, page),
            address=page.address,
            book=self.config.project,
            site=site,
            install=install_line(extras, repository(), chosen_revision()),
        )
        if self.config.student_edition:
            result = student_edition(result)
        path = Path(self.app.outdir, FOLDER, f"{name}.ipynb")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(notebook_text(result), encoding="utf-8")


@cache
def chosen_revision() -> str:
    """Return what the notebooks install from; say so once if it is not a commit."""
    ref, remark = revision()
    if remark:
        print(f"Notebooks install the package from branch {ref}: {remark}.", flush=True)
    return ref


def printed_label(app: Sphinx, page: str, node: nodes.Element) -> str:
    """Return "Figure 1.2" for a figure, "1.2" for a formula, nothing without number."""
    if isinstance(node, nodes.math_block):
        kind, form = "displaymath", "%s"
    else:
        kind = app.env.domains["std"].get_enumerable_node_type(node)
        form = app.config.numfig_format.get(kind, "%s")
    numbers = app.env.toc_fignumbers.get(page, {}).get(kind, {})
    if not node["ids"] or node["ids"][0] not in numbers:
        return ""
    return form % ".".join(map(str, numbers[node["ids"][0]]))


def section_number(app: Sphinx, page: str, section: nodes.section) -> str:
    """Return the number that the page prints before a heading."""
    numbers = app.env.toc_secnumbers.get(page, {})
    anchor = f"#{section['ids'][0]}"
    number = numbers.get(anchor if anchor in numbers else "")
    suffix = app.config.html_secnumber_suffix
    return ".".join(map(str, number)) + suffix if number else ""


def picture_address(app: Sphinx, node: nodes.Element, site: str) -> str:
    """Return a picture as data, so that it shows without the book being online.

    Colab shows neither attachments nor drawings given as data: drawings become PNG.
    """
    if isinstance(node, addnodes.download_reference):
        return urljoin(site, f"_downloads/{node['filename']}")
    if "://" in node["uri"]:
        return node["uri"]
    path = Path(app.srcdir, node["uri"])
    if not path.is_file():
        raise CannotWriteError(f"The picture {node['uri']} is missing.")
    if path.suffix != ".svg":
        kind = {".jpg": "jpeg"}.get(path.suffix, path.suffix[1:])
        return as_data(path.read_bytes(), f"image/{kind}")
    return as_data(rasterised(path), "image/png")


@cache
def rasterised(path: Path) -> bytes:
    """Return a drawing as PNG on white paper, with the fonts that matplotlib brings."""
    fonts = [str(Path(get_data_path(), "fonts", "ttf", name)) for name in FONTS]
    png = resvg_py.svg_to_bytes(
        svg_string=path.read_text(encoding="utf-8"),
        zoom=ZOOM,
        background="#ffffff",
        skip_system_fonts=True,
        font_files=fonts,
        sans_serif_family="DejaVu Sans",
        monospace_family="DejaVu Sans Mono",
    )
    image = Image.open(io.BytesIO(bytes(png))).convert("RGB").quantize(64, dither=0)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def as_data(content: bytes, kind: str) -> str:
    """Return content as an address that holds it."""
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the transform."""
    app.add_post_transform(WriteNotebook)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
