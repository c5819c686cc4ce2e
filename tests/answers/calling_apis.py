"""Plausible wrong answers to the exercises on calling APIs; each must be rejected."""

import random
from datetime import datetime
from email.utils import parsedate_to_datetime


def retries_every_post(method: str, status: int | None, has_key: bool) -> bool:
    return status is None or status in {429, 502, 503, 504}


def retries_every_error(method: str, status: int | None, has_key: bool) -> bool:
    repeatable = has_key or method not in {"POST", "PATCH"}
    return repeatable and (status is None or status >= 400)


def knows_three_methods(method: str, status: int | None, has_key: bool) -> bool:
    temporary = status is None or status in {429, 502, 503, 504}
    return temporary and (has_key or method in {"GET", "PUT", "DELETE"})


def excuses_a_refused_post(method: str, status: int | None, has_key: bool) -> bool:
    temporary = status is None or status in {429, 502, 503, 504}
    repeatable = has_key or status == 429 or method not in {"POST", "PATCH"}
    return temporary and repeatable


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


def returns_only_ids(get_page) -> list[dict]:
    return [{"id": item["id"]} for item in right_collect(get_page)]


def right_collect(get_page) -> list[dict]:
    found, used, cursor = {}, set(), ""
    while cursor is not None:
        if cursor in used:
            raise RuntimeError(cursor)
        used.add(cursor)
        page = get_page(cursor)
        for item in page["items"]:
            found.setdefault(item["id"], item)
        cursor = page["next"]
    return list(found.values())


def walks_in_circles(get_page) -> list[dict]:
    found, cursor = {}, ""
    while cursor is not None:
        page = get_page(cursor)
        for item in page["items"]:
            found.setdefault(item["id"], item)
        cursor = page["next"]
    return list(found.values())


def knows_only_seconds(attempt: int, told, now: datetime, cap: float) -> float | None:
    if told is None or told.isdigit():
        return next_wait(attempt, told, now, cap)
    return next_wait(attempt, None, now, cap)


def asks_again_at_the_cap(attempt: int, told, now: datetime, cap: float) -> float:
    wait = next_wait(attempt, told, now, cap)
    return cap if wait is None else wait


def obeys_without_a_cap(attempt: int, told, now: datetime, cap: float) -> float:
    if told is None:
        return random.uniform(0, min(0.5 * 2 ** (attempt - 1), cap))
    if told.isdigit():
        return float(told)
    return max((parsedate_to_datetime(told) - now).total_seconds(), 0)


def gives_up_at_the_cap(attempt: int, told, now: datetime, cap: float) -> float | None:
    wait = next_wait(attempt, told, now, cap)
    return None if wait is None or wait >= cap else wait


def gives_up_when_told_nothing(attempt: int, told, now: datetime, cap: float):
    return None if told is None else next_wait(attempt, told, now, cap)


def gives_up_for_the_past(attempt: int, told, now: datetime, cap: float):
    if told is None or told.isdigit():
        return next_wait(attempt, told, now, cap)
    wait = (parsedate_to_datetime(told) - now).total_seconds()
    return wait if 0 <= wait <= cap else None


def waits_for_the_past(attempt: int, told, now: datetime, cap: float) -> float | None:
    if told is None or told.isdigit():
        return next_wait(attempt, told, now, cap)
    wait = (parsedate_to_datetime(told) - now).total_seconds()
    return wait if wait <= cap else None


def strikes_the_time_zone(attempt: int, told, now: datetime, cap: float):
    if told is None or told.isdigit():
        return next_wait(attempt, told, now, cap)
    date = parsedate_to_datetime(told).replace(tzinfo=None)
    wait = max((date - now.replace(tzinfo=None)).total_seconds(), 0)
    return wait if wait <= cap else None


def counts_within_the_day(attempt: int, told, now: datetime, cap: float):
    if told is None or told.isdigit():
        return next_wait(attempt, told, now, cap)
    wait = (parsedate_to_datetime(told) - now).seconds
    return wait if wait <= cap else None


def backs_off_without_jitter(attempt: int, told, now: datetime, cap: float):
    if told is None:
        return min(0.5 * 2 ** (attempt - 1), cap)
    return next_wait(attempt, told, now, cap)


def adds_a_little_jitter(attempt: int, told, now: datetime, cap: float):
    if told is None:
        return min(0.5 * 2 ** (attempt - 1) * random.uniform(0.9, 1), cap)
    return next_wait(attempt, told, now, cap)


def counts_attempts_from_zero(attempt: int, told, now: datetime, cap: float):
    return next_wait(attempt + 1, told, now, cap)


def never_grows(attempt: int, told, now: datetime, cap: float):
    return next_wait(1, told, now, cap)


def forgets_the_cap_of_its_own(attempt: int, told, now: datetime, cap: float):
    if told is None:
        return random.uniform(0, 0.5 * 2 ** (attempt - 1))
    return next_wait(attempt, told, now, cap)


def next_wait(attempt: int, told, now: datetime, cap: float) -> float | None:
    """Do it right, for the answers that err in one place."""
    if told is None:
        return random.uniform(0, min(0.5 * 2 ** (attempt - 1), cap))
    if told.isdigit():
        wait = float(told)
    else:
        wait = max((parsedate_to_datetime(told) - now).total_seconds(), 0.0)
    return wait if wait <= cap else None


WRONG = {
    "may-retry": [
        retries_every_post,  # a time-out means that nothing happened
        retries_every_error,  # every error goes away with time
        knows_three_methods,  # what is not named on the page may not be repeated
        excuses_a_refused_post,  # a refusal proves that nothing was carried out
        thinks_silence_is_final,  # no answer is not a failure to repeat
    ],
    "collect-pages": [
        stops_at_an_empty_page,  # an empty page is the last page
        keeps_repeated_pages,  # the service sends each record once
        returns_only_ids,  # a record is its id
        walks_in_circles,  # a supplier's cursor always leads on
    ],
    "next-wait": [
        knows_only_seconds,  # Retry-After is always a number
        asks_again_at_the_cap,  # a cap shortens what the supplier says
        obeys_without_a_cap,  # a supplier never asks for an hour
        gives_up_at_the_cap,  # the cap itself is too long
        gives_up_when_told_nothing,  # silence is a refusal
        gives_up_for_the_past,  # a date of the past is a mistake
        waits_for_the_past,  # a date is always in the future
        strikes_the_time_zone,  # all clocks show the same zone
        counts_within_the_day,  # .seconds is the length of a time
        backs_off_without_jitter,  # growing is enough
        adds_a_little_jitter,  # any jitter scatters a crowd
        counts_attempts_from_zero,  # the first try is number zero
        never_grows,  # the same wait after each failure
        forgets_the_cap_of_its_own,  # the cap is for what the supplier says
    ],
}
