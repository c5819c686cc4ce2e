"""Run shell commands in a folder and print what a terminal would show."""

import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nordlys.machines.processes import session

FIRST_COMMAND = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""What git takes for the time of the first command, so that hashes repeat."""

SETTINGS = {"BASH_ENV", "CDPATH", "CLICOLOR_FORCE", "FORCE_COLOR", "XDG_CONFIG_HOME"}
"""Variables that would bring in settings or colours; git's own are dropped, too."""


class Shell:
    """A terminal in a folder, which is also the home of its user.

    Each call starts a new ``bash``, so ``cd`` and variables last for one command line.
    git, of version 2.31 or later, knows a user, takes neither settings nor a repository
    from the program that opened the terminal, and its clock starts at
    :data:`FIRST_COMMAND` and goes on a minute with each command: a page that is run
    again makes the same commits. ``PYTHONPATH`` is handed down, since the build may
    keep programs off the network with it.

    Attributes:
        folder: where the commands run.
        env: the environment variables they see; may be changed.
        code: exit code of the last command.
    """

    def __init__(
        self,
        folder: str | os.PathLike,
        *,
        user: str = "Freja",
        env: Mapping[str, str] | None = None,
    ) -> None:
        """Open the terminal.

        Args:
            folder: an existing folder.
            user: name under which git commits.
            env: environment variables added to the usual ones.

        Raises:
            FileNotFoundError: if the folder does not exist.
        """
        self.folder = Path(folder).resolve(strict=True)
        self.code = 0
        self._commands = 0
        here = str(Path(sys.executable).parent)
        email = f"{user.lower()}@nordlys.example"
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("GIT_") and name not in SETTINGS
        }
        self.env = {
            **inherited,
            "PATH": os.pathsep.join([here, os.environ.get("PATH", os.defpath)]),
            "HOME": str(self.folder),
            "LC_ALL": "C",  # macOS may lack C.UTF-8; git and Python write UTF-8 anyway
            "NO_COLOR": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "init.defaultBranch",
            "GIT_CONFIG_VALUE_0": "main",
            "GIT_AUTHOR_NAME": user,
            "GIT_AUTHOR_EMAIL": email,
            "GIT_COMMITTER_NAME": user,
            "GIT_COMMITTER_EMAIL": email,
            **(env or {}),
        }

    def run(self, command: str, *, timeout: float = 60.0) -> str:
        """Run a command line without printing; keep its exit code in ``code``.

        Args:
            command: what one would type; bash reads it.
            timeout: seconds it may take.

        Returns:
            What it printed on both streams, in order; the folder is shown as ``~``.

        Raises:
            subprocess.TimeoutExpired: if it takes longer.
        """
        moment = (FIRST_COMMAND + timedelta(minutes=self._commands)).isoformat()
        self._commands += 1
        env = {**self.env, "GIT_AUTHOR_DATE": moment, "GIT_COMMITTER_DATE": moment}
        with session(["bash", "-c", command], self.folder, env) as process:
            output, _ = process.communicate(timeout=timeout)
        self.code = process.returncode
        return output.replace(str(self.folder), "~")

    def __call__(self, command: str, *, timeout: float = 60.0) -> None:
        """Run a command line and print it, its output, and an exit code other than 0.

        Args:
            command: what one would type; bash reads it.
            timeout: seconds it may take.

        Raises:
            subprocess.TimeoutExpired: if it takes longer.
        """
        output = self.run(command, timeout=timeout).rstrip("\n")
        shown = "\n> ".join(command.strip().splitlines())
        print(f"$ {shown}", *([output] if output else []), sep="\n")
        if self.code:
            print(f"[exit code {self.code}]")
