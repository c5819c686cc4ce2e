"""Answers to the exercises on large data, wrong and right."""

import duckdb
import pandas as pd
import polars as pl
import pyarrow.parquet as pq


def size(path, columns, text=16, per_value=None):
    schema, total = pq.read_schema(path), 0
    for name in columns:
        try:
            total += per_value or schema.field(name).type.bit_width / 8
        except ValueError:
            total += text
    return pq.read_metadata(path).num_rows * total / 1e6


def eight_each(path, columns):
    return size(path, columns, per_value=8)


def in_bits(path, columns):
    return size(path, columns) * 8


def mebibytes(path, columns):
    return size(path, columns) * 1e6 / 2**20


def all_columns(path, columns):
    return size(path, pq.read_schema(path).names)


def reads_it(path, columns):
    return pd.read_parquet(path, columns=columns).memory_usage(deep=True).sum() / 1e6


def first_group(path, columns):
    rows = pq.read_metadata(path).row_group(0).num_rows
    return size(path, columns) * rows / pq.read_metadata(path).num_rows


def of_file(path, columns):
    return path.stat().st_size / 1e6


def in_words(path, columns):
    return f"{size(path, columns):.1f} MB"


def text_eight(path, columns):
    # A file may hold no text among the columns asked for: all are asked in the end.
    return size(path, columns, text=8)


def by_name(path, columns):
    widths = {"int64": 8, "double": 8, "float": 4, "int16": 2, "int8": 1}
    schema, footer = pq.read_schema(path), pq.read_metadata(path)
    total = 0
    for name in columns:
        kind = str(schema.field(name).type)
        total += widths.get(kind, 8 if kind.startswith("timestamp") else 16)
    return footer.num_rows * total / 1e6


def with_pandas(folder):
    return in_pandas(pd.read_parquet(folder))


def in_pandas(flights):
    evening = flights[flights["hour"] >= 18]
    routes = evening.groupby(["origin", "dest"], as_index=False)
    routes = routes.agg(flights=("hour", "size"), delay=("arr_delay", "mean"))
    routes = routes[routes["flights"] >= 20].sort_values("delay", ascending=False)
    return routes.head(5)


def with_polars(folder, count=None, hour=18, least=20, read=pl.scan_parquet):
    evening = read(f"{folder}/*.parquet").filter(pl.col("hour") >= hour)
    routes = evening.group_by("origin", "dest").agg(
        flights=pl.len() if count is None else count, delay=pl.col("arr_delay").mean()
    )
    routes = routes.filter(pl.col("flights") >= least)
    return routes.sort("delay", descending=True, nulls_last=True).head(5)


def plan_only(folder):
    return with_polars(folder)


def known_only(folder):
    return with_polars(folder, count=pl.col("arr_delay").count()).collect()


def later_hour(folder):
    return with_polars(folder, hour=19).collect()


def more_than(folder):
    return with_polars(folder, least=21).collect()


def no_minimum(folder):
    return with_polars(folder, least=1).collect()


def read_eagerly(folder):
    return with_polars(folder, read=pl.read_parquet)


def collected_first(folder):
    return with_polars(folder, read=lambda path: pl.scan_parquet(path).collect())


def other_name(folder):
    return with_polars(folder).rename({"delay": "mean_delay"}).collect()


def one_file(folder):
    return with_polars(folder).collect().head(4)


SQL = """SELECT origin, dest, COUNT(*) AS flights, AVG(arr_delay) AS delay
    FROM read_parquet(?) WHERE hour >= 18 GROUP BY ALL HAVING COUNT(*) >= 20
    ORDER BY delay DESC NULLS LAST LIMIT 5"""


def with_duckdb(folder):
    return duckdb.execute(SQL, [f"{folder}/*.parquet"]).df()


def nulls_first(folder):
    query = SQL.replace("NULLS LAST", "NULLS FIRST")
    return duckdb.execute(query, [f"{folder}/*.parquet"]).df()


def out_of_duckdb(folder):
    return in_pandas(duckdb.sql(f"FROM '{folder}/*.parquet'").df())


def out_of_a_connection(folder):
    with duckdb.connect() as db:
        return in_pandas(db.execute(f"FROM '{folder}/*.parquet'").fetchdf())


def as_tuples(folder):
    return duckdb.execute(SQL, [f"{folder}/*.parquet"]).fetchall()


def no_delay_is_zero(folder):
    query = SQL.replace("AVG(arr_delay)", "AVG(COALESCE(arr_delay, 0))")
    return duckdb.execute(query, [f"{folder}/*.parquet"]).df()


def all_at_once(chunks):
    return pd.concat(list(chunks)).groupby("carrier")["arr_delay"].mean()


def mean_of_means(chunks):
    parts = [chunk.groupby("carrier")["arr_delay"].mean() for chunk in chunks]
    return pd.concat(parts).groupby("carrier").mean()


def by_size(chunks):
    parts = [c.groupby("carrier")["arr_delay"].agg(["sum", "size"]) for c in chunks]
    total = pd.concat(parts).groupby("carrier").sum()
    return total["sum"] / total["size"]


def last_chunk(chunks):
    for chunk in chunks:
        mean = chunk.groupby("carrier")["arr_delay"].mean()
    return mean


def keeps_chunks(chunks):
    stored, total = [], 0
    for chunk in chunks:
        stored.append(chunk)
        sums = chunk.groupby("carrier")["arr_delay"].agg(["sum", "count"])
        total = sums if isinstance(total, int) else total.add(sums, fill_value=0)
    return total["sum"] / total["count"]


def keeps_columns(chunks):
    kept = [chunk[["carrier", "arr_delay"]] for chunk in chunks]
    return pd.concat(kept).groupby("carrier")["arr_delay"].mean()


def keeps_numbers(chunks):
    delays = {}
    for chunk in chunks:
        for carrier, delay in zip(chunk["carrier"], chunk["arr_delay"], strict=True):
            delays.setdefault(carrier, []).append(delay)
    return pd.Series({carrier: pd.Series(d).mean() for carrier, d in delays.items()})


def drops_unknown(chunks):
    parts = [
        c.dropna().groupby("carrier")["arr_delay"].agg(["sum", "count"]) for c in chunks
    ]
    total = pd.concat(parts).groupby("carrier").sum()
    return total["sum"] / total["count"]


def as_dict(chunks):
    return running(chunks).to_dict()


def running(chunks):
    sums, counts = {}, {}
    for chunk in chunks:
        for carrier, delays in chunk.groupby("carrier")["arr_delay"]:
            sums[carrier] = sums.get(carrier, 0) + delays.sum()
            counts[carrier] = counts.get(carrier, 0) + delays.count()
        del chunk, delays  # else the loop's names hold the last one
    return pd.Series(sums, dtype=float) / pd.Series(counts)


def running_names(chunks):
    # The names of a loop hold one chunk until the next comes, which is allowed.
    total = None
    for chunk in chunks:
        part = chunk.groupby("carrier")["arr_delay"].agg(["sum", "count"])
        total = part if total is None else total.add(part, fill_value=0)
    return total["sum"] / total["count"]


WRONG = {
    "table-megabytes": [
        eight_each,
        in_bits,
        mebibytes,
        all_columns,
        reads_it,
        first_group,
        of_file,
        in_words,
        56.0,
    ],
    "late-evenings": [
        with_pandas,
        plan_only,
        known_only,
        later_hour,
        more_than,
        no_minimum,
        read_eagerly,
        collected_first,
        other_name,
        one_file,
        nulls_first,
        as_tuples,
        out_of_duckdb,
        out_of_a_connection,
        no_delay_is_zero,
        "SELECT 1",
    ],
    "chunk-means": [
        all_at_once,
        mean_of_means,
        by_size,
        last_chunk,
        keeps_chunks,
        keeps_columns,
        keeps_numbers,
        drops_unknown,
        as_dict,
        3.0,
    ],
}
ALSO_RIGHT = {
    "table-megabytes": [by_name],
    "late-evenings": [with_duckdb],
    "chunk-means": [running, running_names],
}
