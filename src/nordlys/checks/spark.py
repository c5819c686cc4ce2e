"""Checks of the exercises on Spark."""

from typing import Any

import numpy as np

from nordlys.checks import exercise, expect

LAYOUTS = {
    "requests": [{"day"}],
    "claims": [{"country", "year"}],
    "flights": [set()],
}


def _session() -> Any:
    """Return the session of the notebook, or start one that ends with the program."""
    from nordlys.lifetime import keep_open
    from nordlys.machines import SparkMissingError, spark_session
    from nordlys.machines.spark import spark_environment

    try:
        with spark_environment():
            from pyspark.sql import SparkSession
    except SparkMissingError as problem:
        raise AssertionError(f"this needs Spark, and {problem}") from problem
    return SparkSession.getActiveSession() or keep_open(spark_session())


def _shuffles(frame: Any) -> int:
    """Count the shuffles in the plan of a frame."""
    import io
    import re
    from contextlib import redirect_stdout

    with redirect_stdout(io.StringIO()) as text:
        frame.explain()
    return len(re.findall(r"\bExchange ", text.getvalue()))


def _is_frame(answer: Any) -> bool:
    """Say whether something is a data frame of Spark."""
    from pyspark.sql import DataFrame

    return isinstance(answer, DataFrame)


@exercise("lazy-lines")
def lazy_lines(answer: Any, rng: np.random.Generator) -> None:
    """Compare the numbers of lines."""
    expect(isinstance(answer, set | frozenset | list | tuple), "give a set of numbers")
    given = set(answer)
    expect(given <= set(range(1, 8)), "the lines have the numbers 1 to 7")
    expect(2 not in given, "line 2 asks to keep rows, but does it ask for rows?")
    expect(not given & {1, 3, 5}, "some of your lines only describe")
    expect(6 not in given, "the rows of line 6 were kept, by which line?")
    expect(4 in given, "nothing is kept before an action has read it")
    expect(7 in given, "did the lines before have the rows that line 7 needs?")


@exercise("fewer-shuffles")
def fewer_shuffles(answer: Any, rng: np.random.Generator) -> None:
    """Compare rows and shuffles on drawn flights."""
    expect(callable(answer), "give the function itself, without calling it")
    spark = _session()
    carriers = ["AA", "B6", "DL", "UA"]
    rows = [
        (int(month), carriers[carrier], int(bad))
        for month, carrier, bad in rng.integers((6, 0, 0), (9, 4, 2), (60, 3))
    ]
    flights = spark.createDataFrame(rows, ["month", "carrier", "bad"])
    flights = flights.repartition(3)  # so that a group needs a shuffle
    # Two airlines share a name, and one has none.
    named = [("AA", "Alpha"), ("B6", "Beta"), ("DL", "Beta")]
    values = ", ".join(map(str, named))  # so Spark knows the size, as of a file
    airlines = spark.sql(f"SELECT * FROM VALUES {values} AS named (carrier, name)")
    given = answer(flights, airlines)
    expect(_is_frame(given), f"it returned {type(given).__name__}, no frame of Spark")
    names = [name.lower() for name in given.columns]
    expect(len(names) == 2, f"its columns are {names}: the name and the share")
    wanted: dict[str, list[int]] = {}
    for month, carrier, bad in rows:
        if month == 7 and carrier in dict(named):
            wanted.setdefault(dict(named)[carrier], []).append(bad)
    found = {row[0]: row[1] for row in given.collect()}
    expect(set(found) == set(wanted), f"it has rows for {sorted(map(str, found))}")
    for name, bads in wanted.items():
        expect(
            found[name] is not None and abs(found[name] - np.mean(bads)) < 1e-9,
            f"for {name} it says {found[name]}, expected {np.mean(bads)}",
        )
    count = _shuffles(given) - 1  # ours
    expect(count <= 1, f"it has {count} shuffles: look for what asks for each")
    expect(count == 1, "it has no shuffle: has one process got all the rows?")


@exercise("hot-salt")
def hot_salt(answer: Any, rng: np.random.Generator) -> None:
    """Salt drawn requests of one customer, and join."""
    expect(callable(answer), "give the function itself, without calling it")
    spark = _session()
    hot, salts = int(rng.integers(0, 10)), int(rng.integers(3, 7))
    requests = spark.range(400).selectExpr(
        "id AS request", f"IF(id % 20 < 10, {hot}, id % 20) AS customer"
    )
    contracts = spark.range(20).selectExpr("id AS customer", "2 + id AS price")
    given = answer(requests, contracts, hot, salts)
    pair = isinstance(given, tuple | list) and len(given) == 2
    expect(pair and all(map(_is_frame, given)), "return two frames of Spark")
    left, right = given
    for name, frame, own in (
        ("requests", left, "request"),
        ("contracts", right, "price"),
    ):
        missing = sorted({"customer", "salt", own} - set(frame.columns))
        expect(not missing, f"the {name} have no column {', '.join(missing)}")
    lefts = [(r["request"], r["customer"], r["salt"]) for r in left.collect()]
    expect(len(lefts) == 400, f"400 requests became {len(lefts)}")
    rights = [(r["customer"], r["salt"]) for r in right.collect()]
    expect(
        len(rights) == 20 + salts - 1,
        f"20 contracts became {len(rights)} with {salts} salts",
    )
    cold = {salt for _, customer, salt in lefts if customer != hot}
    expect(cold == {0}, f"customers other than {hot} have the salts {cold}")
    warm = {salt for _, customer, salt in lefts if customer == hot}
    expect(
        warm == set(range(salts)),
        f"customer {hot} has the salts {sorted(warm)}, expected 0 to {salts - 1}",
    )
    wanted = {(n, 0) for n in range(20)} | {(hot, salt) for salt in range(salts)}
    unmatched = sorted(wanted - set(rights))
    expect(not unmatched, f"no contract for (customer, salt) {unmatched[:3]}")
    largest = max(
        sum(1 for _, customer, salt in lefts if (customer, salt) == (hot, number))
        for number in range(salts)
    )
    expect(
        largest < 1.8 * 200 / salts,
        f"one salt has {largest} rows of the large customer: spread them evenly",
    )


@exercise("store-layout")
def store_layout(answer: Any, rng: np.random.Generator) -> None:
    """Compare the columns of each store, in any order."""
    expect(isinstance(answer, dict), "give a dictionary")
    expect(set(answer) == set(LAYOUTS), f"its keys are {', '.join(LAYOUTS)}")
    for store, columns in answer.items():
        expect(not isinstance(columns, str), f"for {store} give a list of columns")
        expect(
            set(columns) in LAYOUTS[store],
            f"for {store}: how large is a folder, and how many of them must a reader "
            "open who asks as the table says?",
        )
