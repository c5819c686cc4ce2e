"""Plausible wrong answers to the exercises of the page on YAML."""

import json

from nordlys.checks.yaml import REPAIRED, WANTED

right = {"a": False, "b": 1342, "c": 83, "d": "09:30"}
right |= {"e": 1.1, "f": "1.10", "g": None, "h": "Yes, please"}

as_typed = {"a": "off", "b": "22:22", "c": 123, "d": "09:30"}
as_typed |= {"e": 1.1, "f": "1.10", "g": "~", "h": "Yes, please"}

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

broken = """\
markets:
  - DK
  - NO
opens: 06:30
closes: 22:30
phone: 0045
note: call gate #1 first
reason: fog: no departures
lead:Sofie
"""
parsed = broken.replace("fog: no departures", '"fog: no departures"').replace(
    "lead:Sofie", "lead: Sofie"
)
repaired = (
    parsed.replace("- NO", '- "NO"')
    .replace("22:30", '"22:30"')
    .replace("0045", '"0045"')
    .replace("call gate #1 first", '"call gate #1 first"')
)


TIME = "^([01][0-9]|2[0-3]):[0-5][0-9]$"


def schema(**changed):
    """Return a right schema with some parts changed or, if ``None``, left out."""
    part = {
        "closed": {"additionalProperties": False},
        "closed_below": {"additionalProperties": False},
        "required": {"required": ["send_at", "euros", "countries"]},
        "required_below": {"required": ["meal", "hotel"]},
        "hour": {"type": "string", "maxLength": 5, "pattern": TIME},
        "value": {"type": "number", "minimum": 1},
        "country": {"type": "string", "maxLength": 2, "pattern": "^[A-Z]{2}$"},
        "several": {"minItems": 1},
        "note": {"type": "string"},
    }
    part |= {name: change or {} for name, change in changed.items()}
    value = part["value"]
    below = {"type": "object", "properties": {"meal": value, "hotel": value}}
    properties = {
        "send_at": part["hour"],
        "euros": below | part["closed_below"] | part["required_below"],
        "countries": {"type": "array", "items": part["country"]} | part["several"],
        "note": part["note"],
    }
    whole = {"type": "object", "properties": properties}
    return whole | part["closed"] | part["required"]


hour = {"type": "string", "maxLength": 5, "pattern": TIME}
PARTS = ["closed", "closed_below", "required", "required_below", "hour", "value"]
PARTS += ["country", "several", "note"]

WRONG = {
    "predict-values": [
        as_typed,
        right | {"c": 123},  # a leading zero overlooked
        right | {"d": 570},  # base sixty where the pattern does not fit
        right | {"a": 0},  # equal to False, and another type
        right | {"e": "1.10"},  # a version, as a person sees it
        right | {"g": "null"},
        right | {"h": True},  # a pattern thought to fit a part
        {key: value for key, value in right.items() if key != "h"},
    ],
    "write-yaml": [
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
    "repair-file": [
        broken,
        parsed,  # what PyYAML reports, and no more
        repaired.replace('"NO"', "NO"),
        repaired.replace('"22:30"', "22:30"),
        repaired.replace('"0045"', "0045"),
        repaired.replace('"call gate #1 first"', "call gate #1 first"),
        repaired.replace('"fog: no departures"', "fog, no departures"),
        repaired.replace('  - DK\n  - "NO"', '  "DK, NO"'),
        repaired.replace("lead: Sofie\n", ""),
        f"{repaired}mended_by: Malik\n",
        REPAIRED,
    ],
    "voucher-schema": [
        {},
        {"not": {}},  # refuses all
        {"type": "objekt"},
        json.dumps(schema()),
        *(schema(**{part: None}) for part in PARTS),
        schema(hour=hour | {"pattern": "^[0-9]{2}:[0-9]{2}$"}),
        schema(hour=hour | {"pattern": "^([01][0-9]|2[0-3]):[03]0$"}),
        schema(hour={"type": "string", "pattern": TIME}),  # a line break may follow
        schema(hour={"type": "string", "pattern": TIME.strip("^$")}),
        schema(hour=hour | {"pattern": TIME.replace("[0-5]", "[0-5]?")}),
        schema(hour=hour | {"pattern": TIME.replace(":", ".")}),
        schema(hour={"maxLength": 5, "pattern": TIME}),
        schema(hour={"type": "string", "format": "time"}),  # checked by nobody
        schema(value={"minimum": 1}),
        schema(value={"type": "integer", "minimum": 1}),
        schema(value={"type": "number", "minimum": 0}),
        schema(value={"type": "number", "exclusiveMinimum": 0}),
        schema(value={"type": "number", "exclusiveMinimum": 1}),
        schema(country={"type": "string", "pattern": "^[A-Z]{2}$"}),  # a line break
        schema(country={"type": "string", "maxLength": 2, "pattern": "^[A-Z]+$"}),
        schema(country={"maxLength": 2, "pattern": "^[A-Z]{2}$"}),
        schema(country={"type": "string", "pattern": "[A-Z]{2}"}),
        schema(note={"type": ["string", "null"]}),
        schema(country={"enum": ["DK", "SE", "NO"]}),
        schema(required={"require": ["send_at", "euros", "countries"]}),  # misspelt
        schema(required={"required": ["send_at", "euros", "countries", "note"]}),
    ],
}
