"""Choose among the slow checks: a share in five minutes, a part, or what is left.

The share of ``make test`` begins with what the last commits have changed, and goes on
in an order that is another one with each commit, until its time is over.
"""

import hashlib
import shutil
import sys
import time
from pathlib import Path

import pytest
from environments import install, run

from tools.build import BUILD, OUT, input_hash
from tools.repository import ROOT, git

KERNEL = ("nbclient", "ipykernel")
PASSED = OUT / "slow-passed.txt"
RECENT_COMMITS = 10
SHARE_SECONDS = 300
LEFT = "left for another commit, because the five minutes are over"
BEGAN = time.monotonic()


def pytest_addoption(parser):
    parser.addoption("--share", action="store_true", help="changed ones, then others")
    parser.addoption("--part", help="run only part N of M, as N/M")
    parser.addoption("--resume", action="store_true", help="leave out what passed")


def part_of(test: str, parts: int) -> int:
    return int(hashlib.sha256(test.encode()).hexdigest(), 16) % parts


def unit_of(item) -> str:
    """Return what stays together: one page of a check, else a whole module."""
    parameters = getattr(item, "callspec", None)
    values = parameters.params.values() if parameters else ()
    pages = [value for value in values if isinstance(value, Path)]
    return str((pages or [item.path])[0].relative_to(ROOT))


def by_need(items: list) -> list:
    """Put first what has changed, and the others as the commit shuffles them."""
    recent = git("log", f"-{RECENT_COMMITS}", "--name-only", "--format=").split()
    commit = git("rev-parse", "HEAD")

    def rank(item):
        unit = unit_of(item)
        shuffled = hashlib.sha256(f"{commit} {unit}".encode()).hexdigest()
        return unit not in recent, shuffled

    return sorted(items, key=rank)


def pytest_runtest_setup(item):
    share = item.config.getoption("--share", False)
    if share and time.monotonic() - BEGAN > SHARE_SECONDS:
        pytest.skip(LEFT)


def pytest_collection_modifyitems(config, items):
    chosen = items[:]
    if config.getoption("--share", False):
        chosen = by_need(items)
    if choice := config.getoption("--part", None):
        part, parts = map(int, choice.split("/"))
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


def pytest_terminal_summary(terminalreporter):
    """Say of how many pages each way of running them is true."""
    skipped = terminalreporter.stats.get("skipped", [])
    if remaining := sum(LEFT in str(report.longrepr) for report in skipped):
        terminalreporter.write_line(f"{remaining} slow checks {LEFT}")
    counts: dict[str, list[bool]] = {}
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, []):
            for mode, holds in report.user_properties:
                counts.setdefault(mode, []).append(holds)
    for mode, results in counts.items():
        line = f"{sum(results)} of {len(results)} pages independent, {mode}"
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """Build the package from a copy, so that nothing is left in the tree."""
    folder = tmp_path_factory.mktemp("wheel")
    shutil.copytree(
        ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("*.egg-info")
    )
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, folder)
    if uv := shutil.which("uv"):
        run(uv, "build", "--quiet", "--wheel", "--out-dir", folder / "out", folder)
    else:
        build = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps")
        run(*build, "--wheel-dir", folder / "out", folder)
    (built,) = (folder / "out").glob("*.whl")
    return built


@pytest.fixture(scope="session")
def kernel(tmp_path_factory):
    """Give what runs a notebook in a folder of its own, one for each Python version."""
    folders = {}

    def folder_for(python):
        version = run(python, "-c", "import sys; print(*sys.version_info[:2])")
        if version not in folders:
            folders[version] = tmp_path_factory.mktemp("kernel")
            install(python, "--target", folders[version], *KERNEL)
        return folders[version]

    return folder_for


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """Copy the tree with the results of its pages, so that nothing is run again."""
    folder = tmp_path_factory.mktemp("copy") / "book-of-the-test"
    names = (".venv", "html", "site", "new", "old", "__pycache__")
    left_out = shutil.ignore_patterns(*names)
    shutil.copytree(ROOT, folder, ignore=left_out, symlinks=True)
    return folder


@pytest.fixture
def scratch():
    """Lend a folder inside the build, where messages can name files."""
    folder = BUILD / "notebooks-under-test"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
