"""Plausible wrong answers to the exercises of the page on shell and git."""

import subprocess


def last_always(codes, pipefail):
    # What bash does without the option.
    return codes[-1]


def first_failure(codes, pipefail):
    # The first failure is the likely cause, but bash reports the last.
    return next((code for code in codes if code), 0) if pipefail else codes[-1]


def highest(codes, pipefail):
    # The highest code, as if they were degrees of failure.
    return max(codes) if pipefail else codes[-1]


def one_for_failure(codes, pipefail):
    # Knows success and failure, but not the number.
    return int(any(codes)) if pipefail else codes[-1]


NO_PIPEFAIL = """\
set -eu
trap 'rm -f "$3.tmp"' EXIT
cat "$1" "$2" | sort -u > "$3.tmp"
test "$(wc -l < "$3.tmp")" -ge "$4"
mv "$3.tmp" "$3"
"""
WRITES_AT_ONCE = """\
set -euo pipefail
cat "$1" "$2" | sort -u > "$3"
test "$(wc -l < "$3")" -ge "$4"
"""
NO_QUOTES = """\
set -euo pipefail
trap 'rm -f $3.tmp' EXIT
cat $1 $2 | sort -u > $3.tmp
test $(wc -l < $3.tmp) -ge $4
mv $3.tmp $3
"""
LEAVES_A_FILE = """\
set -euo pipefail
cat "$1" "$2" | sort -u > "$3.tmp"
test "$(wc -l < "$3.tmp")" -ge "$4"
mv "$3.tmp" "$3"
"""
KEEPS_TWINS = """\
set -euo pipefail
trap 'rm -f "$3.tmp"' EXIT
cat "$1" "$2" | sort > "$3.tmp"
test "$(sort -u "$3.tmp" | wc -l)" -ge "$4"
mv "$3.tmp" "$3"
"""
COUNTS_NOTHING = """\
set -euo pipefail
trap 'rm -f "$3.tmp"' EXIT
cat "$1" "$2" | sort -u > "$3.tmp"
mv "$3.tmp" "$3"
"""
MORE_THAN_LEAST = """\
set -euo pipefail
trap 'rm -f "$3.tmp"' EXIT
cat "$1" "$2" | sort -u > "$3.tmp"
test "$(wc -l < "$3.tmp")" -gt "$4"
mv "$3.tmp" "$3"
"""


def _git(repo, *words):
    command = ["git", "-C", str(repo), *words]
    return subprocess.run(command, capture_output=True, text=True).stdout.split()


def this_branch(repo, text):
    # Forgets the branches that are not checked out.
    return _git(repo, "log", "--format=%H", f"-S{text}")


def in_messages(repo, text):
    # Searches what people said, not what they did.
    return _git(repo, "log", "--all", "--format=%H", f"--grep={text}")


def files_of_today(repo, text):
    # Finds nothing that was deleted.
    return _git(repo, "grep", "-l", text)


def short_names(repo, text):
    # Names as people write them, which may one day be ambiguous.
    return _git(repo, "log", "--all", "--format=%h", f"-S{text}")


def lines_beside(repo, text):
    # Searches the whole change, with the unchanged lines around it.
    found = []
    for name in _git(repo, "log", "--all", "--format=%H"):
        if text in " ".join(_git(repo, "show", name)):
            found.append(name)
    return found


WRONG = {
    "2.1": [last_always, first_failure, highest, one_for_failure],
    "2.2": [
        NO_PIPEFAIL,
        WRITES_AT_ONCE,
        NO_QUOTES,
        LEAVES_A_FILE,
        KEEPS_TWINS,
        COUNTS_NOTHING,
        MORE_THAN_LEAST,
    ],
    "2.3": [this_branch, in_messages, files_of_today, short_names, lines_beside],
}
