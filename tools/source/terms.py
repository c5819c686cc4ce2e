"""The forms under which a term stands in the text: in the plural, or abbreviated."""

import re


def term_keys(term: str) -> set[str]:
    """Return the forms of a term: without plural, and what stands in parentheses."""
    term = term.replace("’", "'")
    inner = re.findall(r"\(([^)]*)\)", term)
    outer = re.sub(r"\s*\([^)]*\)", "", term)
    keys = {
        re.sub(r"[\s-]+", " ", form.strip(" .,:;").lower()) for form in (outer, *inner)
    }
    return {
        re.sub(r"(?<=[^s])s$", "", re.sub(r"ies$", "y", key)) for key in keys if key
    }
