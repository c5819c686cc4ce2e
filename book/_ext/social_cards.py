"""Draw a card for each page, shown where a link to it is shared.

The card says what the page's front matter says of it, so that no half sentence and no
formula of the text leaks out; ``sphinxext.opengraph`` writes the tags.
"""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from docutils import nodes
from matplotlib import get_data_path
from PIL import Image, ImageDraw, ImageFont
from sphinx.application import Sphinx

SIZE = WIDTH, HEIGHT = 1200, 630
MARGIN = 80
NIGHT, PAPER, MIST, AURORA = "#0b2a45", "#ffffff", "#b9c7d6", "#5cc9a5"
FOLDER = "_images/cards"


@cache
def font(size: int, weight: str = "") -> ImageFont.FreeTypeFont:
    """Return the font of the figures, which comes with matplotlib, in pixels."""
    path = Path(get_data_path(), "fonts", "ttf", f"DejaVuSans{weight}.ttf")
    return ImageFont.truetype(path, size)


def wrap(text: str, face: ImageFont.FreeTypeFont, width: int, most: int) -> list[str]:
    """Break ``text`` into at most ``most`` lines of at most ``width`` pixels."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if face.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1].rstrip(' ,;:.')} …"]
    return lines


def draw(title: str, text: str, book: str, logo: Path) -> Image.Image:
    """Return the card: the book's name and mark, the page's title and what it says."""
    card = Image.new("RGB", SIZE, NIGHT)
    pen = ImageDraw.Draw(card)
    with Image.open(logo) as mark:
        small = mark.convert("RGBA").resize((112, 112), Image.Resampling.LANCZOS)
    card.paste(small, (WIDTH - MARGIN - 112, MARGIN - 24), small)
    inner = WIDTH - 2 * MARGIN
    y = MARGIN
    for line in wrap(book, font(26), inner - 160, 2):
        pen.text((MARGIN, y), line, MIST, font(26))
        y += 38
    y = 220
    for line in wrap(title, font(60, "-Bold"), inner, 2):
        pen.text((MARGIN, y), line, PAPER, font(60, "-Bold"))
        y += 78
    y += 24
    for line in wrap(text, font(30), inner, 3):
        pen.text((MARGIN, y), line, MIST, font(30))
        y += 46
    pen.rectangle((0, HEIGHT - 12, WIDTH, HEIGHT), AURORA)
    return card


def description(doctree: nodes.document) -> str:
    """Return the page's one sentence from its front matter."""
    for tag in doctree.findall(nodes.meta):
        if tag.get("name") == "description":
            return tag["content"]
    return ""


def add_card(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Draw the page's card, and hand title, text and picture to the tags' writer."""
    if doctree is None or app.builder.name != "html":
        return
    title = app.env.titles[pagename].astext()
    text = description(doctree)
    card = draw(title, text, app.config.project, Path(app.srcdir, "_static/logo.png"))
    digest = hashlib.sha256(card.tobytes()).hexdigest()[:16]
    target = Path(app.outdir, FOLDER, f"{digest}.png")
    target.parent.mkdir(parents=True, exist_ok=True)
    card.quantize(32).save(target, optimize=True)
    context["meta"] = {
        **(context["meta"] or {}),
        "og:image": f"{FOLDER}/{target.name}",
        "og:image:alt": f"{title}. {text}".strip(),
        "og:image:width": str(WIDTH),
        "og:image:height": str(HEIGHT),
    }
    if text:
        context["meta"]["og:description"] = text
    context["metatags"] += '<meta name="twitter:card" content="summary_large_image" />'


def setup(app: Sphinx) -> dict[str, bool]:
    """Run before ``sphinxext.opengraph`` reads the page's fields."""
    app.connect("html-page-context", add_card, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
