"""Environments of a reader, and notebooks run in them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools.run.run_page import PAGE_TIMEOUT

RUNNER = Path(__file__).with_name("run_notebook.py")


def run(*command: str | Path) -> str:
    words = [str(word) for word in command]
    completed = subprocess.run(words, capture_output=True, text=True)
    output = completed.stdout + completed.stderr
    assert completed.returncode == 0, f"{' '.join(words)}\n{output}"
    return completed.stdout


def install(python: Path | str, *words: str | Path) -> None:
    """Install with uv where it is, else with pip."""
    if uv := shutil.which("uv"):
        run(uv, "pip", "install", "--quiet", "--python", python, *words)
    else:
        run(python, "-m", "pip", "install", "--quiet", *words)


def path_with_uv(folder: Path) -> str:
    """Return a PATH on which uv is, installed into a folder if it is nowhere."""
    path = os.environ["PATH"]
    if shutil.which("uv") is None:
        run(sys.executable, "-m", "pip", "install", "-q", "--target", folder, "uv")
        path = f"{folder / 'bin'}{os.pathsep}{path}"
    return path


def interpreter(version: str | None) -> str:
    """Return a Python of the wanted version, else this one, and say so."""
    if version is None:
        return sys.executable
    candidates = [f"python{version}"]
    for top in (Path.home() / ".pyenv/versions", Path("/opt/hostedtoolcache/Python")):
        candidates += sorted(map(str, top.glob(f"{version}*/**/bin/python{version}")))
    for candidate in candidates:
        try:
            command = [candidate, "-c", "import venv"]
            completed = subprocess.run(command, capture_output=True)
        except OSError:
            continue
        if completed.returncode == 0:
            return candidate
    print(f"Python {version} is not here: {sys.executable} takes its place")
    return sys.executable


def make_environment(folder: Path, version: str | None = None) -> Path:
    """Make an empty virtual environment, if wanted of another Python version."""
    if uv := shutil.which("uv"):
        run(uv, "venv", "--quiet", "--python", interpreter(version), folder)
    else:
        run(interpreter(version), "-m", "venv", folder)
    return folder / "bin" / "python"


def run_notebook(path: Path, python: Path, kernel: Path) -> dict:
    """Run a notebook file in its environment; return the report."""
    names = ("PATH", "LANG", "OPENBLAS_CORETYPE", "CI")
    variables = {name: os.environ[name] for name in names if name in os.environ}
    completed = subprocess.run(
        [python, RUNNER, path],
        env=variables | {"PYTHONPATH": str(kernel)},
        cwd=path.parent,
        capture_output=True,
        text=True,
        timeout=PAGE_TIMEOUT,
    )
    assert completed.returncode == 0, completed.stdout + completed.stderr
    return json.loads(completed.stdout.splitlines()[-1])
