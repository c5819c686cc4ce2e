"""Give every vector figure in the house colours a twin for dark pages.

The twin is the same drawing with each colour of ``nordlys.figures`` exchanged; the page
holds both and shows the one that fits. All pictures get their size, so that the page
does not move while they load, and load only when they come into view.
"""

import re
from html import escape
from pathlib import Path

from docutils import nodes
from PIL import Image
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

from nordlys.figures import DARK, INK

_COLOUR = re.compile("|".join(DARK), re.IGNORECASE)
_VIEW_BOX = re.compile(r'viewBox="[\d.-]+ [\d.-]+ ([\d.]+) ([\d.]+)"')
_POINTS = re.compile(r'width="[\d.]+pt"')
PIXELS_PER_POINT = 4 / 3


def darken(drawing: str) -> str:
    """Return the drawing with every house colour exchanged for its dark twin."""
    return _COLOUR.sub(lambda match: DARK[match[0].lower()], drawing)


def size_of(path: Path) -> tuple[int, int] | None:
    """Return width and height of a picture in CSS pixels, None if it states none."""
    if path.suffix != ".svg":
        with Image.open(path) as picture:
            return picture.size
    drawing = path.read_text(encoding="utf-8")
    box = _VIEW_BOX.search(drawing)
    if box is None:
        return None
    scale = PIXELS_PER_POINT if _POINTS.search(drawing) else 1.0
    return round(float(box[1]) * scale), round(float(box[2]) * scale)


def visit_image(self: HTML5Translator, node: nodes.image) -> None:
    """Write the picture, and its dark twin if it is drawn in the house colours."""
    uri = node["uri"]
    path = Path(self.builder.srcdir, uri)
    if uri not in self.builder.images or not path.is_file():
        HTML5Translator.visit_image(self, node)
        return
    name = self.builder.images[uri]
    size = size_of(path)
    attributes = {"alt": node.get("alt", ""), "loading": "lazy", "decoding": "async"}
    if size:
        attributes |= {"width": str(size[0]), "height": str(size[1])}
    if "width" in node:
        attributes["style"] = f"width: {node['width']}"
    variants = {"": name}
    if path.suffix == ".svg" and INK in (drawing := path.read_text("utf-8")).lower():
        twin = f"{Path(name).stem}-dark.svg"
        folder = Path(self.builder.outdir, self.builder.imagedir)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / twin).write_text(darken(drawing), encoding="utf-8")
        variants = {"only-light": name, "only-dark": twin}
    # A figure opens by itself, to be read on a phone: the light one, for white paper.
    is_link = isinstance(node.parent, nodes.figure) and self.builder.name == "html"
    if is_link:
        address = f"{self.builder.imgpath}/{name}"
        self.body.append(f'<a class="enlarge" href="{escape(address)}">')
    for css_class, file in variants.items():
        source = f"{self.builder.imgpath}/{file}" if self.builder.imgpath else file
        pairs = {"src": source, **attributes}
        if classes := " ".join([*node["classes"], css_class]).strip():
            pairs["class"] = classes
        text = " ".join(f'{key}="{escape(value)}"' for key, value in pairs.items())
        self.body.append(f"<img {text}>")
    self.body.append("</a>\n" if is_link else "\n")


def depart_image(self: HTML5Translator, node: nodes.image) -> None:
    """Nothing to close."""


def setup(app: Sphinx) -> dict[str, bool]:
    """Replace the HTML writer's handling of pictures."""
    app.add_node(nodes.image, override=True, html=(visit_image, depart_image))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
