"""A job of 24 tasks that take a while, for local threads or for a cluster."""

import time
from collections.abc import Iterable, Iterator

from pyspark.sql import SparkSession

ROWS, TASKS, PAUSE = 336_776, 24, 0.25


def count_slowly(part: Iterable[int]) -> Iterator[int]:
    """Yield the number of rows of one partition, after a quarter of a second."""
    time.sleep(PAUSE)
    yield sum(1 for _ in part)


def count_rows(spark: SparkSession) -> int:
    """Return the number of all rows, counted in one task for each partition."""
    rows = spark.sparkContext.parallelize(range(ROWS), TASKS)
    return rows.mapPartitions(count_slowly).sum()
