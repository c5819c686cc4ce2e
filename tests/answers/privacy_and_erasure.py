"""Answers to the exercises on data about persons, wrong and right."""

import hashlib
import hmac
from itertools import combinations


def first_columns_only(table):
    for size in range(1, len(table.columns) + 1):
        names = list(table.columns[:size])
        if table.groupby(names).size().min() == 1:
            return [set(names)]
    return []


def only_single_columns(table):
    return [{name} for name in table if table[name].value_counts().min() == 1]


def the_first_of_them(table):
    for size in range(1, len(table.columns) + 1):
        for names in combinations(table.columns, size):
            if table.groupby(list(names)).size().min() == 1:
                return [set(names)]
    return []


def all_sizes(table):
    return [
        set(names)
        for size in range(1, len(table.columns) + 1)
        for names in combinations(table.columns, size)
        if table.groupby(list(names)).size().min() == 1
    ]


def everybody_alone(table, sizes=None, group="max"):
    for size in range(1, sizes or len(table.columns) + 1):
        sets = [
            set(names)
            for names in combinations(table.columns, size)
            if table.groupby(list(names)).size().agg(group) == 1
        ]
        if sets:
            return sets
    return []


def never_all_columns(table):
    return everybody_alone(table, len(table.columns), "min")


def always_something(table):
    return the_first_of_them(table) or [set(table.columns)]


def by_duplicates(table):
    # By rows that have no double, as tuples.
    for size in range(1, table.shape[1] + 1):
        keys = []
        for names in combinations(table.columns, size):
            if not table.duplicated(subset=list(names), keep=False).all():
                keys.append(names)
        if keys:
            return keys
    return []


def _code(text, key):
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:16]


def as_they_are_written(emails, key):
    return [_code(email, key) for email in emails]


def only_small_letters(emails, key):
    return [_code(email.lower(), key) for email in emails]


def without_the_key(emails, key):
    texts = [email.strip().lower().encode() for email in emails]
    return [hashlib.sha256(text).hexdigest()[:16] for text in texts]


def all_blanks_away(emails, key):
    return [_code("".join(email.lower().split()), key) for email in emails]


def the_whole_hash(emails, key):
    texts = [email.strip().lower().encode() for email in emails]
    return [hmac.new(key, text, hashlib.sha256).hexdigest() for text in texts]


def in_a_loop(emails, key):
    codes = []
    for email in emails:
        digest = hmac.digest(key, email.lower().strip().encode(), "sha256")
        codes.append(digest.hex()[:16])
    return codes


def only_blanks_away(emails, key):
    return [_code(email.strip(" ").casefold(), key) for email in emails]


WRONG = {
    "keyed-codes": [
        as_they_are_written,
        only_small_letters,
        without_the_key,
        all_blanks_away,
        the_whole_hash,
        lambda emails, key: dict(zip(emails, in_a_loop(emails, key), strict=True)),
        lambda emails, key: list(dict.fromkeys(in_a_loop(emails, key))),  # each once
    ],
    "smallest-identifiers": [
        first_columns_only,
        only_single_columns,
        the_first_of_them,
        all_sizes,
        everybody_alone,
        always_something,
        never_all_columns,
        lambda table: [", ".join(names) for names in by_duplicates(table)],
        ["sex"],
    ],
    "held-but-unable": [
        # Named once for each need that is missing.
        """SELECT holds.who, holds.action, holds.thing FROM holds
        JOIN needs ON needs.action = holds.action AND needs.thing = holds.thing
        LEFT JOIN holds AS own ON own.who = holds.who
            AND own.action = needs.needs_action AND own.thing = needs.needs_thing
        WHERE own.who IS NULL""",
        # It is enough if anybody has what is needed.
        """SELECT DISTINCT holds.who, holds.action, holds.thing FROM holds
        JOIN needs ON needs.action = holds.action AND needs.thing = holds.thing
        LEFT JOIN holds AS own
            ON own.action = needs.needs_action AND own.thing = needs.needs_thing
        WHERE own.who IS NULL""",
        # Only those who have none of the needs.
        """SELECT who, action, thing FROM holds AS h
        WHERE EXISTS (SELECT 1 FROM needs AS n
            WHERE n.action = h.action AND n.thing = h.thing)
        AND NOT EXISTS (SELECT 1 FROM needs AS n JOIN holds AS o
            ON o.who = h.who AND o.action = n.needs_action AND o.thing = n.needs_thing
            WHERE n.action = h.action AND n.thing = h.thing)""",
        # What nobody holds.
        """SELECT NULL AS who, action, thing FROM needs
        EXCEPT SELECT NULL, action, thing FROM holds""",
        "SELECT who, action, thing FROM holds",
        "SELECT who FROM nowhere",
        3,
    ],
}
ALSO_RIGHT = {
    "keyed-codes": [in_a_loop, only_blanks_away],
    "smallest-identifiers": [by_duplicates],
    "held-but-unable": [
        """SELECT who, action, thing FROM holds AS h
        WHERE EXISTS (SELECT 1 FROM needs AS n
            WHERE n.action = h.action AND n.thing = h.thing
            AND (h.who, n.needs_action, n.needs_thing) NOT IN (
                SELECT who, action, thing FROM holds))""",
        """SELECT who, action, thing FROM (
            SELECT h.who, h.action, h.thing, n.needs_action, n.needs_thing
            FROM holds AS h JOIN needs AS n USING (action, thing)
            WHERE NOT EXISTS (SELECT 1 FROM holds AS o
                WHERE o.who = h.who AND o.action = n.needs_action
                AND o.thing = n.needs_thing))
        GROUP BY who, action, thing""",
    ],
}
