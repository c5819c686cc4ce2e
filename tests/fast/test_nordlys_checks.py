"""Answers are judged by number, on fresh data, with a sentence that helps."""

import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from nordlys import check, checks

ANSWERS = Path(__file__).resolve().parents[1] / "answers"
OF_EXTRAS = ("asyncssh", "fastapi", "httpx", "jsonschema", "pydantic", "sklearn")
OF_EXTRAS += ("skops", "sqlalchemy", "tinydb", "yaml")


@pytest.fixture
def only_these(monkeypatch: pytest.MonkeyPatch) -> dict:
    """Put made-up exercises in place of the book's."""
    table: dict[str, checks.Checker] = {}
    monkeypatch.setattr(checks, "_CHECKERS", table)
    monkeypatch.setattr(checks, "_load", lambda: None)

    @checks.exercise("9.2")
    def doubles(answer, rng: np.random.Generator) -> None:
        x = int(rng.integers(1, 10**9))
        assert answer(x) == 2 * x, f"{x} should become its double"

    @checks.exercise("9.10")
    def is_four(answer, rng: np.random.Generator) -> None:
        if answer != 4:
            raise AssertionError("count again")

    return table


@pytest.mark.usefixtures("only_these")
class TestCheck:
    def test_right(self) -> None:
        result = check("9.10", 4)
        assert result.passed
        assert repr(result) == "✓ Exercise 9.10 is right."

    def test_wrong_says_what_and_with_which_seed(self) -> None:
        result = check("9.10", 5, seed=7)
        assert not result.passed
        assert repr(result) == (
            "✗ Exercise 9.10: count again "
            '(the same data again: check("9.10", …, seed=7))'
        )

    def test_a_function_is_tried_on_fresh_data(self) -> None:
        seen = []

        def answer(x: int) -> int:
            seen.append(x)
            return 2 * x

        assert check("9.2", answer).passed and check("9.2", answer).passed
        assert len(set(seen)) == 2

    def test_a_seed_repeats_the_data(self) -> None:
        first = check("9.2", lambda x: x, seed=3)
        assert first == check("9.2", lambda x: x, seed=3)
        assert first != check("9.2", lambda x: x, seed=4)

    def test_an_answer_that_fails_is_wrong_and_named(self) -> None:
        result = check("9.2", lambda x: x / 0)
        assert not result.passed
        assert "ZeroDivisionError" in result.message

    def test_something_else_than_a_function(self) -> None:
        assert not check("9.2", 4).passed

    def test_an_unknown_number_lists_the_known(self) -> None:
        with pytest.raises(KeyError, match=r"9\.3.*9\.2.*9\.10"):
            check("9.3", 1)

    def test_numbers_are_sorted_as_numbers(self) -> None:
        assert checks.numbers() == ["9.2", "9.10"]

    def test_a_number_has_one_checker(self) -> None:
        with pytest.raises(ValueError, match=r"9\.2"):
            checks.exercise("9.2")(lambda answer, rng: None)


def answers_called(name: str) -> Iterator:
    """Yield the number and the answers of each exercise in the tables of a name."""
    for path in sorted(ANSWERS.glob("*.py")):
        if path.stem == "__init__":
            continue
        spec = importlib.util.spec_from_file_location(f"answers_{path.stem}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for number, answers in getattr(module, name, {}).items():
            for place, answer in enumerate(answers, 1):
                yield pytest.param(number, answer, id=f"{number}-{place}")


@pytest.mark.parametrize(("number", "answer"), list(answers_called("WRONG")))
def test_a_wrong_answer_is_rejected(number: str, answer: object) -> None:
    for seed in range(3):
        result = check(number, answer, seed=seed)
        assert not result.passed, f"{number} accepts a wrong answer with seed {seed}"
        assert len(result.message) > 40, f"{number}: say more than “{result.message}”"
        if isinstance(answer, str):
            crashed = "trying your answer raised" in result.message
            assert not crashed, f"{number}: refuse it in words: {result.message}"


@pytest.mark.parametrize(("number", "answer"), list(answers_called("ALSO_RIGHT")))
def test_another_right_answer_is_accepted(number: str, answer: object) -> None:
    result = check(number, answer)
    assert result.passed, f"{number} rejects a right answer: {result.message}"


@pytest.mark.parametrize("number", checks.numbers())
@pytest.mark.parametrize("nothing", [None, ..., ""], ids=["None", "Ellipsis", "empty"])
def test_no_answer_is_rejected(number: str, nothing: object) -> None:
    assert not check(number, nothing).passed


def test_checkers_load_without_the_packages_of_extras() -> None:
    code = f"import sys; sys.modules.update(dict.fromkeys({OF_EXTRAS}))\n"
    code += "from nordlys import checks; checks.numbers()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, (
        "Every page loads all checkers, with its own extra only: import inside the "
        f"function what belongs to another.\n{done.stderr}"
    )
