"""Make a branch hold exactly the content of a folder; commit only if it changed.

Usage: python3 tools/publish_branch.py BRANCH FOLDER [--push]
Needs git and Python alone. The work tree and the current branch are left as they are.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path


class PublishError(RuntimeError):
    """The branch was not written; the message says why."""


def git(*arguments, env=None):
    """Return what git prints."""
    env = {**os.environ, **(env or {})}
    command = ["git", *arguments]
    completed = subprocess.run(command, capture_output=True, text=True, env=env)
    if completed.returncode != 0:
        raise PublishError(f"git {' '.join(arguments)}: {completed.stderr.strip()}")
    return completed.stdout.strip()


def tree_of(folder):
    """Write the folder into git's store; return the hash of its tree."""
    with tempfile.TemporaryDirectory() as scratch:
        env = {"GIT_INDEX_FILE": str(Path(scratch, "index"))}
        git("--work-tree", str(folder), "add", "--all", "--force", ".", env=env)
        return git("write-tree", env=env)


def tip_of(branch, remote):
    """Return the newest commit of the branch at the remote, else here, else nothing."""
    if remote:
        row = git("ls-remote", remote, f"refs/heads/{branch}")
        if row:
            git("fetch", "--quiet", remote, f"refs/heads/{branch}")
            return row.split()[0]
        return ""
    try:
        return git("rev-parse", "--verify", "--quiet", f"refs/heads/{branch}")
    except PublishError:
        return ""


def push(commit, branch, remote):
    """Push without force: what somebody else has pushed meanwhile is kept."""
    try:
        git("push", "--quiet", remote, f"{commit}:refs/heads/{branch}")
    except PublishError as refused:
        if "[rejected]" not in str(refused):
            raise
        raise PublishError(
            f"Branch {branch} has changed at {remote} since it was read, and nothing "
            "was pushed: run this again."
        ) from refused


def publish(branch, folder, remote):
    """Commit the folder to the branch if it differs; return what was done.

    Raises:
        PublishError: if the folder is empty or git refuses.
    """
    if not folder.is_dir() or not any(folder.iterdir()):
        raise PublishError(f"{folder} is no folder with files in it.")
    tree, tip = tree_of(folder.resolve()), tip_of(branch, remote)
    if tip and git("rev-parse", f"{tip}^{{tree}}") == tree:
        return f"{branch}: unchanged"
    source = git("rev-parse", "HEAD")
    author = {
        "GIT_AUTHOR_NAME": "github-actions[bot]",
        "GIT_AUTHOR_EMAIL": "41898282+github-actions[bot]@users.noreply.github.com",
    }
    author |= {
        name.replace("AUTHOR", "COMMITTER"): text for name, text in author.items()
    }
    parent = ["-p", tip] if tip else []
    message = f"From {source}"
    commit = git("commit-tree", tree, *parent, "-m", message, env=author)
    if remote:
        push(commit, branch, remote)
    else:
        git("update-ref", f"refs/heads/{branch}", commit)
    return f"{branch}: {commit}"


def main():
    """Parse the command line and publish."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("branch")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--push", action="store_true", help="to origin")
    options = parser.parse_args()
    try:
        remote = "origin" if options.push else ""
        print(publish(options.branch, options.folder, remote))
    except PublishError as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
