"""Checks of the exercises of the page on shell and git."""

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from nordlys.checks import exercise, expect

A_FUNCTION = "give the function itself, without calling it"


@exercise("2.1")
def pipe_code(answer: Any, rng: np.random.Generator) -> None:
    """Check the exit code of pipes against what bash itself reports."""
    expect(callable(answer), A_FUNCTION)
    pipes = [[0], [4], [0, 0, 0], [7, 3, 0], [3, 7, 0], [9, 0, 2]]
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
    for first, second, result, least, fault in _cases(rng):
        with tempfile.TemporaryDirectory() as folder:
            _one_load(answer, Path(folder), first, second, result, least, fault)


def _cases(rng: np.random.Generator) -> Iterator[tuple]:
    """Yield the lines of two files, of an old result, the least, and the fault."""
    flights = [f"{origin},UA,{n}" for n, origin in enumerate(["EWR", "JFK", "LGA"] * 8)]
    rng.shuffle(flights)
    first, second = flights[:14], flights[10:]  # four lines stand in both
    for old in (None, ["as it was"]):
        yield first, second, old, 24, ""
        yield None, second, old, 1, "the first file is missing"
        yield first, None, old, 1, "the second file is missing"
        yield first, [], old, 15, "the second file is empty and lines are too few"
        yield first, second, old, 25, "there is one line too few"


def _one_load(
    script: str,
    folder: Path,
    first: list[str] | None,
    second: list[str] | None,
    old: list[str] | None,
    least: int,
    fault: str,
) -> None:
    files = {"early part.csv": first, "late part.csv": second, "the list.csv": old}
    for name, lines in files.items():
        if lines is not None:
            (folder / name).write_text("".join(f"{line}\n" for line in lines))
    (folder / "load.sh").write_text(script)
    command = ["bash", "load.sh", *files, str(least)]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=20
    )
    case = f"when {fault}" if fault else "when all is well"
    told = f"; it said: {done.stderr.strip()[-200:]}" if done.stderr.strip() else ""
    expect(
        bool(done.returncode) == bool(fault),
        f"{case}, your script's exit code is {done.returncode}{told}",
    )
    result = folder / "the list.csv"
    wanted = old if fault else sorted({*(first or []), *(second or [])})
    found = result.read_text().splitlines() if result.exists() else None
    if not fault and found is not None:
        _expect_list(found, wanted)
    expect(
        found == wanted,
        f"{case}, the result {'was touched' if fault else 'is missing'}: give it its "
        "name last",
    )
    left = {path.name for path in folder.rglob("*")} - {*files, "load.sh"}
    expect(not left, f"{case}, your script leaves {sorted(left)} behind")


def _expect_list(found: list[str], wanted: list[str]) -> None:
    expect(
        len(found) == len(wanted),
        f"the result has {len(found)} lines, where the two files hold {len(wanted)} "
        "different ones",
    )
    expect(sorted(found) == wanted, "lines of the result are not lines of the files")


@exercise("2.3")
def commits_with(answer: Any, rng: np.random.Generator) -> None:
    """Check the search in a fresh repository with a secret on two branches."""
    from nordlys.shell import Shell

    expect(callable(answer), A_FUNCTION)
    secret = f"invented {rng.integers(10**9)}"
    with tempfile.TemporaryDirectory() as folder:
        sh, file = Shell(folder), Path(folder, "settings.py")
        names = {}
        sh.run("git init -q")
        for branch, message, text in (
            ("main", "Begin", "A = 1\n"),
            ("main", "Add it", f"A = 1\nPASSWORD = '{secret}'\n"),
            ("main", "Change a line beside it", f"A = 2\nPASSWORD = '{secret}'\n"),
            ("main", "Remove it", "A = 2\n"),
            ("trial", "Add it again", f"A = 2\nOLD = '{secret}'\n"),
            ("trial", f"Speak of {secret}", f"A = 3\nOLD = '{secret}'\n"),
            ("trial", "Remove it again", "A = 3\n"),
        ):
            sh.run(f"git checkout -q -B {branch}")
            file.write_text(text)
            sh.run(f'git add . && git commit -q -m "{message}"')
            names[sh.run("git rev-parse HEAD").strip()] = message
        sh.run("git checkout -q main")
        given = answer(Path(folder), secret)
    _expect_names(given, names)


def _expect_names(given: Any, names: dict[str, str]) -> None:
    several = isinstance(given, list | tuple | set) and not isinstance(given, str)
    expect(several, f"return a list of names, not {type(given).__name__}")
    expect(
        all(isinstance(one, str) and len(one) >= 40 for one in given),
        "return full names of commits, of at least forty characters, as text",
    )
    wanted = {name for name, message in names.items() if "it" in message.split()}
    wanted -= {name for name, message in names.items() if "beside" in message}
    for name in sorted(wanted - set(given)):
        expect(False, f"the commit “{names[name]}” is not in your list")
    for name in sorted(set(given) - wanted):
        what = names.get(name, name)
        expect(False, f"“{what}” neither added nor removed the text")
