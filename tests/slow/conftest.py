"""Choose a part of the slow checks, or go on where an interrupted run stopped."""

import hashlib

from tools.build import BUILD, input_hash

PASSED = BUILD / "slow-passed.txt"


def pytest_addoption(parser):
    parser.addoption("--part", help="run only part N of M, as N/M")
    parser.addoption("--resume", action="store_true", help="leave out what passed")


def part_of(test: str, parts: int) -> int:
    return int(hashlib.sha256(test.encode()).hexdigest(), 16) % parts


def pytest_collection_modifyitems(config, items):
    chosen = items[:]
    if wanted := config.getoption("--part", None):
        part, parts = map(int, wanted.split("/"))
        chosen = [item for item in items if part_of(item.nodeid, parts) == part]
    if config.getoption("--resume", False):
        passed = passed_before()
        chosen = [item for item in chosen if item.nodeid not in passed]
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = chosen


def passed_before() -> set[str]:
    """Return the checks that passed on exactly these sources."""
    lines = PASSED.read_text().splitlines() if PASSED.is_file() else []
    return set(lines[1:]) if lines and lines[0] == input_hash() else set()


def pytest_runtest_logreport(report):
    if report.when == "call" and report.passed:
        if not PASSED.is_file() or not passed_before():
            PASSED.parent.mkdir(parents=True, exist_ok=True)
            PASSED.write_text(f"{input_hash()}\n")
        with PASSED.open("a") as lines:
            lines.write(f"{report.nodeid}\n")
