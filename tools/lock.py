"""Renew requirements.txt: exact versions with hashes for Python 3.11 to 3.13.

Usage: python -m tools.lock [--check]
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.txt"
OPTIONS = (
    "--all-extras",
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--custom-compile-command=make lock",
    "--quiet",
)


def compile_lock(output: Path) -> None:
    """Resolve pyproject.toml into ``output``, keeping the versions already there.

    Raises:
        SystemExit: if uv is missing or the dependencies cannot be resolved.
    """
    uv = shutil.which("uv")
    if uv is None:
        sys.exit("make lock needs uv: pip install uv")
    command = [uv, "pip", "compile", *OPTIONS, "pyproject.toml", "-o", str(output)]
    if subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL).returncode:
        sys.exit("The dependencies in pyproject.toml cannot be resolved; see above.")


def main() -> int:
    """Renew the lock, or say whether it fits pyproject.toml."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing")
    if not parser.parse_args().check:
        compile_lock(LOCK)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, LOCK.name)
        shutil.copy(LOCK, copy)
        compile_lock(copy)
        if copy.read_text() != LOCK.read_text():
            print("requirements.txt does not fit pyproject.toml: run make lock")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
