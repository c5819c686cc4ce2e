"""Answers to the exercises on drift, wrong and right."""

import numpy as np
import pandas as pd


def risks_only(before, after):
    old, new = (t / t.sum(axis=1, keepdims=True) for t in (before, after))
    return "covariate" if np.allclose(old, new) else "concept"


def swapped(before, after):
    names = {"covariate": "label", "label": "covariate", "concept": "concept"}
    return names[by_shares(before, after)]


def by_sums(before, after):
    if not np.array_equal(before.sum(axis=1), after.sum(axis=1)):
        return "covariate"
    return "label" if before[:, 1].sum() != after[:, 1].sum() else "concept"


def always_concept(before, after):
    return "concept"


def by_shares(before, after):
    for name, axis in (("covariate", 1), ("label", 0)):
        if all(
            np.allclose(a / a.sum(), b / b.sum())
            for a, b in zip(
                np.moveaxis(before, axis, 1), np.moveaxis(after, axis, 1), strict=True
            )
        ):
            return name
    return "concept"


def by_ratio(before, after):
    ratio = after / before
    if np.allclose(ratio[:, 0], ratio[:, 1]):
        return "covariate"
    return "label" if np.allclose(ratio, ratio[0]) else "concept"


def psi(old, new, floor=1e-4, log=np.log, sign=1, words=None):
    words = words(old, new) if words else sorted(set(old) | set(new))
    a, b = (np.array([np.mean(x == w) for w in words]) for x in (old, new))
    if floor:
        a, b = np.maximum(a, floor), np.maximum(b, floor)
    with np.errstate(all="ignore"):
        return float(sign * np.sum((b - a) * log(b / a)))


def old_words(old, new):
    return psi(old, new, words=lambda a, b: sorted(set(a)))


def common_words(old, new):
    return psi(old, new, words=lambda a, b: sorted(set(a) & set(b)))


def no_floor(old, new):
    return psi(old, new, floor=0)


def high_floor(old, new):
    return psi(old, new, floor=1e-2)


def other_logarithm(old, new):
    return psi(old, new, log=np.log2)


def negative(old, new):
    return psi(old, new, sign=-1)


def one_sided(old, new):
    words = sorted(set(old) | set(new))
    a, b = (np.array([max(np.mean(x == w), 1e-4) for w in words]) for x in (old, new))
    return float(np.sum(b * np.log(b / a)))


def by_counts(old, new):
    a, b = old.value_counts(), new.value_counts()
    return float(((b - a) * np.log(b / a)).sum())


def with_sets(old, new):
    return np.float64(psi(old, new))


def each_alone(quiet, days_between):
    return quiet.quantile(1 - 1 / days_between)


def one_limit(quiet, days_between):
    limit = quiet.max(axis=1).quantile(1 - 1 / days_between)
    return pd.Series(limit, quiet.columns)


def the_largest(quiet, days_between):
    return quiet.max()


def wrong_tail(quiet, days_between):
    return quiet.quantile(1 / days_between / quiet.shape[1])


def three_deviations(quiet, days_between):
    return quiet.mean() + 3 * quiet.std()


def one_number(quiet, days_between):
    return float(quiet.quantile(1 - 1 / days_between).max())


def one_in_twenty(quiet, days_between):
    return quiet.quantile(1 - 0.05 / quiet.shape[1])


def by_rank(quiet, days_between):
    ranks = quiet.rank(pct=True)
    share = ranks.max(axis=1).quantile(1 - 1 / days_between)
    return quiet.quantile(share)


def formula(quiet, days_between):
    return quiet.quantile((1 - 1 / days_between) ** (1 / quiet.shape[1]))


WRONG = {
    "which-drift": [risks_only, swapped, by_sums, always_concept, "concept"],
    "psi-words": [
        old_words,
        common_words,
        no_floor,
        high_floor,
        other_logarithm,
        negative,
        one_sided,
        by_counts,
        0.1,
    ],
    "bearable-limit": [
        each_alone,
        one_limit,
        the_largest,
        wrong_tail,
        one_number,
        three_deviations,
        one_in_twenty,
        3,
    ],
}
ALSO_RIGHT = {
    "which-drift": [by_shares, by_ratio],
    "psi-words": [with_sets],
    "bearable-limit": [by_rank, formula],
}
