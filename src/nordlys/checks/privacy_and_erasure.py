"""Checkers of the section on data about persons."""

import hashlib
import hmac
import sqlite3
from contextlib import closing
from itertools import combinations, product
from typing import Any

import numpy as np

from nordlys.checks import exercise, expect


@exercise("keyed-codes")
def keyed_codes(answer: Any, rng: np.random.Generator) -> None:
    """Give it one address in several spellings, and two keys."""
    expect(callable(answer), "give the function itself, without calling it")
    number = int(rng.integers(10, 99))
    emails = [
        f"pia.lund{number}@mail.example",
        f" Pia.Lund{number}@MAIL.example ",
        f"ole.lund{number}@mail.example",
        f"pia lund{number}@mail.example",
    ]
    for key in (b"a key", rng.bytes(32)):
        given = answer(list(emails), key)
        wanted = []
        for email in emails:
            text = email.strip().lower().encode()
            wanted.append(hmac.new(key, text, hashlib.sha256).hexdigest()[:16])
        expect(
            isinstance(given, list) and all(isinstance(code, str) for code in given),
            f"it returned {given!r}, expected a list of codes",
        )
        expect(
            len(given) == len(emails),
            f"it returned {len(given)} codes for {len(emails)} addresses",
        )
        for email, code, right in zip(emails, given, wanted, strict=True):
            expect(
                code == right,
                f"with the key {key!r} the code of {email!r} is {code!r}, "
                f"expected {right!r}",
            )


@exercise("smallest-identifiers")
def smallest_identifiers(answer: Any, rng: np.random.Generator) -> None:
    """Give it drawn tables, one with nobody alone, and one that takes all columns."""
    import pandas as pd

    expect(callable(answer), "give the function itself, without calling it")
    trip = {
        "sex": ["f", "f", "m", "m", "f", "f"],
        "dest": ["JAX", "ORD", "JAX", "ORD", "ORD", "ORD"],
        "day": [1, 2, 2, 1, 2, 2],
    }
    tables = [
        pd.DataFrame(trip),
        pd.DataFrame({"sex": ["f"] * 4, "home": [1, 1, 2, 2]}),
        pd.DataFrame(list(product("fm", (1, 2), (3, 4))), columns=list("abc")),
    ]
    for rows, values in ((40, 2), (40, 3), (30, 7), (12, 30)):
        drawn = {name: rng.integers(values, size=rows) for name in "abcd"}
        tables.append(pd.DataFrame(drawn))
    for table in tables:
        wanted = _singling_out(table)
        given = answer(table.copy())
        expect(
            isinstance(given, list | tuple | set)
            and not any(isinstance(names, str) for names in given),
            f"it returned {given!r}, expected a list of sets of column names",
        )
        found = [frozenset(names) for names in given]
        expect(
            len(found) == len(set(found)) and set(found) == wanted,
            f"for the table {table.to_dict('list')} it returned "
            f"{[sorted(names) for names in found]}, expected "
            f"{[sorted(names) for names in wanted]} in any order",
        )


def _singling_out(table: Any) -> set[frozenset[str]]:
    """Return the smallest sets of columns by which a row stands alone."""
    for size in range(1, len(table.columns) + 1):
        found = {
            frozenset(names)
            for names in combinations(table.columns, size)
            if (~table.duplicated(list(names), keep=False)).any()
        }
        if found:
            return found
    return set()


@exercise("held-but-unable")
def held_but_unable(answer: Any, rng: np.random.Generator) -> None:
    """Ask it about drawn rights and needs."""
    expect(isinstance(answer, str), "give the text of the query")
    actions, things = ["see", "change", "deploy", "monitor"], ["data", "model", "code"]
    pairs = list(product(actions, things))
    # The hospital lacks two needs of one right, the company one of them.
    forced = {("hospital", pairs[number]): number == 0 for number in range(3)}
    forced |= {("company", pairs[number]): number < 2 for number in range(3)}
    for share in (0.3, 0.5, 0.8):
        holds = [
            (who, *pair)
            for who in ("hospital", "company", "clinic")
            for pair in pairs
            if rng.random() < share and (who, pair) not in forced
        ]
        holds += [(who, *pair) for (who, pair), held in forced.items() if held]
        needs = [(*pairs[0], *pairs[1]), (*pairs[0], *pairs[2])]
        for pair in pairs[3:]:
            for number in rng.permutation(len(pairs))[: int(rng.integers(3))]:
                needs.append((*pair, *pairs[number]))
        rights = set(holds)
        wanted = {
            (who, action, thing)
            for who, action, thing in holds
            for need in needs
            if need[:2] == (action, thing) and (who, *need[2:]) not in rights
        }
        with closing(sqlite3.connect(":memory:")) as db:
            db.execute("CREATE TABLE holds (who TEXT, action TEXT, thing TEXT)")
            db.execute(
                "CREATE TABLE needs (action TEXT, thing TEXT, needs_action TEXT, "
                "needs_thing TEXT)"
            )
            db.executemany("INSERT INTO holds VALUES (?, ?, ?)", holds)
            db.executemany("INSERT INTO needs VALUES (?, ?, ?, ?)", needs)
            try:
                cursor = db.execute(answer)
            except sqlite3.Error as problem:
                expect(False, f"SQLite refuses the query: {problem}")
            names = [column[0] for column in cursor.description or []]
            given = cursor.fetchall()
        expect(
            names == ["who", "action", "thing"],
            f"its columns are {names}, expected who, action, thing",
        )
        expect(len(given) == len(set(given)), "it names a right more than once")
        missing, extra = sorted(wanted - set(given)), sorted(set(given) - wanted)
        expect(not missing, f"it leaves out {missing[:1]}, which lacks a need")
        expect(not extra, f"it names {extra[:1]}, which has all that it needs")
