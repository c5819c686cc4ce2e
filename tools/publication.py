"""Put together what is published: site, PDF, notebooks, slides, the site as zip.

Usage: python -m tools.publication [--student]
"""

import argparse
import shutil
import sys
from pathlib import Path

from tools import notebooks, pdf, slides, starter
from tools.build import BUILD, STUDENT


def run(step, *words: str) -> None:
    """Run a tool's ``main`` as if it had been called with ``words``.

    Raises:
        SystemExit: with the tool's own code if it fails.
    """
    sys.argv = [step.__name__, *words]
    if code := step.main():
        sys.exit(code)


def main() -> int:
    """Make the folder ``book/_build/site``, or ``book/_build/student/site``."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--student", action="store_true", help="leave solutions out")
    student = parser.parse_args().student
    folder, edition = (STUDENT, ["--student"]) if student else (BUILD, [])
    html, site = folder / "html", folder / "site"
    if not (html / "index.html").is_file():
        wanted = "make student" if student else "make book"
        print(f"There is no built book; run: {wanted}", file=sys.stderr)
        return 1
    shutil.rmtree(site, ignore_errors=True)
    shutil.copytree(html, site)
    whole = shutil.make_archive(str(folder / "site"), "zip", html)
    run(slides, "--html", str(html), "--to", str(site / "slides"))
    run(pdf, "--out", str(site / "book.pdf"), *edition)
    built = ["--site", str(html)]
    run(notebooks, *built, "--zip", str(site / "notebooks.zip"))
    if not student:
        run(notebooks, *built, "--to", str(BUILD / "notebooks"))
        archive = str(site / "notebooks-student.zip")
        run(notebooks, *built, "--student", "--zip", archive)
    run(starter, "--zip", str(site / "starter.zip"))
    Path(whole).replace(site / "site.zip")
    size = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
    print(f"{size / 1e6:.1f} MB in {site}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
