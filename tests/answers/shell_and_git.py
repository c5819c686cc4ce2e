"""Plausible wrong answers to the exercises of the page on shell and git."""


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


FORCE = "git push -q --force\n"
LEASE = "set -eu\ngit push -q --force-with-lease\n"  # refuses, as it should
LEASE_AFTER_FETCH = "set -eu\ngit fetch -q\ngit push -q --force-with-lease\n"
FORCE_AFTER_ALL = """\
set -eu
git pull -q --rebase || { git rebase --abort; exit 1; }
git push -q -f
"""
PUSH_AGAIN = "set -eu\ngit push -q\n"
NO_PUSH = "set -eu\ngit pull -q --rebase || { git rebase --abort; exit 1; }\n"
RESETS = "set -eu\ngit fetch -q\ngit reset -q --hard origin/main\ngit push -q\n"
DROPS_HIS_LINES = """\
set -eu
git fetch -q
git merge -q -s ours -m 'Merge' origin/main
git push -q
"""
TAKES_A_SIDE = "set -eu\ngit pull -q --rebase -X {}\ngit push -q\n"
MERGE_TAKES_A_SIDE = TAKES_A_SIDE.replace("--rebase", "--no-rebase --no-edit")
STAYS_HALFWAY = "set -eu\ngit pull -q --rebase\ngit push -q\n"
MERGE_STAYS_HALFWAY = STAYS_HALFWAY.replace("--rebase", "--no-rebase --no-edit")
COMMITS_MARKS = """\
git pull -q --rebase || { git add -A; git rebase --continue; }
git push -q
"""
SKIPS = "git pull -q --rebase || git rebase --skip\ngit push -q\n"
ABORTS_GREEN = "git pull -q --rebase && git push -q || git rebase --abort\n"
ONE_COMMIT = """\
set -eu
git fetch -q
git rebase -q origin/main || { git rebase --abort; exit 1; }
git reset -q --soft origin/main
git commit -q -m 'Work'
git push -q
"""
OTHER_BRANCH = "git push -q origin HEAD:refs/heads/freja\n"


WRONG = {
    "pipe-code": [
        last_always,
        first_failure,
        highest,
        one_for_failure,
        signals_are_healthy,
        at_most_nine,
        last_digit,
        last_four,
    ],
    "load-script": [
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
    "rejected-push": [
        FORCE,
        LEASE,
        LEASE_AFTER_FETCH,
        FORCE_AFTER_ALL,
        PUSH_AGAIN,
        NO_PUSH,
        RESETS,
        DROPS_HIS_LINES,
        TAKES_A_SIDE.format("ours"),
        TAKES_A_SIDE.format("theirs"),
        MERGE_TAKES_A_SIDE.format("ours"),
        STAYS_HALFWAY,
        MERGE_STAYS_HALFWAY,
        COMMITS_MARKS,
        SKIPS,
        ABORTS_GREEN,
        ONE_COMMIT,
        OTHER_BRANCH,
    ],
}
