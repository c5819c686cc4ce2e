"""Plausible wrong answers to the exercises of the page on continuous delivery."""

import numpy as np
import pandas as pd


def _redraw(values, rng):
    picks = rng.integers(0, len(values), (2000, len(values)))
    return np.asarray(values)[picks].mean(axis=1)


def mean_only(champion, candidate, margin, seed):
    # Compares averages and does not ask about luck.
    return bool(np.mean(champion - candidate) > margin)


def unpaired(champion, candidate, margin, seed):
    # Redraws the two apart, so that each is judged on other days.
    rng = np.random.default_rng(seed)
    lead = _redraw(champion, rng) - _redraw(candidate, rng)
    return bool(np.quantile(lead, 0.05) > margin)


def upside_down(champion, candidate, margin, seed):
    # Takes the dearer model for the better one.
    lead = _redraw(candidate - champion, np.random.default_rng(seed))
    return bool(np.quantile(lead, 0.05) > margin)


def above_zero(champion, candidate, margin, seed):
    # Leaves out the margin.
    lead = _redraw(champion - candidate, np.random.default_rng(seed))
    return bool(np.quantile(lead, 0.05) > 0)


def wrong_end(champion, candidate, margin, seed):
    # Asks that one redraw in twenty exceeds the margin, not nineteen.
    lead = _redraw(champion - candidate, np.random.default_rng(seed))
    return bool(np.quantile(lead, 0.95) > margin)


def half_of_the_redraws(champion, candidate, margin, seed):
    # Passes what wins as often as not.
    lead = _redraw(champion - candidate, np.random.default_rng(seed))
    return bool(np.quantile(lead, 0.5) > margin)


def two_sided(champion, candidate, margin, seed):
    # Takes the lower end of an interval of 95 %.
    lead = _redraw(champion - candidate, np.random.default_rng(seed))
    return bool(np.quantile(lead, 0.025) > margin)


def share_of_the_redraws(champion, candidate, margin, seed):
    # Says how sure it is, and leaves the verdict to others.
    lead = _redraw(champion - candidate, np.random.default_rng(seed))
    return float(np.mean(lead > margin))


def seed_of_the_page(champion, candidate, margin, seed):
    # Draws with a seed of its own, and not with the one that is given.
    lead = _redraw(champion - candidate, np.random.default_rng(7))
    return bool(np.quantile(lead, 0.05) > margin)


OUTSIDE = np.random.default_rng(7)


def generator_outside(champion, candidate, margin, seed):
    # Each call goes on where the last one stopped.
    lead = _redraw(champion - candidate, OUTSIDE)
    return bool(np.quantile(lead, 0.05) > margin)


def share_in_a_loop(champion, candidate, margin, seed):
    # As right: day by day, and by counting.
    rng = np.random.default_rng(seed)
    days = len(champion)
    above = 0
    for _ in range(2000):
        picks = rng.integers(days, size=days)
        above += champion[picks].mean() - candidate[picks].mean() > margin
    return np.bool_(above >= 1900)


def _measures(log, days, **other):
    hour = pd.Timedelta(hours=1)
    failed = log["restored"].notna()
    recovery = ((log["restored"] - log["deployed"]) / hour)[failed]
    right = {
        "frequency": len(log) / days,
        "lead": ((log["deployed"] - log["committed"]) / hour).median(),
        "fail_rate": failed.mean(),
        "recovery": recovery.median() if failed.any() else None,
    }
    return right | other


def mean_lead(log, days):
    # The mean, which a few forgotten branches carry away.
    lead = (log["deployed"] - log["committed"]) / pd.Timedelta(hours=1)
    return _measures(log, days, lead=lead.mean())


def seconds_without_days(log, days):
    # .seconds forgets whole days.
    lead = (log["deployed"] - log["committed"]).dt.seconds / 3600
    return _measures(log, days, lead=lead.median())


def not_in_hours(log, days):
    # A span of time and no number.
    return _measures(log, days, lead=(log["deployed"] - log["committed"]).median())


def from_the_commit(log, days):
    # Counts the recovery from the commit.
    lost = (log["restored"] - log["committed"]).dropna() / pd.Timedelta(hours=1)
    return _measures(log, days, recovery=lost.median() if len(lost) else None)


def successes(log, days):
    # The share that did not fail.
    return _measures(log, days, fail_rate=log["restored"].isna().mean())


def not_a_number(log, days):
    # The median of nothing.
    lost = (log["restored"] - log["deployed"]) / pd.Timedelta(hours=1)
    return _measures(log, days, recovery=lost.median())


def days_between(log, days):
    # Days for one deployment, instead of deployments for one day.
    return _measures(log, days, frequency=days / len(log))


ROUTES = """\
name: routes
on:
  push:
    branches: [main]
    paths: [routes.csv]
permissions:
  contents: read
concurrency: routes
jobs:
  check:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - uses: actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97 # v7.0.0
      - run: python check_routes.py
  release:
    needs: check
    environment: production
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          ssh-key: ${{ secrets.ROUTES_KEY }}
      - run: bash release.sh
"""


def _routes(before, after):
    assert before in ROUTES, before
    return ROUTES.replace(before, after, 1)


CHECKOUT = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1"
PUSH = "  push:\n    branches: [main]\n    paths: [routes.csv]\n"
KEY = "          ssh-key: ${{ secrets.ROUTES_KEY }}\n"

WRONG_ROUTES = [
    _routes("    paths: [routes.csv]\n", ""),  # every push
    _routes("    branches: [main]\n", ""),  # every branch
    _routes("[routes.csv]", "[candidate.txt]"),
    _routes("  push:\n", "  pull_request:\n  push:\n"),
    _routes("contents: read", "contents: write"),
    _routes("permissions:\n  contents: read\n", ""),  # what the default allows
    _routes("concurrency: routes\n", ""),
    _routes("concurrency: routes", "concurrency: ${{ github.run_id }}"),
    _routes(
        "concurrency: routes",
        "concurrency: {group: routes, cancel-in-progress: true}",
    ),
    _routes("    steps:\n", "    steps:\n      - run: python --version\n"),
    _routes("    paths:", "    tags: [v1]\n    paths:"),
    _routes(PUSH, "  workflow_dispatch:\n"),  # by hand only
    _routes("  release:\n", "  deploy:\n"),
    _routes("  check:\n", "  check:\n    needs: release\n"),  # in a circle
    _routes("persist-credentials: false", f"persist-credentials: false\n{KEY}"),
    _routes(KEY, f"{KEY}          persist-credentials: false\n"),  # cannot push
    _routes("check_routes.py\n", "check_routes.py\n        continue-on-error: true\n"),
    _routes("release.sh\n", "release.sh\n        if: always()\n"),  # without the table
    _routes("runs-on", "runs_on"),
    "name routes\non push\n",
    _routes("    needs: check\n", ""),  # both at the same time
    _routes("    environment: production\n", ""),
    _routes("secrets.ROUTES_KEY", "secrets.GITHUB_TOKEN"),
    _routes("ssh-key:", "token:"),
    _routes(CHECKOUT, "actions/checkout@v7.0.1"),
    _routes("          persist-credentials: false\n", "          fetch-depth: 0\n"),
    _routes("    timeout-minutes: 10\n", ""),
    _routes("actions/setup-python@5fda", "actions/setup-node@5fda"),
    _routes("python check_routes.py", "python check_routes.py || true"),
    _routes("    needs: check\n", "    needs: check\n    if: always()\n"),
    _routes("    runs-on: ubuntu-latest\n", "    runs-on: macos-latest\n"),
    _routes("bash release.sh", "git push"),
    "on: push",
]

ALSO_RIGHT = {
    "routes-release": [
        _routes("concurrency: routes", "concurrency: {group: routes, queue: max}"),
        _routes("environment: production", "environment: {name: production}"),
        _routes("  push:\n", "  workflow_dispatch:\n  push:\n"),
        _routes("needs: check", "needs: [check]"),
        _routes("timeout-minutes: 10", "timeout-minutes: 5"),
    ],
    "cost-gate": [share_in_a_loop],
}


def _emptied(flights, schedule, value=np.nan):
    later = [name for name in flights if name not in schedule]
    return flights.assign(**dict.fromkeys(later, value))


def compares_means(risk, flights, schedule):
    # A model may raise one risk and lower another.
    evening = _emptied(flights, schedule)
    return bool(abs(np.mean(risk(flights)) - np.mean(risk(evening))) > 1e-9)


def fills_with_zero(risk, flights, schedule):
    # A delay of zero is known, a missing one is not.
    return not np.array_equal(risk(flights), risk(_emptied(flights, schedule, 0.0)))


def in_place(risk, flights, schedule):
    # Empties the table of whoever asked.
    before = risk(flights)
    for name in [name for name in flights if name not in schedule]:
        flights[name] = np.nan
    return not np.array_equal(before, risk(flights))


def says_no(risk, flights, schedule):
    # True where the answers agree.
    return np.array_equal(risk(flights), risk(_emptied(flights, schedule)))


def how_many(risk, flights, schedule):
    # Counts the risks that change.
    return int((risk(flights) != risk(_emptied(flights, schedule))).sum())


def empties_the_schedule(risk, flights, schedule):
    # Takes away what is known, and leaves what is not.
    return not np.array_equal(
        risk(flights), risk(flights.assign(**dict.fromkeys(schedule, np.nan)))
    )


def drops_the_columns(risk, flights, schedule):
    # A model that asks for a column fails instead of answering.
    return not np.array_equal(risk(flights), risk(flights[schedule]))


def only_the_delay(risk, flights, schedule):
    # Knows one later column by name, and forgets the outcome.
    evening = flights.assign(dep_delay=np.nan)
    return not np.array_equal(risk(flights), risk(evening))


def one_at_a_time(risk, flights, schedule):
    # A model may do with either of two columns that nobody knows.
    before = risk(flights)
    later = [name for name in flights if name not in schedule]
    evenings = [flights.assign(**{name: np.nan}) for name in later]
    return not all(np.array_equal(before, risk(evening)) for evening in evenings)


def roughly(risk, flights, schedule):
    # Lets a small leak pass.
    return not np.allclose(risk(flights), risk(_emptied(flights, schedule)), atol=0.05)


WRONG = {
    "cost-gate": [
        mean_only,
        unpaired,
        upside_down,
        above_zero,
        wrong_end,
        half_of_the_redraws,
        two_sided,
        share_of_the_redraws,
        seed_of_the_page,
        generator_outside,
    ],
    "delivery-measures": [
        mean_lead,
        seconds_without_days,
        from_the_commit,
        successes,
        not_a_number,
        days_between,
        not_in_hours,
        lambda log, days: pd.Series(_measures(log, days)),
    ],
    "routes-release": WRONG_ROUTES,
    "knows-the-future": [
        compares_means,
        fills_with_zero,
        in_place,
        says_no,
        how_many,
        empties_the_schedule,
        drops_the_columns,
        only_the_delay,
        roughly,
        one_at_a_time,
    ],
}
