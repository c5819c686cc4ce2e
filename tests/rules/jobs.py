"""The jobs of the workflows: bounded in time, in order, with actions that agree."""

import re
from collections.abc import Iterator

import yaml

from tests.rules import book_rule, line_of, page_rule
from tests.rules.repository import COMMIT, USES, loose_actions
from tests.rules.shown import fault
from tools.source.book import Book, Page

EXPRESSION = re.compile(r"\$\{\{.*?\}\}", re.DOTALL)
LONGEST = 180  # minutes; all slow checks of the whole book


@book_rule
def jobs_are_sound(book: Book) -> Iterator[tuple[str, int, str]]:
    """A job has a time limit, few rights, jobs it waits for, and shell that parses."""
    for file in sorted((book.root / ".github/workflows").glob("*.y*ml")):
        path = file.relative_to(book.root).as_posix()
        for line, message in unsound_jobs(file.read_text()):
            yield path, line, message


@page_rule
def written_workflows_are_sound(page: Page) -> Iterator[tuple[int, str]]:
    """A workflow that a page writes is as sound as ours, except in a drill."""
    for cell in page.cells:
        if ".github/workflows/" not in cell.file or "drill" in cell.tags:
            continue
        if cell.note != "broken" and fault("yaml", cell.code) is None:
            for find in (unsound_jobs, loose_actions):
                for line, message in find(cell.code):
                    yield cell.code_line + line - 1, message


def unsound_jobs(text: str) -> Iterator[tuple[int, str]]:
    """Yield what is wrong with the jobs of a workflow, with its line."""
    workflow = yaml.safe_load(text)
    if not isinstance(workflow, dict) or not isinstance(workflow.get("jobs"), dict):
        yield 1, "no jobs: a workflow has some"
        return
    jobs = workflow["jobs"]
    if "write" in str(workflow.get("permissions", "write")):
        message = "all jobs may write: write 'permissions: {}', and give them to jobs"
        yield line_of(text, "permissions:"), message
    for number, row in enumerate(text.splitlines(), 1):
        if re.fullmatch(r"\s+([\w-]+: write|permissions: write-all)\s*", row):
            yield number, f"{row.strip()} without a reason: add a comment, or read"
    for name, job in jobs.items():
        if not isinstance(job, dict):
            continue  # its schema says so
        line = line_of(text, f"  {name}:")
        limit = job.get("timeout-minutes")
        if limit is None:
            yield line, f"job {name} has no timeout-minutes: add it"
        elif limit > LONGEST:
            yield line, f"job {name} may run {limit} minutes, not {LONGEST}"
        needs = job.get("needs") or []
        for other in [needs] if isinstance(needs, str) else needs:
            if other not in jobs:
                yield line, f"job {name} needs {other}, which is not there"
        for step in job.get("steps", []):
            script = EXPRESSION.sub("x", step.get("run") or ":")
            if problem := fault("bash", f"{script}\n"):
                yield line_of(text, script.splitlines()[0]), problem[1]


@book_rule
def actions_agree(book: Book) -> Iterator[tuple[str, int, str]]:
    """One action has one commit, with one tag beside it; an action of ours is there."""
    commits: dict[str, tuple[str, str]] = {}
    for file in sorted((book.root / ".github").rglob("*.y*ml")):
        path = file.relative_to(book.root).as_posix()
        for number, row in enumerate(file.read_text().splitlines(), 1):
            if not (match := USES.search(row)):
                continue
            if match[1].startswith("./"):
                if not (book.root / match[1] / "action.yml").is_file():
                    yield path, number, f"no action {match[1]}: mend the path"
            elif COMMIT.search(match[1]):
                name, _, commit = match[1].partition("@")
                pair = (commit, (match[2] or "").split()[0] if match[2] else "")
                if commits.setdefault(name, pair) != pair:
                    before = f"{commits[name][0][:7]} is {commits[name][1]} elsewhere"
                    yield path, number, f"{name}: {before}: commit and tag must agree"
