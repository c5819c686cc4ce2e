"""Checks of the exercises of the page on shell and git."""

import os
import subprocess
import tempfile
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

from nordlys.checks import exercise, expect

A_FUNCTION = "give the function itself, without calling it"


@exercise("2.1")
def pipe_code(answer: Any, rng: np.random.Generator) -> None:
    """Check the exit code of pipes against what bash itself reports."""
    expect(callable(answer), A_FUNCTION)
    pipes = [[0], [4], [0, 0, 0], [7, 3, 0], [3, 7, 0], [9, 0, 2]]
    pipes += [[141, 0], [0, 255, 0], [6, 0, 0, 0, 0, 0]]
    pipes += [list(map(int, rng.choice([0, 0, 1, 2, 5, 9], 4))) for _ in range(4)]
    for codes in pipes:
        for pipefail in (False, True):
            pipe = " | ".join(f"(exit {code})" for code in codes)
            line = f"set -o pipefail; {pipe}" if pipefail else pipe
            expected = subprocess.run(["bash", "-c", line], check=False).returncode
            given = answer(list(codes), pipefail)
            right = isinstance(given, int | np.integer) and not isinstance(given, bool)
            expect(right, f"return a whole number, not {given!r}")
            expect(
                given == expected,
                f"for {codes} {'with' if pipefail else 'without'} pipefail you say "
                f"{given}: try {line!r} in a shell",
            )


@exercise("2.2")
def load(answer: Any, rng: np.random.Generator) -> None:
    """Run the script where all is well, and where a file or lines are missing."""
    expect(isinstance(answer, str) and answer.strip(), "give the text of the script")
    for case in _cases(rng):
        with tempfile.TemporaryDirectory() as folder:
            _one_load(answer, Path(folder), case, int(rng.integers(10**6)))


@dataclass
class _Case:
    """Texts of two files and of an old result, ``None`` if missing, and the task."""

    first: str | None
    second: str | None
    old: str | None
    least: int
    fault: str = ""

    @property
    def wanted(self) -> str | None:
        """What the result should hold afterwards."""
        lines = {*(self.first or "").splitlines(), *(self.second or "").splitlines()}
        return self.old if self.fault else _text(sorted(lines))


def _text(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _cases(rng: np.random.Generator) -> list[_Case]:
    places = [("EWR", "UA"), ("JFK", "B6"), ("LGA", "9E")] * 8
    flights = [f"{origin},{carrier},{n}" for n, (origin, carrier) in enumerate(places)]
    rng.shuffle(flights)
    first, second = _text(flights[:14]), _text(flights[10:])  # four lines twice
    cases = []
    for old in (None, "as it was\n"):
        cases += [
            _Case(first, second, old, 24),
            _Case(None, second, old, 1, "the first file is missing"),
            _Case(first, None, old, 1, "the second file is missing"),
            _Case(first, "", old, 15, "the second file is empty and lines are too few"),
            _Case(first, second, old, 25, "there is one line too few"),
            _Case(first.rstrip("\n"), second, old, 24),
        ]
    return cases


def _one_load(script: str, folder: Path, case: _Case, number: int) -> None:
    names = [f"{part} {number}.csv" for part in ("early part", "late part", "the list")]
    for name, text in zip(names, (case.first, case.second, case.old), strict=True):
        if text is not None:
            (folder / name).write_text(text)
    (folder / "load.sh").write_text(script)
    (folder / "tmp").mkdir()
    result = folder / names[2]
    before = result.stat() if result.exists() else None
    done = subprocess.run(
        ["bash", "load.sh", *names, str(case.least)],
        cwd=folder,
        env={**os.environ, "TMPDIR": str(folder / "tmp"), "LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )
    when = f"when {case.fault}" if case.fault else "when all is well"
    told = f"; it said: {done.stderr.strip()[-200:]}" if done.stderr.strip() else ""
    expect(
        bool(done.returncode) == bool(case.fault),
        f"{when}, your script's exit code is {done.returncode}{told}",
    )
    found = result.read_text() if result.exists() else None
    if not case.fault:
        _expect_list(found, case)
    expect(
        found == case.wanted, f"{when}, the result was touched: give it its name last"
    )
    if before:
        _expect_one_step(before, result.stat(), bool(case.fault), when)
    left = {path.name for path in folder.rglob("*")} - {*names, "load.sh", "tmp"}
    expect(not left, f"{when}, your script leaves {sorted(left)} behind")


def _expect_list(found: str | None, case: _Case) -> None:
    expect(found is not None, "when all is well, the result is missing")
    lines, wanted = found.splitlines(), case.wanted.splitlines()
    expect(
        set(lines) <= set(wanted),
        "a line of the result is no line of the files: is one glued to the next where "
        "the first file lacks its last line break?",
    )
    expect(
        len(lines) == len(wanted),
        f"the result has {len(lines)} lines, where the two files hold {len(wanted)} "
        "different ones",
    )
    expect(lines == wanted, "the lines of the result are not sorted")
    expect(found == case.wanted, "the last line of the result lacks its line break")


def _expect_one_step(
    before: os.stat_result, after: os.stat_result, fault: bool, when: str
) -> None:
    if fault:
        same = (before.st_ino, before.st_ctime_ns) == (after.st_ino, after.st_ctime_ns)
        expect(
            same, f"{when}, the result was written and restored: give it its name last"
        )
    else:
        expect(
            before.st_ino != after.st_ino,
            f"{when}, the old result is overwritten in place, where a reader may see "
            "half of it: give another file its name",
        )


@dataclass
class _History:
    """A repository in a folder, made commit by commit."""

    folder: Path
    wanted: set[str] = field(default_factory=set)
    """Names of the commits that added or removed the text."""
    what: dict[str, str] = field(default_factory=dict)
    """What each commit did, by its name; its message does not tell."""

    def __post_init__(self) -> None:
        """Begin with an empty repository."""
        from nordlys.shell import Shell

        self.sh = Shell(self.folder)
        self.sh.run("git init -q")

    def commit(self, what: str, wanted: bool, file: str, text: str) -> None:
        """Write a file and commit it."""
        (self.folder / file).write_text(text)
        self.sh.run(f"git add {file}")
        self.record(what, wanted, "commit -q")

    def record(self, what: str, wanted: bool, command: str, message: str = "") -> None:
        """Run a git command that commits, and keep the new commit's name."""
        note = self.folder / ".git" / "note"
        note.write_text(message or f"Work of day {len(self.what)}")
        self.sh.run(f"git {command} -F .git/note")
        assert self.sh.code == 0, f"git {command} failed"
        name = self.sh.run("git rev-parse HEAD").strip()
        self.what[name] = what
        if wanted:
            self.wanted.add(name)


def _history(folder: Path, secret: str) -> _History:
    """Return a history with the text on five branches, one of them the remote's."""
    made = _History(folder)
    line = f"PASSWORD = {secret!r}\n"
    made.commit("begins", False, "settings.py", "A = 1\n")
    made.commit("adds it", True, "settings.py", f"A = 1\n{line}")
    made.commit("changes a line beside it", False, "settings.py", f"A = 2\n{line}")
    made.commit("changes the rest of its line", False, "settings.py", f"A = 2\nX{line}")
    made.sh.run("git branch old")
    made.commit("removes it", True, "settings.py", "A = 2\n")
    made.commit("adds its last word", False, "b.txt", secret.split()[-1] + "\n")
    made.sh.run("git checkout -q -b trial")
    made.commit("adds it to notes", True, "notes.txt", f"{secret}\n")
    made.record(
        "speaks of it", False, "commit -q --allow-empty", f"Password was {secret}"
    )
    made.sh.run("git checkout -q main")
    made.record("merges", False, "merge -q -s ours --no-ff trial")
    made.sh.run("git checkout -q -b work")
    made.commit("adds it on the remote", True, "late.py", line)
    made.sh.run("git update-ref refs/remotes/origin/work HEAD")
    made.sh.run("git checkout -q main && git branch -q -D work")
    made.sh.run("git checkout -q --orphan other && git rm -q -r -f .")
    made.commit("begins another history with it", True, "first.py", line)
    made.sh.run("git checkout -q main")
    return made


@exercise("2.3")
def commits_with(answer: Any, rng: np.random.Generator) -> None:
    """Check the search in a fresh repository with a secret on several branches."""
    expect(callable(answer), A_FUNCTION)
    secret = f"in'v[9] {rng.integers(10**9)} $x*"
    with tempfile.TemporaryDirectory() as folder, mock.patch.dict(os.environ):
        made = _history(Path(folder), secret)
        for name in [name for name in os.environ if name.startswith("GIT_")]:
            del os.environ[name]  # set in a hook, and stronger than the folder
        given = answer(Path(folder), secret)
    _expect_names(given, made)


def _expect_names(given: Any, made: _History) -> None:
    several = isinstance(given, Collection) and not isinstance(given, str | bytes)
    expect(several, f"return a list of names, not {type(given).__name__}")
    expect(
        all(isinstance(one, str) and len(one) >= 40 for one in given),
        "return full names of commits, of at least forty characters, as text",
    )
    for name in sorted(made.wanted - set(given)):
        expect(False, f"the commit that {made.what[name]} is not in your list")
    for name in sorted(set(given) - made.wanted):
        what = made.what.get(name, "nobody made")
        expect(False, f"in your list is the commit that {what}, which is none of them")
