"""Plausible wrong answers to the exercises of the page on continuous integration."""

AIRPORTS = ("EWR", "JFK", "LGA")


def as_numbers(scheduled, actual):
    # Subtracts clock times as if an hour had a hundred minutes.
    return actual - scheduled


def same_day(scheduled, actual):
    # Knows minutes, and no midnight.
    return _minutes(actual) - _minutes(scheduled)


def never_early(scheduled, actual):
    # Every difference is a delay: a flight five minutes early is a day late.
    return (_minutes(actual) - _minutes(scheduled)) % 1440


def as_fraction(scheduled, actual):
    # Right to the minute, but in hours.
    return ((_minutes(actual) - _minutes(scheduled) + 720) % 1440 - 720) / 60


def _minutes(hhmm):
    return hhmm // 100 * 60 + hhmm % 100


def _ask(risk, origin="EWR", scheduled=700, flight=1):
    return risk({"origin": origin, "scheduled": scheduled, "flight": flight})


def asserts_nothing(risk):
    # Returns what should have been asserted.
    return _ask(risk) < _ask(risk, scheduled=2000)


def range_only(risk):
    # Looks at the scale alone.
    assert 0 <= _ask(risk) <= 1


def newark_only(risk):
    # Looks at one airport, and trusts the others.
    assert 0 <= _ask(risk) < _ask(risk, scheduled=2000) <= 1
    assert _ask(risk, flight=1) == _ask(risk, flight=4711)


def number_forgotten(risk):
    # Right but for the flight's number.
    for origin in AIRPORTS:
        assert 0 <= _ask(risk, origin) < _ask(risk, origin, 2000) <= 1


def too_strict(risk):
    # Demands of every model what one of them does.
    for origin in AIRPORTS:
        assert _ask(risk, origin) < 0.1 < _ask(risk, origin, 2000) <= 1
        assert _ask(risk, origin, flight=1) == _ask(risk, origin, flight=4711)


RIGHT = """\
on: push
permissions: {contents: read}
jobs:
  test:
    runs-on: ubuntu-24.04
    strategy: {matrix: {python: ["3.10", "3.11"]}}
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1
      - run: pytest
"""


def _with(old, new):
    assert old in RIGHT
    return RIGHT.replace(old, new)


WRONG = {
    "2.9": [as_numbers, same_day, never_early, as_fraction],
    "2.10": [asserts_nothing, range_only, newark_only, number_forgotten, too_strict],
    "2.11": [
        _with("strategy: {matrix: {python", "matrix: {python").replace("}}\n", "}\n"),
        _with('["3.10", "3.11"]', "[3.10, 3.11]"),
        _with("pytest", "pytest || true"),
        _with("permissions: {contents: read}", "permissions: write-all"),
        _with("@3d3c42e5aac5ba805825da76410c181273ba90b1", "@v7"),
        _with("    runs-on", "    if: github.ref == 'refs/heads/master'\n    runs-on"),
        _with("runs-on", "runs_on"),
        _with("on: push", "on: {push: {branches: [master]}}"),
        "\n".join(line for line in RIGHT.splitlines() if "checkout" not in line),
    ],
}
