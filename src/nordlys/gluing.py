"""Numbers that prose quotes come from a cell: this hands them over."""

from importlib.util import find_spec
from typing import Any

import numpy as np

PREFIX = "application/papermill.record/"
"""What makes a front end pass over the output, as myst-nb's own ``glue`` does."""


def glue(name: str, value: Any) -> None:
    """Make ``value`` available to the text of the page under ``name``.

    In the book the text shows it with ``{glue:text}`` and a format. In a plain
    notebook, where there is no such text, the pair is printed.

    Args:
        name: key, unique in the book: the page's slug, a hyphen, the quantity.
        value: a number or a string; NumPy scalars become Python's own numbers,
            because a formatted NumPy scalar would vanish from the page.

    Raises:
        TypeError: if the value is neither a number nor a string.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if not isinstance(value, bool | int | float | str):
        raise TypeError(f"glue takes a number or a string, not {type(value).__name__}")
    if find_spec("myst_nb") is None:
        print(f"{name} = {value}")
        return
    from IPython.display import display  # myst-nb's own takes a second to load

    place = {"name": name, "mime_prefix": PREFIX}
    display(
        {f"{PREFIX}text/plain": repr(value)}, raw=True, metadata={"scrapbook": place}
    )
