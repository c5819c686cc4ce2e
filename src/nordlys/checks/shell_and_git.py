"""Checks of the exercises of the page on shell and git."""

import os
import re
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from nordlys.checks import exercise, expect

AIRLINES = ["UA", "B6", "EV", "DL", "AA", "9E"]


@exercise("top-airlines")
def top_airlines(answer: Any, rng: np.random.Generator) -> None:
    """Run the line on flights whose counts have one, two and three digits."""
    expect(isinstance(answer, str) and answer.strip(), "give the line as a text")
    expect("\n" not in answer.strip(), "one line is enough: join the programs by pipes")
    for _ in range(3):
        names = [str(name) for name in rng.permutation(AIRLINES)]
        counts = [int(rng.integers(low, high)) for low, high in RANGES]
        flights = [
            name for name, n in zip(names, counts, strict=True) for _ in range(n)
        ]
        rng.shuffle(flights)
        origins = rng.choice(["EWR", "JFK", "LGA"], len(flights))
        numbers, times = rng.integers([1, 500], [6000, 1300], (len(flights), 2)).T
        fields = zip(origins, flights, numbers, times, strict=True)
        rows = [",".join(map(str, row)) for row in fields]
        expected = [f"{n} {name}" for name, n in zip(names, counts, strict=True)][:3]
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "early.csv").write_text(_text(rows))
            _expect_top(answer, Path(folder), expected)
            _run_line(answer, Path(folder))
            rows = len(Path(folder, "top.txt").read_text().splitlines())
            expect(
                rows == 3,
                f"when your line runs again, top.txt has {rows} lines, not three: "
                "which redirection replaces what was there?",
            )


RANGES = [(100, 140), (30, 60), (9, 10), (7, 9), (4, 6), (1, 3)]
"""From the most frequent airline to the least: how many flights it may have."""


def _run_line(line: str, folder: Path) -> str:
    """Run the line in the folder, and return what it said."""
    done = subprocess.run(
        ["bash", "-c", line],
        cwd=folder,
        env={**os.environ, "LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )
    return (done.stderr or done.stdout).strip()[-200:]


def _expect_top(line: str, folder: Path, expected: list[str]) -> None:
    said = _run_line(line, folder)
    top = folder / "top.txt"
    expect(top.is_file(), f"your line makes no file top.txt; it said: {said or '-'}")
    found = [" ".join(row.split()) for row in top.read_text().splitlines()]
    expect(found, f"top.txt is empty; your line said: {said or '-'}")
    names = [row.split()[-1] for row in found]
    expect(
        set(names) <= set(AIRLINES),
        f"top.txt holds {names[0]!r}, which is no airline: which field is it?",
    )
    expect(
        len(set(names)) == len(names),
        "an airline comes twice: uniq counts only equal lines that are neighbours",
    )
    expect(len(found) == 3, f"top.txt has {len(found)} lines, not three")
    expect(
        found == expected,
        f"top.txt says {found}, and the three most frequent are {expected}: are the "
        "numbers sorted as numbers, the largest first?",
    )


@exercise("load-script")
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


PROJECT = {
    "load.sh": "cat early.csv data/late.csv | sort -u > list.csv\n",
    "hours.py": "from hhmm import hour\n\nprint(hour(1545))\n",
    "pyproject.toml": '[project]\nname = "job"\nversion = "0.1.0"\n',
    "uv.lock": "version = 1\n",
}
"""What belongs into the history of a project."""

LEFT_OUT = {
    ".env": "PASSWORD=not-a-real-one\n",
    ".venv/pyvenv.cfg": "version = 3.13\n",
    ".venv/lib/hhmm.py": "def hour(time): return time // 100\n",
    "early.csv": "EWR,UA,1545,515\n",
    "data/late.csv": "JFK,B6,725,1845\n",
}
"""What does not."""


@exercise("two-commits")
def two_commits(answer: Any, rng: np.random.Generator) -> None:
    """Run the script in the folder of a project, and read the history it has made."""
    from nordlys.machines import Shell

    expect(isinstance(answer, str) and answer.strip(), "give the text of the script")
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder, "project").resolve()
        for name, text in {**PROJECT, **LEFT_OUT}.items():
            path = project / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        Path(folder, "start.sh").write_text(answer)
        sh = Shell(project)
        said = sh.run("bash ../start.sh", timeout=20).strip()
        told = f"; it said: {said[-200:]}" if said else ""
        expect(sh.code == 0, f"the exit code of your script is {sh.code}{told}")
        expect((project / ".git").is_dir(), f"your script makes no repository{told}")
        _expect_history(sh, told)
        _expect_left_alone(sh, project, int(rng.integers(10**6)))


def _expect_history(sh: Any, told: str) -> None:
    """Two commits with these messages and files, and nothing else anywhere."""
    subjects = sh.run("git log --reverse --format=%s").strip().splitlines()
    expect(sh.code == 0, f"there is no commit{told}")
    expect(
        subjects == ["Start", "Readme"],
        f"the messages of your commits are {subjects}, not ['Start', 'Readme']",
    )
    first = {*PROJECT, ".gitignore"}
    for commit, wanted in (("HEAD~1", first), ("HEAD", {*first, "README.md"})):
        files = set(sh.run(f"git ls-tree -r --name-only {commit}").split())
        which = "first" if commit == "HEAD~1" else "second"
        for name in sorted(files - wanted):
            expect(False, f"{name} does not belong into the {which} commit")
        for name in sorted(wanted - files):
            expect(False, f"{name} is missing in the {which} commit")


def _expect_left_alone(sh: Any, project: Path, number: int) -> None:
    """All files are still there, and git will not see data that come later."""
    for name, text in {**PROJECT, **LEFT_OUT}.items():
        path = project / name
        expect(
            path.is_file() and path.read_text() == text,
            f"{name} was changed or removed, though it should stay in the folder",
        )
    state = sh.run("git status --short").strip()
    expect(not state, f"when your script has ended, git status still says {state!r}")
    for name in (f"late-{number}.csv", f"data/late-{number}.csv"):
        (project / name).write_text("LGA,DL,1,900\n")
        state = sh.run("git status --short").strip()
        expect(not state, f"a file {name} that comes tomorrow would be seen by git")


@dataclass
class _Team:
    """A server and two clones in a folder; a push from the second is rejected."""

    folder: Path
    rng: np.random.Generator
    conflict: bool
    """Whether both changed the same line."""
    wanted: dict[str, str] = field(default_factory=dict)
    """The files on the server after a right repair."""

    def __post_init__(self) -> None:
        """Make the server, both clones, and commits of both people."""
        from nordlys.machines import Shell

        editor = {"GIT_EDITOR": "true"}  # nobody is there to close an editor
        self.malik, self.freja = (
            Shell(self.folder, user=user, env=editor) for user in ("Malik", "Freja")
        )
        numbers = [int(n) for n in self.rng.choice(10**6, 5, replace=False)]
        start = [f"limit {numbers[0]}", *map(str, range(9)), f"hour {numbers[1]}"]
        his = [f"limit {numbers[2]}", *start[1:]]
        place = 0 if self.conflict else -1
        hers, both = start.copy(), his.copy()
        hers[place] = both[place] = f"hers {numbers[3]}"
        note = f"A note, number {numbers[4]}"
        self.git(self.malik, "init -q --bare server && git clone -q server malik")
        self.commit("malik", "settings.txt", start, "Begin")
        self.git(self.malik, "-C malik push -q && git clone -q server freja")
        self.commit("malik", "settings.txt", his, f"Limit {numbers[2]}")
        self.commit("malik", "predict.py", [f"LIMIT = {numbers[2]}"], "Predict")
        self.git(self.malik, "-C malik push -q")
        self.commit("freja", "settings.txt", hers, f"Hers {numbers[3]}")
        self.commit("freja", "note.txt", [note], f"Note {numbers[4]}")
        self.subjects = [f"Hers {numbers[3]}", f"Note {numbers[4]}"]
        self.wanted = {"note.txt": _text([note]), "settings.txt": _text(both)}
        self.wanted["predict.py"] = f"LIMIT = {numbers[2]}\n"
        self.server, self.clone = self.tip("server"), self.tip("freja")

    def git(self, sh: Any, command: str) -> str:
        """Run a git command that has to succeed; return what it prints."""
        said = sh.run(f"git {command}")
        assert sh.code == 0, f"git {command} failed: {said}"
        return said

    def commit(self, clone: str, file: str, lines: list[str], subject: str) -> None:
        """Write a file in a clone and commit it in the name of its owner."""
        (self.folder / clone / file).write_text(_text(lines))
        sh = self.malik if clone == "malik" else self.freja
        self.git(sh, f"-C {clone} add . && git -C {clone} commit -q -m '{subject}'")

    def tip(self, repository: str) -> str:
        """Return the name of the newest commit of ``main``."""
        return self.git(self.malik, f"-C {repository} rev-parse main").strip()


@exercise("rejected-push")
def repair(answer: Any, rng: np.random.Generator) -> None:
    """Run the script in a clone whose push is rejected: changes that fit, then not."""
    expect(isinstance(answer, str) and answer.strip(), "give the text of the script")
    code = re.sub(r"(?m)(^|\s)#.*", "", answer).replace("\\\n", " ")  # no comments
    expect(
        not re.search(r"\bpush\b[^;&|\n]*\s(-\w*f\b|--force|--mirror|\+)", code),
        "your script forces a push: a repaired one needs no force, which would drop "
        "what came meanwhile",
    )
    for conflict in (False, True):
        with tempfile.TemporaryDirectory() as folder:
            team = _Team(Path(folder).resolve(), rng, conflict)
            (team.folder / "repair.sh").write_text(answer)
            said = team.freja.run("cd freja && bash ../repair.sh", timeout=20).strip()
            told = f"; it said: {said[-200:]}" if said else ""
            (_expect_undecided if conflict else _expect_united)(team, told)


def _expect_united(team: _Team, told: str) -> None:
    tip = team.tip("server")
    team.malik.run(f"git -C server merge-base --is-ancestor {team.server} {tip}")
    expect(
        team.malik.code == 0,
        "Malik's commits are no longer in main of the server: others have them, so "
        "yours have to come on top",
    )
    expect(
        tip != team.server,
        f"main of the server is as it was: your commits did not arrive{told}",
    )
    log = team.git(team.malik, "-C server log --format='%an: %s' main").splitlines()
    for subject in team.subjects:
        expect(
            f"Freja: {subject}" in log,
            f"your commit {subject!r} is not in main of the server",
        )
    files = team.git(team.malik, "-C server ls-tree -r --name-only main").split()
    for name, text in team.wanted.items():
        expect(name in files, f"the file {name} is missing on the server")
        found = team.git(team.malik, f"-C server show main:{name}")
        for line in text.splitlines():
            expect(line in found, f"{name} on the server has lost the line {line!r}")
        expect(found == text, f"{name} on the server holds lines that nobody wrote")
    extra = sorted(set(files) - set(team.wanted))
    expect(not extra, f"on the server are files that nobody committed: {extra}")
    expect(
        team.freja.code == 0,
        f"all is on the server, yet the exit code is {team.freja.code}{told}",
    )


def _expect_undecided(team: _Team, told: str) -> None:
    when = "when both changed the same line"
    expect(
        team.tip("server") == team.server,
        f"{when}, your script changes main of the server, though a person has to "
        "decide which line is right",
    )
    expect(
        team.freja.code != 0,
        f"{when}, nothing is pushed, yet the exit code is 0: who would notice?",
    )
    head = team.freja.run("git -C freja symbolic-ref HEAD").strip()
    state = team.git(team.freja, "-C freja status --porcelain")
    expect(
        head == "refs/heads/main" and not state,
        f"{when}, the clone is left in the middle of the work: take it back{told}",
    )
    expect(
        team.tip("freja") == team.clone,
        f"{when}, main of your clone is not as it was before",
    )
