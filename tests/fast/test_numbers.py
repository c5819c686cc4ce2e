"""A number of prose is found in the code of its section, however both write it."""

import pytest

from tests.rules.numbers import values, written
from tools.source.book import Cell


def numbers_of(code: str) -> set[float]:
    return written(Cell(code, 1, 2, {}, "core", "ipython3"))


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("50", "cost = 50.0"),
        ("fifty", "cost = 50"),
        ("forty-five", "wait(45)"),
        ("sixty-line", "limit = 60"),
        ("two thousand", "rng.integers(0, 9, 2000)"),
        ("three hundred thousand", "rows = 300_000"),
        ("1,024", "1024"),
        ("€4,500", "price = 4500"),
        ("95 %", "level = 0.95"),
        ("95 %", "level = 95"),
        ("20", 'ask("SELECT * FROM flights LIMIT 20")'),
        ("30", "%%writefile jobs.yml\njobs:\n  timeout-minutes: 30"),
        ("fifty", "saved = COST_MISS * bad"),
    ],
)
def test_the_same_number_is_found(number: str, code: str) -> None:
    assert values(number) & numbers_of(code)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("50", "cost = 500"),
        ("50", "a50 = v1.50"),
        ("fifty", "cost = 5  # not 50"),
        ("95 %", "level = 9.5"),
        ("20", "%%writefile a.yml\n# 20 of them\na: 2"),
        ("one", "flag = True"),
        ("1.2.3", "a = 123"),
    ],
)
def test_another_number_is_not(number: str, code: str) -> None:
    assert not values(number) & numbers_of(code)
