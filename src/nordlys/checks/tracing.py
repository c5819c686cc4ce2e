"""Checkers of the section on traces of a language model."""

import json
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from typing import Any

import numpy as np

from nordlys.checks import exercise, expect

SECRET = "Karen"


@exercise("traced-call")
def traced_call(answer: Any, rng: np.random.Generator) -> None:
    """Let it call an imitation of a model, once well and once badly."""
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import (
        InMemorySpanExporter,
    )

    expect(callable(answer), "give the function traced itself, without calling it")
    finished, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(finished))
    tracer = provider.get_tracer("checker")
    version, length = f"summary-{rng.integers(100)}", int(rng.integers(20, 90))
    reply = f"{SECRET} {'x' * length}"
    open_spans: list[str] = []

    def send(text: str) -> str:
        from opentelemetry.trace import get_current_span

        expect(text == f"{SECRET} asks", f"send was given {text!r}, expected the text")
        open_spans.append(getattr(get_current_span(), "name", "none"))
        return reply

    given = answer(tracer, version, send, f"{SECRET} asks")
    expect(given == reply, f"it returned {given!r}, expected the answer of send")
    expect(open_spans == ["send"], f"send was called in the span {open_spans}")
    spans = {span.name: span for span in finished.get_finished_spans()}
    expect(spans.keys() == {"summary", "send"}, f"the spans are {[*spans]}")
    root = spans["summary"]
    expect(
        root.parent is None
        and spans["send"].parent is not None
        and spans["send"].parent.span_id == root.context.span_id,
        "send does not lie inside summary, or summary is no root span",
    )
    for name, wanted in {"prompt.version": version, "letters": len(reply)}.items():
        value = root.attributes.get(f"nordlys.{name}")
        expect(value == wanted, f"nordlys.{name} is {value!r}, expected {wanted!r}")
    finished.clear()

    def broken(text: str) -> str:
        raise ConnectionError("the model does not answer")

    try:
        answer(tracer, version, broken, f"{SECRET} asks")
    except ConnectionError:
        pass
    else:
        expect(False, "the error of send should go on, not be swallowed")
    spans = {span.name: span for span in finished.get_finished_spans()}
    expect("summary" in spans, "a call that failed left no span summary")
    expect(
        spans["summary"].attributes.get("nordlys.prompt.version") == version,
        "a call that failed has no prompt version",
    )
    for span in (root, *spans.values()):
        expect(SECRET not in span.to_json(), "the text or the answer is in a trace")


@exercise("version-by-sql")
def version_by_sql(answer: Any, rng: np.random.Generator) -> None:
    """Run the query on drawn notices, some of them sent twice, and on agents."""
    expect(isinstance(answer, str), "give the query as a text")
    for _ in range(3):
        rows, wanted = _notices(rng)
        with closing(_store(rows)) as db:
            try:
                given = db.execute(answer).fetchall()
            except (sqlite3.Error, sqlite3.Warning) as problem:
                expect(False, f"SQLite says: {problem}")
        expect(
            [row[0] for row in given] == [row[0] for row in wanted],
            f"its versions are {[row[0] for row in given]}, "
            f"expected {[row[0] for row in wanted]} in this order",
        )
        for row, right in zip(given, wanted, strict=True):
            expect(len(row) == 4, f"a row has {len(row)} columns, expected 4")
            near = all(
                isinstance(value, int | float) and abs(value - truth) < 1e-6
                for value, truth in zip(row[1:], right[1:], strict=True)
            )
            expect(near, f"it gives {row}, expected {right}")


def _notices(rng: np.random.Generator) -> tuple[list[dict], list[tuple]]:
    """Draw spans, and compute what the query should give."""
    rows, wanted, shares = [], [], rng.permutation([0.15, 0.35, 0.6, 0.9])
    for number, (count, share) in enumerate(
        zip([24, 40, 20, 19], shares, strict=True), start=1
    ):
        version, reads = f"v-{number}", []
        wrongs = rng.permutation(np.arange(count) < round(share * count))
        for notice in range(count):
            key = f"{version}-{notice}"
            wrong, calls = int(wrongs[notice]), 1 + int(rng.random() < 0.4)
            tokens = [int(rng.integers(80, 500)) for _ in range(calls)]
            failed = [None] if rng.random() < 0.3 else []
            root = {"id": key, "trace": key, "name": "notice"}
            rows.append(root | {"version": version, "wrong": wrong})
            rows.append(
                {"id": f"{key}-check", "trace": key, "parent": key, "name": "check"}
            )
            for call, read in enumerate([*failed, *tokens]):
                child = {"id": f"{key}-{call}", "trace": key, "parent": key}
                status = "ERROR" if read is None else "UNSET"
                child |= {"name": "chat small", "read": read, "status": status}
                rows.append(child)
            reads.append(sum(tokens))
        if count >= 20:
            wanted.append((version, count, np.mean(wrongs), np.mean(reads)))
        for run in range(25):
            key = f"agent-{number}-{run}"
            root = {"id": key, "trace": key, "name": "invoke_agent voucher"}
            rows.append(root | {"version": version})
            child = {"id": f"{key}-0", "trace": key, "parent": key}
            rows.append(child | {"name": "chat small", "read": 900})
    return rows, sorted(wanted, key=lambda row: -row[2])


def _store(rows: list[dict]) -> sqlite3.Connection:
    """Return a store of the page in memory, with these spans."""
    from nordlys.examples.trace_store import open_store

    db = open_store(":memory:")
    for row in rows:
        names, places = ", ".join(row), ", ".join("?" * len(row))
        db.execute(f"INSERT INTO span ({names}) VALUES ({places})", (*row.values(),))
    db.commit()
    return db


@exercise("loops-in-runs")
def loops_in_runs(answer: Any, rng: np.random.Generator) -> None:
    """Give it runs that overlap, repeat themselves, come back or change a tool."""
    expect(callable(answer), "give the function looping itself, without calling it")
    one, other = {"flight": 725, "month": 6}, {"month": 6, "flight": 752}
    turned = dict(reversed(one.items()))
    scripts = {
        "in a row": [("find", one)] * 4,
        "in another order": [("find", one), ("find", turned), ("find", one)],
        "comes back": [("find", one), ("find", other)] * 3,
        "other tool": [("find", one), ("pay", one)] * 3,
        "too few": [("find", one)] * 2 + [("find", other)] * 2,
        "in the middle": [("find", other), *[("find", one)] * 3, ("find", other)],
        "at the end": [("find", other), *[("find", one)] * 3],
        "none": [],
    }
    for times in (2, 3, 4):
        waiting = {name: list(script) for name, script in scripts.items() if script}
        calls = []
        while waiting:
            name = str(rng.choice(sorted(waiting)))
            tool, arguments = waiting[name].pop(0)
            calls.append((name, tool, json.dumps(arguments)))
            waiting = {key: rest for key, rest in waiting.items() if rest}
        wanted = {name for name, script in scripts.items() if _longest(script) >= times}
        given = answer(list(calls), times)
        expect(
            isinstance(given, set | frozenset) and given == wanted,
            f"for {times} times in a row it returned {given!r}, expected {wanted!r}",
        )
    expect(answer([], 2) == set(), "without calls there is no loop")


def _longest(script: list[tuple[str, dict]]) -> int:
    """Return the greatest number of equal calls in a row."""
    longest = length = 0
    for number, call in enumerate(script):
        length = length + 1 if number and script[number - 1] == call else 1
        longest = max(longest, length)
    return longest


@exercise("retention-rule")
def retention_rule(answer: Any, rng: np.random.Generator) -> None:
    """Let it tidy a drawn store on several days, and look at what is left."""
    expect(callable(answer), "give the function tidy itself, without calling it")
    for _ in range(4):
        today = date(2026, 12, 29) + timedelta(days=int(rng.integers(40)))
        spans, texts, holds = _due(rng, today)
        with closing(_store(spans)) as db:
            db.execute("CREATE TABLE hold (trace TEXT, until TEXT)")
            db.executemany("INSERT INTO hold VALUES (?, ?)", holds)
            db.executemany("INSERT INTO content VALUES (?, 'input', 'text', ?)", texts)
            db.commit()
            given = answer(db, today.isoformat())
            expect(not db.in_transaction, "it does not commit, so all texts come back")
            db.rollback()  # what was not committed is lost, as when the job ends
            left = db.execute("SELECT span, delete_after FROM content").fetchall()
            kept_spans = db.execute("SELECT COUNT(*) FROM span").fetchone()[0]
        held = {trace for trace, until in holds if until >= today.isoformat()}
        wanted = [
            (span, last)
            for span, last in texts
            if last >= today.isoformat() or span.split("/")[0] in held
        ]
        expect(kept_spans == len(spans), "it deleted spans as well, not only texts")
        lost, extra = {*wanted} - {*left}, {*left} - {*wanted}
        expect(
            not lost,
            f"on {today} it deleted the text of {min(lost, default='')}, "
            f"with these holds: {sorted(holds)}",
        )
        expect(
            not extra,
            f"on {today} it kept the text of {min(extra, default='')} for good, "
            f"with these holds: {sorted(holds)}",
        )
        gone = len(texts) - len(wanted)
        expect(given == gone, f"it returned {given!r}, expected {gone} deleted texts")


def _due(
    rng: np.random.Generator, today: date
) -> tuple[list[dict], list[tuple[str, str]], list[tuple[str, str]]]:
    """Draw spans, texts that are due before, on and after a day, and holds."""
    spans, texts, holds = [], [], []
    for number, (due, hold) in enumerate(
        (due, hold) for due in (-9, -1, 0, 1, 20) for hold in (None, -1, 0, 5)
    ):
        trace = f"t{number}"
        for child in ("root", "chat"):
            key = f"{trace}/{child}"
            spans.append({"id": key, "trace": trace, "name": child})
            if child == "chat":
                last = today + timedelta(days=due)
                texts.append((key, last.isoformat()))
        if hold is not None:
            until = today + timedelta(days=hold)
            holds.append((trace, until.isoformat()))
            if rng.random() < 0.5:  # an older complaint about the same case
                holds.append((trace, (until - timedelta(days=30)).isoformat()))
    return spans, texts, holds
