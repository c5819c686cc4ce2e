"""Answers to the exercises on a gateway and its ledger, wrong and right."""

from contextlib import suppress

HOUR = """:most + (SELECT TOTAL(euros) FROM calls
    WHERE team = :team AND at > datetime('now', '-1 hour')) <= quota"""
MONTH = """:most + (SELECT TOTAL(euros) FROM calls
    WHERE team = :team AND at > datetime('now', '-30 days')) <= budget"""
START = """INSERT INTO calls (team, euros)
    SELECT :team, :most FROM teams WHERE team = :team"""
END = "RETURNING id"
ANYBODY = START.replace("teams WHERE", "(SELECT 1) LEFT JOIN teams ON") + " WHERE true"


def rule(*conditions: str, start: str = START, end: str = END) -> str:
    """Return a statement with some conditions."""
    return " ".join([start, *(f"AND {condition}" for condition in conditions), end])


RULES_WRONG = [
    rule(HOUR),
    rule(MONTH),
    rule(f"({HOUR} OR {MONTH})"),
    rule(HOUR.replace(":most +", ""), MONTH.replace(":most +", "")),
    rule(HOUR.replace("team = :team AND", ""), MONTH),
    rule(HOUR, MONTH.replace("team = :team AND", "")),
    rule(HOUR, MONTH.replace("-30 days", "-300 days")),
    rule(HOUR, MONTH.replace("at > datetime('now', '-30", "at > date('now', '-31")),
    rule(HOUR, MONTH, end=""),
    rule(HOUR.replace("TOTAL", "SUM"), MONTH.replace("TOTAL", "SUM")),
    rule(HOUR, MONTH.replace("budget", "quota")),
    rule(HOUR.replace("-1 hour", "-4 hours"), MONTH),
    rule(HOUR.replace("-1 hour", "-5 minutes"), MONTH),
    rule(HOUR.replace("<= quota", "<= (SELECT MAX(quota) FROM teams)"), MONTH),
    rule(HOUR.replace("quota", "1"), MONTH.replace("budget", "10")),
    rule(f"COALESCE({HOUR}, true)", f"COALESCE({MONTH}, true)", start=ANYBODY),
    rule(HOUR, MONTH, end="RETURNING team"),
    rule(HOUR, MONTH, start=START.replace(":team, :most", ":team, 0")),
    START.split(" SELECT")[0] + " VALUES (:team, :most) RETURNING id",
    None,
]
RULES_RIGHT = [
    rule(MONTH, HOUR),
    """
    INSERT INTO calls (team, euros)
    SELECT team, :most FROM (
        SELECT teams.team, quota, budget, TOTAL(euros) AS month,
            TOTAL(euros) FILTER (WHERE at >= datetime('now', '-60 minutes')) AS hour
        FROM teams LEFT JOIN calls
            ON calls.team = teams.team AND at >= datetime('now', '-720 hours')
        WHERE teams.team = :team GROUP BY teams.team
    ) WHERE hour + :most <= quota AND month + :most <= budget
    RETURNING id
    """,
]

QUERY = """
    SELECT teams.team,
        COUNT(*) FILTER (WHERE answered_by <> 'open') AS answered,
        AVG(answered_by = 'cache') FILTER (WHERE answered_by <> 'open') AS cached,
        TOTAL(euros) FILTER (WHERE answered_by = 'open') AS uncertain
    FROM teams LEFT JOIN calls ON calls.team = teams.team
    GROUP BY teams.team ORDER BY teams.team
"""
BY_SUMS = """
    SELECT t.team, COALESCE(SUM(c.answered_by != 'open'), 0) AS answered,
        1.0 * SUM(c.answered_by = 'cache') / NULLIF(SUM(c.answered_by != 'open'), 0)
            AS cached,
        COALESCE(SUM(CASE WHEN c.answered_by = 'open' THEN euros END), 0) AS uncertain
    FROM teams AS t LEFT JOIN calls AS c USING (team)
    GROUP BY t.team ORDER BY t.team
"""
QUERIES_WRONG = [
    QUERY.replace("LEFT JOIN", "JOIN"),
    QUERY.replace("FILTER (WHERE answered_by <> 'open') AS answered", "AS answered"),
    QUERY.replace("FILTER (WHERE answered_by <> 'open') AS cached", "AS cached"),
    QUERY.replace("TOTAL", "SUM"),
    QUERY.replace("<> 'open'", "NOT IN ('open', 'refused')"),
    QUERY.replace("ORDER BY teams.team", "ORDER BY teams.team DESC"),
    QUERY.replace("AS uncertain", "AS risk"),
    QUERY.replace("FILTER (WHERE answered_by = 'open') AS", "AS"),
    BY_SUMS.replace("1.0 * ", ""),
    7,
]


def gateway(
    *,
    first=lambda key, call, teams, stored: key in teams,
    caught=(TimeoutError, ConnectionError),
    stores=True,
    stores_failure=False,
    reads=True,
    take=dict.get,
    last=(503, None),
):
    """Return an ``answer`` with one thing changed."""

    def answer(key, call, teams, models, stored):
        if not first(key, call, teams, stored):
            return 401, None
        if reads and call in stored:
            return 200, take(stored, call)
        for ask in models:
            try:
                text = ask(call)
            except caught:
                continue
            if stores:
                stored[call] = text
            return 200, text
        if stores_failure:
            stored[call] = None
        return last

    return answer


def first_model_only(key, call, teams, models, stored):
    if key not in teams:
        return 401, None
    if call not in stored:
        try:
            stored[call] = models[0](call)
        except (TimeoutError, ConnectionError):
            return 503, None
    return 200, stored[call]


def last_answer(key, call, teams, models, stored):
    if key not in teams:
        return 401, None
    if call in stored:
        return 200, stored[call]
    text = None
    for ask in models:
        with suppress(OSError):
            text = ask(call)
    if text is None:
        return 503, None
    stored[call] = text
    return 200, text


def by_os_error(key, call, teams, models, stored):
    if teams.get(key) is None:
        return [401, None]
    text = stored.get(call)
    for ask in models if text is None else []:
        try:
            text = ask(call)
            break
        except OSError:  # both are kinds of it
            pass
    if text is None:
        return 503, None
    stored[call] = text
    return 200, text


def asks_all(key, call, teams, models, stored):
    texts = []
    for ask in models if key in teams and call not in stored else []:
        with suppress(OSError):
            texts.append(ask(call))
    return by_os_error(key, call, teams, [lambda text: texts[0]] * len(texts), stored)


def asks_anyway(key, call, teams, models, stored):
    for ask in models:
        with suppress(OSError):
            ask(call)
    return by_os_error(key, call, teams, models, stored)


def priced(usage, prices, *, fresh=True, reasoning=0, scale=1e6):
    read = usage["read"] - (usage["cached"] if fresh else 0)
    written = usage["written"] + reasoning * usage["reasoning"]
    return (
        read * prices["read"]
        + usage["cached"] * prices["cached"]
        + written * prices["written"]
    ) / scale


WRONG = {
    "budget-rule": RULES_WRONG,
    "who-spent": QUERIES_WRONG,
    "small-gateway": [
        gateway(first=lambda key, call, teams, stored: key in teams or call in stored),
        gateway(first=lambda key, call, teams, stored: True),
        gateway(first=lambda key, call, teams, stored: key in teams or not stored),
        gateway(caught=Exception),
        gateway(caught=TimeoutError),
        gateway(stores=False),
        gateway(reads=False),
        gateway(take=dict.pop),
        gateway(stores_failure=True),
        gateway(last=(200, None)),
        first_model_only,
        last_answer,
        asks_all,
        asks_anyway,
        "answer",
    ],
    "call-price": [
        lambda usage, prices: priced(usage, prices, fresh=False),
        lambda usage, prices: priced(usage, prices, reasoning=1),
        lambda usage, prices: priced(usage, prices, reasoning=-1),
        lambda usage, prices: priced(usage, prices, scale=1000),
        lambda usage, prices: priced(usage | {"cached": 0}, prices),
        0.01,
    ],
}
ALSO_RIGHT = {
    "budget-rule": RULES_RIGHT,
    "who-spent": [BY_SUMS],
    "small-gateway": [gateway(), by_os_error],
    "call-price": [priced],
}
