"""Checks of the exercises of the page on the evening job."""

import datetime as dt
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from nordlys.checks import exercise, expect
from nordlys.checks.workflow_text import events, needs, workflow

A_FUNCTION = "give the function itself, without calling it"
DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN")
MONTHS += ("JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
FIELDS = {
    "minute": (0, 59, ()),
    "hour": (0, 23, ()),
    "day of the month": (1, 31, ()),
    "month": (1, 12, MONTHS),
    "day of the week": (0, 6, DAYS),
}
"""Lowest and highest value of each field, and the names that stand for numbers."""

SCHEDULES = {
    "a": "5 6 * * *",
    "b": "30 8 * * 1,4",
    "c": "*/20 7-9 * * 1-5",
    "d": "10 0 1 1,4,7,10 *",
}
EVERY_EVENING = "43 17 * * *"

Starts = tuple[set[tuple[int, int]], set[dt.date]]


def starts(line: str) -> Starts:
    """Return the times of day, and the days of two years, at which a schedule starts.

    Args:
        line: five fields of cron; lists, ranges, steps and names are understood.

    Raises:
        AssertionError: if the line cannot be read.
    """
    expect(isinstance(line, str), f"a schedule is a text, not {type(line).__name__}")
    fields = line.split()
    expect(len(fields) == 5, f"“{line}” has {len(fields)} fields, and cron wants five")
    minutes, hours, days, months, weekdays = (
        _values(field, name) for field, name in zip(fields, FIELDS, strict=True)
    )
    times = {(hour, minute) for hour in hours for minute in minutes}
    dates = set()
    for place in range(731):
        date = dt.date(2027, 1, 1) + dt.timedelta(days=place)
        in_month, in_week = date.day in days, date.isoweekday() % 7 in weekdays
        # Where both are restricted, cron starts on either.
        either = "*" not in (fields[2][0], fields[4][0])
        fits = in_month or in_week if either else in_month and in_week
        if date.month in months and fits:
            dates.add(date)
    return times, dates


def _values(field: str, name: str) -> set[int]:
    """Return the numbers that a field means."""
    low, high, names = FIELDS[name]
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        try:
            start = low if span == "*" else _number(first, low, names)
            end = _number(last, low, names) if last else start
            end = high if span == "*" or (step and not last) else end
            found |= set(range(start, end + 1, int(step or 1)))
        except ValueError:
            raise AssertionError(f"“{part}” is no {name} that cron can read") from None
    inside = found and low <= min(found) and max(found) <= high
    expect(inside, f"the {name} “{field}” is not within {low} and {high}")
    return found


def _number(text: str, low: int, names: tuple[str, ...]) -> int:
    """Return a number, or the number that a name such as MON stands for."""
    if text.upper() in names:
        return names.index(text.upper()) + low
    return int(text)


@exercise("cron-lines")
def cron_lines(answer: Any, rng: np.random.Generator) -> None:
    """Check four schedules by the times and days at which they start."""
    complete = isinstance(answer, dict) and set(answer) == set(SCHEDULES)
    expect(complete, "give a dictionary with the keys a, b, c and d")
    for key, wanted in SCHEDULES.items():
        given, expected = starts(answer[key]), starts(wanted)
        for what, mine, right in zip(("times", "days"), given, expected, strict=True):
            expect(
                mine == right, f"{key} starts at other {what}: {_differ(mine, right)}"
            )


def _differ(given: set, expected: set) -> str:
    """Name one start too many, or one that is missing."""
    more, less = sorted(given - expected), sorted(expected - given)
    told = [f"also at {_told(more[0])}"] if more else []
    return ", ".join([*told, *([f"not at {_told(less[0])}"] if less else [])])


def _told(start: Any) -> str:
    if isinstance(start, tuple):
        return f"{start[0]}:{start[1]:02}"
    return f"{start:%A, %d %B}"


@exercise("evening-gaps")
def evening_gaps(answer: Any, rng: np.random.Generator) -> None:
    """Run the workflow with its gaps filled, and the one made red on purpose."""
    three = isinstance(answer, tuple | list) and len(answer) == 3
    expect(three, "give three things: a file, another file, and a word")
    filled, red, word = answer
    _expect_filled(_text_of(filled))
    _expect_red(_text_of(filled), _text_of(red))
    expect(
        word == "skipped",
        f"publish was not “{word}”: look at its line in the log of the red run",
    )


def _text_of(file: Any) -> str:
    """Return a workflow from the name of its file, or as the text it is."""
    expect(isinstance(file, str | Path), "name the file of the workflow as a text")
    if "\n" in str(file):
        return str(file)
    places = [Path(file), Path(".github", "workflows", file)]
    found = [place for place in places if place.is_file()]
    expect(found, f"there is no file {places[-1]}")
    return found[0].read_text(encoding="utf-8")


def _expect_filled(text: str) -> None:
    """It starts at the right time and by hand, publish waits, and all is green."""
    spec = workflow(text)
    when = events(spec)
    expect("workflow_dispatch" in when, "nobody can start it by hand")
    expect("schedule" in when, "the clock does not start it")
    expect(
        set(when) == {"schedule", "workflow_dispatch"}, "it starts on more than that"
    )
    lines = when["schedule"]
    expect(len(lines) == 1, f"{len(lines)} schedules: one is enough")
    zone = lines[0].get("timezone", "UTC")
    expect(zone in {"UTC", "Etc/UTC"}, f"the clock is that of {zone}, not UTC")
    right = starts(lines[0]["cron"]) == starts(EVERY_EVENING)
    expect(right, f"“{lines[0]['cron']}” is not each evening at 17:43")
    expect(set(spec["jobs"]) == {"predict", "publish"}, "keep the two jobs")
    expect(needs(spec["jobs"]["publish"]) == {"predict"}, "publish does not wait")
    results = _results(text)
    expect(
        [result for _, result in results] == ["success"] * 3,
        f"not all three steps are green: {results}",
    )


def _expect_red(filled: str, text: str) -> None:
    """Its second step fails, and what comes after does not start."""
    spec, before = workflow(text), workflow(filled)
    same = events(spec) == events(before) and set(spec["jobs"]) == set(before["jobs"])
    same = (
        same and spec["jobs"]["publish"]["steps"] == before["jobs"]["publish"]["steps"]
    )
    expect(same, "the red workflow differs in more than one line of predict")
    results = _results(text)
    expect(
        [result for job, result in results if job == "predict"]
        == ["success", "failure"],
        f"the second step of predict should fail, and no other: {results}",
    )


def _results(text: str) -> list[tuple[str, str]]:
    """Run a workflow by the clock; return job and result of each step."""
    from nordlys.machines import run_workflow

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, ".github", "workflows", "evening.yml")
        file.parent.mkdir(parents=True)
        file.write_text(text, encoding="utf-8")
        log = run_workflow(folder, event="schedule").log
    return list(zip(log["job"], log["result"], strict=True))


@exercise("best-fallback")
def best_fallback(answer: Any, rng: np.random.Generator) -> None:
    """Check the fallback on both sides of the break-even."""
    import pandas as pd

    expect(callable(answer), A_FUNCTION)
    for share, success in [
        (0.26, 1.0),
        (0.26, 0.6),
        (0.5, 0.6),
        (0.15, 1.0),
        (0.3, 0.7),
    ]:
        bad = pd.Series(rng.permutation(np.arange(1000) < 1000 * share))
        on_all, on_none = 10 + 50 * bad.mean() * (1 - success), 50 * bad.mean()
        expected = "ACT ON ALL FLIGHTS" if on_all < on_none else "ACT ON NO FLIGHT"
        given = answer(bad, success)
        expect(
            given == expected,
            f"with {share:.0%} bad flights and success {success:.0%}, acting on all "
            f"costs {on_all:.2f} and on none {on_none:.2f}; you say {given!r}",
        )


@exercise("missing-days")
def days_to_do(answer: Any, rng: np.random.Generator) -> None:
    """Check the days that are missing: none done, no hole, holes, all done."""
    import pandas as pd

    expect(callable(answer), A_FUNCTION)
    start = pd.Timestamp(2013, 1, 20) + pd.Timedelta(days=int(rng.integers(0, 300)))
    days = list(pd.date_range(start, periods=12).strftime("%Y-%m-%d"))
    first = start - pd.Timedelta(days=40)
    long = list(pd.date_range(first, periods=42).strftime("%Y-%m-%d"))
    holes = sorted(int(place) for place in rng.choice(np.arange(1, 8), 3, False))
    kept = {day for place, day in enumerate(days[:9]) if place not in holes}
    cases = {
        "nothing is done yet": (set(), days[3], [days[4]]),
        "every day is done up to today": (set(days[:4]), days[3], [days[4]]),
        "two evenings were missed": (set(days[:4]), days[5], days[4:7]),
        "there are holes between days done": (
            kept,
            days[8],
            [*(days[place] for place in holes), days[9]],
        ),
        "tomorrow is done, too": (set(days[:6]), days[4], []),
        "the earliest day done is forty days back": (
            {long[0], *long[5:40]},
            long[40],
            [*long[1:5], *long[40:]],
        ),
    }
    for what, (done, today, expected) in cases.items():
        before = set(done)
        given = answer(done, today)
        expect(
            isinstance(given, list) and all(isinstance(day, str) for day in given),
            f"return a list of days as text, not {type(given).__name__}",
        )
        expect(done == before, "your function changed the set it was given")
        expect(
            given == expected,
            f"when {what} (done: {_short(done)}; today: {today}) "
            f"you return {given}, and {expected} was expected",
        )


def _short(done: set[str]) -> str:
    """Name the days, of many only the first and the last few."""
    days = sorted(done)
    return ", ".join(days if len(days) < 10 else [*days[:4], "…", *days[-2:]]) or "none"
