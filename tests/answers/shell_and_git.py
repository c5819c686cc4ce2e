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


def signals_are_healthy(codes, pipefail):
    # Takes a program ended by a signal for a reader that had enough.
    failed = [code for code in codes if 0 < code <= 128]
    return (failed[-1] if failed else 0) if pipefail else codes[-1]


def at_most_nine(codes, pipefail):
    # Codes of one digit, as in the examples.
    return min(9, right_code(codes, pipefail))


def last_digit(codes, pipefail):
    return right_code(codes, pipefail) % 10


def last_four(codes, pipefail):
    # Pipes of four programs, as in the example.
    return right_code(codes[-4:], pipefail)


def right_code(codes, pipefail):
    failed = [code for code in codes if code]
    return (failed[-1] if failed else 0) if pipefail else codes[-1]


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
GLUES = """\
set -euo pipefail
trap 'rm -f "$3.tmp"' EXIT
cat "$1" "$2" | sort -u > "$3.tmp"
test "$(wc -l < "$3.tmp")" -ge "$4"
mv "$3.tmp" "$3"
"""
RIGHT = GLUES.replace('cat "$1" "$2" | sort -u', 'sort -u -- "$1" "$2"')
MKTEMP_STAYS = """\
set -euo pipefail
lines="$(mktemp)"
sort -u -- "$1" "$2" > "$lines"
test "$(wc -l < "$lines")" -ge "$4"
cp "$lines" "$3.new"
mv "$3.new" "$3"
"""
RESTORES = """\
set -euo pipefail
if test -e "$3"; then cp -p "$3" "$3.old"; fi
sort -u -- "$1" "$2" > "$3.tmp" || { rm -f "$3.tmp" "$3.old"; exit 1; }
if test "$(wc -l < "$3.tmp")" -ge "$4"
then mv "$3.tmp" "$3"; rm -f "$3.old"
else rm -f "$3.tmp"
  if test -e "$3.old"; then echo > "$3"; cp -p "$3.old" "$3"; rm "$3.old"; fi
  exit 1
fi
"""
IN_PLACE = RIGHT.replace('mv "$3.tmp" "$3"', 'cat "$3.tmp" > "$3"')
THESE_NAMES = RIGHT.replace('"$1" "$2"', '"early part.csv" "late part.csv"')
ONE_CARRIER = RIGHT.replace(" > ", " | grep UA > ", 1)
NO_LAST_BREAK = RIGHT.replace(
    "mv", 'printf %s "$(cat "$3.tmp")" > "$3.tmp2"\nmv'
).replace('mv "$3.tmp"', 'mv "$3.tmp2"')
UNSORTED = RIGHT.replace('sort -u -- "$1" "$2"', """awk '!seen[$0]++' "$1" "$2\"""")


def _git(repo, *words):
    command = ["git", "-C", str(repo), *words]
    return subprocess.run(command, capture_output=True, text=True).stdout.split()


def _search(*options):
    """Return a search by git's log with other options."""

    def search(repo, text):
        return _git(repo, "log", "--format=%H", *(o.format(text) for o in options))

    return search


def through_a_shell(repo, text):
    # Quotation marks that the text itself ends.
    line = f"git -C '{repo}' log --all --format=%H -S '{text}'"
    return subprocess.run(
        line, shell=True, capture_output=True, text=True
    ).stdout.split()


def last_word(repo, text):
    # Searches for a part, which occurs elsewhere.
    return _search("--all", "-S{}")(repo, text.split()[-1])


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
    "2.1": [
        last_always,
        first_failure,
        highest,
        one_for_failure,
        signals_are_healthy,
        at_most_nine,
        last_digit,
        last_four,
    ],
    "2.2": [
        NO_PIPEFAIL,
        WRITES_AT_ONCE,
        NO_QUOTES,
        LEAVES_A_FILE,
        KEEPS_TWINS,
        COUNTS_NOTHING,
        MORE_THAN_LEAST,
        GLUES,
        MKTEMP_STAYS,
        RESTORES,
        IN_PLACE,
        THESE_NAMES,
        ONE_CARRIER,
        NO_LAST_BREAK,
        UNSORTED,
    ],
    "2.3": [
        this_branch,
        in_messages,
        files_of_today,
        short_names,
        lines_beside,
        through_a_shell,
        last_word,
        _search("--all", "-G{}"),  # a pattern, and any change of the line
        _search("--all", "--pickaxe-regex", "-S{}"),
        _search("--all", "-S{}", "--", "settings.py"),
        _search("--all", "-S{}", "--", "*.py"),
        _search("--branches", "-S{}"),  # forgets the remote's
        _search("--all", "--min-parents=1", "-S{}"),  # forgets the first commit
        _search("--all", "-m", "-S{}"),  # each merge again
    ],
}
