"""The repository's address, from one place: build, links and tests ask here."""

import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOST = r"github\.com(?::\d+)?[:/]|^git@[\w-]+:"  # one word is an alias in ~/.ssh/config


@dataclass(frozen=True)
class Repository:
    """Where the book lives.

    Attributes:
        owner: account or organisation on GitHub.
        name: name of the repository.
    """

    owner: str
    name: str

    @property
    def slug(self) -> str:
        """``owner/name``."""
        return f"{self.owner}/{self.name}"

    @property
    def url(self) -> str:
        """Address of the repository."""
        return f"https://github.com/{self.slug}"

    @property
    def site(self) -> str:
        """Address of the published book, with a slash at the end."""
        if self.name.lower() == f"{self.owner}.github.io".lower():
            return f"https://{self.name.lower()}/"
        return f"https://{self.owner.lower()}.github.io/{self.name}/"


def repository() -> Repository:
    """Return the address: of the Actions run, else of a GitHub remote, else configured.

    Raises:
        ValueError: if the book's configuration holds no GitHub address either.
    """
    slug = "" if is_nested() else os.environ.get("GITHUB_REPOSITORY", "")
    if not slug:
        slug = github_remote()[1]
    if not slug:
        import yaml  # only here: readers run notebooks without it

        config = yaml.safe_load((ROOT / "book" / "_config.yml").read_text())
        slug = _github_slug(config.get("repository", {}).get("url", ""))
    if not slug:
        raise ValueError(
            "book/_config.yml: repository: url must be https://github.com/OWNER/NAME"
        )
    return Repository(*slug.split("/"))


def github_remote() -> tuple[str, str]:
    """Return name and slug of the remote on GitHub, origin before others."""
    names = sorted(git("remote").split(), key=lambda name: name != "origin")
    slugs = ((name, _github_slug(git("remote", "get-url", name))) for name in names)
    return next((pair for pair in slugs if pair[1]), ("", ""))


def _github_slug(address: str) -> str:
    match = re.search(rf"(?:{HOST})([\w.-]+)/([\w.-]+?)(?:\.git)?/?$", address)
    return f"{match[1]}/{match[2]}" if match else ""


def git(*arguments: str) -> str:
    """Return what git says of the book's own repository; nothing if it has none."""
    return "" if is_nested() else _git_output(arguments)


def is_nested() -> bool:
    """Say whether the book lies in a folder of another repository."""
    return bool(_git_output(["rev-parse", "--show-prefix"]))


def _git_output(arguments: Sequence[str]) -> str:
    command = ["git", "-C", str(ROOT), *arguments]
    completed = subprocess.run(command, capture_output=True, text=True)
    return completed.stdout.strip() if completed.returncode == 0 else ""


def page_times() -> dict[Path, int]:
    """Return when each file of the book was last committed, in seconds.

    Returns:
        Nothing outside a repository, and in a shallow clone, whose oldest commit would
        stand for all that is older.
    """
    if git("rev-parse", "--is-shallow-repository") != "false":
        return {}
    log = git("log", "--format=%x00%ct", "--name-only", "--relative", "--", "book")
    times: dict[Path, int] = {}
    for commit in log.split("\0")[1:]:
        seconds, *names = commit.split("\n")
        for name in filter(None, names):
            times.setdefault(ROOT / name, int(seconds))
    return times


def commit_time() -> int:
    """Return the time of the newest commit in seconds, 0 outside a repository."""
    return int(git("log", "-1", "--format=%ct") or 0)
