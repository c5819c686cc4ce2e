"""Let the one-file build, from which the PDF is printed, write all that pages can."""

from sphinx.application import Sphinx


def share_handlers(app: Sphinx) -> None:
    """Use for ``singlehtml`` the node writers that extensions gave to ``html``."""
    handlers = app.registry.translation_handlers
    if app.builder.name == "singlehtml":
        own = handlers.get("singlehtml", {})
        handlers["singlehtml"] = {**handlers.get("html", {}), **own}


def setup(app: Sphinx) -> dict[str, bool]:
    """Run when the builder is known."""
    app.connect("builder-inited", share_handlers)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
