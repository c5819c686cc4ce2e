"""Checks of the reader's answers to the exercises.

``check("top-routes", answer)`` looks up the exercise by its key, tries the answer
on data made with a fresh seed where the answer is a function, and says what is wrong.
One module a section holds its checks; only the one that is needed is imported.
"""

import importlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

Checker = Callable[[Any, np.random.Generator], None]
REGISTRATION = re.compile(r'^@exercise\("([^"]+)"\)$', re.MULTILINE)
_CHECKERS: dict[str, Checker] = {}


@dataclass(frozen=True)
class Result:
    """The outcome of a check.

    Attributes:
        passed: whether the answer was accepted.
        message: what to tell the reader.
    """

    passed: bool
    message: str

    def __bool__(self) -> bool:
        """Say whether the answer was accepted, so that ``assert check(…)`` works."""
        return self.passed

    def __repr__(self) -> str:
        """Show a mark and the message."""
        return f"{'✓' if self.passed else '✗'} {self.message}"


def expect(condition: object, message: str) -> None:
    """Reject the answer with ``message`` unless ``condition`` holds.

    Args:
        condition: what a right answer satisfies.
        message: what the reader is told; it helps without giving the answer away.

    Raises:
        AssertionError: with the message.
    """
    if not condition:
        raise AssertionError(message)


def exercise(key: str) -> Callable[[Checker], Checker]:
    """Register the checker of an exercise.

    The checker takes the answer and a seeded random generator; it returns nothing if
    the answer is right, and raises ``AssertionError`` with a helpful message if not.

    Args:
        key: the label of the exercise without ``ex-``, such as ``"top-routes"``.

    Returns:
        The decorator; it hands the checker back unchanged.

    Raises:
        ValueError: if two checkers claim the same key.
    """

    def register(checker: Checker) -> Checker:
        if key in _CHECKERS:
            raise ValueError(f"Exercise {key} has two checkers")
        _CHECKERS[key] = checker
        return checker

    return register


@cache
def modules() -> dict[str, str]:
    """Return the module that checks each exercise, by key, without importing any."""
    return {
        key: f"{__name__}.{file.stem}"
        for file in sorted(Path(__file__).parent.glob("*.py"))
        for key in REGISTRATION.findall(file.read_text(encoding="utf-8"))
    }


def _checker(key: str) -> Checker:
    """Return the checker of an exercise, from the one module that holds it."""
    if key not in modules():
        close = get_close_matches(str(key), modules())
        hint = (
            f"did you mean {' or '.join(map(repr, close))}?"
            if close
            else ("its name is in the text of the exercise.")
        )
        raise LookupError(f"There is no exercise {key!r} to check; {hint}")
    importlib.import_module(modules()[key])
    return _CHECKERS[key]


def check(key: str, answer: Any, *, seed: int | None = None) -> Result:
    """Check the answer to an exercise.

    Args:
        key: the name that the exercise gives, such as ``"top-routes"``.
        answer: what the exercise asks for: a value or a function.
        seed: seed of the data that a function is tried on; a fresh one if omitted.

    Returns:
        A :class:`Result`; it shows as a mark and a sentence.

    Raises:
        LookupError: if no exercise of that name can be checked.
    """
    checker = _checker(key)
    seed = secrets.randbits(32) if seed is None else seed
    try:
        checker(answer, np.random.default_rng(seed))
    except AssertionError as problem:
        return Result(False, f"{key}: {problem} {_again(key, seed)}")
    except (Exception, SystemExit) as problem:  # an answer may end by sys.exit
        what = f"trying your answer raised {type(problem).__name__}: {problem}"
        return Result(False, f"{key}: {what} {_again(key, seed)}")
    return Result(True, f"{key} is right.")


def _again(key: str, seed: int) -> str:
    """Say how to try the same data again."""
    return f'(the same data again: check("{key}", …, seed={seed}))'
