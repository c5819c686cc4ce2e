"""Answers to the exercises on metrics, wrong and right."""

import itertools
import re
from fractions import Fraction

from scipy.stats import rankdata

HAND = {"ROUGE-1": 12 / 15, "ROUGE-2": 2 / 13, "ROUGE-L": 8 / 15}
FRACTIONS = {key: Fraction(value).limit_denominator(15) for key, value in HAND.items()}


def no_late_flight(text):
    return re.sub(r"\d+ arrived late", "0 arrived late", text, count=1)


def ten_more(text):
    return re.sub(r", (\d+) of", lambda m: f", {int(m[1]) + 10} of", text, count=1)


def denied(text):
    return text.replace("were cancelled", "were not cancelled")


def punctual(text):
    return text.replace("arrived late", "arrived punctually")


def zero_late(text):
    return re.sub(r"\d+ arrived late", "zero arrived late", text, count=1)


def sentence_more(text):
    return f"{text} All were cancelled."


def same(text):
    return text


def swapped(text):
    cancelled, late = re.search(r", (\d+) of .* (\d+) arrived", text).groups()
    text = text.replace(f", {cancelled} of", f", {late} of", 1)
    return text.replace(f"{late} arrived late", f"{cancelled} arrived late", 1)


def other_word(text):
    return text.replace("arrived late", "came late")


def delay_wrong(text):
    return re.sub(r"was (\d+) minutes", "was 999 minutes", text)


def left_out(text):
    return re.sub(r"\d+ arrived late", "some arrived late", text, count=1)


def shuffled(text):
    return " ".join(sorted(text.split()))


def all_false(text):
    return re.sub(r"\d+", "7", text)


def winner(table, least, bad=("false", "missing"), drop=False, strict=False, add=False):
    good = ~table[list(bad)].any(axis=1)
    table = table.assign(good=good)
    means = table.groupby("system")[["good", "score"]].mean()
    if drop:
        means["score"] = table[good].groupby("system")["score"].mean()
    if add:
        return (means["good"] + means["score"]).idxmax()
    allowed = means[means["good"] > least if strict else means["good"] >= least]
    return None if allowed.empty else allowed["score"].idxmax()


def twice_counted(table, least):
    means = table.groupby("system")[["false", "missing", "score"]].mean()
    allowed = means[1 - means["false"] - means["missing"] >= least]
    return None if allowed.empty else allowed["score"].idxmax()


def no_gate(table, least):
    return table.groupby("system")["score"].mean().idxmax()


def only_false(table, least):
    return winner(table, least, bad=("false",))


def good_texts_only(table, least):
    return winner(table, least, drop=True)


def strictly_more(table, least):
    return winner(table, least, strict=True)


def summed(table, least):
    return winner(table, least, add=True)


def always_one(table, least):
    return winner(table, least) or no_gate(table, least)


def by_filter(table, least):
    allowed = table.groupby("system").filter(
        lambda rows: (~rows["false"] & ~rows["missing"]).sum() >= least * len(rows)
    )
    return None if allowed.empty else no_gate(allowed, least)


def pairs(people, metric, fits):
    names = list(people)
    return {
        frozenset((a, b))
        for i, a in enumerate(names)
        for b in names[:i]
        if fits((people[a] - people[b]) * (metric[a] - metric[b]))
    }


def opposite(people, metric):
    return pairs(people, metric, lambda product: product < 0)


def with_ties(people, metric):
    return pairs(people, metric, lambda product: product <= 0)


def same_order(people, metric):
    return pairs(people, metric, lambda product: product > 0)


def by_place(people, metric):
    values = dict(zip(people, metric.values(), strict=True))
    return opposite(people, values)


def by_rank(people, metric):
    ranks = (
        dict(zip(d, rankdata(list(d.values()), "ordinal").tolist(), strict=True))
        for d in (people, metric)
    )
    return opposite(*ranks)


def neighbours(people, metric):
    # Compares each system with the next only.
    return opposite(people, metric) & set(map(frozenset, itertools.pairwise(people)))


def how_many(people, metric):
    return len(opposite(people, metric))


def as_list(people, metric):
    return [tuple(pair) for pair in opposite(people, metric)]


WRONG = {
    "rouge-by-hand": [
        HAND | {"ROUGE-1": 6 / 6},
        HAND | {"ROUGE-1": 14 / 15},
        HAND | {"ROUGE-1": "80 %"},
        HAND | {"ROUGE-2": 1 / 8},
        HAND | {"ROUGE-L": 4 / 6},
        HAND | {"ROUGE-L": 6 / 15},
        {"ROUGE-1": 0.8},
        [0.8, 0.15, 0.53],
    ],
    "break-metric": [
        same,
        sentence_more,
        swapped,
        other_word,
        delay_wrong,
        left_out,
        shuffled,
        all_false,
        len,
    ],
    "gate-then-rank": [
        no_gate,
        only_false,
        good_texts_only,
        strictly_more,
        summed,
        always_one,
        twice_counted,
    ],
    "opposite-pairs": [
        with_ties,
        same_order,
        by_place,
        by_rank,
        neighbours,
        how_many,
        {},
    ],
}
ALSO_RIGHT = {
    "rouge-by-hand": [
        HAND,
        {"ROUGE-1": 0.8, "ROUGE-2": 0.15, "ROUGE-L": 0.53},
        FRACTIONS,
    ],
    "break-metric": [no_late_flight, ten_more, denied, punctual, zero_late],
    "gate-then-rank": [winner, by_filter],
    "opposite-pairs": [opposite, as_list, lambda *asked: frozenset(as_list(*asked))],
}
