"""Answers to the exercises on refactoring, wrong and right."""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

NAN = float("nan")
NAMES = ["age 0-5", "age 5-10", "age 10-15", "age 15-60"]
EDGES = [0, 5, 10, 15, 60]


def rounded(report, digits=4):
    return {
        name: {k: round(v, digits) for k, v in entry.items()}
        for name, entry in report.items()
    }


def compare(report, path, digits=4, renew=False, names=None, dump=json.dumps):
    file = Path(path)
    if not file.exists():
        file.write_text(dump(report))
        return []
    golden, new = rounded(json.loads(file.read_text()), digits), rounded(report, digits)
    if renew:
        file.write_text(json.dumps(report))
    names = golden | new if names is None else names(golden, new)
    return sorted(k for k in names if golden.get(k) != new.get(k))


def not_sorted(report, path):
    names = set(compare(report, path))
    return [name for name in report if name in names] + [
        name for name in sorted(names) if name not in report
    ]


def renews(report, path):
    return compare(report, path, renew=True)


def never_new(report, path):
    return compare(report, path, names=lambda golden, new: golden)


def never_gone(report, path):
    return compare(report, path, names=lambda golden, new: new)


def exact(report, path):
    return compare(report, path, digits=15)


def too_coarse(report, path):
    return compare(report, path, digits=0)


def says_whether(report, path):
    return not compare(report, path)


def as_python(report, path):
    return compare(report, path, dump=str)


def writes_two_digits(report, path):
    return compare(report, path, dump=lambda report: json.dumps(rounded(report, 2)))


def not_written(report, path):
    return compare(report, path) if Path(path).exists() else []


def as_text(report, path):
    text = json.dumps(rounded(report))
    if not Path(path).exists():
        Path(path).write_text(text)
        return []
    return [] if Path(path).read_text() == text else sorted(report)


def rounds_first(report, path):
    report = rounded(report)
    file = Path(path)
    if not file.exists():
        file.write_text(json.dumps(report, indent=2, sort_keys=True))
    golden = json.loads(file.read_text())
    differ = {k for k in golden if k not in report or golden[k] != report[k]}
    return sorted(differ | (report.keys() - golden.keys()))


def price(flights, limit):
    act = flights["risk"] > limit
    return float((10 * act + 50 * (flights["bad"] & ~act)).mean())


def by_hand(flights, limit):
    euros = [
        10 if risk > limit else 50 * bad
        for risk, bad in zip(flights["risk"], flights["bad"], strict=True)
    ]
    return sum(euros) / len(euros)


TOTAL = [0.0]


def remembers(flights, limit):
    TOTAL[0] += price(flights, limit)
    return TOTAL[0]


def adds_column(flights, limit):
    flights["act"] = flights["risk"] > limit
    return price(flights, limit)


def zero_is_none(flights, limit):
    return price(flights, limit or 0.2)


def at_the_limit(flights, limit):
    act = flights["risk"] >= limit
    return float((10 * act + 50 * (flights["bad"] & ~act)).mean())


def in_all(flights, limit):
    return price(flights, limit) * len(flights)


def both_costs(flights, limit):
    act = flights["risk"] > limit
    return float((10 * act + 50 * flights["bad"]).mean())


def age_names(ages, right=False, fill="age unknown", edges=EDGES):
    groups = pd.cut(ages, edges, right=right, labels=NAMES)
    return groups.astype(object).fillna(fill).tolist()


def closed_right(ages):
    return age_names(ages, right=True)


def missing_is_new(ages):
    return age_names(ages.fillna(0))


def no_upper_edge(ages):
    return age_names(ages, edges=[0, 5, 10, 15, 1000])


def no_lower_edge(ages):
    return age_names(ages, edges=[-1000, 5, 10, 15, 60])


def dropped(ages):
    return age_names(ages.dropna())


def with_loop(ages):
    names = []
    for age in ages:
        for low, high in pairwise(EDGES):
            if low <= age < high:
                names.append(f"age {low}-{high}")
                break
        else:
            names.append("age unknown")
    return np.array(names)


ONLY = {"age unknown"}
RIGHT = {1: ({"a": 0}, "a", 1), 2: ([NAN],), 3: None, 4: ([0.04, 0.04],)}

WRONG = {
    "golden-file": [
        renews,
        not_sorted,
        never_new,
        never_gone,
        exact,
        too_coarse,
        says_whether,
        as_python,
        writes_two_digits,
        not_written,
        as_text,
        {},
    ],
    "pure-price": [
        remembers,
        adds_column,
        zero_is_none,
        at_the_limit,
        in_all,
        both_costs,
        10.0,
    ],
    "age-unknown": [
        (closed_right, ONLY),
        (missing_is_new, ONLY),
        (no_upper_edge, ONLY),
        (no_lower_edge, ONLY),
        (dropped, ONLY),
        (age_names, {"age unknown", "total"}),
        (age_names, set()),
        (age_names, set(NAMES) | ONLY),
        (age_names, "age unknown"),
        (NAMES, ONLY),
        age_names,
    ],
    "four-changes": [
        RIGHT | {1: ({"a": 0.3}, "a", 1)},
        RIGHT | {1: ({}, "a", 1)},
        RIGHT | {1: None},
        RIGHT | {2: ([10, 15, 20],)},
        RIGHT | {2: ([None],)},
        RIGHT | {2: [NAN]},
        RIGHT | {3: (True, True)},
        RIGHT | {4: ([1.0, 2.0],)},
        RIGHT | {4: None},
        {1: RIGHT[1], 2: RIGHT[2], 3: None},
        [RIGHT[1], RIGHT[2], None, RIGHT[4]],
    ],
}
ALSO_RIGHT = {
    "golden-file": [rounds_first],
    "pure-price": [by_hand],
    "age-unknown": [(with_loop, {"age unknown"})],
    "four-changes": [
        {
            1: ({"EWR 5": 0.0, "JFK 6": 0.3}, "EWR 5", 0.25),
            2: ([3, NAN, 40],),
            3: None,
            4: ([0.25, 0.25, 0.25],),
        }
    ],
}
