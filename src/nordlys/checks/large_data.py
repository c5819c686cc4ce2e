"""Checks of the exercises on large data."""

import gc
import tempfile
import tracemalloc
import weakref
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd

from nordlys.checks import exercise, expect

BYTES = {"float64": 8, "int64": 8, "int16": 2, "float32": 4, "int8": 1}


@exercise("table-megabytes")
def table_megabytes(answer: Any, rng: np.random.Generator) -> None:
    """Ask about drawn files of which only the footer is left."""
    expect(callable(answer), "give the function itself, without calling it")
    for _ in range(3):
        rows = int(rng.integers(20_000, 60_000))
        kinds = [*rng.permutation(list(BYTES)), "text", "time"]
        table = pd.DataFrame({f"c{i}": _column(k, rows) for i, k in enumerate(kinds)})
        sizes = [BYTES.get(kind, 16 if kind == "text" else 8) for kind in kinds]
        chosen = sorted(rng.permutation(len(kinds))[:4])
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "table.parquet")
            table.to_parquet(path, index=False, row_group_size=rows // 2)
            content = path.read_bytes()
            footer = int.from_bytes(content[-8:-4], "little") + 8
            blank = bytes(len(content) - footer - 4)
            path.write_bytes(content[:4] + blank + content[-footer:])
            try:
                given = answer(path, [f"c{i}" for i in chosen])
            except OSError as problem:
                expect(False, f"it reads the data, and these are gone: {problem}")
        right = rows * sum(sizes[i] for i in chosen) / 1e6
        expect(
            isinstance(given, int | float | np.number),
            f"it returned {type(given).__name__}, expected a number",
        )
        what = ", ".join(str(kinds[i]) for i in chosen)
        expect(
            np.isclose(given, right, rtol=1e-3),
            f"for {rows:,} rows of {what} it says {given:.3f}, expected {right:.3f}",
        )


def _column(kind: str, rows: int) -> pd.Series:
    if kind == "text":
        return pd.Series(["EWR"] * rows)
    if kind == "time":
        return pd.Series(pd.Timestamp("2013-07-10")).repeat(rows).reset_index(drop=True)
    return pd.Series(np.zeros(rows, kind))


@exercise("late-evenings")
def late_evenings(answer: Any, rng: np.random.Generator) -> None:
    """Compare with pandas on two drawn files, while pandas may not read them."""
    expect(callable(answer), "give the function itself, without calling it")
    for _ in range(2):
        table = _flights(rng)
        right = _late_evenings(table)
        with tempfile.TemporaryDirectory() as folder:
            for number, part in enumerate(np.array_split(np.arange(len(table)), 2)):
                path = Path(folder, f"{number}.parquet")
                table.iloc[part].to_parquet(path, index=False)
            refusal = AssertionError("pandas reads the whole table: use another engine")
            with (
                patch("pandas.read_parquet", side_effect=refusal),
                patch("pyarrow.parquet.read_table", side_effect=refusal),
                patch(
                    "polars.read_parquet",
                    side_effect=AssertionError(
                        "polars.read_parquet holds the whole table: scan it"
                    ),
                ),
                patch("polars.LazyFrame.collect", _watched(len(table))),
                _watched_duckdb(len(table)),
            ):
                given = answer(folder)
        if hasattr(given, "collect"):
            expect(False, "it returned a plan: collect it")
        if hasattr(given, "to_pandas"):
            given = given.to_pandas()
        expect(
            isinstance(given, pd.DataFrame),
            f"it returned {type(given).__name__}, expected a data frame",
        )
        expect(
            list(given) == list(right),
            f"its columns are {list(given)}, expected {list(right)}",
        )
        expect(len(given) == len(right), f"it has {len(given)} rows, expected 5")
        given = given.reset_index(drop=True)
        for name in right:
            same = (
                np.allclose(given[name].astype(float), right[name])
                if name in ("flights", "delay")
                else given[name].tolist() == right[name].tolist()
            )
            expect(
                same,
                f"the column {name} is {given[name].tolist()}, expected "
                f"{right[name].tolist()}",
            )


def _watched(rows: int) -> Callable:
    """Return Polars' ``collect``, which refuses to hold a table of so many rows."""
    import polars as pl

    collect = pl.LazyFrame.collect

    def watched(frame: pl.LazyFrame, *words: Any, **options: Any) -> Any:
        result = collect(frame, *words, **options)
        expect(
            getattr(result, "height", 0) < rows,
            "collect holds the whole table: filter and group before it",
        )
        return result

    return watched


def _watched_duckdb(rows: int) -> ExitStack:
    """Refuse that DuckDB hands out a table of so many rows, until the block ends."""
    import duckdb

    def look(hands_out: Callable) -> Callable:
        def watched(asked: Any, *words: Any, **options: Any) -> Any:
            result = hands_out(asked, *words, **options)
            expect(
                not hasattr(result, "__len__") or len(result) < rows,
                "DuckDB hands out the whole table: filter and group in the question",
            )
            return result

        return watched

    names = ("df", "to_df", "fetchdf", "fetch_df", "pl", "fetchall")
    with ExitStack() as stack:
        for kind in (duckdb.DuckDBPyRelation, duckdb.DuckDBPyConnection):
            for name in names:
                if hasattr(kind, name):
                    watched = look(getattr(kind, name))
                    stack.enter_context(patch.object(kind, name, watched))
        return stack.pop_all()


def _late_evenings(table: pd.DataFrame) -> pd.DataFrame:
    routes = table[table["hour"] >= 18].groupby(["origin", "dest"], as_index=False)
    found = routes.agg(flights=("hour", "size"), delay=("arr_delay", "mean"))
    found = found[found["flights"] >= 20].sort_values("delay", ascending=False)
    return found.head(5).reset_index(drop=True)


def _flights(rng: np.random.Generator) -> pd.DataFrame:
    """Draw flights; one route is rare and late, one never has a delay, hours repeat."""
    routes = [(o, d) for o in ("EWR", "JFK") for d in "ABCDEFG"]
    weights = np.array([2.0] * 12 + [1.0, 1.0])
    picks = rng.choice(len(routes), 3000, p=weights / weights.sum())
    table = pd.DataFrame([routes[i] for i in picks], columns=["origin", "dest"])
    table["hour"] = rng.integers(5, 24, len(table))
    table["arr_delay"] = rng.normal(10, 40, len(table)).round(2) + 10 * picks
    table.loc[rng.random(len(table)) < 0.2, "arr_delay"] = np.nan
    table.loc[picks == 0, "arr_delay"] = np.nan  # no delay is known: NULL
    rare = pd.DataFrame({"origin": "LGA", "dest": "Z", "hour": [19] * 19})
    edge = pd.DataFrame({"origin": "LGA", "dest": "Y", "hour": [18] * 20})
    rare["arr_delay"], edge["arr_delay"] = 900.0, 500.0
    edge.loc[:2, "arr_delay"] = np.nan  # twenty flights, seventeen delays
    return pd.concat([table, rare, edge]).sample(frac=1, random_state=rng.integers(99))


@exercise("chunk-means")
def chunk_means(answer: Any, rng: np.random.Generator) -> None:
    """Hand out unequal chunks, and look whether they are let go."""
    expect(callable(answer), "give the function itself, without calling it")
    for _ in range(2):
        chunks = [_delays(rng, rows) for rows in (5, 400, 60, 900, 30, 250)]
        right = pd.concat(chunks).groupby("carrier")["arr_delay"].mean()
        held: list[int] = []
        given = answer(_one_by_one(chunks, held))
        expect(
            isinstance(given, pd.Series),
            f"it returned {type(given).__name__}, expected a series",
        )
        expect(
            set(given.index) == set(right.index),
            f"its carriers are {sorted(given.index)}, expected {sorted(right.index)}",
        )
        for carrier, delay in right.items():
            expect(
                np.isclose(given[carrier], delay, equal_nan=True),
                f"for {carrier} it says {given[carrier]:.3f}, expected {delay:.3f}",
            )
        expect(
            max(held) <= 1,
            f"it held {max(held)} chunks when the next one came: keep sums only",
        )
    _lets_go(answer, [_delays(rng, 10_000) for _ in range(12)])


def _lets_go(answer: Any, chunks: list[pd.DataFrame]) -> None:
    """Expect that memory does not grow from chunk to chunk, as with copies of rows."""
    used = []

    def one_by_one() -> Iterator[pd.DataFrame]:
        for chunk in chunks:
            gc.collect()
            used.append(tracemalloc.get_traced_memory()[0])
            yield chunk.copy()

    gc.freeze()
    was_on = tracemalloc.is_tracing()
    tracemalloc.start()
    try:
        answer(one_by_one())
    finally:
        gc.unfreeze()
        if not was_on:
            tracemalloc.stop()
    rows = (used[-1] - used[2]) / 8  # a delay has eight bytes
    expect(
        rows < 5 * len(chunks[0]),
        f"its memory grows with the rows, after {len(chunks)} chunks by that of "
        f"{rows:,.0f} delays: keep sums and counts only",
    )


def _one_by_one(chunks: list[pd.DataFrame], held: list[int]) -> Iterator[pd.DataFrame]:
    """Hand out copies, and note how many of them are still alive."""
    given: list[weakref.ref] = []
    gc.freeze()  # what was there before is no chunk, and collecting it takes long
    try:
        for chunk in chunks:
            gc.collect()
            held.append(sum(one() is not None for one in given))
            copy = chunk.copy()
            given.append(weakref.ref(copy))
            yield copy
            del copy
    finally:
        gc.unfreeze()


def _delays(rng: np.random.Generator, rows: int) -> pd.DataFrame:
    carriers = rng.choice(["AA", "DL", "UA", "HA"], rows, p=[0.3, 0.3, 0.3, 0.1])
    delay = rng.normal(5, 40, rows).round(1) + rows / 20
    delay[rng.random(rows) < 0.2] = np.nan
    delay[carriers == "HA"] = np.nan
    return pd.DataFrame({"carrier": carriers, "arr_delay": delay})
