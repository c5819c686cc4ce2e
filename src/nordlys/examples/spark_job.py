"""Two jobs that take a while, for local threads or for a cluster."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from operator import add

from pyspark.sql import SparkSession

ROWS, TASKS, PAUSE = 336_776, 24, 0.25
GROUPS = 8


def count_slowly(part: Iterable[int]) -> Iterator[int]:
    """Yield the number of rows of one partition, after a quarter of a second."""
    time.sleep(PAUSE)
    yield sum(1 for _ in part)


def count_rows(spark: SparkSession) -> int:
    """Return the number of all rows, counted in one task for each partition."""
    rows = spark.sparkContext.parallelize(range(ROWS), TASKS)
    return rows.mapPartitions(count_slowly).sum()


def count_groups(spark: SparkSession) -> tuple[dict[int, int], int]:
    """Count the rows of eight groups: 24 tasks, a shuffle, and 8 slow tasks.

    Returns:
        The number of rows by group, and how many tasks of the first step finished:
        more than 24 if some ran again.
    """
    finished = spark.sparkContext.accumulator(0)

    def count_part(part: Iterable[int]) -> Iterator[tuple[int, int]]:
        yield from Counter(row % GROUPS for row in part).items()
        finished.add(1)

    def slowly(number: int) -> int:
        time.sleep(4 * PAUSE)
        return number

    rows = spark.sparkContext.parallelize(range(ROWS), TASKS)
    sums = rows.mapPartitions(count_part).reduceByKey(add, GROUPS).mapValues(slowly)
    return dict(sums.collect()), finished.value
