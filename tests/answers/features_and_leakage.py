"""Answers to the exercises on features and leakage, wrong and right."""

import pandas as pd


def by_date(flights, days):
    cut = flights["date"].min() + pd.Timedelta(days=160)
    return flights["date"] < cut - pd.Timedelta(days=days), flights["date"] >= cut


def at_random(flights, case):
    test = pd.Series(False, flights.index)
    test.iloc[::4] = True
    return ~test, test


def always_by_time(flights, case):
    return by_date(flights, 30)


def without_gap(flights, case):
    if case == "new airport":
        test = flights["origin"] == "AAL"
        return ~test, test
    return by_date(flights, 0)


def gap_too_short(flights, case):
    return without_gap(flights, case) if case != "late label" else by_date(flights, 25)


def wrong_way_round(flights, case):
    learned, tested = without_gap(flights, case)
    return (learned, tested) if case == "new airport" else (tested, learned)


def last_day_only(flights, case):
    if case == "new airport":
        return without_gap(flights, case)
    test = flights["date"] == flights["date"].max()
    early = flights["date"] < flights["date"].max() - pd.Timedelta(days=31)
    return early, test


def indexes(flights, case):
    learned, tested = by_date(flights, 30)
    return flights.index[learned], flights.index[tested]


def month_overlaps(flights, case):
    if case == "new airport":
        return without_gap(flights, case)
    months = flights["date"].dt.month
    return months <= 6, months >= 6


def by_months(flights, case):
    # Whole months, and one that is left out where labels are late.
    if case == "new airport":
        test = flights["origin"].isin(sorted(flights["origin"].unique())[:2])
        return ~test, test
    months = flights["date"].dt.month
    return months <= (3 if case == "late label" else 5), months >= 6


def as_two_in_a_list(flights, case):
    return list(by_months(flights, case))


def airports_of_the_page(flights, case):
    if case == "new airport":
        test = flights["origin"] == "LGA"
        return ~test, test
    return by_date(flights, 30)


FRESH = "id, CASE WHEN now - published <= INTERVAL 3 HOURS THEN temp END"


def join(rest, select=FRESH):
    return f"SELECT {select} AS temp FROM asked {rest}"


ON = "ON asked.origin = report.origin AND asked.now >= report.published"
BY_HOUR = "ON asked.origin = report.origin AND asked.now >= report.measured"


def text_only(hhmm):
    return int(str(hhmm)[:-2] or 0) * 60 + int(str(hhmm)[-2:])


def unchanged(hhmm):
    return hhmm


def hours(hhmm):
    return hhmm / 100 * 60


def wraps(hhmm):
    return (hhmm // 100 * 60 + hhmm % 100) % 1440


def wraps_a_series(hhmm):
    return wraps(hhmm) if isinstance(hhmm, pd.Series) else by_subtraction(hhmm)


def as_list(hhmm):
    if isinstance(hhmm, pd.Series):
        return [h // 100 * 60 + h % 100 for h in hhmm]
    return hhmm // 100 * 60 + hhmm % 100


def always_a_series(hhmm):
    return pd.Series(hhmm) // 100 * 60 + pd.Series(hhmm) % 100


def by_subtraction(hhmm):
    # Each hour is written with forty minutes too many.
    return hhmm - hhmm // 100 * 40


WRONG = {
    "three-splits": [
        at_random,
        always_by_time,
        without_gap,
        gap_too_short,
        wrong_way_round,
        last_day_only,
        airports_of_the_page,
        indexes,
        month_overlaps,
        lambda flights, case: at_random(flights, case)[1],
        "split",
    ],
    "late-features": [
        {"late_today", "craft_bad", "route_pace"},
        {"late_today", "craft_bad", "route_pace", "never_left", "planned_today"},
        {"late_today", "craft_bad", "never_left", "delay_yesterday"},
        {"late_today", "gain"},
        set(),
        "late_today",
    ],
    "last-known": [
        join(f"ASOF LEFT JOIN report {ON} ORDER BY id", "id, temp"),  # however old
        join(f"ASOF JOIN report {ON} ORDER BY id"),
        join(
            f"ASOF LEFT JOIN report {ON.replace('published', 'measured')} ORDER BY id"
        ),
        join(f"ASOF LEFT JOIN report {ON.replace('>=', '>')} ORDER BY id"),
        join("ASOF LEFT JOIN report ON asked.now >= report.published ORDER BY id"),
        join(f"LEFT JOIN report {ON} ORDER BY id"),
        join(
            f"ASOF LEFT JOIN report {ON} WHERE now - published <= INTERVAL 3 HOURS "
            "ORDER BY id",
            "id, temp",
        ),
        join(f"ASOF LEFT JOIN report {ON} ORDER BY id").replace("<=", "<"),
        join(f"ASOF LEFT JOIN report {ON} ORDER BY id DESC"),
        join(f"ASOF LEFT JOIN report {ON} ORDER BY id").replace("AS temp", "AS last"),
        """SELECT id, (
            SELECT arg_max(temp, published) FROM report
            WHERE report.origin = asked.origin
                AND published BETWEEN now - INTERVAL 3 HOURS AND now
        ) AS temp FROM asked""",  # in whatever order the table has
        "SELECT id FROM nowhere",
        7,
    ],
    "clock-minutes": [
        text_only,
        unchanged,
        hours,
        wraps,
        wraps_a_series,
        as_list,
        always_a_series,
        317,
    ],
}
ALSO_RIGHT = {
    "three-splits": [by_months, as_two_in_a_list],
    "late-features": [["never_left", "route_pace", "craft_bad", "late_today"]],
    "last-known": [
        """SELECT id, (
            SELECT arg_max(temp, published) FROM report
            WHERE report.origin = asked.origin
                AND published BETWEEN now - INTERVAL 3 HOURS AND now
        ) AS temp FROM asked ORDER BY id""",
    ],
    "clock-minutes": [by_subtraction],
}
