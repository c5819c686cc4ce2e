"""Label the entries of the literature by author and year, as the text cites them."""

import unicodedata
from collections import Counter
from functools import cache

import pybtex.plugin
from pybtex.database import Entry
from pybtex.plugin import register_plugin
from pybtex.richtext import Text
from pybtex.style.formatting.unsrt import Style as UnsrtStyle
from pybtex.style.labels import BaseLabelStyle
from pybtex.style.sorting import BaseSortingStyle
from sphinx.application import Sphinx

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def author_year(entry: Entry) -> str:
    """Return ``One, year``, ``One and Two, year`` or ``One et al., year``.

    Where nobody is known, the field ``key`` stands for them.
    """
    people = entry.persons.get("author") or entry.persons.get("editor") or []
    names = [
        str(Text.from_latex(" ".join([*person.prelast_names, *person.last_names])))
        for person in people
    ]
    if not names:
        names = [entry.fields.get("key", entry.key)]
    authors = f"{names[0]} et al." if len(names) > 2 else " and ".join(names)
    return f"{authors}, {entry.fields.get('year', 'no year')}"


class LabelStyle(BaseLabelStyle):
    """Author and year, with a letter where two entries would look alike."""

    def format_labels(self, sorted_entries):
        """Yield one label an entry."""
        labels = [author_year(entry) for entry in sorted_entries]
        totals, counts = Counter(labels), Counter()
        for label in labels:
            letter = LETTERS[counts[label]] if totals[label] > 1 else ""
            counts[label] += 1
            yield f"{label}{letter}"


class SortingStyle(BaseSortingStyle):
    """By what the reader sees first, whether a person or an organisation.

    A letter with an accent stands where it would without.
    """

    def sorting_key(self, entry: Entry) -> tuple[str, str]:
        """Return what entries are compared by."""
        label = unicodedata.normalize("NFKD", author_year(entry).casefold())
        letters = "".join(c for c in label if not unicodedata.combining(c))
        return letters, entry.fields.get("title", "")


class Style(UnsrtStyle):
    """Entries sorted by author, year and title, and labelled by author and year."""

    default_label_style = LabelStyle
    default_sorting_style = SortingStyle


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the style under the name that the configuration uses."""
    register_plugin("pybtex.style.formatting", "author_year", Style)
    # Every citation asks for plug-ins again, and each time all packages are searched.
    pybtex.plugin.find_plugin = cache(pybtex.plugin.find_plugin)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
