"""Plausible wrong answers to the exercises of the page on the evening job."""

import pandas as pd


def _days(first, last):
    return list(pd.date_range(first, last).strftime("%Y-%m-%d"))


def after_the_latest(done, today):
    # Goes on after the latest day done, and leaves every hole.
    last = pd.Timestamp(today) + pd.Timedelta(days=1)
    first = max(map(pd.Timestamp, done), default=last - pd.Timedelta(days=1))
    return _days(first + pd.Timedelta(days=1), last)


def up_to_today(done, today):
    # Forgets that tonight's list is tomorrow's.
    first = min(done, default=today)
    return [day for day in _days(first, today) if day not in done]


def only_tomorrow(done, today):
    # The job as it was: no catch-up.
    return [f"{pd.Timestamp(today) + pd.Timedelta(days=1):%Y-%m-%d}"]


def not_in_order(done, today):
    # A difference of sets: newest first here, any order in general.
    last = pd.Timestamp(today) + pd.Timedelta(days=1)
    first = min(map(pd.Timestamp, done), default=last)
    return sorted(set(_days(first, last)) - done, reverse=True)


def notes_them_as_done(done, today):
    days = not_in_order(done, today)[::-1]
    done.update(days)
    return days


def last_month(done, today):
    # Looks back thirty days, and never finds an older hole.
    last = pd.Timestamp(today) + pd.Timedelta(days=1)
    first = min(map(pd.Timestamp, done), default=last)
    days = _days(max(first, last - pd.Timedelta(days=30)), last)
    return [day for day in days if day not in done]


def needs_a_first_day(done, today):
    # Fails on the very first evening.
    last = pd.Timestamp(today) + pd.Timedelta(days=1)
    return [day for day in _days(min(done), last) if day not in done]


CRON = {"a": "5 6 * * *", "b": "30 8 * * 1,4", "c": "*/20 7-9 * * 1-5"}
CRON |= {"d": "10 0 1 1,4,7,10 *"}

GAPS = """\
name: evening
on:
  schedule:
    - cron: "43 17 * * *"
  workflow_dispatch:
permissions: {contents: read}
jobs:
  predict:
    runs-on: ubuntu-latest
    steps:
      - run: echo "fetch the flights"
      - run: echo "predict"
  publish:
    needs: predict
    runs-on: ubuntu-latest
    steps:
      - run: echo "publish"
"""


def _gaps(before, after):
    assert before in GAPS, before
    return GAPS.replace(before, after, 1)


RED = _gaps('echo "predict"', 'echo "predict"; exit 1')
SCHEDULE = '  schedule:\n    - cron: "43 17 * * *"\n'


def all_flights(bad, success):
    # The fallback as a law.
    return "ACT ON ALL FLIGHTS"


def forgets_success(bad, success):
    # As if acting always helped.
    return "ACT ON ALL FLIGHTS" if 50 * bad.mean() > 10 else "ACT ON NO FLIGHT"


def divides_the_wrong_way(bad, success):
    # Makes a voucher that seldom works look better.
    act = bad.mean() / success > 10 / 50
    return "ACT ON ALL FLIGHTS" if act else "ACT ON NO FLIGHT"


def upside_down(bad, success):
    # Takes the dearer one.
    act = bad.mean() * success < 10 / 50
    return "ACT ON ALL FLIGHTS" if act else "ACT ON NO FLIGHT"


WRONG = {
    "missing-days": [
        after_the_latest,
        up_to_today,
        only_tomorrow,
        not_in_order,
        notes_them_as_done,
        lambda done, today: set(not_in_order(done, today)),
        last_month,
        needs_a_first_day,
    ],
    "cron-lines": [
        CRON | {"a": "6 5 * * *"},  # hour and minute exchanged
        CRON | {"a": "5 6 * * * *"},
        CRON | {"b": ["30 8 * * 1", "30 8 * * 4"]},
        CRON | {"b": "30 8 * * 1-4"},  # a range, not a list
        CRON | {"b": "30 8 1,4 * *"},  # days of the month
        CRON | {"c": "*/20 7-10 * * 1-5"},
        CRON | {"c": "20 7-9 * * 1-5"},  # once an hour
        CRON | {"c": "*/20 7-9 * * *"},
        CRON | {"d": "10 0 * 1,4,7,10 *"},  # each day of these months
        CRON | {"d": "10 0 1 */4 *"},
        {"a": "5 6 * * *"},
    ],
    "evening-gaps": [
        (_gaps("43 17", "17 43"), RED, "skipped"),
        (_gaps("17 *", "22 *"), RED, "skipped"),
        (_gaps("  workflow_dispatch:\n", ""), RED, "skipped"),
        (_gaps(SCHEDULE, ""), RED, "skipped"),
        (_gaps(SCHEDULE, SCHEDULE + "  push:\n"), RED, "skipped"),
        (
            _gaps('* *"\n', '* *"\n      timezone: America/New_York\n'),
            RED,
            "skipped",
        ),
        (_gaps("    needs: predict\n", ""), RED, "skipped"),
        (_gaps(SCHEDULE, f"{SCHEDULE}    - cron: 43 18 * * *\n"), RED, "skipped"),
        (_gaps("  publish:\n", "  send:\n"), RED, "skipped"),
        (RED, RED, "skipped"),
        (GAPS, GAPS, "skipped"),  # not red
        (GAPS, RED.replace(SCHEDULE, ""), "skipped"),
        (["gaps.yml"], ["red.yml"], "skipped"),
        ("not-there.yml", RED, "skipped"),
        (GAPS, RED, "failure"),  # publish did not even start
        (
            GAPS,
            _gaps('echo "fetch the flights"', "exit 1"),  # the first step
            "skipped",
        ),
        (GAPS, _gaps('echo "publish"', "exit 1"), "failure"),
        GAPS,
    ],
    "best-fallback": [
        all_flights,
        forgets_success,
        divides_the_wrong_way,
        upside_down,
    ],
}

ALSO_RIGHT = {
    "cron-lines": [
        CRON | {"b": "30 8 * * MON,THU", "c": "0,20,40 7,8,9 * * MON-FRI"},
        CRON | {"d": "10 0 1 JAN,APR,JUL,OCT *", "c": "0-59/20 7-9 * * 1-5"},
        CRON | {"d": "10 0 1 */3 *"},
    ],
    "evening-gaps": [
        (
            _gaps("needs: predict", "needs: [predict]"),
            _gaps('echo "predict"', "test -s flights.csv"),
            "skipped",
        )
    ],
}
