"""What each job of the workflows may do is the one that was agreed, word for word."""

import re

import yaml

from tools.repository import ROOT

AGREED = ROOT / "tests" / "fast" / "jobs.yml"
RIGHTS = ("permissions", "if", "needs", "uses", "continue-on-error", "timeout-minutes")
HIDES = re.compile(r"\|\|\s*(true|:)|set \+e|exit 0")


def rights(text: str) -> dict:
    """Return what a workflow and its jobs may do, and whose actions they run."""
    workflow = yaml.safe_load(text)
    jobs = {}
    for name, job in workflow["jobs"].items():
        steps = job.get("steps", [])
        may = {key: job[key] for key in RIGHTS if key in job}
        may["actions"] = sorted({step["uses"] for step in steps if "uses" in step})
        may["steps"] = len(steps)
        may["only if"] = [step["if"] for step in steps if "if" in step]
        may["may fail"] = [
            s.get("id", s.get("name", s.get("run"))) for s in steps if fails(s)
        ]
        jobs[name] = {key: value for key, value in may.items() if value}
    when = {"on": workflow[True], "permissions": workflow.get("permissions")}
    return when | {"jobs": jobs}


def fails(step: dict) -> bool:
    """Say whether a step may fail unseen."""
    hidden = HIDES.search(step.get("run", ""))
    return bool(step.get("continue-on-error") or hidden)


def test_each_job_may_do_what_was_agreed():
    current = {
        file.name: rights(file.read_text())
        for file in sorted((ROOT / ".github" / "workflows").glob("*.yml"))
    }
    agreed = yaml.safe_load(AGREED.read_text())
    changed = [
        name for name in {*current, *agreed} if current.get(name) != agreed.get(name)
    ]
    assert not changed, (
        f"{changed}: triggers, rights, actions, conditions or steps changed. If that "
        f"is meant, write what follows into {AGREED.name}:\n"
        + yaml.safe_dump(current, sort_keys=False)
    )
