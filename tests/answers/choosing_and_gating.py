"""Answers to the exercises on choosing and gating, wrong and right."""

import numpy as np

rng = np.random.default_rng(1)


def means_of(values):
    return rng.choice(values, size=(3000, len(values))).mean(axis=1)


def ratio_means(table):
    groups = (table["new"] - table["old"]).groupby(table["date"])
    sums, sizes = groups.sum().to_numpy(), groups.size().to_numpy()
    draws = rng.integers(len(sums), size=(3000, len(sums)))
    return sums[draws].sum(axis=1) / sizes[draws].sum(axis=1)


def in_words(low, high, margin):
    if low > -margin:
        return "better" if low > 0 else "not worse"
    return "worse" if high < -margin else "undecided"


def judge(table, margin, ends=(0.05, 0.95)):
    return in_words(*np.quantile(ratio_means(table), ends), margin)


def in_a_loop(table, margin):
    parts = [part["new"] - part["old"] for _, part in table.groupby("date")]
    means = []
    for _ in range(1500):
        drawn = rng.integers(len(parts), size=len(parts))
        rows = np.concatenate([parts[index].to_numpy() for index in drawn])
        means.append(rows.mean())
    return in_words(*np.quantile(means, [0.05, 0.95]), margin)


def by_rows(table, margin):
    values = (table["new"] - table["old"]).to_numpy()
    return in_words(*np.quantile(means_of(values), [0.05, 0.95]), margin)


def mean_of_means(table, margin):
    values = (table["new"] - table["old"]).groupby(table["date"]).mean().to_numpy()
    return in_words(*np.quantile(means_of(values), [0.05, 0.95]), margin)


def other_sign(table, margin):
    return judge(table.assign(old=table["new"], new=table["old"]), margin)


def ninety_five(table, margin):
    return judge(table, margin, ends=(0.025, 0.975))


def only_mean(table, margin):
    difference = (table["new"] - table["old"]).mean()
    return in_words(difference, difference, margin)


def without_margin(table, margin):
    return judge(table, 0)


def no_better(table, margin):
    word = judge(table, margin)
    return "not worse" if word == "better" else word


def no_undecided(table, margin):
    word = judge(table, margin)
    return "worse" if word == "undecided" else word


def turning(sendable, new, tokens, person, fallback):
    if not new:
        return None
    return (tokens + (0 if fallback else (1 - sendable) * person)) / new


def stepwise(sendable, new, tokens, person, fallback):
    cost = tokens
    if not fallback:
        cost += person - person * sendable
    return cost / new if new > 0 else None


def rounded(*asked):
    value = turning(*asked)
    return None if value is None else round(value, 4)


def by_sendable(sendable, new, tokens, person, fallback):
    return turning(sendable, sendable, tokens, person, fallback) if new else None


def no_fallback(sendable, new, tokens, person, fallback):
    return turning(sendable, new, tokens, person, False)


def no_tokens(sendable, new, tokens, person, fallback):
    return turning(sendable, new, 0, person, fallback)


def not_new(sendable, new, tokens, person, fallback):
    cost = tokens + (0 if fallback else person * (1 - new))
    return cost / new if new else None


def infinite(sendable, new, tokens, person, fallback):
    value = turning(sendable, new, tokens, person, fallback)
    return float("inf") if value is None else value


def a_bulletin(sendable, new, tokens, person, fallback):
    return tokens + (0 if fallback else person * (1 - sendable)) if new else None


def gate(table, margins=(0.05, 0.15), unit="date", empty=1, end=0.05):
    storms = table[table["stratum"] == "storm"]
    for days, margin in zip((table, storms), margins, strict=True):
        if days.empty:
            return empty
        if margin is None:
            continue
        difference = days["new"] - days["old"]
        if unit:
            difference = difference.groupby(days[unit]).mean()
        if np.quantile(means_of(difference.to_numpy()), end) <= -margin:
            return 1
    return 0


def all_days(table):
    return gate(table, (0.05, None), empty=0)


def only_storms(table):
    return gate(table, (None, 0.15))


def same_margin(table):
    return gate(table, (0.15, 0.15))


def rows_gate(table):
    return gate(table, unit=None)


def lower_end(table):
    return gate(table, end=0.025)


def storms_may_miss(table):
    return gate(table, empty=0)


def turned(table):
    return 1 - gate(table)


def truth(table):
    return gate(table) == 0


def mean_gate(table):
    storms = table[table["stratum"] == "storm"]
    if storms.empty:
        return 1
    for days, margin in ((table, 0.05), (storms, 0.15)):
        if (days["new"] - days["old"]).mean() <= -margin:
            return 1
    return 0


WRONG = {
    "not-worse": [
        by_rows,
        mean_of_means,
        other_sign,
        only_mean,
        ninety_five,
        without_margin,
        no_better,
        no_undecided,
        lambda table, margin: judge(table, margin) == "better",
        "better",
    ],
    "turning-value": [
        by_sendable,
        no_fallback,
        no_tokens,
        not_new,
        infinite,
        a_bulletin,
        0.35,
    ],
    "storm-gate": [
        all_days,
        only_storms,
        same_margin,
        rows_gate,
        lower_end,
        storms_may_miss,
        turned,
        truth,
        mean_gate,
        0,
    ],
}
ALSO_RIGHT = {
    "not-worse": [judge, in_a_loop],
    "turning-value": [turning, stepwise, rounded],
    "storm-gate": [gate],
}
