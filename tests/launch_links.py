"""The contract of a page's buttons: each leads to what exists, in any repository."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import nbformat
from bs4 import BeautifulSoup

from tools.repository import ROOT, Repository
from tools.source.pages import code_pages, page_name

PLACES = {
    "Open in Colab", "Open in Binder", "Download notebook", "Suggest an edit",
    "Report a problem",
}  # fmt: skip


def broken_links(html: Path, where: Repository) -> list[str]:
    """Return what is wrong with the buttons of a site that was built for ``where``."""
    pages = {page_name(path): path for path in code_pages(ROOT / "book")}
    return [
        f"{page}: {problem}"
        for page, source in pages.items()
        for problem in problems(html, where, page, source)
    ]


def problems(html: Path, where: Repository, page: str, source: Path) -> Iterator[str]:
    """Yield what is wrong with the buttons of one page."""
    soup = BeautifulSoup((html / f"{page}.html").read_text("utf-8"), "html.parser")
    links = {
        a.get_text(" ", strip=True): a["href"] for a in soup.select(".page-tools a")
    }
    if missing := PLACES - links.keys():
        yield f"no button {sorted(missing)}: see book/_templates"
        return
    notebook = html / "notebooks" / f"{page}.ipynb"
    for name, opens in (("Open in Colab", colab), ("Open in Binder", binder)):
        path = opens(links[name], where)
        if path is None:
            yield f"{name} does not lead to {where.slug}: {links[name]}"
        elif html / "notebooks" / path != notebook:
            yield f"{name} opens {path}, which is not its notebook"
    download = (html / page).parent / links["Download notebook"]
    if download.resolve() != notebook.resolve():
        yield f"Download notebook leads to {download}"
    if not notebook.is_file():
        yield f"{notebook} does not exist: see book/_ext/notebooks.py"
    else:
        nbformat.validate(nbformat.read(notebook, as_version=4))
    edited = links["Suggest an edit"].removeprefix(f"{where.url}/edit/main/")
    if ROOT / edited != source:
        yield f"Suggest an edit leads to {edited}, not to its source"
    if not links["Report a problem"].startswith(f"{where.url}/issues/new?title="):
        yield f"Report a problem does not lead to {where.slug}"


def colab(link: str, where: Repository) -> str | None:
    """Return the path on branch ``notebooks`` that Colab opens, None if elsewhere."""
    start = f"https://colab.research.google.com/github/{where.slug}/blob/notebooks/"
    return link.removeprefix(start) if link.startswith(start) else None


def binder(link: str, where: Repository) -> str | None:
    """Return the path that Binder opens of what it pulls, None if from elsewhere."""
    parts = urlsplit(link)
    if parts.netloc != "mybinder.org" or parts.path != f"/v2/gh/{where.slug}/binder":
        return None
    target = urlsplit(parse_qs(parts.query)["urlpath"][0])
    pull = {key: unquote(values[0]) for key, values in parse_qs(target.query).items()}
    start = f"lab/tree/{where.name}/"
    right = target.path == "git-pull" and pull["urlpath"].startswith(start)
    if not right or (pull["repo"], pull["branch"]) != (where.url, "notebooks"):
        return None
    return pull["urlpath"].removeprefix(start)
