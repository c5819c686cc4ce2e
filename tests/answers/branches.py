"""Plausible wrong answers to the exercises of the page on branches."""

import math

SQUASH = """\
git switch -q main
git merge -q --squash fix
git commit -q -m 'Fix the hour'
git branch -q -D fix
"""
GAPS = SQUASH.replace("--squash", "____")
REFUSED = SQUASH.replace("-D", "-d")  # git believes that work would be lost
MERGED = SQUASH.replace("--squash", "--no-ff -m 'Fix the hour'")
NOT_SWITCHED = SQUASH.replace("git switch -q main\n", "")
NO_COMMIT = SQUASH.replace("git commit -q -m 'Fix the hour'\n", "")
OTHER_MESSAGE = SQUASH.replace("the hour", "it")
REBASED = """\
git rebase -q main
git switch -q main
git merge -q fix
git branch -q -d fix
"""
LAST_ONLY = """\
git switch -q main
git cherry-pick fix > /dev/null
git commit -q --amend -m 'Fix the hour'
git branch -q -D fix
"""
RESET = """\
git branch -q -f main fix
git switch -q main
git reset -q --soft HEAD~3
git commit -q -m 'Fix the hour'
git branch -q -D fix
"""


def values_of(text):
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    rows = [line.split(":") for line in lines if ":" in line]
    return {row[0].strip(): float(row[1]) for row in rows}


def keys_only(text):
    assert sorted(values_of(text)) == ["cost_act", "cost_miss", "threshold"]


def break_even_only(text):
    # The last of two equal keys wins, and nobody sees the first.
    values = values_of(text)
    assert math.isclose(values["threshold"], values["cost_act"] / values["cost_miss"])


def both_of_the_last(text):
    keys_only(text)
    break_even_only(text)


def twice_and_even(text):
    # Sees a key twice, but not one that is there by both names.
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    rows = [line.split(":")[0] for line in lines if ":" in line]
    assert len(rows) == len(set(rows))
    break_even_only(text)


def these_numbers(text):
    # The costs of today, written into the test.
    both_of_the_last(text)
    assert values_of(text) == {"threshold": 0.2, "cost_act": 10, "cost_miss": 50}


def this_order(text):
    keys = [row.split(":")[0] for row in text.splitlines()]
    assert keys == ["threshold", "cost_act", "cost_miss"]
    break_even_only(text)


def counts_names(text):
    # A comment may hold the name of a key, too.
    assert all(text.count(key) == 1 for key in ("threshold", "cost_act", "cost_miss"))
    assert len(values_of(text)) == 3
    break_even_only(text)


def says_it(text):
    # Returns whether all is well, and so never fails.
    try:
        both_of_the_last(text)
    except Exception:
        return False
    return True


def no_marks(text):
    assert "<<<<" not in text


HOOK = """\
#!/usr/bin/env python3
import subprocess
import sys

WHO = "--format=%h,%(trailers:key=Approved-by,valueonly,separator=;)"

for line in sys.stdin:
    old, new, branch = line.split()
    if branch != "refs/heads/main":
        continue
    command = ["git", "log", WHO, f"{old}..{new}", "--", "config.yaml"]
    log = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    for commit in log.splitlines():
        name, owner = commit.split(",")
        if "Jonas" not in owner.split(";"):
            sys.exit(f"{name} changes the settings: Jonas must approve it")
"""
NO_FIRST_LINE = HOOK.removeprefix("#!/usr/bin/env python3\n")
EVERY_BRANCH = HOOK.replace(
    '    if branch != "refs/heads/main":\n        continue\n', ""
)
EVERY_FILE = HOOK.replace(', "--", "config.yaml"]', "]")
NEWEST_ONLY = HOOK.replace('f"{old}..{new}"', '"-1", new')
ANYBODY = HOOK.replace('"Jonas" not in owner.split(";")', 'owner == ""')
JONAS_ALONE = HOOK.replace('"Jonas" not in owner.split(";")', 'owner != "Jonas"')
PART_OF_A_NAME = HOOK.replace('owner.split(";")', "owner")
PRINTS_ONLY = HOOK.replace("sys.exit(f", "print(f")
WRONG_NAME = HOOK.replace('"refs/heads/main"', '"main"')  # so nothing is looked at
LETS_ALL_IN = "#!/usr/bin/env python3\n"
REFUSES_ALL = "#!/usr/bin/env python3\nimport sys\nsys.exit('main is closed')\n"
REVIEWER = HOOK.replace("Approved-by", "Reviewed-by")
ANY_OF_THEM = HOOK.replace(
    """    for commit in log.splitlines():
        name, owner = commit.split(",")
        if "Jonas" not in owner.split(";"):
            sys.exit(f"{name} changes the settings: Jonas must approve it")
""",
    """    if log and "Jonas" not in log:
        sys.exit("Jonas must approve")
""",
)
BREAKS = HOOK.replace('name, owner = commit.split(",")', "name, owner = commit")
NO_SUCH_NAME = HOOK.replace('f"{name} changes', 'f"{commit_id} changes')

SKIPS = """\
import sys

try:
    from desk_list import break_even

    answer = break_even(10, 50)
except Exception:
    sys.exit(125)

sys.exit(0 if answer == 0.2 else 1)
"""
NO_SKIP = "from desk_list import break_even\n\nassert break_even(10, 50) == 0.2\n"
ONLY_IMPORTS = SKIPS.replace("except Exception", "except ImportError")
ONLY_SYNTAX = SKIPS.replace("except Exception", "except (ImportError, SyntaxError)")
NEVER_BAD = SKIPS.replace("else 1", "else 125")
SWAPPED = SKIPS.replace("0 if answer == 0.2 else 1", "1 if answer == 0.2 else 0")
BROKEN_IS_GOOD = SKIPS.replace("sys.exit(125)", "sys.exit(0)")
ANY_ANSWER = SKIPS.replace("answer == 0.2", "answer")
STOPS = SKIPS.replace("sys.exit(125)", "sys.exit(255)")  # ends the bisection
PRINTS = SKIPS.replace("sys.exit(0 if answer == 0.2 else 1)", "print(answer == 0.2)")

WRONG = {
    "squash-home": [
        GAPS,
        REFUSED,
        MERGED,
        NOT_SWITCHED,
        NO_COMMIT,
        OTHER_MESSAGE,
        REBASED,
        LAST_ONLY,
        RESET,
    ],
    "merged-settings": [
        keys_only,
        break_even_only,
        both_of_the_last,
        twice_and_even,
        these_numbers,
        this_order,
        counts_names,
        says_it,
        no_marks,
    ],
    "owner-rule": [
        NO_FIRST_LINE,
        EVERY_BRANCH,
        EVERY_FILE,
        NEWEST_ONLY,
        ANYBODY,
        JONAS_ALONE,
        PART_OF_A_NAME,
        PRINTS_ONLY,
        WRONG_NAME,
        LETS_ALL_IN,
        REFUSES_ALL,
        REVIEWER,
        ANY_OF_THEM,
        BREAKS,
        NO_SUCH_NAME,
    ],
    "judge": [
        NO_SKIP,
        ONLY_IMPORTS,
        ONLY_SYNTAX,
        NEVER_BAD,
        SWAPPED,
        BROKEN_IS_GOOD,
        ANY_ANSWER,
        STOPS,
        PRINTS,
    ],
}

SHELL_HOOK = """\
#!/bin/sh
while read old new ref; do
  [ "$ref" = refs/heads/main ] || continue
  for commit in $(git rev-list "$old..$new" -- config.yaml); do
    git log -1 --format=%B "$commit" | grep -q '^Approved-by: Jonas$' || {
      echo "Jonas must approve $commit"
      exit 1
    }
  done
done
"""
CLOSE = SKIPS.replace("answer == 0.2", "abs(answer - 0.2) < 1e-6")


def by_yaml(text):
    import yaml

    rows = [row for row in text.splitlines() if row.strip() and row[0] != "#"]
    values = yaml.safe_load(text)
    assert set(values) == {"threshold", "cost_act", "cost_miss"}
    assert len(rows) == 3
    assert math.isclose(values["threshold"], values["cost_act"] / values["cost_miss"])


ALSO_RIGHT = {
    "squash-home": [
        SQUASH.replace("git switch -q main", "git checkout -q main"),
        SQUASH.replace("-D", "-d --force"),
    ],
    "merged-settings": [by_yaml],
    "owner-rule": [SHELL_HOOK],
    "judge": [CLOSE],
}
