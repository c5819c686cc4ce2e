"""Write ``llms.txt``: the book's pages and what each teaches, for language models."""

from pathlib import Path

from sphinx.application import Sphinx


def write(app: Sphinx, failure: Exception | None) -> None:
    """Write the file after a successful HTML build."""
    if failure is not None or app.builder.name != "html":
        return
    base = app.config.html_baseurl
    lines = [f"# {app.config.project}", ""]
    summary = description(app, app.config.root_doc)
    if summary:
        lines += [f"> {summary}", ""]
    lines += ["## Pages", ""]
    for page in reading_order(app):
        title = app.env.titles[page].astext()
        text = description(app, page)
        lines.append(f"- [{title}]({base}{page}.html)" + (f": {text}" if text else ""))
    Path(app.outdir, "llms.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def reading_order(app: Sphinx) -> list[str]:
    """Return the pages in the order of the table of contents."""
    order: list[str] = []
    waiting = [app.config.root_doc]
    while waiting:
        page = waiting.pop(0)
        order.append(page)
        waiting[:0] = app.env.toctree_includes.get(page, [])
    return order


def description(app: Sphinx, page: str) -> str:
    """Return the page's one-sentence description from its front matter."""
    meta = app.env.metadata.get(page, {}).get("html_meta") or {}
    return meta.get("description", "") if isinstance(meta, dict) else ""


def setup(app: Sphinx) -> dict[str, bool]:
    """Write the file when the build has finished."""
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
