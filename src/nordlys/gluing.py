"""Numbers that prose quotes come from a cell: this hands them over."""

import numpy as np

PREFIX = "application/papermill.record/"
"""What makes a front end pass over the output, as myst-nb's own ``glue`` does."""

Gluable = bool | int | float | str


def glue(**values: Gluable | np.generic) -> None:
    """Make values available to the text of the page, each under its name.

    In the book the text shows ``glue(lead=3.1)`` by ``{glue:text}`` with the key and a
    format, ``lead:.1f``. A notebook shows nothing: its text holds the numbers already.

    Args:
        values: numbers or strings; NumPy scalars become Python's own numbers,
            because a formatted NumPy scalar would vanish from the page.

    Raises:
        TypeError: if a value is neither a number nor a string.
    """
    from IPython.display import display  # programs that a page starts need none

    plain = {key: plain_value(key, value) for key, value in values.items()}
    for key, value in plain.items():
        place = {"scrapbook": {"name": key, "mime_prefix": PREFIX}}
        display({f"{PREFIX}text/plain": repr(value)}, raw=True, metadata=place)


def plain_value(key: str, value: object) -> Gluable:
    """Return a value as Python's own number or string.

    Args:
        key: its name, for the message.
        value: what a page hands to ``glue``.

    Raises:
        TypeError: if it is neither.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if not isinstance(value, Gluable):
        kind = type(value).__name__
        raise TypeError(f"glue({key}=…) takes a number or a string, not {kind}")
    return value
