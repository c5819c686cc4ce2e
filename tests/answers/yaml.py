"""Plausible wrong answers to the exercises of the page on YAML."""

import json

from nordlys.checks.yaml import WANTED

right = {"a": False, "b": 1342, "c": 83, "d": "09:30"}
right |= {"e": 1.1, "f": "1.10", "g": None, "h": "Yes, please"}

as_typed = {"a": "off", "b": "22:22", "c": 123, "d": "09:30"}
as_typed |= {"e": 1.1, "f": "1.10", "g": "~", "h": "Yes, please"}

costs = "costs:\n  act: 10\n  miss: 50\n"
mended = {
    "tab": costs,
    "colon": 'note: "gate B7: closed"\n',
    "twice": "pause: true\ndecide_at: '18:00'\n",
    "lost": 'note: "act on #1 first"\n' + costs,
}

unquoted = """\
on:
  schedule:
    - 18:00
    - 06:30
python:
  - 3.10
  - 3.13
market: NO
enabled: true
notice: |
  Dear traveller,
  your flight may be late.
"""

quoted = (
    unquoted.replace("18:00", '"18:00"')
    .replace("3.1", '"3.1')
    .replace("0\n  -", '0"\n  -')
    .replace("3\nmarket: NO", '3"\nmarket: "NO"')
)

notice = unquoted.partition("notice:")[2]
two_quotes = quoted.replace("on:", '"on":', 1)

WRONG = {
    "2.5": [
        as_typed,
        right | {"c": 123},  # a leading zero overlooked
        right | {"d": 570},  # base sixty where the pattern does not fit
        right | {"a": 0},  # equal to False, and another type
        right | {"e": "1.10"},  # a version, as a person sees it
        right | {"g": "null"},
        right | {"h": True},  # a pattern thought to fit a part
        {key: value for key, value in right.items() if key != "h"},
    ],
    "2.6": [
        unquoted,
        quoted,  # all but the key
        json.dumps(WANTED),  # JSON is read by both, and asks for no YAML
        two_quotes.replace("|\n", ">\n"),
        WANTED,
        two_quotes.replace(
            notice, ' "Dear traveller,\\nyour flight may be late.\\n" # |'
        ),
        two_quotes.replace('\n    - "18:00"\n    - 06:30', ' ["18:00", "06:30"]'),
        two_quotes.replace("|\n", ">\n").replace("r,\n", "r,\n\n") + "# |\n",
    ],
    "2.7": [
        mended | {"tab": "costs:\nact: 10\nmiss: 50\n"},
        mended | {"colon": "note: gate B7 closed\n"},
        mended | {"twice": "pause: true\ndecide_at: 18:00\n"},
        mended | {"twice": "pause: true\ndecide_at: '18:00'\npause: true\n"},
        mended | {"lost": "note: act on #1 first\n" + costs},
        mended | {"lost": 'note: "act on"\n' + costs},
        {"tab": costs},
        mended | {"twice": "<<: {pause: false}\npause: true\ndecide_at: '18:00'\n"},
    ],
}
