"""Answers are judged by key, on fresh data, with a sentence that helps."""

import importlib
import importlib.util
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from nordlys import check, checks

ANSWERS = Path(__file__).resolve().parents[1] / "answers"


@pytest.fixture
def only_these(monkeypatch: pytest.MonkeyPatch) -> dict:
    """Put made-up exercises in place of the book's."""
    table: dict[str, checks.Checker] = {}
    monkeypatch.setattr(checks, "_CHECKERS", table)
    keys = {"double", "count", "count-again"}
    monkeypatch.setattr(checks, "modules", lambda: dict.fromkeys(keys, "nordlys"))

    @checks.exercise("double")
    def doubles(answer, rng: np.random.Generator) -> None:
        x = int(rng.integers(1, 10**9))
        assert answer(x) == 2 * x, f"{x} should become its double"

    @checks.exercise("count")
    def is_four(answer, rng: np.random.Generator) -> None:
        if answer != 4:
            raise AssertionError("count again")

    return table


@pytest.mark.usefixtures("only_these")
class TestCheck:
    def test_right(self) -> None:
        result = check("count", 4)
        assert result.passed
        assert repr(result) == "✓ count is right."

    def test_wrong_says_what_and_with_which_seed(self) -> None:
        result = check("count", 5, seed=7)
        assert not result.passed
        assert repr(result) == (
            '✗ count: count again (the same data again: check("count", …, seed=7))'
        )

    def test_a_function_is_tried_on_fresh_data(self) -> None:
        arguments = []

        def answer(x: int) -> int:
            arguments.append(x)
            return 2 * x

        assert check("double", answer).passed and check("double", answer).passed
        assert len(set(arguments)) == 2

    def test_a_seed_repeats_the_data(self) -> None:
        def answer(x: int) -> int:
            return x

        first = check("double", answer, seed=3)
        assert first == check("double", answer, seed=3)
        assert first != check("double", answer, seed=4)

    def test_an_answer_that_fails_is_wrong_and_named(self) -> None:
        result = check("double", lambda x: x / 0)
        assert not result.passed
        assert "ZeroDivisionError" in result.message

    def test_something_else_than_a_function(self) -> None:
        assert not check("double", 4).passed

    @pytest.mark.parametrize("typo", ["cuont", "Count", "ex-count"])
    def test_a_misspelt_key_brings_a_close_one(self, typo: str) -> None:
        with pytest.raises(LookupError, match=f"'{typo}'.* did you mean 'count'"):
            check(typo, 4)

    def test_an_unknown_key_says_where_it_stands(self) -> None:
        with pytest.raises(LookupError, match=r"1\.3.* text of the exercise"):
            check("1.3", 4)

    def test_a_key_has_one_checker(self) -> None:
        with pytest.raises(ValueError, match="double"):
            checks.exercise("double")(lambda answer, rng: None)


LONG_ENOUGH = 2  # seconds


def answers_called(name: str) -> Iterator:
    """Yield the key and the answers of each exercise in the tables of a name."""
    for path in sorted(ANSWERS.glob("*.py")):
        if path.stem == "__init__":
            continue
        spec = importlib.util.spec_from_file_location(f"answers_{path.stem}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for key, answers in getattr(module, name, {}).items():
            for number, answer in enumerate(answers, 1):
                yield pytest.param(key, answer, id=f"{key}-{number}")


@pytest.mark.parametrize(("key", "answer"), list(answers_called("WRONG")))
def test_a_wrong_answer_is_rejected(key: str, answer: object) -> None:
    start = time.monotonic()
    for seed in range(3):
        if time.monotonic() - start > LONG_ENOUGH:
            break  # a check that starts a screen or a cluster; one draw is enough
        result = check(key, answer, seed=seed)
        assert not result.passed, f"{key} accepts a wrong answer with seed {seed}"
        assert len(result.message) > 40, f"{key}: say more than “{result.message}”"
        if isinstance(answer, str):
            crashed = "trying your answer raised" in result.message
            assert not crashed, f"{key}: refuse it in words: {result.message}"


@pytest.mark.parametrize(("key", "answer"), list(answers_called("ALSO_RIGHT")))
def test_another_right_answer_is_accepted(key: str, answer: object) -> None:
    result = check(key, answer)
    assert result.passed, f"{key} rejects a right answer: {result.message}"


@pytest.mark.parametrize("key", checks.modules())
@pytest.mark.parametrize("nothing", [None, ..., ""], ids=["None", "Ellipsis", "empty"])
def test_no_answer_is_rejected(key: str, nothing: object) -> None:
    assert not check(key, nothing).passed


def test_every_checker_is_found_in_its_module() -> None:
    for name in set(checks.modules().values()):
        importlib.import_module(name)
    assert set(checks.modules()) == set(checks._CHECKERS)


def test_a_check_imports_one_module() -> None:
    key, module = next(iter(checks.modules().items()))
    code = "import sys; from nordlys import check\n"
    code += f"check({key!r}, None)\n"
    code += "print(*[m for m in sys.modules if m.startswith('nordlys.checks.')])"
    command = [sys.executable, "-c", code]
    completed = subprocess.run(command, capture_output=True, text=True)
    assert completed.stdout.split() == [module], completed.stderr
