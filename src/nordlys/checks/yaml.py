"""Checks of the exercises of the page on YAML."""

from typing import Any

import numpy as np

from nordlys.checks import exercise, expect

QUIZ = """\
a: off
b: 22:22
c: 0123
d: 09:30
e: 1.10
f: "1.10"
g: ~
h: Yes, please
"""

WANTED = {
    "on": {"schedule": ["18:00", "06:30"]},
    "python": ["3.10", "3.13"],
    "market": "NO",
    "enabled": True,
    "notice": "Dear traveller,\nyour flight may be late.\n",
}

MEANT = {
    "tab": {"costs": {"act": 10, "miss": 50}},
    "colon": {"note": "gate B7: closed"},
    "twice": {"pause": True, "decide_at": "18:00"},
    "lost": {"note": "act on #1 first", "costs": {"act": 10, "miss": 50}},
}


def _same(one: Any, other: Any) -> bool:
    """Whether two objects agree in values and types; ``True`` is not ``1`` here."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_same(one[k], other[k]) for k in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return one == other


def _read_alike(text: Any, meant: dict[str, Any], what: str) -> None:
    """Both libraries read the text as the object that was meant."""
    import yaml
    from ruamel.yaml import YAML

    expect(isinstance(text, str), f"{what} is a {type(text).__name__}: give a text")
    readers = {"PyYAML": yaml.safe_load, "ruamel.yaml": YAML(typ="safe").load}
    for name, load in readers.items():
        try:
            found = load(text)
        except Exception as problem:
            first = str(problem).splitlines()[0]
            mark = getattr(problem, "problem_mark", None)
            line = f" (line {mark.line + 1})" if mark else ""
            said = getattr(problem, "problem", None) or first
            raise AssertionError(f"{name} refuses {what}: {said}{line}") from problem
        expect(
            isinstance(found, dict),
            f"{name} reads {what} as a {type(found).__name__}, not as a mapping",
        )
        for key in {**meant, **found}:
            expect(key in meant, f"{name} finds a key {key!r} too many in {what}")
            expect(key in found, f"{name} finds no key {key!r} in {what}")
            expect(
                _same(found[key], meant[key]),
                f"{name} reads the value of {key!r} in {what} as {found[key]!r}, where "
                f"{meant[key]!r} was meant",
            )


@exercise("2.5")
def predicted(answer: Any, rng: np.random.Generator) -> None:
    """Count the right predictions without saying which they are."""
    import yaml

    values = yaml.safe_load(QUIZ)
    expect(isinstance(answer, dict), "give a dictionary with the keys a to h")
    expect(set(answer) == set(values), "the keys should be the eight letters a to h")
    right = sum(_same(answer[key], value) for key, value in values.items())
    expect(
        right == len(values),
        f"{right} of {len(values)} are right, types included: parse the lines one by "
        "one and find the pattern that each fits",
    )


@exercise("2.6")
def written(answer: Any, rng: np.random.Generator) -> None:
    """Check the object and the style that the exercise asks for."""
    import yaml

    _read_alike(answer, WANTED, "your text")
    events = list(yaml.parse(answer))
    notices = [e for e in events if getattr(e, "value", None) == WANTED["notice"]]
    expect(
        all(notice.style == "|" for notice in notices),
        "the object is right; write the notice over two lines, with |",
    )
    expect(
        not any(getattr(event, "flow_style", False) for event in events),
        "the object is right; write the lists with a dash a line, without brackets",
    )


@exercise("2.7")
def repaired(answer: Any, rng: np.random.Generator) -> None:
    """Check each repaired file under both versions of the language."""
    import yaml

    expect(isinstance(answer, dict), "give a dictionary of the four repaired texts")
    expect(set(answer) == set(MEANT), f"the keys should be {', '.join(MEANT)}")
    for name, meant in MEANT.items():
        _read_alike(answer[name], meant, f"the file {name!r}")
        values = {getattr(event, "value", None) for event in yaml.parse(answer[name])}
        expect(
            "<<" not in values,
            f"the file {name!r} says a thing twice, through a merge key: each key once",
        )
