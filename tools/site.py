"""Put together what is published: site, PDF, notebooks, starter, the site as zip."""

import shutil
import sys
from pathlib import Path

from tools import notebooks, pdf, starter
from tools.build import BUILD, HTML

SITE = BUILD / "site"


def run(step, *words: str) -> None:
    """Run a tool's ``main`` as if it had been called with ``words``.

    Raises:
        SystemExit: with the tool's own code if it fails.
    """
    sys.argv = [step.__name__, *words]
    if code := step.main():
        sys.exit(code)


def main() -> int:
    """Make the folder ``book/_build/site``."""
    if not (HTML / "index.html").is_file():
        print("There is no built book; run: make book", file=sys.stderr)
        return 1
    shutil.rmtree(SITE, ignore_errors=True)
    shutil.copytree(HTML, SITE)
    whole = shutil.make_archive(str(BUILD / "site"), "zip", HTML)
    run(pdf, "--out", str(SITE / "book.pdf"))
    run(notebooks, "--to", str(BUILD / "notebooks"))
    run(notebooks, "--zip", str(SITE / "notebooks.zip"))
    run(notebooks, "--student", "--zip", str(SITE / "notebooks-student.zip"))
    run(starter, "--zip", str(SITE / "starter.zip"))
    Path(whole).replace(SITE / "site.zip")
    size = sum(path.stat().st_size for path in SITE.rglob("*") if path.is_file())
    print(f"{size / 1e6:.1f} MB in {SITE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
