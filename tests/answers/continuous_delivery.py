"""Plausible wrong answers to the exercises of the page on continuous delivery."""

import numpy as np
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


def _redraw(values, rng):
    picks = rng.integers(0, len(values), (2000, len(values)))
    return np.asarray(values)[picks].mean(axis=1)


def mean_only(champion, candidate, margin, seed):
    # Compares averages and does not ask about luck.
    return bool(np.mean(champion - candidate) > margin)


def unpaired(champion, candidate, margin, seed):
    # Redraws the two apart, so that each is judged on other days.
    rng = np.random.default_rng(seed)
    lead = _redraw(champion, rng) - _redraw(candidate, rng)
    return bool(np.quantile(lead, 0.05) > margin)


def upside_down(champion, candidate, margin, seed):
    # Takes the dearer model for the better one.
    lead = _redraw(candidate - champion, np.random.default_rng(seed))
    return bool(np.quantile(lead, 0.05) > margin)


def above_zero(champion, candidate, margin, seed):
    # Leaves out the margin.
    lead = _redraw(champion - candidate, np.random.default_rng(seed))
    return bool(np.quantile(lead, 0.05) > 0)


def wrong_end(champion, candidate, margin, seed):
    # Asks that one redraw in twenty exceeds the margin, not nineteen.
    lead = _redraw(champion - candidate, np.random.default_rng(seed))
    return bool(np.quantile(lead, 0.95) > margin)


def half_of_the_redraws(champion, candidate, margin, seed):
    # Passes what wins as often as not.
    lead = _redraw(champion - candidate, np.random.default_rng(seed))
    return bool(np.quantile(lead, 0.5) > margin)


def _measures(log, days, **other):
    hour = pd.Timedelta(hours=1)
    failed = log["restored"].notna()
    recovery = ((log["restored"] - log["deployed"]) / hour)[failed]
    right = {
        "frequency": len(log) / days,
        "lead": ((log["deployed"] - log["committed"]) / hour).median(),
        "fail_rate": failed.mean(),
        "recovery": recovery.median() if failed.any() else None,
    }
    return right | other


def mean_lead(log, days):
    # The mean, which a few forgotten branches carry away.
    lead = (log["deployed"] - log["committed"]) / pd.Timedelta(hours=1)
    return _measures(log, days, lead=lead.mean())


def seconds_without_days(log, days):
    # .seconds forgets whole days.
    lead = (log["deployed"] - log["committed"]).dt.seconds / 3600
    return _measures(log, days, lead=lead.median())


def from_the_commit(log, days):
    # Counts the recovery from the commit.
    lost = (log["restored"] - log["committed"]).dropna() / pd.Timedelta(hours=1)
    return _measures(log, days, recovery=lost.median() if len(lost) else None)


def successes(log, days):
    # The share that did not fail.
    return _measures(log, days, fail_rate=log["restored"].isna().mean())


def not_a_number(log, days):
    # The median of nothing.
    lost = (log["restored"] - log["deployed"]) / pd.Timedelta(hours=1)
    return _measures(log, days, recovery=lost.median())


def days_between(log, days):
    # Days for one deployment, instead of deployments for one day.
    return _measures(log, days, frequency=days / len(log))


WRONG = {
    "missing-days": [
        after_the_latest,
        up_to_today,
        only_tomorrow,
        not_in_order,
        last_month,
        needs_a_first_day,
    ],
    "cost-gate": [
        mean_only,
        unpaired,
        upside_down,
        above_zero,
        wrong_end,
        half_of_the_redraws,
    ],
    "delivery-measures": [
        mean_lead,
        seconds_without_days,
        from_the_commit,
        successes,
        not_a_number,
        days_between,
    ],
}
