"""The table of contents: the names that it lists, each with its line."""

import re
from pathlib import Path

ENTRY = re.compile(r"[\s-]*(?:file|root):\s*(\S.*)")


def listed_pages(book: Path) -> dict[str, int]:
    """Return the name of each page, without ending, and the last line that has it."""
    import yaml

    rows = (book / "_toc.yml").read_text(encoding="utf-8").splitlines()
    matches = ((ENTRY.match(row), number) for number, row in enumerate(rows, 1))
    return {
        str(yaml.safe_load(match[1])).removesuffix(".md"): number
        for match, number in matches
        if match
    }
