"""Both ends of a first login: a person at the keyboard, and a terminal on the server.

The small SSH server of this package gives no terminal. So a page names this program as
the forced command of a key, and a login looks as it does with ``sshd``. It uses the
standard library only.
"""

import os
import pty
import shlex
import subprocess
import sys
from collections.abc import Mapping

PROMPT = "deploy@server:~$ "
FORCED_COMMAND = f"python3 {shlex.quote(__file__)}"
IN_TERMINAL = [sys.executable, "-c", "import pty, sys; pty.spawn(sys.argv[1:])"]


def at_keyboard(
    command: str, *lines: str, folder: str | os.PathLike, env: Mapping[str, str]
) -> None:
    """Run a command in a terminal, type a line at each prompt, print the screen.

    Args:
        command: what bash runs.
        lines: what is typed whenever the screen ends with a question or a prompt.
        folder: where it runs.
        env: the environment variables that it sees.
    """
    with subprocess.Popen(
        [*IN_TERMINAL, "bash", "-c", command],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder, env=dict(env),
    ) as process:  # fmt: skip
        screen, waiting = "", list(lines)
        while new := os.read(process.stdout.fileno(), 4096).decode():
            screen += new
            if waiting and screen.endswith(("? ", "$ ")):
                process.stdin.write(waiting.pop(0).encode() + b"\r")
                process.stdin.flush()
    print(f"$ {command}", screen.replace("\r", "").strip(), sep="\n")


def main() -> int:
    """Run the client's command, or bash in a terminal; return its exit code."""
    command = os.environ.get("SSH_ORIGINAL_COMMAND")
    if command:
        return os.waitstatus_to_exitcode(os.system(command))
    os.environ |= {"PS1": PROMPT, "BASH_SILENCE_DEPRECATION_WARNING": "1"}  # macOS
    return os.waitstatus_to_exitcode(pty.spawn(["bash", "--norc", "--noediting"]))


if __name__ == "__main__":
    sys.exit(main())
