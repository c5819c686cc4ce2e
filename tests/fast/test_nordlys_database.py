"""The five tables as a database: complete, without rules, made anew each time."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

import nordlys

ROWS = {
    "airlines": 16,
    "airports": 1_458,
    "planes": 3_322,
    "weather": 26_115,
    "flights": 336_776,
}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("database") / "new_york.db"


@pytest.fixture(scope="module")
def connection(file: Path) -> Iterator[sqlite3.Connection]:
    with closing(nordlys.new_york_database(file)) as opened:
        yield opened


def rows(connection: sqlite3.Connection, table: str) -> int:
    return connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]


def test_all_rows_are_there_for_everyone(
    connection: sqlite3.Connection, file: Path
) -> None:
    assert not connection.in_transaction
    with closing(sqlite3.connect(file)) as other:
        assert {name: rows(other, name) for name in ROWS} == ROWS


def test_no_rule_and_no_index(connection: sqlite3.Connection) -> None:
    texts = connection.execute("SELECT type, sql FROM sqlite_schema").fetchall()
    assert {kind for kind, _ in texts} == {"table"}
    for word in ("KEY", "CHECK", "NOT NULL", "STRICT", "UNIQUE"):
        assert not any(word in text for _, text in texts), word


def test_numbers_are_whole_and_dates_are_text(connection: sqlite3.Connection) -> None:
    first = """SELECT flight_date, time_hour, arr_delay FROM flights
        WHERE carrier = 'UA' AND flight = 1545 AND flight_date = '2013-01-01'"""
    assert connection.execute(first).fetchall() == [
        ("2013-01-01", "2013-01-01T10:00Z", 11)
    ]
    kinds = "SELECT DISTINCT typeof(arr_delay) FROM flights"
    assert set(connection.execute(kinds)) == {("integer",), ("null",)}
    assert connection.execute("SELECT MAX(typeof(year)) FROM planes").fetchone() == (
        "null",
    )


def test_bad_flights_are_those_of_the_package(connection: sqlite3.Connection) -> None:
    share = "SELECT AVG(arr_delay IS NULL OR arr_delay > 15) FROM flights"
    bad = nordlys.is_bad(nordlys.load_flights(["arr_delay"]))
    assert connection.execute(share).fetchone()[0] == pytest.approx(bad.mean())


def test_made_again_it_is_as_new(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    small = pd.DataFrame({"a": [1]})
    monkeypatch.setattr("nordlys.data._tables", lambda: {"flights": small})
    path = tmp_path / "desk.db"
    with closing(nordlys.new_york_database(path, prefix="raw_")) as first:
        first.executescript("""
            PRAGMA foreign_keys = ON;
            CREATE TABLE parent (a INTEGER PRIMARY KEY);
            CREATE TABLE child (a REFERENCES parent);
            INSERT INTO parent VALUES (1);
            INSERT INTO child VALUES (1);
        """)
        with closing(nordlys.new_york_database(path, prefix="raw_")) as second:
            names = second.execute("SELECT name FROM sqlite_schema").fetchall()
            assert names == [("raw_flights",)]


def test_a_stranger_s_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "thesis.db"
    with closing(sqlite3.connect(path)) as thesis:
        thesis.execute("CREATE TABLE chapters (a)")
        with pytest.raises(ValueError, match=r"other tables \(chapters\)"):
            nordlys.new_york_database(path)
        assert rows(thesis, "chapters") == 0
