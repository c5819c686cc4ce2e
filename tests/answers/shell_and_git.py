"""Plausible wrong answers to the exercises of the page on shell and git."""

CUT = "cut -d, -f2 early.csv | "
NEIGHBOURS_ONLY = CUT + "uniq -c | sort -n -r | head -n 3 > top.txt"
AS_WORDS = CUT + "sort | uniq -c | sed 's/^ *//' | sort -r | head -n 3 > top.txt"
SMALLEST = CUT + "sort | uniq -c | sort -n | head -n 3 > top.txt"
UNSORTED_TOP = CUT + "sort | uniq -c | head -n 3 > top.txt"
AIRPORTS = "cut -d, -f1 early.csv | sort | uniq -c | sort -n -r | head -n 3 > top.txt"
ON_SCREEN = CUT + "sort | uniq -c | sort -n -r | head -n 3"
ALL_OF_THEM = CUT + "sort | uniq -c | sort -n -r > top.txt"
NO_NUMBERS = CUT + "sort | uniq | sort -n -r | head -n 3 > top.txt"
PIPED_INTO_NAME = CUT + "sort | uniq -c | sort -n -r | head -n 3 | top.txt"
TYPED_IN = "printf '100 UA\\n40 B6\\n9 EV\\n' > top.txt"
ADDS_AT_THE_END = CUT + "sort | uniq -c | sort -n -r | head -n 3 >> top.txt"
TWO_LINES = CUT + "sort | uniq -c |\nsort -n -r | head -n 3 > top.txt"
NO_SUCH_FILE = "cut -d, -f2 flights.csv | sort | uniq -c > top.txt"
BY_NAME = CUT + "sort | uniq -c | sort -k 2 | head -n 3 > top.txt"


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
MIRROR = "git push -q --mirror\n"
FORCE_IN_A_BUNDLE = "git push -qf\n"
LEASE = "set -eu\ngit push -q --force-with-lease\n"  # refuses, as it should
LEASE_AFTER_FETCH = "set -eu\ngit fetch -q\ngit push -q --force-with-lease\n"
FORCE_AFTER_ALL = """\
set -eu
git pull -q --rebase || { git rebase --abort; exit 1; }
git push -q -f
"""
WARNS = """\
set -eu
# never git push --force
git pull -q --rebase || { git rebase --abort; exit 1; }
git push -q  # no push -f
"""
TIDIES = """\
set -eu
git pull -q --rebase || { git rebase --abort; exit 1; }
git push -q || { rm -f note.tmp; exit 1; }
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
PULL = "set -eu\ngit pull -q --rebase || { git rebase --abort; exit 1; }\n"


def pull_and(command):
    """Return a script that commits one thing more before it pushes."""
    return f"{PULL}{command}\ngit add .\ngit commit -q -m Tidy\ngit push -q\n"


FORCE_BY_NAME = "how=--force\ngit push -q $how\n"
RED = f"{PULL}git push -q\ngit status | grep 'Your branch is ahead'\n"
RESETS_IF_BOTH = PULL.replace("--abort", "--abort; git reset -q --hard origin/main")
OTHER_BRANCH = "git push -q origin HEAD:refs/heads/freja\n"

README = """\
echo 'Start it by: bash load.sh' > README.md
git add README.md
git commit -q -m Readme
"""


def start(ignored, before="git add .", after=README):
    """Return a script that ignores some patterns."""
    lines = f"git init -q\nprintf '%s\\n' {ignored} > .gitignore\n{before}\n"
    return f"{lines}git commit -q -m Start\n{after}"


RIGHT_START = start(".venv/ .env '*.csv'")
WITH_SECRET = start(".venv/ '*.csv'")
WITH_ENVIRONMENT = start(".env '*.csv'")
NO_LOCK = start(".venv/ .env '*.csv' '*.lock'")
THIS_FILE_ONLY = start(".venv/ .env early.csv data/late.csv")
SHELL_EXPANDS = start(".venv/ .env *.csv data/*.csv")
TOP_ONLY = start(".venv/ .env '/*.csv' data/late.csv")
NOT_IGNORED = start("", "git add load.sh hours.py pyproject.toml uv.lock .gitignore")
FORGETS_IGNORE = start(".venv/ .env '*.csv'", "git add *.sh *.py *.toml *.lock")
FORCED = start(".venv/ .env '*.csv'", "git add -f .")
ONE_COMMIT_ONLY = start(".venv/ .env '*.csv'", after="echo Start > README.md\n")
NOT_ADDED = start(
    ".venv/ .env '*.csv'", after=README.replace("git add README.md\n", "")
)
THREE_COMMITS = (
    WITH_SECRET
    + """\
echo .env >> .gitignore
git rm -q --cached .env
git commit -q -a -m 'No secret'
"""
)
REMOVES_SECRET = "rm .env\n" + RIGHT_START
OTHER_MESSAGE = RIGHT_START.replace("Readme", "README")


WRONG = {
    "top-airlines": [
        NEIGHBOURS_ONLY,
        AS_WORDS,
        SMALLEST,
        UNSORTED_TOP,
        AIRPORTS,
        ON_SCREEN,
        ALL_OF_THEM,
        NO_NUMBERS,
        PIPED_INTO_NAME,
        TYPED_IN,
        BY_NAME,
        ADDS_AT_THE_END,
        TWO_LINES,
        NO_SUCH_FILE,
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
        RIGHT.replace('mv "$3.tmp" "$3"\n', ""),  # forgets the last step
        MKTEMP_STAYS,
        RESTORES,
        IN_PLACE,
        THESE_NAMES,
        ONE_CARRIER,
        NO_LAST_BREAK,
        UNSORTED,
    ],
    "two-commits": [
        WITH_SECRET,
        WITH_ENVIRONMENT,
        NO_LOCK,
        THIS_FILE_ONLY,
        SHELL_EXPANDS,
        TOP_ONLY,
        NOT_IGNORED,
        FORGETS_IGNORE,
        FORCED,
        ONE_COMMIT_ONLY,
        NOT_ADDED,
        THREE_COMMITS,
        REMOVES_SECRET,
        OTHER_MESSAGE,
        RIGHT_START.replace("git init -q", "git init -q job && cd job"),
        "git init -q\n",
    ],
    "rejected-push": [
        FORCE,
        MIRROR,
        FORCE_IN_A_BUNDLE,
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
        pull_and("rm predict.py"),
        pull_and("echo Repaired >> settings.txt"),
        pull_and("git log > log.txt"),
        FORCE_BY_NAME,
        RED,
        f"{RESETS_IF_BOTH}git push -q\n",
    ],
}

ALSO_RIGHT = {
    "top-airlines": [
        CUT + "sort | uniq -c | sort -rn | head -n 3 > top.txt",
        CUT + "sort | uniq -c | sort -k1,1nr | head -3 | cat > 'top.txt'",
        "cut -d, -f 2 early.csv | sort | uniq -c | sort -n | tail -n 3 | tac > top.txt",
    ],
    "load-script": [RIGHT],
    "two-commits": [
        start("'.env' '.venv/' '**/*.csv'"),
        start(".env .venv data '*.csv'"),
        start("'.env*' .venv/ '*.csv'", "git add -A"),
        start(
            ".venv/ .env '*.csv'",
            after=README.replace("git add README.md", "git add ."),
        ),
    ],
    "rejected-push": [WARNS, TIDIES],
}
