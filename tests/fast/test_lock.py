"""The lock says what pyproject.toml asks for.

Nothing is downloaded: what a package needs is read where it is installed.
"""

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.lock import BINDER_LOCK, LOCK, ROOT
from tools.repository import git

PINNED = re.compile(r"^[\w.-]+(?:\[[\w.,-]+\])?==[^\\\n]+", re.MULTILINE)
PROJECT = (ROOT / "pyproject.toml").read_text()


def applies(requirement: Requirement, extras: frozenset[str]) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": e}) for e in extras)


def disagreements(project: str, lock: str) -> Iterator[str]:
    """Say what the lock lacks, has in a wrong version, or holds for nobody."""
    no_extras = frozenset([""])
    pins = (Requirement(line) for line in PINNED.findall(lock))
    locked = {canonicalize_name(p.name): p for p in pins if applies(p, no_extras)}
    table = tomllib.loads(project)["project"]
    extra = table["optional-dependencies"].values()
    direct = [*table["dependencies"], *(need for group in extra for need in group)]
    waiting = [(Requirement(need), no_extras, "pyproject.toml") for need in direct]
    itself = canonicalize_name(table["name"])  # named by an extra that has others
    followed = set()
    while waiting:
        requirement, extras, by = waiting.pop()
        name = canonicalize_name(requirement.name)
        if name == itself or not applies(requirement, extras):
            continue
        if name not in locked:
            yield f"{by} needs {requirement}, which is not in requirements.txt"
            continue
        version = str(locked[name].specifier).removeprefix("==")
        if not requirement.specifier.contains(version, prereleases=True):
            yield f"{by} needs {requirement}, but requirements.txt has {version}"
        # Old pips take the newest version where only an extra is asked for by others.
        if not requirement.extras <= locked[name].extras:
            yield f"{by} needs {requirement}, but requirements.txt lacks its extra"
        inner = frozenset(requirement.extras) | no_extras
        if (name, inner) not in followed:
            followed.add((name, inner))
            try:
                needs = requires(name) or []
            except PackageNotFoundError:
                yield f"{name} is not installed, its needs are unknown: make env"
                continue
            waiting += [(Requirement(need), inner, name) for need in needs]
    for name in sorted(set(locked) - {name for name, _ in followed}):
        yield f"nothing needs {name}, which is in requirements.txt"


def test_lock_is_what_the_project_needs():
    problems = list(disagreements(PROJECT, LOCK.read_text()))
    assert not problems, "\n".join([*problems, "Run make lock, or make env."])


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"numpy>=2.0"', '"numpy>=99"', "pyproject.toml needs numpy>=99, but"),
        ('"numpy>=2.0"', '"numpy>=2.0", "flask>=3"', "needs flask>=3, which is not"),
        ('  "tinydb>=4.8",', "", "nothing needs tinydb"),
    ],
)
def test_a_stale_lock_is_found(old, new, says):
    assert old in PROJECT, "the fault changes nothing: mend its old text"
    problems = list(disagreements(PROJECT.replace(old, new), LOCK.read_text()))
    assert any(says in problem for problem in problems), problems


def test_an_extra_that_the_lock_lacks_is_found():
    lock = LOCK.read_text().replace("psycopg[binary]==", "psycopg==")
    (problem,) = disagreements(PROJECT, lock)
    assert "requirements.txt lacks its extra" in problem


@pytest.mark.parametrize("lock", [LOCK, BINDER_LOCK], ids=["full", "binder"])
def test_every_pin_has_a_hash(lock):
    without = re.findall(r"^[^\s#]+==.*[^\\]$", lock.read_text(), re.MULTILINE)
    assert not without, f"no hash: {without}: run make lock"


def test_no_file_that_is_needed_is_ignored():
    ignored = git("ls-files", "--cached", "--ignored", "--exclude-standard")
    assert not ignored, f"Git keeps and ignores at once; mend .gitignore: {ignored}"


def test_git_changes_no_line_ends():
    output = git("check-attr", "text", "Makefile", "tools/setup_system.sh")
    if not output:
        pytest.skip("this copy has no repository of its own")
    assert output.count("text: unset") == 2, f"mend .gitattributes: {output}"
