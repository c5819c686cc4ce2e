"""Checks of the exercises of the page on YAML."""

from collections.abc import Iterator
from string import ascii_uppercase
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

REPAIRED = {
    "markets": ["DK", "NO"],
    "opens": "06:30",
    "closes": "22:30",
    "phone": "0045",
    "note": "call gate #1 first",
    "reason": "fog: no departures",
    "lead": "Sofie",
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


@exercise("predict-values")
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


@exercise("write-yaml")
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


@exercise("repair-file")
def repaired(answer: Any, rng: np.random.Generator) -> None:
    """Check that both libraries read what a person reads."""
    _read_alike(answer, REPAIRED, "your file")


@exercise("voucher-schema")
def rules(answer: Any, rng: np.random.Generator) -> None:
    """Try the schema on fresh files, right and with each kind of mistake."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError

    expect(isinstance(answer, dict), "give the schema as a dictionary")
    try:
        Draft202012Validator.check_schema(answer)
    except SchemaError as problem:
        where = f"{problem.json_path}: {problem.message}"
        raise AssertionError(f"this is no JSON Schema: {where}") from problem
    validator = Draft202012Validator(answer)
    for _ in range(20):
        file = _right_file(rng)
        for problem in validator.iter_errors(file):
            where = f"{problem.json_path}: {problem.message}"
            expect(False, f"your schema refuses the right file {file}: {where}")
        for mistake, wrong in _wrong_files(rng):
            expect(
                not validator.is_valid(wrong),
                f"your schema accepts a file with {mistake}: {wrong}",
            )


def _right_file(rng: np.random.Generator) -> dict[str, Any]:
    values = [1, int(rng.integers(2, 900)), float(rng.integers(2, 900)) + 0.5]
    letters = rng.choice(list(ascii_uppercase), (int(rng.integers(1, 6)), 2))
    file = {
        "send_at": f"{rng.integers(24):02}:{rng.integers(60):02}",
        "euros": {place: values[rng.integers(3)] for place in ("meal", "hotel")},
        "countries": ["".join(pair) for pair in letters],
    }
    return file | ({"note": f"Number {rng.integers(99)}"} if rng.integers(2) else {})


def _wrong_files(rng: np.random.Generator) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each mistake of the exercise and a file that has it and no other."""

    def one_of(*options: Any) -> Any:
        return options[rng.integers(len(options))]

    file = _right_file(rng)
    euros, place = file["euros"], one_of("meal", "hotel")
    key = one_of("send_at", "euros", "countries")

    def country(wrong: Any) -> dict[str, Any]:
        return file | {"countries": [*file["countries"], wrong]}

    def worth(wrong: Any) -> dict[str, Any]:
        return file | {"euros": euros | {place: wrong}}

    yield "a misspelt key", file | {one_of("notes", "Note", "sendat"): "Easter"}
    extra = {one_of("meals", "Hotel", "taxy"): 20}
    yield "a misspelt key below", file | {"euros": euros | extra}
    yield "a missing key", {name: file[name] for name in file if name != key}
    yield "a missing key below", file | {"euros": {place: euros[place]}}
    yield "an hour as a number", file | {"send_at": int(rng.integers(600, 1440))}
    hour = one_of("24:10", "29:00", "12:60")
    yield "an hour that no clock shows", file | {"send_at": hour}
    hour = one_of("7:30", "07:3", "07.30")
    yield "an hour that is not written as 06:30", file | {"send_at": hour}
    more = file["send_at"] + one_of(":00", " h", "0")
    yield "an hour with more after it", file | {"send_at": more}
    yield "an hour and a line break", file | {"send_at": file["send_at"] + "\n"}
    yield "euros as text", worth(str(euros[place]))
    yield "less than one euro", worth(one_of(0, -20, 0.5))
    yield "a country in small letters", country(one_of("dk", "no", "Se"))
    yield "a country of one letter", country(one_of("D", "N"))
    yield "a country of three letters", country(one_of("DNK", "NOR"))
    yield "a country and a line break", country("DK\n")
    yield "a country that became false", country(False)
    yield "no country", file | {"countries": []}
    yield "a note that is no text", file | {"note": one_of(7, True, None)}
