"""Make the skeleton of a section page and enter it into the table of contents.

Usage: python -m tools.new_page 02-ci-cd-yaml-ssh yaml "Configuration that means it"
"""

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = ROOT / "tools" / "new_page.template.md"


def add_to_contents(toc: str, lecture: str, slug: str) -> str:
    """Return the table of contents with the page after the lecture's last one.

    Raises:
        ValueError: if the lecture is not in the table, or the page already is.
    """
    entry = f"file: lectures/{lecture}/{slug}\n"
    if entry in toc:
        raise ValueError(f"{slug} is in the table of contents already.")
    lines = toc.splitlines(keepends=True)
    prefix = f"file: lectures/{lecture}/"
    positions = [number for number, line in enumerate(lines) if prefix in line]
    if not positions:
        raise ValueError(f"book/_toc.yml has no lecture {lecture}; enter it first.")
    last = lines[positions[-1]]
    indent = len(last) - len(last.lstrip())
    if len(positions) == 1:
        lines.insert(positions[-1] + 1, f"{' ' * (indent + 2)}sections:\n")
        positions, indent = [positions[-1] + 1], indent + 4
    lines.insert(positions[-1] + 1, f"{' ' * indent}- {entry}")
    return "".join(lines)


def skeleton(slug: str, title: str) -> str:
    """Return the text of a new page; what is to be replaced is in ‹angle quotes›."""
    text = TEMPLATE.read_text(encoding="utf-8")
    return text.replace("SLUG", slug).replace("TITLE", title)


def main() -> int:
    """Write page and table of contents, or say why not."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lecture", help="folder of the lecture below book/lectures")
    parser.add_argument("slug", help="name of the page, such as yaml")
    parser.add_argument("title", help="its heading")
    options = parser.parse_args()
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", options.slug):
        parser.error("the slug is lower-case words joined by hyphens")
    toc = ROOT / "book" / "_toc.yml"
    page = ROOT / "book" / "lectures" / options.lecture / f"{options.slug}.md"
    if page.exists():
        print(f"{page.relative_to(ROOT)} exists already.", file=sys.stderr)
        return 1
    try:
        table = add_to_contents(toc.read_text(), options.lecture, options.slug)
    except ValueError as problem:
        print(problem, file=sys.stderr)
        return 1
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(skeleton(options.slug, options.title), encoding="utf-8")
    toc.write_text(table)
    print(f"{page.relative_to(ROOT)}: replace what stands in ‹angle quotes›.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
