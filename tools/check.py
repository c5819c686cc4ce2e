"""Run the tests in order: source, one cold run of all pages, built pages, site, slow.

Of the slow checks an eighth is run, another with each commit; --all runs them all and,
interrupted, goes on where it stopped.

Usage: python -m tools.check [--all]
"""

import argparse
import subprocess
import sys
import time

from tools.repository import ROOT, git

NO_TESTS_CHOSEN = 5
PARTS = 8


def run(*command: str) -> int:
    """Run a module from the root of the repository; return its exit code."""
    return subprocess.run([sys.executable, "-m", *command], cwd=ROOT).returncode


def part_of_today() -> int:
    """Return which eighth of the slow checks this commit runs."""
    return int(git("rev-parse", "HEAD")[:8] or "0", 16) % PARTS


def steps(everything: bool) -> list[tuple[str, list[str]]]:
    """Return what is run, in order, each with its title."""
    slow = ["pytest", "tests/slow"]
    slow += ["--resume"] if everything else [f"--part={part_of_today()}/{PARTS}"]
    return [
        ("source", ["pytest", "tests/fast"]),
        ("one cold run of all pages", ["tools.build", "--force"]),
        ("executed pages", ["pytest", "tests/built"]),
        ("site in a browser", ["pytest", "tests/site"]),
        ("the book on paper", ["tools.pdf"]),
        ("its pages", ["pytest", "tests/pdf"]),
        ("slow checks" if everything else "an eighth of the slow checks", slow),
    ]


def main() -> int:
    """Run the steps; stop at the first that fails."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--all", action="store_true", help="all slow checks")
    everything = parser.parse_args().all
    started = time.monotonic()
    for title, command in steps(everything):
        print(f"== {title}", flush=True)
        code = run(*command)
        if code and not (command[1] == "tests/slow" and code == NO_TESTS_CHOSEN):
            return code
    print(f"All checks passed in {(time.monotonic() - started) / 60:.1f} minutes.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
