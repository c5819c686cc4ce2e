"""Plausible wrong answers to the exercises of the page on continuous integration."""

AIRPORTS = ("EWR", "JFK", "LGA")


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


def negative_risks(risk):
    # Asks that no risk exceeds one, and forgets zero.
    for origin in AIRPORTS:
        assert _ask(risk, origin) < _ask(risk, origin, 2000) <= 1
        assert _ask(risk, origin, flight=1) == _ask(risk, origin, flight=4711)


def number_at_newark(risk):
    # Changes the flight's number at one airport only.
    assert _ask(risk, flight=1) == _ask(risk, flight=4711)
    number_forgotten(risk)


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
    timeout-minutes: 10
    strategy: {matrix: {python: ["3.10", "3.11"]}}
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1
      - uses: actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97
        with: {python-version: "${{ matrix.python }}"}
      - run: pip install -r requirements.txt
      - run: pytest
"""


def _with(old, new):
    assert old in RIGHT
    return RIGHT.replace(old, new)


GAPS = """\
name: gaps
on: [push, pull_request]
permissions: {contents: read}
jobs:
  test:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1
        with: {persist-credentials: false}
      - uses: astral-sh/setup-uv@20cfd1bf945f4377ade1205e4dbc17946fc9a30d
      - run: uv sync --locked
        if: ${{ !env.ACT }}
      - run: uv run ruff check
      - run: uv run ruff format --check
      - run: uv run pytest
"""
ENDED = ["success", "failure", "skipped"]
LINT, LAYOUT = (
    "      - run: uv run ruff check\n",
    "      - run: uv run ruff format --check\n",
)


def _gaps(old, new):
    assert old in GAPS
    return GAPS.replace(old, new)


HOOKS = r"""
repos:
  - repo: local
    hooks:
      - {id: lint, name: lint, entry: ruff check, language: system, types: [python]}
      - {id: layout, name: x, entry: ruff format, language: system, types: [python]}
      - {id: secrets, name: x, entry: detect-secrets-hook, language: system}
      - id: workflows
        name: workflows
        entry: check-jsonschema --builtin-schema vendor.github-workflows
        language: system
        files: ^\.github/workflows/
"""


def _hooks(old, new):
    assert old in HOOKS
    return HOOKS.replace(old, new)


FILES = r"        files: ^\.github/workflows/"
FILTERS = ("branches-ignore: [x]", "paths: [src/**]", "tags: [v*]")
FILTERS += ("branches: ['**', '!main']",)
MALFORMED = ("defaults: [bash]", "defaults: {run: bash}")
NEVER_RED = (
    "if: false",
    "needs: lint",
    'if: github.ref == "refs/heads/main"',
    "if: github.ref == 'refs/heads/dev'",
    "continue-on-error: true",
)
NOT_TESTED = (
    "if: false\n        run: pytest",
    "run: pytest | tee log",
    "run: echo pytest",
    "run: pip install pytest",
    "run: pytest\n        shell: bash {0}",
    "run: |\n          set +e\n          pytest\n          echo done",
    "run: |\n          pytest && echo passed\n          echo done",
    "run: pytest &",
)
ALSO_RIGHT = {
    "ci-gaps": [
        (GAPS, ENDED),
        (_gaps("[push, pull_request]", "{pull_request: , push: }"), tuple(ENDED)),
        (_gaps("ruff check", "ruff check ."), ENDED),
        (_gaps("uv run ruff check", "uvx ruff check"), ENDED),
        (_gaps("uv run pytest", "uv run --locked pytest"), ENDED),
        (_gaps("uv run pytest", "uv run -- pytest"), ENDED),
        (_gaps("uv run ruff check", "uv tool run ruff check"), ENDED),
        (_gaps("format --check", "format . --diff"), ENDED),
        (_gaps(LINT + LAYOUT, LAYOUT + LINT), ["skipped", "failure", "skipped"]),
    ],
    "workflow-hook": [
        HOOKS,
        _hooks(FILES, r"        files: ^\.github/workflows/.*\.ya?ml$"),
        _hooks(FILES, FILES + "\n        types: [yaml]"),
        _hooks("entry: check", "entry: uv run check"),
    ],
    "repair-workflow": [
        RIGHT,
        _with("on: push", "on: {push: {branches: ['**']}}"),
        _with('"3.11"]', "3.11]"),  # a number that keeps both its digits
        RIGHT.replace("python: [", "version: [").replace(
            "matrix.python", "matrix.version"
        ),
        _with(
            'python: ["3.10", "3.11"]', 'include: [{python: "3.10"}, {python: "3.11"}]'
        ),
        _with(
            "run: pip install -r requirements.txt\n      - run: pytest",
            "run: |\n          pip install -r requirements.txt\n"
            "          python -m pytest",
        ),
        _with(
            "run: pip install -r requirements.txt\n      - run: pytest",
            "run: pip install -r requirements.txt && pytest",
        ),
        _with("90b1\n", "90b1\n        with: {ref: '${{ github.ref }}'}\n"),
        _with("    runs-on", "    if: github.event_name == 'push'\n    runs-on"),
        _with("on: push", "on: {push: {branches: ['!main', m*]}}"),
        _with("on: push", "on: push\ndefaults: {run: {shell: bash}}"),
    ],
}
"""Other answers that a checker must not reject."""

WRONG = {
    "ci-gaps": [
        (_gaps("[push, pull_request]", "push"), ENDED),
        (_gaps("pull_request]", "pull_request, workflow_dispatch]"), ENDED),
        (_gaps("[push, pull_request]", "{push: {branches: [main]}}"), ENDED),
        (_gaps("[push, pull_request]", "{pull_request: {paths: [x]}, push: }"), ENDED),
        (_gaps("uv run ruff format --check", "uv run ruff format"), ENDED),  # changes
        (_gaps("uv run ruff check", "uv run ruff check --exit-zero"), ENDED),
        (_gaps("uv run ruff check", "uv run ruff check || true"), ENDED),
        (f"{GAPS}  lint: {{runs-on: ubuntu-latest, steps: [{{run: ruff}}]}}\n", ENDED),
        (_gaps("actions/checkout", "actions/setup-python"), ENDED),
        (_gaps(LINT, ""), ENDED),
        (_gaps(LAYOUT, ""), ENDED),
        (_gaps("contents: read", "contents: write"), ENDED),
        (_gaps("@3d3c42e5aac5ba805825da76410c181273ba90b1", "@v7"), ENDED),
        (_gaps("timeout-minutes: 5", "continue-on-error: true"), ENDED),
        (_gaps("uv run pytest", "uv run pytest\n        if: failure()"), ENDED),
        (_gaps("uv run pytest", "uvx pytest"), ENDED),  # without pandas
        (GAPS, ["failure", "failure", "failure"]),
        (GAPS, ["failure", "skipped", "skipped"]),
        (GAPS, ["success", "failure", "success"]),
        (GAPS, "skipped"),
        GAPS,
    ],
    "workflow-hook": [
        _hooks(FILES, ""),  # every changed file
        _hooks(FILES, "        types: [yaml]"),  # its own configuration, too
        _hooks(FILES, r"        files: ^workflows/"),
        _hooks(FILES, r"        files: ci\.yml$"),  # one of them
        _hooks(FILES, FILES + "\n        types: [python]"),
        _hooks(FILES, FILES + "\n        pass_filenames: false"),
        _hooks(FILES, FILES + "\n        stages: [pre-push]"),
        _hooks("vendor.github-workflows", "vendor.github-actions"),
        _hooks("entry: check-jsonschema", "entry: zizmor"),
        _hooks("        name: workflows\n", ""),
        _hooks(f"language: system\n{FILES}", f"language: python\n{FILES}"),
        _hooks("entry: detect-secrets-hook", "entry: cat"),  # a hook lost
        _hooks("repo: local", "repo: https://github.com/example/hooks"),
        "repos: [",
        "a: b\n",
    ],
    "test-model": [
        asserts_nothing,
        range_only,
        newark_only,
        number_forgotten,
        negative_risks,
        number_at_newark,
        too_strict,
    ],
    "repair-workflow": [
        _with("strategy: {matrix: {python", "matrix: {python").replace("}}\n", "}\n"),
        _with('["3.10", "3.11"]', "[3.10, 3.11]"),
        _with("run: pytest", "run: pytest || true"),
        _with("permissions: {contents: read}", "permissions: write-all"),
        _with("@3d3c42e5aac5ba805825da76410c181273ba90b1", "@v7"),
        _with("    runs-on", "    if: github.ref == 'refs/heads/master'\n    runs-on"),
        _with("    timeout-minutes: 10\n", ""),
        _with("runs-on", "runs_on"),
        _with("    steps:", "    tasks:"),
        _with("jobs:\n  test:", "test:"),
        _with('    strategy: {matrix: {python: ["3.10", "3.11"]}}\n', ""),
        "on push\njobs test\n",
        _with("on: push", "on: {push: {branches: [master]}}"),
        *(_with("on: push", f"on: {{push: {{{x}}}}}") for x in FILTERS),
        *(_with("    runs-on", f"    {x}\n    runs-on") for x in NEVER_RED),
        *(_with("run: pytest", x) for x in NOT_TESTED),
        _with('"${{ matrix.python }}"', '"3.10"'),
        _with("pip install -r requirements.txt", "pip install pytest"),
        _with("on: push", "name: tests"),
        "on: push",
        _with("90b1\n", "90b1\n        with: {ref: master}\n"),
        _with("90b1\n", "90b1\n        with: main\n"),
        _with('{python: ["3.10", "3.11"]}', "{python: 3.10}"),
        _with('{python: ["3.10", "3.11"]}', "{include: {python: '3.10'}}"),
        _with("on: push", "on: {push: main}"),
        *(_with("on: push", f"on: push\n{x}") for x in MALFORMED),
        *(
            "\n".join(line for line in RIGHT.splitlines() if word not in line)
            for word in ("checkout", "requirements")
        ),
        RIGHT[: RIGHT.index("      - uses: actions/setup")]
        + RIGHT[RIGHT.index("      - run: pip") :],
    ],
}
