"""Plausible wrong answers to the exercises of the page on public pages."""

TEMPLATE = """\
{% for airport in airports %}
<h2>{{ airport.code }}</h2>
{% if airport.flights %}
<ul>
{% for flight in airport.flights %}<li>{{ flight.name }}, {{ flight.note }}</li>
{% endfor %}
</ul>
{% else %}
<p>No flights.</p>
{% endif %}
{% endfor %}
"""

# The sentence stands inside the list.
ELSE_OF_FOR = """\
{% for airport in airports %}
<h2>{{ airport.code }}</h2>
<ul>
{% for flight in airport.flights %}<li>{{ flight.name }}, {{ flight.note }}</li>
{% else %}<p>No flights.</p>
{% endfor %}
</ul>
{% endfor %}
"""

# A list is written for an airport without flights, too.
NO_ELSE = """\
{% for airport in airports %}
<h2>{{ airport.code }}</h2>
<ul>
{% for flight in airport.flights %}<li>{{ flight.name }}, {{ flight.note }}</li>
{% endfor %}
</ul>
{% endfor %}
"""

# One list a flight.
LIST_IN_LOOP = """\
{% for airport in airports %}
<h2>{{ airport.code }}</h2>
{% for flight in airport.flights %}
<ul><li>{{ flight.name }}, {{ flight.note }}</li></ul>
{% else %}
<p>No flights.</p>
{% endfor %}
{% endfor %}
"""

COMPACT = (
    "{%- for a in airports -%}<h2>{{ a['code'] }}</h2>"
    "{%- for f in a.flights -%}{% if loop.first %}<ul>{% endif %}"
    "<li>{{ f.name + ', ' + f.note }}</li>{% if loop.last %}</ul>{% endif %}"
    "{%- else -%}<p>No flights.</p>{%- endfor -%}{%- endfor -%}"
)

WHOLE = f"""\
{{% extends "base.html" %}}
{{% set title = "By airport" %}}
{{% block main %}}
{TEMPLATE}
{{% endblock %}}
"""

PAGE = """\
<link rel="stylesheet" href="../../style.css">
<a href="../../">Today</a>
<a href="06-30.html">The day before</a>
<a href="../2012/">The year before</a>
<a href="#jfk">Down to JFK</a>
<img src="../../pictures/plane.png" alt="An aircraft">
<a href="https://flights.nordlys.example/data">Where the data come from</a>
"""

# The slash is struck, and nothing else.
NO_SLASH = """\
<link rel="stylesheet" href="style.css">
<a href="">Today</a>
<a href="archive/2013/06-30.html">The day before</a>
<a href="archive/2012/">The year before</a>
<a href="archive/2013/07-01.html#jfk">Down to JFK</a>
<img src="pictures/plane.png" alt="An aircraft">
<a href="https://flights.nordlys.example/data">Where the data come from</a>
"""

LONG_WAY = """\
<link rel="stylesheet" href="../../style.css">
<a href="../../index.html">Today</a>
<a href="../../archive/2013/06-30.html">The day before</a>
<a href="../../archive/2012/">The year before</a>
<a href="../../archive/2013/07-01.html#jfk">Down to JFK</a>
<img alt="An aircraft" src="../../pictures/plane.png">
<a href="https://flights.nordlys.example/data">Where the data come from</a>
"""

WORKFLOW = """\
on:
  push: {branches: [main]}
  workflow_dispatch:
permissions: {}
concurrency: pages
jobs:
  build:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions: {contents: read}
    steps:
    - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
      with: {persist-credentials: false}
    - run: python make_report.py --to public
    - run: python test_report.py public
    - uses: actions/upload-pages-artifact@fc324d3547104276b827a68afc52ff2a11cc49c9
      with: {path: public}
  deploy:
    needs: build
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions: {pages: write, id-token: write}
    environment: github-pages
    steps:
    - uses: actions/deploy-pages@cd2ce8fcbc39b97be8ca5fce6e763baed58fa128 # v5.0.0
"""


def _swap(text: str, *pairs: tuple[str, str]) -> str:
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return text


TEST = "    - run: python test_report.py public\n"
UPLOAD = WORKFLOW[
    WORKFLOW.index("    - uses: actions/upload") : WORKFLOW.index("  deploy:")
]

WRONG = {
    "template-by-airport": [
        _swap(TEMPLATE, ("flight.note }}", "flight.note|safe }}")),
        ELSE_OF_FOR,
        NO_ELSE,
        LIST_IN_LOOP,
        _swap(TEMPLATE, (", {{", " {{")),
        _swap(TEMPLATE, ("No flights.", "No flights")),
        _swap(TEMPLATE, ("{{ airport.code }}", "{{ airport }}")),
        _swap(TEMPLATE, ("flight.name", "flight.nmae")),
        _swap(TEMPLATE, ("{% endif %}\n", "")),
        _swap(TEMPLATE, ("in airports %}", "in airports[:1] %}")),
        f"{TEMPLATE}<p>These are all.</p>",
        _swap(WHOLE, ("base.html", "bsae.html")),
        _swap(TEMPLATE, ("<h2>", "<h1>"), ("</h2>", "</h1>")),
    ],
    "mend-links": [
        NO_SLASH,
        _swap(PAGE, ("../../", "../")),
        _swap(PAGE, ("../../", "../../../")),
        _swap(PAGE, ("../../", "/delayrisk/"), ("06-30", "/delayrisk/06-30")),
        _swap(PAGE, ('"#jfk"', '"07-01.html"')),
        _swap(PAGE, ('"../2012/"', '"2012/"')),
        _swap(PAGE, ('"06-30.html"', '"../06-30.html"')),
        _swap(PAGE, ("https://flights", "../../flights")),
        PAGE[PAGE.index("\n") + 1 :],
    ],
    "publish-site": [
        _swap(WORKFLOW, ("{contents: read}", "{contents: write}")),
        _swap(WORKFLOW, ("{contents: read}", "{contents: read, pages: write}")),
        _swap(WORKFLOW, ("    permissions: {contents: read}\n", "")),
        _swap(WORKFLOW, ("pages: write, id-token: write", "pages: write")),
        _swap(WORKFLOW, ("{pages: write", "{contents: write, pages: write")),
        _swap(WORKFLOW, ("{pages: write, id-token: write}", "write-all")),
        _swap(WORKFLOW, ("    needs: build\n", "")),
        _swap(WORKFLOW, ("{path: public}", "{path: site}")),
        _swap(WORKFLOW, ("      with: {path: public}\n", "")),
        _swap(WORKFLOW, ("[main]", "[master]")),
        _swap(WORKFLOW, ("push: {branches: [main]}", "push:")),
        _swap(WORKFLOW, ("  workflow_dispatch:\n", "")),
        _swap(WORKFLOW, ("  workflow_dispatch:", "  pull_request:")),
        _swap(WORKFLOW, ("  workflow_d", "  release:\n  workflow_d")),
        _swap(WORKFLOW, ("  push: {branches: [main]}\n", "")),
        _swap(WORKFLOW, ("  deploy:", "  publish:")),
        _swap(WORKFLOW, ("- uses: actions/d", "- run: ls\n    - uses: actions/d")),
        _swap(WORKFLOW, ("upload-pages-artifact", "upload-artifact")),
        _swap(WORKFLOW, ("test_report.py public", "test_report.py public || true")),
        _swap(WORKFLOW, (TEST, ""), (UPLOAD, UPLOAD + TEST)),
        _swap(WORKFLOW, ("{path: public}", "{path: public}\n      if: always()")),
        _swap(WORKFLOW, ("    needs: build\n", "    needs: build\n    if: always()\n")),
        _swap(WORKFLOW, ("    environment: github-pages\n", "")),
    ],
}

ALSO_RIGHT = {
    "template-by-airport": [COMPACT, WHOLE],
    "mend-links": [LONG_WAY, _swap(PAGE, ('"06-30', '"./06-30'))],
    "publish-site": [
        _swap(WORKFLOW, ("needs: build", "needs: [build]")),
        _swap(WORKFLOW, ("{path: public}", "{path: ./public/}")),
        _swap(WORKFLOW, ("github-pages\n", "{name: github-pages}\n")),
    ],
}
