"""Checks of the reader's answers to the exercises.

``check("1.3", answer)`` looks up the exercise by its printed number, tries the answer
on data made with a fresh seed where the answer is a function, and says what is wrong.
One module a section holds its checks.
"""

import importlib
import pkgutil
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Checker = Callable[[Any, np.random.Generator], None]
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


def exercise(number: str) -> Callable[[Checker], Checker]:
    """Register the checker of exercise ``number``.

    The checker takes the answer and a seeded random generator; it returns nothing if
    the answer is right, and raises ``AssertionError`` with a helpful message if not.

    Args:
        number: the printed number, such as ``"1.3"``.

    Returns:
        The decorator; it hands the checker back unchanged.

    Raises:
        ValueError: if two checkers claim the same number.
    """

    def register(checker: Checker) -> Checker:
        if number in _CHECKERS:
            raise ValueError(f"Exercise {number} has two checkers")
        _CHECKERS[number] = checker
        return checker

    return register


def _load() -> None:
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")


def numbers() -> list[str]:
    """Return the numbers of all exercises that can be checked."""
    _load()
    return sorted(_CHECKERS, key=lambda n: [int(part) for part in n.split(".")])


def check(number: str, answer: Any, *, seed: int | None = None) -> Result:
    """Check the answer to an exercise.

    Args:
        number: the printed number of the exercise, such as ``"1.3"``.
        answer: what the exercise asks for: a value or a function.
        seed: seed of the data that a function is tried on; a fresh one if omitted.

    Returns:
        A :class:`Result`; it shows as a mark and a sentence.

    Raises:
        KeyError: if no exercise of that number can be checked.
    """
    _load()
    if number not in _CHECKERS:
        raise KeyError(f"No exercise {number!r} to check; there are {numbers()}")
    seed = secrets.randbits(32) if seed is None else seed
    try:
        _CHECKERS[number](answer, np.random.default_rng(seed))
    except AssertionError as problem:
        return Result(False, f"Exercise {number}: {problem} {_again(number, seed)}")
    except Exception as problem:
        what = f"trying your answer raised {type(problem).__name__}: {problem}"
        return Result(False, f"Exercise {number}: {what} {_again(number, seed)}")
    return Result(True, f"Exercise {number} is right.")


def _again(number: str, seed: int) -> str:
    """Say how to try the same data again."""
    return f'(the same data again: check("{number}", …, seed={seed}))'
