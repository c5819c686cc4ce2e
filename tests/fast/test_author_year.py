"""The list of literature names people, organisations or titles, never our keys."""

from pathlib import Path

from author_year import author_year
from pybtex.database import parse_file

BIB = Path(__file__).resolve().parents[2] / "book" / "references.bib"


def test_entries_are_labelled_by_a_name_and_a_year() -> None:
    for key, entry in parse_file(str(BIB), bib_format="bibtex").entries.items():
        label = author_year(entry)
        assert key not in label
        assert label[-4:].isdigit(), label
