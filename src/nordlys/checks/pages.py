"""Checks of the exercises of the page on public pages."""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

import numpy as np

from nordlys.checks import exercise, expect
from nordlys.checks.workflow_text import (
    action,
    events,
    expect_one_at_a_time,
    expect_pinned,
    mapping,
    needs,
    step_that_runs,
    workflow,
)

A_TEXT = "give the text itself"
NOTES = ("gate <b>, not <c>", "R&D team of 12", "late & full", "wait < 5 minutes", "-")
CODES = ("EWR", "JFK", "LGA", "SWF", "HPN")


class Outline(HTMLParser):
    """Reads a page as a list of tags and the text in them, white space aside."""

    def __init__(self, page: str) -> None:
        """Read the page."""
        super().__init__()
        self.parts: list[tuple[str, str]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list) -> None:
        """Note a tag, with the text that follows to be added."""
        self.parts.append((tag, ""))

    def handle_endtag(self, tag: str) -> None:
        """Note the end of a list; other ends are clear without."""
        if tag == "ul":
            self.parts.append(("/ul", ""))

    def handle_data(self, data: str) -> None:
        """Add text to the tag before it."""
        if data.strip():
            tag, text = self.parts.pop() if self.parts else ("", "")
            self.parts.append((tag, f"{text} {data}"))

    def read(self) -> list[tuple[str, str]]:
        """Return the parts."""
        return [(tag, " ".join(text.split())) for tag, text in self.parts]


@exercise("template-by-airport")
def template_by_airport(answer: Any, rng: np.random.Generator) -> None:
    """Fill a template with flights of several airports, and read the page."""
    from jinja2 import DictLoader, StrictUndefined, TemplateError
    from jinja2.sandbox import SandboxedEnvironment

    expect(isinstance(answer, str) and answer.strip(), A_TEXT)
    # The frame of the page, for an answer that extends it.
    frame = DictLoader({"base.html": "{% block main %}{% endblock %}"})
    sandbox = SandboxedEnvironment(
        autoescape=True, undefined=StrictUndefined, loader=frame
    )
    try:
        template = sandbox.from_string(answer)
    except TemplateError as problem:
        raise AssertionError(f"Jinja cannot read it: {problem}") from problem
    for counts in ((2, 1), (1, 0, 3), (0,), ()):
        airports = _airports(counts, rng)
        try:
            page = template.render(airports=airports)
        except TemplateError as problem:
            raise AssertionError(f"filling it in fails: {problem}") from problem
        given, wanted = Outline(page).read(), _outline(airports)
        told = [f"<{tag}> {text}".strip() for tag, text in wanted]
        for (tag, text), expected, name in zip(given, wanted, told, strict=False):
            right = (tag, text) == expected
            expect(right, f"where {name} belongs, there is <{tag}> {text}")
        expect(
            len(given) >= len(wanted),
            f"for {len(airports)} airports the page ends before {_next(told, given)}",
        )
        expect(
            len(given) == len(wanted),
            f"for {len(airports)} airports the page has more than it should",
        )


def _airports(counts: tuple[int, ...], rng: np.random.Generator) -> list[dict]:
    """Return airports with so many flights each."""
    codes = rng.permutation(CODES)[: len(counts)]
    return [
        {
            "code": str(code),
            "flights": [
                {
                    "name": f"{rng.choice(['EV', 'UA'])} {rng.integers(1, 6000)}",
                    "note": str(rng.choice(NOTES)) if place else NOTES[0],
                }
                for place in range(count)
            ],
        }
        for code, count in zip(codes, counts, strict=True)
    ]


def _outline(airports: list[dict]) -> list[tuple[str, str]]:
    """Return the parts that the page should have."""
    parts = []
    for airport in airports:
        parts.append(("h2", airport["code"]))
        if not airport["flights"]:
            parts.append(("p", "No flights."))
            continue
        rows = [("li", f"{f['name']}, {f['note']}") for f in airport["flights"]]
        parts += [("ul", ""), *rows, ("/ul", "")]
    return parts


def _next(told: list[str], given: list) -> str:
    """Return the part that comes after the last one that is there."""
    return told[len(given)] if len(given) < len(told) else "its end"


LINKS = [
    ("link", "style.css"),
    ("a", ""),
    ("a", "archive/2013/06-30.html"),
    ("a", "archive/2012/"),
    ("a", "archive/2013/07-01.html#jfk"),
    ("img", "pictures/plane.png"),
    ("a", "https://flights.nordlys.example/data"),
]
"""Tags of the page in the archive, and where each leads from the first folder."""


class Links(HTMLParser):
    """Reads the links of a page, with the tag that each stands in."""

    def __init__(self, page: str) -> None:
        """Read the page."""
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list) -> None:
        """Note the address of a link or picture."""
        values = dict(attrs)
        address = values.get("src" if tag == "img" else "href")
        if address is not None:
            self.found.append((tag, address))


@exercise("mend-links")
def mended_links(answer: Any, rng: np.random.Generator) -> None:
    """Follow the links of a page under several base paths."""
    expect(isinstance(answer, str) and answer.strip(), A_TEXT)
    found = Links(answer).found
    tags = [tag for tag, _ in LINKS]
    expect(
        [tag for tag, _ in found] == tags,
        f"keep the seven lines: tags {', '.join(tags)}, each with its address",
    )
    name = "".join(rng.choice(list("abcdefgh"), 6))
    for base in (f"/{name}/", "/", f"/{name}/site/"):
        top = f"https://owner.example{base}"
        page = f"{top}archive/2013/07-01.html"
        for (_, address), (_, target) in zip(found, LINKS, strict=True):
            wanted = _plain(urljoin(top, target))
            reached = _plain(urljoin(page, address))
            expect(
                reached == wanted,
                f"under the base path {base}, “{address}” leads to {_short(reached)}, "
                f"and should lead to {_short(wanted)}",
            )


def _plain(address: str) -> str:
    """Return an address without the name that a server adds to a folder."""
    start, mark, place = address.partition("#")
    return start.removesuffix("index.html") + mark + place


def _short(address: str) -> str:
    """Return an address on our server without the server, another one whole."""
    return address.removeprefix("https://owner.example")


MAKE = "python make_report.py --to public"
TEST = "python test_report.py public"


@exercise("publish-site")
def published_site(answer: Any, rng: np.random.Generator) -> None:
    """Check a workflow that publishes a site from an artefact."""
    spec = workflow(answer)
    started = events(spec)
    expect("push" in started, "a push starts nothing")
    branches = mapping(started["push"]).get("branches")
    expect(branches in (["main"], "main"), f"a push to {branches} starts it, not main")
    expect("workflow_dispatch" in started, "no person can start it by the button")
    extra = set(started) - {"push", "workflow_dispatch"}
    expect(not extra, f"it also starts on {', '.join(sorted(extra))}")
    expect_pinned(spec)
    expect_one_at_a_time(spec)
    jobs = spec["jobs"]
    expect(set(jobs) == {"build", "deploy"}, "keep the two jobs build and deploy")
    _expect_build(jobs["build"])
    deploy = jobs["deploy"]
    expect(needs(deploy) == {"build"}, "deploy does not wait for build")
    expect(not deploy.get("if"), f"deploy runs only if {deploy.get('if')}")
    place = deploy.get("environment")
    name = place.get("name") if isinstance(place, dict) else place
    expect(name == "github-pages", f"the environment of deploy is {name}")
    used = [action(step) for step in deploy["steps"]]
    expect(used == ["actions/deploy-pages"], "deploy has the one step of deploy-pages")
    rights = {"build": {"contents": "read"}}
    rights["deploy"] = {"pages": "write", "id-token": "write"}
    for job, needed in rights.items():
        given = mapping(jobs[job].get("permissions", spec.get("permissions")))
        for right in needed:
            expect(
                given.get(right) == needed[right],
                f"{job} lacks a right, {right}, or has another kind of it",
            )
        more = sorted(set(given) - set(needed))
        expect(not more, f"{job} needs no right to {', '.join(more)}")


def _expect_build(job: dict) -> None:
    """Check that the site is made, tested and only then handed on."""
    steps = job["steps"]
    make, test = step_that_runs(job, MAKE), step_that_runs(job, TEST)
    uploads = [s for s in steps if action(s) == "actions/upload-pages-artifact"]
    expect(len(uploads) == 1, "build hands on the site once, by upload-pages-artifact")
    order = [steps.index(step) for step in (make, test, uploads[0])]
    expect(order == sorted(order), "make the site, test it, and only then hand it on")
    folder = str(mapping(uploads[0].get("with")).get("path", "_site"))
    expect(
        folder.removeprefix("./").rstrip("/") == "public",
        f"it hands on the folder {folder}, which is not where the report is written",
    )
    quiet = uploads[0].get("if") or ""
    expect(not quiet, f"the site is handed on if {quiet}, also after a failing test")
