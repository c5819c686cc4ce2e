"""Checkers of the section on data quality."""

from typing import Any

import numpy as np
import pandas as pd

from nordlys.checks import exercise, expect

LIMITS = {"temp": (-30, 120), "wind_speed": (0, 250), "humid": (0, 100)}
FITTING = {"origin": "EWR", "temp": 40.0, "wind_speed": 10.0, "humid": 60.0}


@exercise("weather-contract")
def weather_contract(answer: Any, rng: np.random.Generator) -> None:
    """Send rows that keep the contract, and rows that break one limit each."""
    import pandera.pandas as pa

    expect(
        isinstance(answer, pa.DataFrameSchema),
        "give the contract, a pa.DataFrameSchema, itself",
    )

    def refuses(row: dict) -> bool:
        batch = pd.DataFrame([FITTING, FITTING | row])
        batch = batch.astype(dict.fromkeys(LIMITS, float))
        try:
            answer.validate(batch, lazy=True)
        except (pa.errors.SchemaError, pa.errors.SchemaErrors):
            return True
        return False

    expect(not refuses({}), f"the row {FITTING} is refused, although all of it fits")
    for name, (least, most) in LIMITS.items():
        inside = float(rng.uniform(least, most))
        for value in (least, most, inside, np.nan):
            expect(
                not refuses({name: value}),
                f"a row with {name} {value} is refused, although it is allowed",
            )
        for value in (least - 1, most + 1, most * 10):
            expect(
                refuses({name: value}),
                f"a row with {name} {value} passes, although the limit is "
                f"{least} to {most}",
            )
    for origin in ("JFK", "LGA"):
        expect(not refuses({"origin": origin}), f"the airport {origin} is refused")
    for origin in ("NYC", "ewr", None):
        expect(refuses({"origin": origin}), f"the airport {origin!r} passes")
    for name in FITTING:
        short = pd.DataFrame([FITTING]).drop(columns=name)
        try:
            answer.validate(short, lazy=True)
        except (pa.errors.SchemaError, pa.errors.SchemaErrors):
            continue
        expect(False, f"a table without the column {name} passes")


@exercise("missing-alarm")
def missing_alarm(answer: Any, rng: np.random.Generator) -> None:
    """Compare with batches of several sizes, in which shares and counts differ."""
    expect(callable(answer), "give the function itself, without calling it")

    def batch(rows: int, missing: dict[str, int]) -> pd.DataFrame:
        table = pd.DataFrame({name: np.arange(rows, dtype=float) for name in "cab"})
        for name, count in missing.items():
            chosen = rng.permutation(rows)[:count]
            table.loc[chosen, name] = np.nan
        return table

    past = [batch(100, {"a": 10, "b": 30}), batch(40, {"a": 2, "b": 20})]
    cases = [
        (batch(50, {"a": 6}), ["a"]),  # fewer than ever, and a larger share
        (batch(200, {"a": 15, "b": 90}), []),  # more than ever, and a smaller share
        (batch(10, {"a": 1, "b": 5}), []),  # exactly as much as the worst
        (batch(30, {"c": 1, "b": 20, "a": 4}), ["a", "b", "c"]),
    ]
    for place in rng.permutation(len(cases)):
        today, wanted = cases[place]
        given = answer(today.copy(), [each.copy() for each in past])
        shares = {k: round(v, 3) for k, v in today.isna().mean().items()}
        kinds = list, tuple, np.ndarray, pd.Index
        expect(
            isinstance(given, kinds) and list(given) == wanted,
            f"with shares {shares} against a .1, b .5 and c 0 at the worst it gives "
            f"{given}, expected {wanted}",
        )
    try:
        answer(batch(0, {}), past)
    except ValueError:
        return
    expect(False, "a batch without rows raises no ValueError, though all is missing")


@exercise("honest-report")
def honest_report(answer: Any, rng: np.random.Generator) -> None:
    """Ask for reports that can be made, and for some that cannot."""
    expect(callable(answer), "give the function itself, without calling it")
    days, rows, wanted = [3, 7, 12, 20], [], []
    for day in days:
        known = int(rng.integers(30, 60))
        late = int(rng.integers(0, known + 1))
        if day == days[0]:
            known, late = 30, 10  # exactly a third
        if day in days[1:3]:
            known, late = 30, 11
        delays = [16.0] * late + [15.0] * (known - late) + [np.nan] * 40
        rows += [(day, delay) for delay in delays]
        wanted += [day] * (late > known / 3)
    table = pd.DataFrame(rows, columns=["day", "arr_delay"])
    table = table.sample(frac=1, random_state=int(rng.integers(2**31)))
    given = answer(table.copy(), list(reversed(days)))
    expect(
        isinstance(given, list) and given == wanted,
        f"it reports {given}, expected the list {wanted}, sorted",
    )
    one = [day for day in days if day in wanted][:1]
    given = answer(table.copy(), one)
    expect(given == one, f"asked for {one} alone it reports {given}")
    silent = table.assign(arr_delay=table["arr_delay"].where(table["day"] != 12))
    broken = [
        ("the column arr_delay is called otherwise", "arr_delay"),
        ("the column day is called otherwise", "day"),
        ("day 12 has no known delay", "12"),
        ("day 25 has no row", "25"),
    ]
    renamed = [{"arr_delay": "arival_delay"}, {"day": "date"}]
    tables = [*(table.rename(columns=names) for names in renamed), silent, table]
    for (what, word), each in zip(broken, tables, strict=True):
        asked = [3, 12, 25] if word == "25" else [3, 12]
        try:
            done = f"the report says {answer(each.copy(), asked)}"
        except ValueError as problem:
            told = str(problem)
            expect(word in told, f"{what}, and the message is only “{told}”")
            continue
        except KeyError:
            done = "it raises a KeyError"
        expect(False, f"{what}, and {done}: raise a ValueError")
