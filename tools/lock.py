"""Renew the lock files: exact versions with hashes for Python 3.11 to 3.13.

``requirements.txt`` holds everything; ``binder/requirements.txt`` what pages need in a
Binder session, at the same versions, without the tools that build and test.

Usage: python -m tools.lock [--check]
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.txt"
BINDER_LOCK = ROOT / "binder" / "requirements.txt"
BUILD_ONLY = {"book", "test"}
OPTIONS = (
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-annotate",
    "--custom-compile-command=make lock",
    "--quiet",
)


def compile_lock(output: Path, *options: str) -> None:
    """Resolve pyproject.toml into ``output``, keeping the versions already there.

    Raises:
        SystemExit: if uv is missing or the dependencies cannot be resolved.
    """
    uv = shutil.which("uv")
    if uv is None:
        sys.exit("make lock needs uv: pip install uv")
    command = [uv, "pip", "compile", *OPTIONS, *options, "pyproject.toml"]
    command += ["-o", str(output)]
    if subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL).returncode:
        sys.exit("The dependencies in pyproject.toml cannot be resolved; see above.")


def compile_locks(full: Path, binder: Path) -> None:
    """Write both lock files; Binder's versions are those of the full one."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [e for e in project["optional-dependencies"] if e not in BUILD_ONLY]
    compile_lock(full, "--all-extras")
    compile_lock(binder, f"--constraints={full}", *(f"--extra={e}" for e in extras))


def main() -> int:
    """Renew the lock, or say whether it fits pyproject.toml."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing")
    if not parser.parse_args().check:
        compile_locks(LOCK, BINDER_LOCK)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        copies = {
            LOCK: Path(folder, "full.txt"),
            BINDER_LOCK: Path(folder, "binder.txt"),
        }
        for lock, copy in copies.items():
            shutil.copy(lock, copy)
        compile_locks(*copies.values())
        for lock, copy in copies.items():
            if copy.read_text() != lock.read_text():
                print(f"{lock.relative_to(ROOT)} does not fit: run make lock")
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
