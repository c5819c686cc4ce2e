"""Plausible wrong answers to the exercises on calling APIs; each must be rejected."""

import sqlite3


def retries_every_post(method: str, status: int | None, has_key: bool) -> bool:
    return status is None or status in {429, 502, 503, 504}


def retries_every_error(method: str, status: int | None, has_key: bool) -> bool:
    repeatable = has_key or method not in {"POST", "PATCH"}
    return repeatable and (status is None or status >= 400)


def thinks_silence_is_final(method: str, status: int | None, has_key: bool) -> bool:
    repeatable = has_key or method not in {"POST", "PATCH"}
    return repeatable and status in {429, 502, 503, 504}


def stops_at_an_empty_page(get_page) -> list[dict]:
    found, used, cursor = {}, set(), ""
    while cursor is not None:
        if cursor in used:
            raise RuntimeError(cursor)
        used.add(cursor)
        page = get_page(cursor)
        if not page["items"]:
            break
        found |= {item["id"]: item for item in page["items"]}
        cursor = page["next"]
    return list(found.values())


def keeps_repeated_pages(get_page) -> list[dict]:
    found, used, cursor = [], set(), ""
    while cursor is not None:
        if cursor in used:
            raise RuntimeError(cursor)
        used.add(cursor)
        page = get_page(cursor)
        found += page["items"]
        cursor = page["next"]
    return found


def walks_in_circles(get_page) -> list[dict]:
    found, cursor = {}, ""
    while cursor is not None:
        page = get_page(cursor)
        for item in page["items"]:
            found.setdefault(item["id"], item)
        cursor = page["next"]
    return list(found.values())


def _insert(connection: sqlite3.Connection, records: list[dict], how: str) -> None:
    statement = f"""
        INSERT INTO departures (day, origin, carrier, flight, arr_delay, version)
        VALUES (:day, :origin, :carrier, :flight, :arr_delay, :version) {how}"""
    with connection:
        connection.executemany(statement, records)


def first_wins(connection: sqlite3.Connection, records: list[dict]) -> None:
    _insert(connection, records, "ON CONFLICT DO NOTHING")


def last_wins(connection: sqlite3.Connection, records: list[dict]) -> None:
    _insert(
        connection,
        records,
        "ON CONFLICT (day, origin, carrier, flight) DO UPDATE SET "
        "arr_delay = excluded.arr_delay, version = excluded.version",
    )


def sorts_only_its_own_batch(
    connection: sqlite3.Connection, records: list[dict]
) -> None:
    last_wins(connection, sorted(records, key=lambda record: record["version"]))


def forgets_the_version(connection: sqlite3.Connection, records: list[dict]) -> None:
    _insert(
        connection,
        records,
        "ON CONFLICT (day, origin, carrier, flight) DO UPDATE SET "
        "arr_delay = excluded.arr_delay WHERE excluded.version > departures.version",
    )


WRONG = {
    "1.5": [
        retries_every_post,  # a time-out means that nothing happened
        retries_every_error,  # every error goes away with time
        thinks_silence_is_final,  # no answer is not a failure to repeat
    ],
    "1.6": [
        stops_at_an_empty_page,  # an empty page is the last page
        keeps_repeated_pages,  # the service sends each record once
        walks_in_circles,  # a supplier's cursor always leads on
    ],
    "1.7": [
        first_wins,  # a key that exists needs nothing more
        last_wins,  # what arrives last is newest
        sorts_only_its_own_batch,  # order within a batch is order in time
        forgets_the_version,  # only the delay has to be updated
    ],
}
