"""Tell all that needs the site's public address what it is: share tags, page 404."""

from urllib.parse import urlsplit

from sphinx.application import Sphinx
from sphinx.config import Config


def spread(app: Sphinx, config: Config) -> None:
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


def setup(app: Sphinx) -> dict[str, bool]:
    """Run before any page is written."""
    app.connect("config-inited", spread)
    app.connect("html-page-context", tell_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
