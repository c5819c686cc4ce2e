"""Plausible wrong answers to the exercises on calling APIs; each must be rejected."""

import random
from contextlib import suppress


def retries_every_post(method: str, status: int | None, has_key: bool) -> bool:
    return status is None or status in {429, 502, 503, 504}


def retries_every_error(method: str, status: int | None, has_key: bool) -> bool:
    repeatable = has_key or method not in {"POST", "PATCH"}
    return repeatable and (status is None or status >= 400)


def knows_three_methods(method: str, status: int | None, has_key: bool) -> bool:
    temporary = status is None or status in {429, 502, 503, 504}
    return temporary and (has_key or method in {"GET", "PUT", "DELETE"})


def repeats_all_above_500(method: str, status: int | None, has_key: bool) -> bool:
    temporary = status is None or status == 429 or status > 500
    return temporary and (has_key or method not in {"POST", "PATCH"})


def excuses_a_refused_post(method: str, status: int | None, has_key: bool) -> bool:
    temporary = status is None or status in {429, 502, 503, 504}
    repeatable = has_key or status == 429 or method not in {"POST", "PATCH"}
    return temporary and repeatable


def thinks_silence_is_final(method: str, status: int | None, has_key: bool) -> bool:
    repeatable = has_key or method not in {"POST", "PATCH"}
    return repeatable and status in {429, 502, 503, 504}


def right_collect(get_page, stop_empty=False, twice=False, circles=False):
    """Do it right, for the answers that err in one place."""
    good, rejected, used, cursor = {}, {}, set(), ""
    while cursor is not None:
        if cursor in used and not circles:
            raise RuntimeError(cursor)
        used.add(cursor)
        page = get_page(cursor)
        if stop_empty and not page["items"]:
            break
        for index, item in enumerate(page["items"]):
            table = good if is_good(item["gate"]) else rejected
            table[(item["id"], cursor, index) if twice else item["id"]] = item
        cursor = page["next"]
    return list(good.values()), list(rejected.values())


def is_good(gate) -> bool:
    return isinstance(gate, int) and gate > 0


def stops_at_an_empty_page(get_page):
    return right_collect(get_page, stop_empty=True)


def keeps_repeated_pages(get_page):
    return right_collect(get_page, twice=True)


def compares_with_the_page_before(get_page):
    good, rejected, used, cursor, before = [], [], set(), "", None
    while cursor is not None:
        if cursor in used:
            raise RuntimeError(cursor)
        used.add(cursor)
        page = get_page(cursor)
        if page["items"] and page["items"] != before:
            for item in page["items"]:
                (good if is_good(item["gate"]) else rejected).append(item)
            before = page["items"]
        cursor = page["next"]
    return good, rejected


def orders_by_last_appearance(get_page):
    seen = []

    def noting(cursor):
        page = get_page(cursor)
        seen.extend(item["id"] for item in page["items"])
        return page

    parts = right_collect(noting)
    place = {number: index for index, number in enumerate(seen)}
    return [sorted(part, key=lambda item: place[item["id"]]) for part in parts]


def walks_in_circles(get_page):
    return right_collect(get_page, circles=True)


def counts_the_pages(get_page):
    calls = []

    def counted(cursor):
        calls.append(cursor)
        if len(calls) > 40:
            raise RuntimeError(cursor)
        return get_page(cursor)

    return right_collect(counted, circles=True)


def ends_a_circle_quietly(get_page):
    with suppress(RuntimeError):
        return right_collect(get_page)


def begins_with_none(get_page):
    return right_collect(lambda cursor: get_page(cursor or None))


def lists_ids(get_page):
    return [[item["id"] for item in part] for part in right_collect(get_page)]


def returns_only_ids(get_page):
    good, rejected = right_collect(get_page)
    return [{"id": item["id"]} for item in good], rejected


def drops_the_rejected(get_page):
    return right_collect(get_page)[0]


def stores_everything(get_page):
    good, rejected = right_collect(get_page)
    return good + rejected, []


def takes_zero_for_a_gate(get_page):
    good, rejected = right_collect(get_page)
    zero = [item for item in rejected if item["gate"] == 0]
    return good + zero, [item for item in rejected if item["gate"] != 0]


def reads_a_number_in_quotes(get_page):
    good, rejected = right_collect(get_page)
    seven = [item for item in rejected if item["gate"] == "7"]
    return good + seven, [item for item in rejected if item["gate"] != "7"]


def takes_half_a_gate(get_page):
    good, rejected = right_collect(get_page)
    half = [item for item in rejected if item["gate"] == 2.5]
    return good + half, [item for item in rejected if item["gate"] != 2.5]


def sorts_by_id(get_page):
    good, rejected = right_collect(get_page)
    return sorted(good, key=lambda item: item["id"]), rejected


def asks_again_at_the_cap(attempt: int, told, cap: float) -> float:
    wait = next_wait(attempt, told, cap)
    return cap if wait is None else wait


def obeys_without_a_cap(attempt: int, told, cap: float) -> float:
    return next_wait(attempt, None, cap) if told is None else float(told)


def gives_up_at_the_cap(attempt: int, told, cap: float) -> float | None:
    wait = next_wait(attempt, told, cap)
    return None if wait is None or wait >= cap else wait


def gives_up_when_told_nothing(attempt: int, told, cap: float) -> float | None:
    return None if told is None else next_wait(attempt, told, cap)


def takes_zero_for_nothing(attempt: int, told, cap: float) -> float | None:
    seconds = float(told or 0)
    return next_wait(attempt, told if seconds else None, cap)


def hands_back_the_text(attempt: int, told, cap: float):
    wait = next_wait(attempt, told, cap)
    return wait if told is None or wait is None else told


def backs_off_without_jitter(attempt: int, told, cap: float) -> float | None:
    if told is None:
        return min(0.5 * 2 ** (attempt - 1), cap)
    return next_wait(attempt, told, cap)


def adds_a_little_jitter(attempt: int, told, cap: float) -> float | None:
    if told is None:
        return min(0.5 * 2 ** (attempt - 1) * random.uniform(0.9, 1), cap)
    return next_wait(attempt, told, cap)


def counts_attempts_from_zero(attempt: int, told, cap: float) -> float | None:
    return next_wait(attempt + 1, told, cap)


def never_grows(attempt: int, told, cap: float) -> float | None:
    return next_wait(1, told, cap)


def forgets_the_cap_of_its_own(attempt: int, told, cap: float) -> float | None:
    if told is None:
        return random.uniform(0, 0.5 * 2 ** (attempt - 1))
    return next_wait(attempt, told, cap)


def caps_after_the_draw(attempt: int, told, cap: float) -> float | None:
    if told is None:
        return min(random.uniform(0, 0.5 * 2 ** (attempt - 1)), cap)
    return next_wait(attempt, told, cap)


def next_wait(attempt: int, told, cap: float) -> float | None:
    """Do it right, for the answers that err in one place."""
    if told is None:
        return random.uniform(0, min(0.5 * 2 ** (attempt - 1), cap))
    return float(told) if float(told) <= cap else None


WRONG = {
    "may-retry": [
        retries_every_post,  # a time-out means that nothing happened
        retries_every_error,  # every error goes away with time
        knows_three_methods,  # what is not named on the page may not be repeated
        repeats_all_above_500,  # only 500 itself is a mistake in a program
        excuses_a_refused_post,  # a refusal proves that nothing was carried out
        lambda method, status, has_key: None,  # forgets to return
        thinks_silence_is_final,  # no answer is not a failure to repeat
    ],
    "collect-pages": [
        stops_at_an_empty_page,  # an empty page is the last page
        keeps_repeated_pages,  # the service sends each record once
        compares_with_the_page_before,  # a page is repeated at once
        orders_by_last_appearance,  # the last word gives the place, too
        lists_ids,  # an id is enough
        returns_only_ids,  # a record is its id
        begins_with_none,  # no cursor is None
        ends_a_circle_quietly,  # a circle is an end like any other
        counts_the_pages,  # a circle is a long way
        walks_in_circles,  # a supplier's cursor always leads on
        drops_the_rejected,  # what is wrong may be forgotten
        stores_everything,  # 200 OK means that the data are right
        takes_zero_for_a_gate,  # every whole number is a gate
        reads_a_number_in_quotes,  # a text of digits is a number
        takes_half_a_gate,  # every number above zero is a gate
        sorts_by_id,  # any order will do
    ],
    "next-wait": [
        asks_again_at_the_cap,  # a cap shortens what the supplier says
        obeys_without_a_cap,  # a supplier never asks for an hour
        gives_up_at_the_cap,  # the cap itself is too long
        gives_up_when_told_nothing,  # silence is a refusal
        takes_zero_for_nothing,  # "0" is the same as no header
        hands_back_the_text,  # a header is a number
        backs_off_without_jitter,  # growing is enough
        adds_a_little_jitter,  # any jitter scatters a crowd
        counts_attempts_from_zero,  # the first try is number zero
        never_grows,  # the same wait after each failure
        forgets_the_cap_of_its_own,  # the cap is for what the supplier says
        caps_after_the_draw,  # a cap may come after the draw
    ],
}
