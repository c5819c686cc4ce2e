"""Answers to the exercises on traces of a language model, wrong and right."""

import json


def tracer_of(
    *,
    version_first=True,
    inner=True,
    nested=True,
    returns=True,
    swallows=False,
    stores=None,
    letters=len,
    name="nordlys.prompt.version",
):
    """Return a ``traced`` with one thing changed."""

    def traced(tracer, version, send, text):
        with tracer.start_as_current_span("summary") as root:
            if version_first:
                root.set_attribute(name, version)
            if stores == "text":
                root.set_attribute("gen_ai.input.messages", text)
            try:
                if inner and nested:
                    with tracer.start_as_current_span("send"):
                        answer = send(text)
                elif inner:
                    with tracer.start_as_current_span("send"):
                        pass
                    answer = send(text)
                else:
                    answer = send(text)
            except ConnectionError:
                if not swallows:
                    raise
                answer = ""
            if not version_first:
                root.set_attribute(name, version)
            if stores == "answer":
                root.set_attribute("gen_ai.output.messages", answer)
            root.set_attribute("nordlys.letters", letters(answer))
        return answer if returns else None

    return traced


def by_hand(tracer, version, send, text):
    """Open the spans one by one, which is right as well."""
    from opentelemetry.trace import set_span_in_context, use_span

    root = tracer.start_span("summary")
    root.set_attribute("nordlys.prompt.version", version)
    inner = tracer.start_span("send", context=set_span_in_context(root))
    try:
        with use_span(inner, end_on_exit=True):
            answer = send(text)
        root.set_attribute("nordlys.letters", len(answer))
    finally:
        root.end()
    return answer


def beside(tracer, version, send, text):
    """Put one span after the other, so that none lies inside."""
    with tracer.start_as_current_span("send"):
        answer = send(text)
    with tracer.start_as_current_span("summary") as root:
        root.set_attribute("nordlys.prompt.version", version)
        root.set_attribute("nordlys.letters", len(answer))
    return answer


def ends_if_good(tracer, version, send, text):
    """Leave the span open when the call fails."""
    from opentelemetry.trace import use_span

    root = tracer.start_span("summary", attributes={"nordlys.prompt.version": version})
    with use_span(root), tracer.start_as_current_span("send"):
        answer = send(text)
    root.set_attribute("nordlys.letters", len(answer))
    root.end()
    return answer


def with_a_prompt(tracer, version, send, text):
    return tracer_of()(tracer, version, lambda text: send(f"Sum up: {text}"), text)


def third_span(tracer, version, send, text):
    with tracer.start_as_current_span("desk"):
        return tracer_of()(tracer, version, send, text)


ONCE = """
    WITH notice AS (
        SELECT root.id, root.version, root.wrong, SUM(chat.read) AS read
        FROM span AS root JOIN span AS chat ON chat.parent = root.id
        WHERE root.name = 'notice' AND chat.name LIKE 'chat %'
        GROUP BY root.id
    )
    SELECT version, COUNT(*), AVG(wrong), AVG(read) FROM notice
    GROUP BY version HAVING COUNT(*) >= 20 ORDER BY AVG(wrong) DESC"""
JOINED = """
    SELECT root.version, COUNT(DISTINCT root.id), AVG(root.wrong), AVG(chat.read)
    FROM span AS root JOIN span AS chat ON chat.parent = root.id
    WHERE root.name = 'notice' AND chat.name LIKE 'chat %'
    GROUP BY root.version HAVING COUNT(DISTINCT root.id) >= 20 ORDER BY 3 DESC"""
SUBQUERY = """
    SELECT version, COUNT(*) AS notices, AVG(wrong) AS share, AVG(
        (SELECT SUM(chat.read) FROM span AS chat WHERE chat.parent = root.id)
    ) AS read
    FROM span AS root WHERE name = 'notice'
    GROUP BY version HAVING notices > 19 ORDER BY share DESC"""


def looper(
    *,
    in_a_row=True,
    parsed=True,
    by_trace=True,
    with_tool=True,
    least=lambda n: n,
    at_end=False,
    read=lambda text: json.dumps(json.loads(text), sort_keys=True),
):
    """Return a ``looping`` with one thing changed."""

    def looping(calls, times):
        last, length, traces = {}, {}, set()
        for trace, tool, arguments in calls:
            key = trace if by_trace else None
            call = (tool if with_tool else "", arguments)
            if parsed:
                call = (call[0], read(arguments))
            if in_a_row:
                length[key] = length[key] + 1 if last.get(key) == call else 1
                last[key], count = call, length[key]
            else:
                length[key, call] = count = length.get((key, call), 0) + 1
            if count >= least(times):
                traces.add(trace)
        if at_end:
            return {trace for trace in traces if length[trace] >= times}
        return traces

    return looping


HELD = "SELECT span.id FROM span JOIN hold ON hold.trace = span.trace WHERE hold.until"


def tidier(
    *, due="delete_after < :today", held=f"{HELD} >= :today", commits=True, told=None
):
    """Return a ``tidy`` with one thing changed."""

    def tidy(db, today):
        sql = f"DELETE FROM content WHERE {due}"
        if held:
            sql += f" AND span NOT IN ({held})"
        gone = db.execute(sql, {"today": today}).rowcount
        if commits:
            db.commit()
        return gone if told is None else told(gone)

    return tidy


def with_spans(db, today):
    """Delete the spans of what is due as well."""
    gone = tidier()(db, today)
    db.execute("DELETE FROM span WHERE name = 'chat'")
    db.commit()
    return gone


def row_by_row(db, today):
    """Look at each text in Python, which is right as well."""
    rows = db.execute(
        "SELECT content.rowid, delete_after, (SELECT MAX(until) FROM hold JOIN span"
        " ON hold.trace = span.trace WHERE span.id = content.span) FROM content"
    ).fetchall()
    due = [row for row, last, until in rows if last < today and (until or "") < today]
    db.executemany("DELETE FROM content WHERE rowid = ?", [(row,) for row in due])
    db.commit()
    return len(due)


WRONG = {
    "traced-call": [
        tracer_of(version_first=False),
        tracer_of(inner=False),
        tracer_of(nested=False),
        tracer_of(returns=False),
        tracer_of(swallows=True),
        tracer_of(stores="text"),
        tracer_of(stores="answer"),
        tracer_of(letters=lambda answer: len(answer.split())),
        tracer_of(name="version"),
        beside,
        ends_if_good,
        with_a_prompt,
        third_span,
        "traced",
    ],
    "version-by-sql": [
        JOINED,
        ONCE.replace("SUM(chat.read)", "AVG(chat.read)"),
        ONCE.replace(">= 20", "> 20"),
        ONCE.replace(" HAVING COUNT(*) >= 20", ""),
        ONCE.replace(" DESC", ""),
        ONCE.replace(", AVG(read)", ""),
        ONCE.replace("AVG(wrong), AVG", "SUM(wrong), AVG"),
        ONCE.replace("root.name = 'notice' AND ", ""),
        ONCE.replace("SELECT version,", "SELEKT version,"),
        SUBQUERY.replace("WHERE name = 'notice'", ""),
        7,
    ],
    "loops-in-runs": [
        looper(in_a_row=False),
        looper(parsed=False),
        looper(by_trace=False),
        looper(with_tool=False),
        looper(at_end=True),
        looper(read=sorted),
        looper(least=lambda times: times + 1),
        looper(least=lambda times: times - 1),
        lambda calls, times: list(looper()(calls, times)),
        lambda calls, times: looper()(calls, times) or None,
        {"in a row"},
    ],
    "retention-rule": [
        tidier(due="delete_after <= :today"),
        tidier(held=None),
        tidier(held=f"{HELD} > :today"),
        tidier(held=f"{HELD} < :today"),
        tidier(held="SELECT trace FROM hold WHERE until >= :today"),
        tidier(held="SELECT span.id FROM span JOIN hold ON hold.trace = span.trace"),
        tidier(commits=False),
        tidier(told=lambda gone: None),
        tidier(due=":today < '0'"),
        with_spans,
        "DELETE FROM content",
    ],
}
ALSO_RIGHT = {
    "traced-call": [tracer_of(), by_hand],
    "version-by-sql": [SUBQUERY],
    "loops-in-runs": [looper()],
    "retention-rule": [tidier(), row_by_row],
}
