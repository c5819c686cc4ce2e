"""Exported notebooks run from top to bottom with only what their set-up cell installs.

A wheel of the package built from this tree stands for its address on GitHub.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tools import notebooks
from tools.build import BUILD, HTML
from tools.execute import code_pages
from tools.repository import ROOT
from tools.run_page import PAGE_TIMEOUT, page_name

PAGES = [page_name(path) for path in code_pages(ROOT / "book")]
RUNNER = Path(__file__).with_name("run_notebook.py")
KERNEL = ("nbclient", "ipykernel")


def run(*command: str | Path) -> str:
    words = [str(word) for word in command]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout}{done.stderr}"
    return done.stdout


def install(python: Path | str, *words: str | Path) -> None:
    """Install with uv where it is, else with pip."""
    if uv := shutil.which("uv"):
        run(uv, "pip", "install", "--quiet", "--python", python, *words)
    else:
        run(python, "-m", "pip", "install", "--quiet", *words)


def make_environment(folder: Path) -> Path:
    """Make an empty virtual environment; return its Python."""
    if uv := shutil.which("uv"):
        run(uv, "venv", "--quiet", "--python", sys.executable, folder)
    else:
        run(sys.executable, "-m", "venv", folder)
    return folder / "bin" / "python"


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """Build the package from a copy, so that nothing is left in the tree."""
    folder = tmp_path_factory.mktemp("wheel")
    shutil.copytree(
        ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("*.egg-info")
    )
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, folder)
    if uv := shutil.which("uv"):
        run(uv, "build", "--quiet", "--wheel", "--out-dir", folder / "out", folder)
    else:
        build = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps")
        run(*build, "--wheel-dir", folder / "out", folder)
    (built,) = (folder / "out").glob("*.whl")
    return built


@pytest.fixture(scope="session")
def kernel(tmp_path_factory):
    """Install what runs a notebook in a folder of its own, beside the environments."""
    folder = tmp_path_factory.mktemp("kernel")
    install(sys.executable, "--target", folder, *KERNEL)
    return folder


@pytest.fixture(scope="session")
def environments(tmp_path_factory, wheel):
    """Make one environment for each distinct set-up cell."""
    made: dict[str, Path] = {}

    def environment(notebook) -> Path:
        package = notebooks.requirement(notebook).partition(" @ ")[0]
        if package not in made:
            python = make_environment(tmp_path_factory.mktemp("environment") / "env")
            install(python, f"{package} @ {wheel.as_uri()}")
            made[package] = python
        return made[package]

    return environment


def run_notebook(path: Path, python: Path, kernel: Path) -> dict:
    """Run a notebook file in its environment; return the report."""
    shown = ("PATH", "LANG", "OPENBLAS_CORETYPE", "CI")
    variables = {name: os.environ[name] for name in shown if name in os.environ}
    done = subprocess.run(
        [python, RUNNER, path],
        env=variables | {"PYTHONPATH": str(kernel)},
        cwd=path.parent,
        capture_output=True,
        text=True,
        timeout=PAGE_TIMEOUT,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture
def scratch():
    """Lend a folder inside the build, where messages can name files."""
    folder = BUILD / "notebooks-under-test"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("student", [False, True], ids=["complete", "student"])
@pytest.mark.parametrize("page", PAGES)
def test_notebook_runs_from_the_exported_file(
    page, student, environments, kernel, scratch
):
    texts = notebooks.collect(HTML, student=student)
    assert f"{page}.ipynb" in texts, f"{page} has no notebook; run make book."
    notebook = nbformat.reads(texts[f"{page}.ipynb"], as_version=4)
    path = scratch / f"{page.replace('/', '-')}.ipynb"
    path.write_text(texts[f"{page}.ipynb"], encoding="utf-8")
    report = run_notebook(path, environments(notebook), kernel)
    print(f"{page}: {report['seconds']:.1f} s, {report['memory_mb']} MB")
    assert report["ok"], report["error"]
    assert not report["strays"], report["strays"]
