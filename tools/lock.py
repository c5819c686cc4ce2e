"""Renew the lock files: exact versions with hashes for Python 3.11 to 3.14.

``requirements.txt`` holds everything; ``binder/requirements.txt`` what pages need in a
Binder session, at the same versions, without the tools that build and test.

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
BINDER_LOCK = ROOT / "binder" / "requirements.txt"
WEIGHTS = ROOT / "requirements-weights.txt"  # written by hand
BINDER_WEIGHTS = ROOT / "binder" / "requirements-weights.txt"
BINDER_EXTRAS = ("course", "lab")
NEWEST_PYTHON = "3.14"  # packages without a wheel for it are found here
OPTIONS = (
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-annotate",
    "--no-strip-extras",  # else old pips refuse it once a newer version is out
    "--custom-compile-command=make lock",
)
NO_WHEEL = ("pyspark", "rouge-score")  # plain Python, as source alone


def resolve(*options: str) -> int:
    """Resolve pyproject.toml with uv; return its exit code.

    Raises:
        SystemExit: if uv is missing.
    """
    uv = shutil.which("uv")
    if uv is None:
        sys.exit("make lock needs uv: pip install uv")
    command = [uv, "pip", "compile", "--quiet", *options, "pyproject.toml"]
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL).returncode


def compile_lock(output: Path, *options: str) -> None:
    """Resolve pyproject.toml into ``output``, keeping the versions already there.

    Raises:
        SystemExit: if the dependencies cannot be resolved.
    """
    if resolve(*OPTIONS, *options, f"--output-file={output}"):
        sys.exit("The dependencies in pyproject.toml cannot be resolved; see above.")


def fits_newest_python(lock: Path) -> bool:
    """Say whether the very versions of a lock have wheels for the newest Python."""
    options = ["--universal", f"--python-version={NEWEST_PYTHON}", "--all-extras"]
    options += ["--only-binary=:all:", *(f"--no-binary={name}" for name in NO_WHEEL)]
    return resolve(*options, f"--constraints={lock}") == 0


def compile_locks(full: Path, binder: Path) -> None:
    """Write both lock files; Binder's versions are those of the full one."""
    compile_lock(full, "--all-extras")
    extras = (f"--extra={extra}" for extra in BINDER_EXTRAS)
    compile_lock(binder, f"--constraints={full}", *extras)


def main() -> int:
    """Renew the lock, or say whether it fits pyproject.toml and the newest Python."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing")
    if not parser.parse_args().check:
        compile_locks(LOCK, BINDER_LOCK)
        shutil.copy(WEIGHTS, BINDER_WEIGHTS)
        return 0
    if BINDER_WEIGHTS.read_text() != WEIGHTS.read_text():
        print(f"{BINDER_WEIGHTS.relative_to(ROOT)} is another: run make lock")
        return 1
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
    if not fits_newest_python(LOCK):
        print(f"The lock cannot be had for Python {NEWEST_PYTHON}: see above.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
