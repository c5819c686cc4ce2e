"""A small book that keeps every rule, to break on purpose."""

import hashlib
import json
import re
from pathlib import Path

from tests.rules.references import SOURCES

SECTION = """\
---
jupytext:
  notebook_metadata_filter: all,-language_info
  text_representation: {extension: .md, format_name: myst}
kernelspec: {display_name: Python 3, language: python, name: python3}
extras: []
myst:
  html_meta:
    description: How a desk counts the late flights of one evening and what they cost.
---

(sec-first-steps)=
# Counting what was late

The desk in Aalborg closes at 18:00 on 8 February 2013.
Someone has to say what the evening cost.

:::{admonition} In this section
:class: tip
You will be able to

1. count late flights with one comparison ({ref}`sec-count`)
2. draw the count of each hour ({ref}`sec-draw`)
3. diagnose a wrong unit ({ref}`sec-break`)

You need {doc}`index` (necessary).
:::

```{code-cell} ipython3
import sqlite3

from nordlys import check, figure, glue, work_in
from nordlys.figures import BLUE

folder = work_in("first-steps")
```

(sec-count)=
## One comparison

A **late flight** lands behind its plan, as the {term}`late flight` entry says.
{cite:t}`john2021towards` count four stages on 331 firms.
The service answers 503 at times, under RFC 9110.
SOURCES

```{code-cell} ipython3
delays = [3, 40, 16]
late = sum(delay > 15 for delay in delays)
late
```

```{code-cell} ipython3
:tags: [remove-cell]

glue(late=late)
```

We find {glue:text}`late` late flights.
The limit is 15 minutes, and forty is far beyond.

| delay | what it means |
|---|--:|
| long | 45 <!-- number: made up here --> |

:::{admonition} Check yourself
:class: dropdown
Why does the comparison count?

Because truth counts as one.
:::

(sec-draw)=
## The count of each hour

```{code-cell} ipython3
---
tags: [hide-input]
mystnb:
  figure:
    name: fig-hours
    caption: Late flights of three hours.
  image:
    alt: Three bars beside each other, of which the second is by far the tallest one.
---
fig, ax = figure()
ax.bar(range(3), delays, color=BLUE);
```

{numref}`fig-hours` shows one tall bar.

```{figure} figures/first-steps-flow.svg
:name: fig-flow
:alt: A box on the left, an arrow to the right, and a cylinder at the end of the arrow.
From the desk to the store.
```

{numref}`fig-flow` shows where the count goes.

:::{admonition} Check yourself
:class: dropdown
Why is the bar tall?

Because one delay is long.
:::

(sec-break)=
## Break it: hours for minutes

```{code-cell} ipython3
sum(delay / 60 > 15 for delay in delays)
```

Nothing is late any more, and nobody was told.

Guess what the store makes of it.

```{code-cell} ipython3
:tags: [hide-output]

store = sqlite3.connect(":memory:")
store.execute("SELECT ? + 1", (late,)).fetchone()
```

## Further: the same in a shell

```{code-cell} ipython3
%%writefile count.py
\"\"\"Count late flights.\"\"\"

import sys


def main(delays):
    \"\"\"Say how many there are.\"\"\"
    print(sum(int(delay) > 15 for delay in delays))


if __name__ == "__main__":
    main(sys.argv[1:])
```

```{code-cell} ipython3
from count import main

main(delays)
```

```{code-cell} ipython3
%%writefile settings.yml
limit: 15
airports:
  - JFK
```

```bash
grep -c late flights.txt
```

```yaml
on: push
jobs:
  count:
    runs-on: ubuntu-latest
    steps:
      - run: echo late
```

## Limits, scale and price

```{table} Words of the trade.
| word | at an airport |
|---|---|
| **apron**, **gate**, **stand**, **taxiway** | where aircraft are |
| **hangar**, **tower**, **terminal**, **lounge** | where people are |
```

The [plan](index.md) tells the rest.

## Exercises

```{exercise-start}
:label: ex-long-delays
```
★ (outcome 1) Count the delays above twenty-five.
Check with `check("long-delays", count)`.
```{exercise-end}
```

```{solution-start} ex-long-delays
:class: dropdown
```
```{code-cell} ipython3
count = sum(delay > 25 for delay in delays)
assert check("long-delays", count).passed
```
```{solution-end}
```

```{exercise-start}
:label: ex-short-delays
```
★★ (outcomes 1, 2) Count the delays below that.
Check with `check("short-delays", below)`.
```{exercise-end}
```

```{solution-start} ex-short-delays
:class: dropdown
```
```{code-cell} ipython3
below = len(delays) - count
assert check("short-delays", below).passed
```
```{solution-end}
```

```{exercise-start}
:label: ex-who-hears
```
★★★ (outcome 3) Who should hear of the count?
```{exercise-end}
```

```{solution-start} ex-who-hears
:class: dropdown
```
The desk, since it acts on it.
```{solution-end}
```

## Keep this

| I want | I write | what happens |
|---|---|---|
| a count | `sum(…)` | truth counts as one |

To remember:

1. A comparison gives one or zero, so its sum is a count.
2. A drawing shows the hour that a number hides.
3. A wrong unit gives no error.

Next: {doc}`../../literature`.
Read {cite:t}`makinen2021who` for the survey.
Read {cite:t}`wolfe2021sqlite` for the store.
"""

LECTURE = """\
---
myst:
  html_meta:
    description: A lecture on counting late flights, with one section and its exercises.
---

(sec-lecture-1)=
# Lecture 1: Counting

The plan is in the table.
Of all flights, {glue:text}`first-steps.md::late:d` were late.

| section | minutes |
|---|--:|
| {doc}`first-steps` | {minutes}`first-steps` |
"""

CONTENTS = """\
format: jb-book
root: index
parts:
  - caption: Lectures
    chapters:
      - file: lectures/01-mini/index
        sections:
          - file: lectures/01-mini/first-steps
  - caption: Reference
    chapters:
      - file: literature
      - file: glossary
"""

GLOSSARY = """\
# Glossary

```{glossary}
late flight
  A flight that lands behind its plan.

apron
gate
stand
taxiway
hangar
tower
terminal
lounge
  A place at an airport.
```
"""

DRAWING = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 100">
  <rect x="10" y="10" width="80" height="40" fill="none" stroke="#1f2a37"/>
</svg>
"""

PROJECT = """\
[project]
name = "nordlys"
dependencies = [
  "matplotlib>=3.9",  # every figure
]

[project.optional-dependencies]
service = [
  "scikit-learn>=1.6",  # the models of the pages
]
course = [
  "nordlys[service]",  # all pages
]
book = [
  "jupyter-book>=1.0",  # turns the pages into a site
  "myst-nb>=1.4",  # cells in Markdown
  "sphinxcontrib-bibtex>=2.6",  # citations from the list
]
test = [
  "pytest>=8.3",  # runs the tests
]

[tool.ruff]
line-length = 88

[tool.ruff.lint]
select = ["E", "F", "I", "B", "UP", "SIM", "RUF", "PTH", "D1"]
"""

LOCKED = {
    "matplotlib": "3.11.0",
    "scikit-learn": "1.9.1",
    "jupyter-book": "1.0.4",
    "myst-nb": "1.4.0",
    "sphinxcontrib-bibtex": "2.6.5",
    "pytest": "9.2.0",
}

CONFIG = """\
title: The Small Book
logo: _static/logo.svg
execute:
  execute_notebooks: cache
bibtex_bibfiles: [references.bib]
html:
  favicon: _static/logo.svg
sphinx:
  local_extensions:
    folds: _ext
"""

MAKEFILE = """\
test: ## run every check
\t@python3 -m tools.run_tests
"""

README = """\
# The Small Book

```console
make test
python3 -m tools.run_tests
sh tools/setup_system.sh
```
"""

SCRIPT = """\
#!/usr/bin/env bash
if true; then
  make test
fi
"""

BUDGETS = """\
{
  "page_seconds": 90,
  "site": {
    "html_kb": 60
  }
}
"""

BUDGET_TEST = """\
assert seconds <= BUDGETS["page_seconds"]
assert size <= BUDGETS["site"]["html_kb"]
"""

THIRD_PARTIES = """\
entries:
  - name: Flights of one evening
    kind: data
    version: evening 1.0
    licence: CC0-1.0
    origin: https://data.example/
    manifest: src/nordlys/data/manifest.json
  - name: Counts of projects
    kind: table
    version: "2021"
    licence: counts quoted, with their source named
    cite: john2021towards
    shown: [glossary]
own:
  "book/*/figures/*.svg": drawn for the book
  "book/_static/*": made for the book
  "*requirements.txt": locks
  "tools/budgets.json": limits of our own
  "src/nordlys/data/manifest.json": hashes
licences:
  matplotlib: its own
"""

ACTION = """\
name: Set up
description: Python for the book.
runs:
  using: composite
  steps:
    - uses: actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97 # v7.0.0
"""

CITATION = """\
cff-version: 1.2.0
message: Please cite it.
type: software
title: A book
authors:
  - name: Its authors
"""

WORKFLOW = """\
name: ci
on: push
permissions: {}
jobs:
  test:
    name: test
    runs-on: ubuntu-latest
    timeout-minutes: 5
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
        with:
          persist-credentials: false
      - uses: ./.github/actions/setup # zizmor: ignore[self-repository] as it is
      - run: make test
  lint:
    name: lint
    needs: test
    runs-on: ubuntu-latest
    timeout-minutes: 5
    permissions:
      contents: read
    steps:
      - uses: actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97 # v7.0.0
      - run: python3 -m tools.run_tests
"""

CHECKERS = '''\
"""Checks of the answers to the exercises of the first section."""

from nordlys.checks import exercise


@exercise("long-delays")
def above(answer, rng):
    """Accept the number of long delays."""
    assert answer == 1


@exercise("short-delays")
def below(answer, rng):
    """Accept the number of the others."""
    assert answer == 2
'''

WRONG = '''\
"""Wrong answers to the exercises of the first section."""

WRONG = {
    "long-delays": [2],
    "short-delays": [1],
}
'''

PACKAGE = '''\
"""What acting costs."""


def cost(act: float, price: float = 10.0) -> float:
    """Return the cost of acting.

    Args:
        act: share of flights acted on.
        price: euros for one flight.

    Raises:
        ValueError: if the share is none.
    """
    if not 0 <= act <= 1:
        raise ValueError("no share")
    return act * price
'''


def bibliography() -> str:
    """Return an entry for each of the sources."""
    return "\n".join(map(entry, SOURCES))


def entry(key: str) -> str:
    """Return the entry of a book by whom, and of when, its key says."""
    name, year = re.match(r"([a-z]+)(\d{4})", key).groups()
    fields = {"author": name.title(), "title": "T", "publisher": "P", "year": year}
    fields["url"] = "https://example.org/"
    rows = "".join(f"  {name} = {{{text}}},\n" for name, text in fields.items())
    return f"@book{{{key},\n{rows}}}\n"


def lock(*names: str) -> str:
    """Return the lock of the small project, or of some of its packages."""
    entry = "{}=={} \\\n    --hash=sha256:00\n"
    return "".join(entry.format(name, LOCKED[name]) for name in names or LOCKED)


def manifest(data: dict[str, str]) -> str:
    """Return the manifest of data files, given their content."""
    hashes = {name: hashlib.sha256(text.encode()) for name, text in data.items()}
    files = {name: {"sha256": digest.hexdigest()} for name, digest in hashes.items()}
    return json.dumps({"files": files}, indent=2)


def write(root: Path) -> None:
    """Write the book and the repository around it below ``root``."""
    lecture = "book/lectures/01-mini"
    data = {"delays.csv": "3\n40\n16\n"}
    citations = "\n".join(
        f"- {{cite:t}}`{key}` is read, and taught in {{taught}}`{key}`."
        for key in SOURCES
    )
    taught = "\n".join(
        f"On such an evening {{cite:t}}`{key}` count late flights, too."
        for key in SOURCES
    )
    files = {
        "book/_toc.yml": CONTENTS,
        "book/index.md": "# The Small Book\n\nThe company is made up.\n",
        "book/glossary.md": GLOSSARY,
        "book/literature.md": (
            f"# Literature\n\n{citations}\n\n```{{bibliography}}\n```\n"
        ),
        "book/references.bib": bibliography(),
        f"{lecture}/index.md": LECTURE,
        f"{lecture}/first-steps.md": SECTION.replace("SOURCES", taught),
        f"{lecture}/figures/first-steps-flow.svg": DRAWING,
        "book/_config.yml": CONFIG,
        "book/_static/logo.svg": DRAWING,
        "book/_ext/folds.py": '"""Fold what is long."""\n',
        "Makefile": MAKEFILE,
        "README.md": README,
        ".ci/run": SCRIPT,
        "tools/run_tests.py": '"""Run the tests."""\n',
        "tools/setup_system.sh": SCRIPT,
        "tools/budgets.json": BUDGETS,
        "tests/built/test_budgets.py": BUDGET_TEST,
        "binder/requirements.txt": lock("matplotlib", "scikit-learn"),
        ".github/actions/setup/action.yml": ACTION,
        **{f"src/nordlys/data/{name}": text for name, text in data.items()},
        "src/nordlys/data/manifest.json": manifest(data),
        "pyproject.toml": PROJECT,
        "requirements.txt": lock(),
        "src/nordlys/checks/__init__.py": '"""Checks."""\n\nexercise = None\n',
        "src/nordlys/checks/first_steps.py": CHECKERS,
        "src/nordlys/costs.py": PACKAGE,
        "tests/answers/first_steps.py": WRONG,
        ".github/workflows/ci.yml": WORKFLOW,
        "CITATION.cff": CITATION,
        "third_parties.yml": THIRD_PARTIES,
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
