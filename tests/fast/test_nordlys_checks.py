"""Answers are judged by key, on fresh data, with a sentence that helps."""

import ast
import importlib
import importlib.util
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import numpy as np
import pytest

from nordlys import check, checks

Expectation = tuple[str, int, int]  # file, first line, last line
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

    def test_an_answer_that_ends_python_is_wrong_and_named(self) -> None:
        assert "SystemExit: 1" in check("double", lambda x: sys.exit(1)).message

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
NOTHING = (None, ..., "")
FOLDER = Path(checks.__file__).parent


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


WRONG = list(answers_called("WRONG"))


def expectations(path: Path) -> set[Expectation]:
    """Return the calls of ``expect`` in a module: its file, first and last line."""
    return {
        (path.name, node.lineno, node.end_lineno)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "expect"
    }


def helpers_of(module: str) -> list[Path]:
    """Return the modules without exercises that a module is the first to import."""
    sources = {path: path.read_text("utf-8") for path in sorted(FOLDER.glob("*.py"))}
    helpers = [path for path, text in sources.items() if "@exercise(" not in text]
    return [
        helper
        for helper in helpers
        if module
        in [path.stem for path, text in sources.items() if helper.stem in text][:1]
    ]


def refuse(key: str, answer: object, lines: set[tuple[str, int]]) -> None:
    """Hold a wrong answer to what is expected of all, and note who refuses it."""
    checker = checks._checker(key)

    def noting(given: object, rng: np.random.Generator) -> None:
        try:
            checker(given, rng)
        except AssertionError as problem:
            frames = traceback.extract_tb(problem.__traceback__)
            lines.update((Path(frame.filename).name, frame.lineno) for frame in frames)
            raise

    start = time.monotonic()
    with mock.patch.dict(checks._CHECKERS, {key: noting}):
        for seed in range(3):
            if time.monotonic() - start > LONG_ENOUGH:
                break  # a check that starts a screen or a cluster; one draw is enough
            result = check(key, answer, seed=seed)
            assert not result.passed, f"{key} accepts {answer!r} with seed {seed}"
            assert len(result.message) > 40, f"{key}: say more than “{result.message}”"
            if isinstance(answer, str):
                crashed = "trying your answer raised" in result.message
                assert not crashed, f"{key}: refuse it in words: {result.message}"


@pytest.mark.parametrize("checker", sorted(set(checks.modules().values())))
def test_wrong_answers_are_refused_and_each_expectation_refuses_one(
    checker: str,
) -> None:
    keys = [key for key, module in checks.modules().items() if module == checker]
    lines: set[tuple[str, int]] = set()
    for key, answer in (param.values for param in WRONG):
        if key in keys:
            refuse(key, answer, lines)
    for key in keys:
        for nothing in NOTHING:
            refuse(key, nothing, lines)
    module = checker.rpartition(".")[2]
    idle = [
        f"src/nordlys/checks/{file}:{first}"
        for path in (FOLDER / f"{module}.py", *helpers_of(module))
        for file, first, last in sorted(expectations(path))
        if not any(file == name and first <= line <= last for name, line in lines)
    ]
    assert not idle, (
        f"These refuse no answer of tests/answers/{module}.py; add a wrong one that "
        "only they refuse, or strike them:\n" + "\n".join(idle)
    )


@pytest.mark.parametrize(("key", "answer"), list(answers_called("ALSO_RIGHT")))
def test_another_right_answer_is_accepted(key: str, answer: object) -> None:
    result = check(key, answer)
    assert result.passed, f"{key} rejects a right answer: {result.message}"


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
