"""Run the tests in order: source, one cold run of all pages, built pages, site.

Usage: python -m tools.check [--all]
"""

import argparse
import subprocess
import sys
import time

from tools.repository import ROOT

TIERS = ("fast", "built", "site")


def run(*command: str) -> int:
    """Run a command from the root of the repository; return its exit code."""
    return subprocess.run([sys.executable, "-m", *command], cwd=ROOT).returncode


def main() -> int:
    """Run the tiers; stop before the build if the source is broken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--all", action="store_true", help="also the slow checks")
    tiers = [*TIERS, "slow"] if parser.parse_args().all else list(TIERS)
    started = time.monotonic()
    for tier in tiers:
        if tier == "built":
            print("== one cold run of all pages", flush=True)
            if code := run("tools.build", "--force"):
                return code
        print(f"== tests/{tier}", flush=True)
        if code := run("pytest", f"tests/{tier}"):
            return code
    print(f"All checks passed in {(time.monotonic() - started) / 60:.1f} minutes.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
