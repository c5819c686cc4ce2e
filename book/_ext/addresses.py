"""Tell all that needs the site's public address what it is: share tags, page 404.

The role ``published`` links to a file that is published beside the pages, and absent
from a built copy: ``{published}`the PDF <book.pdf>` ``.
"""

from urllib.parse import urlsplit

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.docutils import ReferenceRole


def set_addresses(app: Sphinx, config: Config) -> None:
    """Copy the address from ``html_baseurl``, which the build sets.

    Without it, it is that of GitHub Pages for the configured repository.
    """
    if not config.html_baseurl:
        owner, name = config.html_theme_options["repository_url"].split("/")[-2:]
        config.html_baseurl = f"https://{owner}.github.io/{name}/"
    config.ogp_site_url = config.html_baseurl
    config.notfound_urls_prefix = urlsplit(config.html_baseurl).path


def tell_page(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: object
) -> None:
    """Give the templates the public address, where PDF and archives are published."""
    context["public_site"] = app.config.html_baseurl


class Published(ReferenceRole):
    """A link by full address, so that it leads somewhere from a copy on disk, too."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the link."""
        address = f"{self.config.html_baseurl}{self.target}"
        return [nodes.reference("", self.title, refuri=address)], []


def setup(app: Sphinx) -> dict[str, bool]:
    """Run before any page is written."""
    app.add_role("published", Published())
    app.connect("config-inited", set_addresses)
    app.connect("html-page-context", tell_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
