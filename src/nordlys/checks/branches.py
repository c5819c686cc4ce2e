"""Checks of the exercises of the page on branches."""

import re
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from nordlys.checks import exercise, expect

SUBJECT = "Fix the hour"


@exercise("squash-home")
def squash_home(answer: Any, rng: np.random.Generator) -> None:
    """Run the four lines where a branch has three commits and main has moved on."""
    expect(isinstance(answer, str) and answer.strip(), "give the text of the script")
    expect("____" not in answer, "a gap ____ is still there: fill all three")
    with tempfile.TemporaryDirectory() as folder:
        sh, number = _shell(folder), int(rng.integers(10**6))
        _git(sh, "init -q")
        _commit(sh, "hour.py", "start", "Start")
        _git(sh, "switch -q -c fix")
        for step in range(3):
            _commit(sh, f"fix{step}.txt", f"{number + step}", f"Step {step}")
        _git(sh, "switch -q main")
        _commit(sh, "other.txt", f"{number}", "Other work")
        before = _git(sh, "rev-parse main")
        _git(sh, "switch -q fix")
        said = sh.run(answer, timeout=20).strip()
        told = f"; git said: {said[-200:]}" if said else ""
        _expect_squashed(sh, before, told)


def _expect_squashed(sh: Any, before: str, told: str) -> None:
    new = _git(sh, f"log --format=%s {before}..main").splitlines()
    expect(new, f"main is as it was: the changes of fix did not arrive{told}")
    expect(
        len(new) == 1,
        f"main has {len(new)} new commits ({', '.join(new)}): one was asked for",
    )
    expect(new == [SUBJECT], f"the new commit is called {new[0]!r}, not {SUBJECT!r}")
    parents = _git(sh, "log -1 --format=%P main").split()
    expect(
        parents == [before],
        "the new commit on main has other parents than the last commit of main: "
        "that is a merge or a rewritten history, not a squash",
    )
    files = set(_git(sh, "ls-tree -r --name-only main").split())
    wanted = {"hour.py", "other.txt", "fix0.txt", "fix1.txt", "fix2.txt"}
    expect(
        files == wanted, f"main has the files {sorted(files)}: compare both branches"
    )
    names = _git(sh, "for-each-ref --format='%(refname:short)' refs/heads").split()
    expect(
        "fix" not in names,
        f"the branch fix is still there, since git does not see that it was brought "
        f"home{told}",
    )


@exercise("merged-settings")
def merged_settings(answer: Any, rng: np.random.Generator) -> None:
    """Hand the test settings that are right, and merge results that are not."""
    expect(callable(answer), "give the function itself, without calling it")
    act = int(rng.integers(2, 9))
    miss = act * int(rng.choice([2, 4, 5, 8, 10]))
    rows = [f"threshold: {act / miss}", f"cost_act: {act}", f"cost_miss: {miss}"]
    shuffled = [rows[place] for place in rng.permutation(3)]
    right = {
        "the settings as they should be": rows,
        "settings in another order": shuffled,
        "settings with a comment and an empty line": [
            "# the threshold: cost_act divided by cost_miss",
            *rows[1:],
            "",
            rows[0],
        ],
    }
    for what, lines in right.items():
        problem = _failure(answer, lines)
        text = "\n".join(lines)
        expect(
            problem is None,
            f"{what} make your test fail ({problem!r}), though they are right:\n{text}",
        )
    again = f"threshold: {(act + 1) / miss}"
    wrong = {
        "a threshold that is not the break-even": [again, *rows[1:]],
        "a cost changed without its threshold": [*rows[:2], f"cost_miss: {miss + 1}"],
        "the old and the new name of the key": [*rows, f"act_above: {act / miss}"],
        "only the old name of the key": [f"act_above: {act / miss}", *rows[1:]],
        "a key twice, the last time wrong": [*rows, again],
        "a key twice, the last time right": [again, *rows[1:], rows[0]],
        "a key twice with the same value": [*rows, rows[1]],
        "a missing cost": rows[:2],
        "marks of a conflict": [
            "<<<<<<< HEAD",
            again,
            "=======",
            rows[0],
            ">>>>>>> fewer",
            *rows[1:],
        ],
        "an empty file": [],
    }
    for what, lines in wrong.items():
        text = "\n".join(lines)
        expect(
            _failure(answer, lines) is not None,
            f"your test passes on {what}, and so would the merge:\n{text}",
        )


def _failure(test: Any, lines: list[str]) -> Exception | None:
    """Return what a test raises on a text, nothing if it passes."""
    try:
        test("".join(f"{line}\n" for line in lines))
    except Exception as problem:
        return problem
    return None


@exercise("owner-rule")
def owner_rule(answer: Any, rng: np.random.Generator) -> None:
    """Install the hook in a bare repository, and push what it refuses and lets in."""
    expect(isinstance(answer, str) and answer.strip(), "give the text of owner.py")
    expect(
        answer.startswith("#!"),
        "the first line must be #!/usr/bin/env python3, or nobody can run the file",
    )
    with tempfile.TemporaryDirectory() as folder:
        sh = _shell(folder)
        _git(sh, "init -q --bare server")
        _git(sh, "clone -q server clone")
        _commit(sh, "config.yaml", "threshold: 0.2", "Start", where="clone")
        _git(sh, "-C clone push -q -u origin HEAD:main")
        hook = Path(folder, "server", "hooks", "pre-receive")
        hook.write_text(answer)
        hook.chmod(0o755)
        number = int(rng.integers(10**6))
        for place, (what, branch, allowed, commits) in enumerate(_PUSHES):
            for step, (file, trailer) in enumerate(commits):
                message = f"Work {place} {step}"
                text = f"value: {number + 10 * place + step}"
                _commit(sh, file, text, message, trailer, where="clone")
            said = sh.run(f"git -C clone push -q origin HEAD:{branch}").strip()
            told = f" (it said: {said[-200:]})" if said else ""
            if allowed:
                expect(sh.code == 0, f"your hook refuses {what}{told}")
            else:
                expect(sh.code != 0, f"your hook lets in {what}")
                expect(
                    "Traceback" not in said,
                    f"your hook refuses {what}, but only because it breaks{told}",
                )
            _git(sh, "-C clone fetch -q")
            _git(sh, "-C clone reset -q --hard origin/main")


BY_JONAS = "Approved-by: Jonas"
_PUSHES = (
    ("a change of another file", "main", True, [("risk.py", "")]),
    ("a change of config.yaml that Jonas approved", "main", True, [
        ("config.yaml", BY_JONAS),
    ]),
    ("a change of config.yaml that Jonas and Malik approved", "main", True, [
        ("config.yaml", f"{BY_JONAS}\nApproved-by: Malik"),
    ]),
    ("a change of config.yaml that nobody approved", "main", False, [
        ("config.yaml", ""),
    ]),
    ("a change of config.yaml that only Malik approved", "main", False, [
        ("config.yaml", "Approved-by: Malik"),
    ]),
    ("a change of config.yaml that somebody called Jonasson approved", "main", False, [
        ("config.yaml", "Approved-by: Jonasson"),
    ]),
    ("two commits, of which the older changes config.yaml unapproved", "main", False, [
        ("config.yaml", ""),
        ("risk.py", ""),
    ]),
    ("two changes of config.yaml, of which only the newer is approved", "main", False, [
        ("config.yaml", ""),
        ("config.yaml", BY_JONAS),
    ]),
    ("a change of config.yaml and one of risk.py, both fine", "main", True, [
        ("config.yaml", BY_JONAS),
        ("risk.py", ""),
    ]),
    ("an unapproved change on another branch than main", "idea", True, [
        ("config.yaml", ""),
    ]),
)  # fmt: skip
"""What is pushed, to which branch, whether it may pass, and file and trailer of each
commit."""


@exercise("judge")
def judge(answer: Any, rng: np.random.Generator) -> None:
    """Let git bisect run the judge where the middle of a history cannot be judged."""
    expect(isinstance(answer, str) and answer.strip(), "give the text of judge.py")
    histories = [(kind, int(rng.integers(18, 22))) for kind in BROKEN]
    histories.append((str(rng.choice(list(BROKEN))), int(rng.integers(3, 7))))
    for kind, bad in histories:
        kinds = dict.fromkeys(range(1, 25), "good")
        kinds |= dict.fromkeys(range(bad, 25), "bad")
        kinds |= dict.fromkeys(range(10, 16), kind)
        with tempfile.TemporaryDirectory() as folder:
            _expect_found(_shell(folder), answer, kinds, bad)


GOOD = "def break_even(cost_act, cost_miss):\n    return cost_act / cost_miss\n"
BAD = GOOD.replace("cost_act / cost_miss", "cost_miss / cost_act")
BROKEN = {
    "syntax": GOOD.replace(":\n", "\n"),
    "import": f"import not_there_yet\n\n{GOOD}",
    "name": GOOD.replace("break_even", "even"),
    "error": GOOD.replace("return", "raise NotImplementedError  #"),
}


def _expect_found(sh: Any, answer: str, kinds: dict[int, str], bad: int) -> None:
    programs = {"good": GOOD, "bad": BAD, **BROKEN}
    stream = []
    for number, kind in kinds.items():
        text = f"{programs[kind]}# change {number}\n"
        stream += [
            "commit refs/heads/main",
            f"committer Freja <freja@nordlys.example> {1_772_442_000 + number} +0000",
            f"data {len(f'Change {number}')}\nChange {number}",
            "M 100644 inline desk_list.py",
            f"data {len(text)}\n{text}",
        ]
    _git(sh, "init -q")
    Path(sh.folder, ".git", "stream").write_text("\n".join(stream) + "\n")
    _git(sh, "fast-import --quiet < .git/stream")
    _git(sh, "reset -q --hard main")
    Path(sh.folder, "judge.py").write_text(answer)
    _git(sh, "bisect start main main~23")
    said = sh.run("git bisect run python -B judge.py 2>&1", timeout=60)
    if "is the first bad commit" not in said:
        skipped = "cannot bisect" in said.lower() or "skip" in said.lower()
        why = (
            "too many commits were called neither good nor bad: 125 is only for those "
            "that cannot be judged"
            if skipped
            else f"git stopped: {' '.join(said.split())[-200:]}"
        )
        expect(False, f"git found no first bad commit with your judge: {why}")
    found = int(_git(sh, "log -1 --format=%s refs/bisect/bad").split()[-1])
    expect(
        found == bad,
        f"with your judge git blames commit {found}, {_said_of(kinds[found])}; the "
        f"answer turned wrong at commit {bad}",
    )


def _said_of(kind: str) -> str:
    return {
        "good": "whose answer is right",
        "bad": "whose answer was wrong before as well",
        "syntax": "which has a syntax error and cannot be judged",
        "import": "which cannot be imported and cannot be judged",
        "name": "which lacks the function and cannot be judged",
        "error": "whose function raises an error and cannot be judged",
    }[kind]


def _shell(folder: str) -> Any:
    """Open a terminal; imported late, since most checks of the book need none."""
    from nordlys.machines import Shell

    return Shell(folder)


def _git(sh: Any, command: str) -> str:
    """Run a git command that has to succeed; return what it prints."""
    said = sh.run(f"git {command}").strip()
    assert sh.code == 0, f"git {command} failed on this machine: {said}"
    return said


def _commit(
    sh: Any, file: str, text: str, subject: str, trailer: str = "", where: str = "."
) -> None:
    """Write a file and commit it."""
    assert not re.search(r"['\\]", f"{subject}{trailer}")
    Path(sh.folder, where, file).write_text(f"{text}\n")
    last = f" -m '{trailer}'" if trailer else ""
    _git(sh, f"-C {where} add {file}")
    _git(sh, f"-C {where} commit -q -m '{subject}'{last}")
