"""Answers to the exercises on retraining, wrong and right."""

import numpy as np
import pandas as pd

DAY = pd.Timedelta(days=1)


def until_midnight(orders, day):
    return orders["settled"] < day


def two_days_before(orders, day):
    return orders["settled"] <= day - 2 * DAY


def fixed_delay(orders, day):
    return orders["ordered"] <= day - 30 * DAY


def also_open(orders, day):
    return ~(orders["settled"] > day - DAY / 4)


def as_rows(orders, day):
    return orders[orders["settled"] <= day - DAY / 4]


def loop_orders(orders, day):
    values = [t <= day - DAY / 4 for t in orders["settled"]]
    return pd.Series(values, orders.index)


def fires(log, day, trained, newest=2, days=14, rest=28, limit=10.0, cut=0.2):
    last = day - newest * DAY
    part = log[(log["date"] <= last) & (log["date"] > last - days * DAY)]
    euros = np.where(part["risk"] > cut, 10, 50 * part["bad"])
    return bool((day - trained).days >= rest and euros.mean() > limit)


def with_unknown(log, day, trained):
    return fires(log, day, trained, newest=1, days=15)


def thirteen(log, day, trained):
    return fires(log, day, trained, days=13)


def fifteen(log, day, trained):
    return fires(log, day, trained, days=15)


def no_rest(log, day, trained):
    return fires(log, day, trained, rest=0)


def long_rest(log, day, trained):
    return fires(log, day, trained, rest=29)


def whole_log(log, day, trained):
    return fires(log, day, trained, days=100)


def never_fires(log, day, trained):
    return False


def by_gap(log, day, trained):
    part = log[(log["date"] <= day - 2 * DAY) & (log["date"] > day - 16 * DAY)]
    gap = part["risk"].mean() - part["bad"].mean()
    return bool((day - trained).days >= 28 and gap > 0.05)


def whatever_the_risk(log, day, trained):
    return fires(log, day, trained, cut=2)


def numpy_bool(log, day, trained):
    age = (day - log["date"]).dt.days
    part = log[(age >= 2) & (age <= 15)]
    act = part["risk"] > 0.2
    euros = (10 * act + 50 * (part["bad"] & ~act)).mean()
    return np.bool_(euros > 10) & np.bool_((day - trained).days >= 28)


def interval(old, new, unit, ends=(0.05, 0.95), ratio=True, seed=5, draws=6000):
    saved = old - new
    sums = saved.groupby(unit).agg(["sum", "size"]).to_numpy()
    rng = np.random.default_rng(seed)
    drawn = sums[rng.integers(0, len(sums), (draws, len(sums)))]
    if ratio:
        total = drawn.sum(axis=1)
        values = total[:, 0] / total[:, 1]
    else:
        values = (drawn[:, :, 0] / drawn[:, :, 1]).mean(axis=1)
    low, high = np.quantile(values, ends)
    return saved.mean(), low, high


def by_days(old, new, date):
    return interval(old, new, date)


def by_flights(old, new, date):
    saved = old - new
    half = 1.645 * saved.std() / np.sqrt(len(saved))
    return saved.mean(), saved.mean() - half, saved.mean() + half


def ninety_five(old, new, date):
    return interval(old, new, date.dt.to_period("W"), ends=(0.025, 0.975))


def eighty(old, new, date):
    return interval(old, new, date.dt.to_period("W"), ends=(0.1, 0.9))


def mean_of_weeks(old, new, date):
    return interval(old, new, date.dt.to_period("W"), ratio=False)


def other_way(old, new, date):
    return interval(new, old, date.dt.to_period("W"))


def unpaired(old, new, date):
    week = date.dt.to_period("W")
    zero = old * 0
    _, low, high = interval(old, zero, week)
    _, low_new, high_new = interval(new, zero, week, seed=6)
    return (old - new).mean(), low - high_new, high - low_new


def seven_days(old, new, date):
    return interval(old, new, (date - date.min()).dt.days // 7)


def rounded(old, new, date):
    return tuple(round(float(x), 2) for x in with_list(old, new, date))


def with_list(old, new, date):
    monday = date - pd.to_timedelta(date.dt.day_of_week, unit="D")
    return list(interval(old, new, monday, seed=11))


def by_month(exam):
    euros = np.where(exam["risk"] > 0.2, 10, 50 * exam["bad"])
    frame = exam.assign(model=euros, never=50 * exam["bad"], always=10)
    return frame.groupby("month")[["model", "never", "always"]].mean()


def on_the_mean(exam):
    table = by_month(exam).mean()
    return bool(table["model"] <= min(table["never"], 10) + 0.5)


def always_only(exam):
    table = by_month(exam)
    return bool((table["model"] <= 10.5).all())


def never_only(exam):
    table = by_month(exam)
    return bool((table["model"] <= table["never"] + 0.5).all())


def no_room(exam):
    table = by_month(exam)
    return bool((table["model"] <= table[["never", "always"]].min(axis=1)).all())


def any_month(exam):
    table = by_month(exam)
    return bool((table["model"] <= table[["never", "always"]].min(axis=1) + 0.5).any())


def all_pass(exam):
    return True


def loop_months(exam):
    for _, rows in exam.groupby("month"):
        act = rows["risk"] > 0.2
        model = (10 * act + 50 * (rows["bad"] & ~act)).mean()
        if model - min(10, 50 * rows["bad"].mean()) > 0.5:
            return False
    return True


def by_label(exam):
    euros = np.where(exam["risk"] > 0.2, 10, 50 * exam["bad"])
    cost = pd.Series(euros, exam.index)
    return all(
        cost.loc[rows.index].mean() <= min(10, 50 * rows["bad"].mean()) + 0.5
        for _, rows in exam.groupby("month")
    )


WRONG = {
    "labels-by-then": [
        until_midnight,
        two_days_before,
        fixed_delay,
        also_open,
        as_rows,
        True,
    ],
    "cost-trigger": [
        with_unknown,
        thirteen,
        fifteen,
        no_rest,
        long_rest,
        whole_log,
        never_fires,
        by_gap,
        whatever_the_risk,
        lambda *asked: "train" if fires(*asked) else "wait",
        True,
    ],
    "weekly-interval": [
        by_days,
        by_flights,
        ninety_five,
        eighty,
        mean_of_weeks,
        seven_days,
        other_way,
        unpaired,
        lambda old, new, date: with_list(old, new, date)[1:],  # only the ends
        (0.1, 0.0, 0.2),
    ],
    "season-exam": [
        on_the_mean,
        always_only,
        never_only,
        no_room,
        any_month,
        all_pass,
        lambda exam: "passed" if loop_months(exam) else "failed",
        True,
    ],
}
ALSO_RIGHT = {
    "labels-by-then": [loop_orders],
    "cost-trigger": [fires, numpy_bool],
    "weekly-interval": [with_list, rounded],
    "season-exam": [loop_months, by_label],
}
