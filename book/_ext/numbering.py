"""Number the sections of a lecture from one, whatever headings its opening page has.

Sphinx counts the headings of the opening page first, so that the first section of
lecture 1 would be 1.9. Here those headings lose their numbers, and the pages count on
from one.
"""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

OPENING = "/index"


def restore(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Give Sphinx its own numbers back, with which it compares the new ones.

    Otherwise every page would seem renumbered, and be written again in a preview.
    """
    env.toc_secnumbers = getattr(env, "sphinx_numbers", env.toc_secnumbers)
    return []


def renumber(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Correct the numbers that Sphinx has assigned."""
    env.sphinx_numbers = dict(env.toc_secnumbers)
    for page, numbers in env.toc_secnumbers.items():
        if not page.endswith(OPENING) or not numbers.get(""):
            continue
        depth = len(numbers[""])
        anchors = [anchor for anchor in numbers if anchor]
        headings = [a for a in anchors if numbers[a] and len(numbers[a]) == depth + 1]
        # Headings stay known without a number; unknown ones would show the page's.
        env.toc_secnumbers[page] = {"": numbers[""]} | dict.fromkeys(anchors)
        write_numbers(env.tocs[page], env.toc_secnumbers[page])
        for child in env.toctree_includes.get(page, []):
            shift(env, child, depth=depth, offset=len(headings))
    return []


def shift(env: BuildEnvironment, page: str, *, depth: int, offset: int) -> None:
    """Lower the number at ``depth`` of every heading of a page."""
    numbers = {}
    for anchor, number in env.toc_secnumbers.get(page, {}).items():
        if number and len(number) > depth:
            number = (*number[:depth], number[depth] - offset, *number[depth + 1 :])
        numbers[anchor] = number
    env.toc_secnumbers[page] = numbers
    if numbers.get(""):
        env.titles[page]["secnumber"] = numbers[""]
    write_numbers(env.tocs[page], numbers)


def write_numbers(toc: nodes.Node, numbers: dict) -> None:
    """Write the numbers into a table of contents."""
    for reference in toc.findall(nodes.reference):
        number = numbers.get(reference.get("anchorname", ""))
        if number:
            reference["secnumber"] = number
        else:
            reference.attributes.pop("secnumber", None)


def setup(app: Sphinx) -> dict[str, bool]:
    """Run before and after Sphinx assigns its numbers."""
    app.connect("env-get-updated", restore, priority=400)
    app.connect("env-get-updated", renumber, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
