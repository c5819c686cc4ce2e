"""Every page ran, quietly, within its limits, and shows what it should."""

import json
import os
import sys

import pytest
from outputs import glued, problems_of, wrong_shares

from nordlys.llm import SWITCH
from tools.repository import ROOT
from tools.run.sandbox import NAMESPACE
from tools.source.pages import code_pages, page_name

BUDGETS = json.loads((ROOT / "tools" / "budgets.json").read_text())["run"]


def test_every_page_with_code_was_run(all_pages):
    expected = [page_name(path) for path in code_pages(ROOT / "book")]
    assert [page.page for page in all_pages] == expected, "Run make book again."


def test_outputs_are_clean(run_page):
    problems = [
        f"{run_page.page} In[{cell.execution_count}]: {problem}\n    "
        + cell.source.splitlines()[0]
        for cell in run_page.cells
        for problem in problems_of(cell)
    ]
    assert not problems, "\n".join(problems)


def test_shares_are_shown_as_per_cent(run_page):
    text = (ROOT / "book" / f"{run_page.page}.md").read_text(encoding="utf-8")
    problems = wrong_shares(text, glued(run_page.cells))
    assert not problems, f"{run_page.page}: {problems}"


def test_page_was_isolated(run_page):
    strict = sys.platform == "linux" and os.environ.get("CI") == "true"
    assert run_page.report["isolation"] == NAMESPACE or not strict


def test_page_is_within_its_limits(run_page):
    seconds, memory = run_page.report["seconds"], run_page.report["memory_mb"]
    print(f"{run_page.page}: {seconds:.1f} s of a processor, {memory} MB")
    assert 0 < seconds <= BUDGETS["page_seconds"], f"{run_page.page} took {seconds} s"
    assert memory <= BUDGETS["page_memory_mb"], f"{run_page.page} used {memory} MB"


def test_all_pages_together_are_within_the_limit(all_pages):
    total = sum(page.report["seconds"] for page in all_pages)
    assert total <= BUDGETS["all_pages_seconds"], f"All pages took {total:.0f} s"


def test_pages_with_a_model_asked_it_live(all_pages):
    if os.environ.get("CI") != "true" and os.environ.get(SWITCH, "live") != "live":
        pytest.skip(f"{SWITCH} asks for another model")
    asking = [page for page in all_pages if page.uses("language_model(")]
    assert asking
    problems = []
    for page in asking:
        values = glued(page.cells)
        backend, calls = values.get("backend"), values.get("live_calls", 0)
        if backend != "live" or calls < 10:
            problems.append(f"{page.page}: {backend}, {calls} live calls")
    assert not problems, "\n".join(problems)
