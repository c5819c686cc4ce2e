"""Checkers of the section on pipelines."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from nordlys.checks import exercise, expect


def _state(database: Any) -> tuple[list, list]:
    revenue = database.execute(
        "SELECT month, booking, ROUND(euros, 2) FROM revenue ORDER BY ALL"
    ).fetchall()
    totals = database.execute(
        "SELECT month, ROUND(euros, 2) FROM totals ORDER BY ALL"
    ).fetchall()
    return revenue, totals


@exercise("load-month")
def load_month(answer: Any, rng: np.random.Generator) -> None:
    """Load over what a bad load has left, then a new month, and once with a failure."""
    import duckdb

    expect(callable(answer), "give the function itself, without calling it")
    months = ("2013-05", "2013-06", "2013-07")
    rows = {
        month: pd.DataFrame(
            {
                "month": month,
                "booking": rng.permutation(900)[:5],
                "euros": rng.integers(10, 200, 5).astype(float),
            }
        )
        for month in months
    }
    may, june, _ = (rows[month] for month in months)
    with duckdb.connect() as database:
        database.execute("CREATE TABLE revenue (month TEXT, booking INT, euros DOUBLE)")
        database.execute(
            "CREATE TABLE totals (month TEXT, euros DOUBLE CHECK (euros < 1e6))"
        )
        for name in ("may", "june", "june"):  # June has been loaded twice
            database.execute(f"INSERT INTO revenue SELECT * FROM {name}")
        values = [months[0], float(may["euros"].sum()), months[1], 12345.0]
        database.execute("INSERT INTO totals VALUES (?, ?), (?, ?)", values)
        calls = {"a first call": 2, "a second call": 2, "the call for a new month": 3}
        for time, count in calls.items():
            month = months[count - 1]
            parts = {name: rows[name] for name in months[:count]}
            wanted = (
                sorted(
                    (m, int(b), float(e))
                    for part in parts.values()
                    for m, b, e in part.itertuples(index=False)
                ),
                [(m, float(part["euros"].sum())) for m, part in parts.items()],
            )
            answer(database, rows[month].copy(), month)
            revenue, totals = _state(database)
            expect(
                revenue == wanted[0],
                f"after {time} revenue holds {len(revenue)} rows, expected "
                f"{len(wanted[0])}: those of the month once, and those of the others",
            )
            expect(
                totals == wanted[1],
                f"after {time} totals holds {totals}, expected {wanted[1]}",
            )
        large = june.assign(euros=june["euros"] + 1e6)
        try:
            answer(database, large, months[1])
        except duckdb.Error:
            left = _state(database)
            expect(
                left == wanted,
                "the table refused the total, and the rows have changed all the same: "
                "put everything into one transaction, and take it back",
            )
            return
    expect(
        False, "the table refused a total, and nobody heard of it: let errors through"
    )


@exercise("backfill-days")
def backfill_days(answer: Any, rng: np.random.Generator) -> None:
    """Leave gaps in drawn months, and let the supplier fail for some days."""
    expect(callable(answer), "give the function itself, without calling it")
    for first, last in (("2013-02-25", "2013-03-04"), ("2013-07-01", "2013-07-01")):
        days = list(pd.date_range(first, last).strftime("%Y-%m-%d"))
        have = {day for day in days[4:-1] if rng.random() < 0.5} | {"2013-01-01"}
        have |= set(days[1:2])
        asleep = set(days[3:4])
        called: list[str] = []
        wanted = [day for day in days if day not in have]

        def load(day: str, asleep: set = asleep, called: list = called) -> None:
            called.append(day)
            if day in asleep:
                raise OSError("the supplier does not answer")

        given = answer(set(have), first, last, load)
        told = f"from {first} to {last} with {sorted(have)} there"
        expect(called == wanted, f"{told} it asked for {called}, expected {wanted}")
        good = [day for day in wanted if day not in asleep]
        expect(
            isinstance(given, list) and given == good,
            f"{told} and no answer for {sorted(asleep)} it returned {given}, "
            f"expected {good}",
        )

    def broken(day: str) -> None:
        raise KeyError(day)

    try:
        answer(set(), "2013-07-01", "2013-07-02", broken)
    except KeyError:
        return
    expect(False, "an error in the code, a KeyError, was passed over: let it through")


@exercise("landings-resource")
def landings_resource(answer: Any, rng: np.random.Generator) -> None:
    """Run the resource twice in a folder of its own, with corrections."""
    expect(callable(answer), "give the resource itself, without calling it")
    first = [(number, int(rng.integers(-20, 60))) for number in range(6)]
    second = [(number, delay + 1) for number, delay in first[3:]]
    second += [(number, 5) for number in range(6, 9)]
    with tempfile.TemporaryDirectory() as folder:
        # The corrections arrive half an hour later.
        loads = (first, 10), (second, 40), (second, 40)
        counts = [_loaded(answer, *load, Path(folder)) for load in loads]
    wanted = [dict(first), dict(first) | dict(second)]
    wanted.append(wanted[1])
    for given, right, what in zip(
        counts, wanted, ("the first", "the second", "a repeated"), strict=True
    ):
        expect(
            len(given) == len(right),
            f"after {what} load there are {len(given)} rows, expected {len(right)}, "
            "one for each number",
        )
        expect(
            dict(given) == right,
            f"after {what} load the delays are {dict(given)}, expected {right}",
        )


def _loaded(
    answer: Callable, rows: list[tuple], minute: int, folder: Path
) -> list[tuple]:
    """Load rows on two pages; return number and delay of what the table holds."""
    import dlt
    import duckdb

    items = [{"number": n, "arrived": f"{n:02}:{minute}", "delay": d} for n, d in rows]
    pages = [items[: len(items) // 2], items[len(items) // 2 :]]
    where = dlt.destinations.duckdb(str(folder / "check.duckdb"))
    pipeline = dlt.pipeline(
        "check",
        destination=where,
        dataset_name="raw",
        pipelines_dir=str(folder / "pipelines"),
    )
    pipeline.run(answer(pages))
    with duckdb.connect(str(folder / "check.duckdb")) as database:
        tables = "SELECT table_name FROM information_schema.tables"
        names = [name for (name,) in database.execute(tables).fetchall()]
        expect("landings" in names, f"there is no table landings, but {sorted(names)}")
        sql = "SELECT number, delay FROM raw.landings ORDER BY number"
        return database.execute(sql).fetchall()
