"""Answers to the exercises on pipelines, wrong and right."""

import contextlib
import datetime as dt

import dlt

SUM = """INSERT INTO totals SELECT month, SUM(euros) FROM revenue
    WHERE month = ? GROUP BY month"""
ROWS = "INSERT INTO revenue SELECT month, booking, euros FROM rows"


def appends(database, rows, month):
    database.execute(ROWS)
    database.execute(SUM, [month])


def forgets_the_total(database, rows, month):
    database.execute("DELETE FROM revenue WHERE month = ?", [month])
    database.execute(ROWS)
    database.execute(
        "UPDATE totals SET euros = euros + ?", [float(rows["euros"].sum())]
    )


def deletes_all(database, rows, month):
    database.execute("DELETE FROM revenue")
    database.execute("DELETE FROM totals")
    database.execute(ROWS)
    database.execute(SUM, [month])


def no_transaction(database, rows, month):
    database.execute("DELETE FROM revenue WHERE month = ?", [month])
    database.execute("DELETE FROM totals WHERE month = ?", [month])
    database.execute(ROWS)
    database.execute(SUM, [month])


def swallows(database, rows, month):
    database.execute("BEGIN")
    try:
        no_transaction(database, rows, month)
        database.execute("COMMIT")
    except Exception:
        database.execute("ROLLBACK")


def changes_the_old_total(database, rows, month):
    # A month that is new has no row to be changed.
    total = float(rows["euros"].sum())
    database.execute("BEGIN")
    try:
        database.execute("DELETE FROM revenue WHERE month = ?", [month])
        database.execute(ROWS)
        database.execute("UPDATE totals SET euros = ? WHERE month = ?", [total, month])
        database.execute("COMMIT")
    except BaseException:
        database.execute("ROLLBACK")
        raise


def total_first(database, rows, month):
    # The total from the data frame, and by executemany's sister.
    database.execute("BEGIN TRANSACTION")
    try:
        database.execute("DELETE FROM totals WHERE month = $1", [month])
        database.execute("DELETE FROM revenue WHERE month = $1", [month])
        database.execute(
            "INSERT INTO totals VALUES (?, ?)", [month, float(rows["euros"].sum())]
        )
        database.execute("INSERT INTO revenue SELECT month, booking, euros FROM rows")
    except Exception:
        database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")


def _days(first, last):
    day, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    while day <= end:
        yield str(day)
        day += dt.timedelta(days=1)


def loads_all(have, first, last, load):
    loaded = []
    for day in _days(first, last):
        try:
            load(day)
        except OSError:
            continue
        loaded.append(day)
    return loaded


def stops_at_a_failure(have, first, last, load):
    loaded = []
    for day in _days(first, last):
        if day not in have:
            try:
                load(day)
            except OSError:
                break
            loaded.append(day)
    return loaded


def counts_failures(have, first, last, load):
    missing = [day for day in _days(first, last) if day not in have]
    for day in missing:
        with contextlib.suppress(OSError):
            load(day)
    return missing


def catches_everything(have, first, last, load):
    loaded = []
    for day in _days(first, last):
        if day not in have:
            try:
                load(day)
            except Exception:
                continue
            loaded.append(day)
    return loaded


def forgets_the_last(have, first, last, load):
    return [d for d in list(_days(first, last))[:-1] if d not in have and not load(d)]


def by_iteration(have, first, last, load):
    # The same without pandas.
    loaded = []
    for day in _days(first, last):
        if day in have:
            continue
        try:
            load(day)
            loaded += [day]
        except OSError as problem:
            print(day, problem)
    return loaded


KEY = {"name": "landings", "primary_key": "number"}


def appended(pages):
    return dlt.resource(pages, name="landings", write_disposition="append")


def replaced(pages):
    return dlt.resource(pages, name="landings", write_disposition="replace")


def wrong_key(pages):
    key = {"name": "landings", "primary_key": ["number", "delay"]}
    return dlt.resource(pages, **key, write_disposition="merge")


def key_of_time(pages):
    key = {"name": "landings", "primary_key": "arrived"}
    return dlt.resource(pages, **key, write_disposition="merge")


def key_with_time(pages):
    key = {"name": "landings", "primary_key": ["number", "arrived"]}
    return dlt.resource(pages, **key, write_disposition="merge")


def wrong_name(pages):
    key = {"name": "arrivals", "primary_key": "number"}
    return dlt.resource(pages, **key, write_disposition="merge")


def only_new(pages):
    # Passes over a correction, whose number is not above the last one.
    new = dlt.sources.incremental("number")
    return row_by_row(pages).apply_hints(incremental=new)


def first_page_only(pages):
    return dlt.resource(pages[:1], **KEY, write_disposition="merge")


def row_by_row(pages):
    rows = (row for page in pages for row in page)
    return dlt.resource(rows, **KEY, write_disposition="merge")


WRONG = {
    "load-month": [
        appends,
        forgets_the_total,
        deletes_all,
        no_transaction,
        swallows,
        changes_the_old_total,
        "DELETE FROM revenue",
    ],
    "backfill-days": [
        loads_all,
        stops_at_a_failure,
        counts_failures,
        catches_everything,
        forgets_the_last,
        ["2013-07-01"],
    ],
    "landings-resource": [
        appended,
        replaced,
        wrong_key,
        key_of_time,
        key_with_time,
        wrong_name,
        first_page_only,
        only_new,
        "landings",
    ],
}
ALSO_RIGHT = {
    "load-month": [total_first],
    "backfill-days": [by_iteration],
    "landings-resource": [row_by_row],
}
