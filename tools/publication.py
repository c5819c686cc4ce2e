"""Put together what is published: site, PDF, notebooks, slides, the site as zip.

Usage: python -m tools.publication [--student]
"""

import argparse
import shutil
import sys
from pathlib import Path

from tools import notebooks, starter
from tools.build import BUILD, STUDENT, BuildError
from tools.pdf import make_pdf
from tools.slides import write_decks


def publish(*, student: bool = False) -> Path:
    """Fill the folder ``site`` beside the built HTML, and return it.

    Args:
        student: publish the edition without solutions.

    Raises:
        BuildError: if nothing was built, or a part cannot be made.
    """
    folder = STUDENT if student else BUILD
    html, site = folder / "html", folder / "site"
    if not (html / "index.html").is_file():
        command = "make student" if student else "make book"
        raise BuildError(f"There is no built book; run: {command}")
    shutil.rmtree(site, ignore_errors=True)
    shutil.copytree(html, site)
    archive = shutil.make_archive(str(folder / "site"), "zip", html)
    write_decks(html, site / "slides")
    print(make_pdf(site / "book.pdf", student=student))
    texts = notebooks.collect(html)
    notebooks.pack(texts, site / "notebooks.zip")
    if not student:
        notebooks.write_files(texts, BUILD / "notebooks")
        student_texts = notebooks.collect(html, student=True)
        notebooks.pack(student_texts, site / "notebooks-student.zip")
    notebooks.pack(starter.texts(), site / "starter.zip")
    Path(archive).replace(site / "site.zip")
    return site


def main() -> int:
    """Make the folder ``book/_build/site``, or ``book/_build/student/site``."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--student", action="store_true", help="leave solutions out")
    try:
        site = publish(student=parser.parse_args().student)
    except (BuildError, FileNotFoundError) as problem:
        print(problem, file=sys.stderr)
        return 1
    size = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
    print(f"{size / 1e6:.1f} MB in {site}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
