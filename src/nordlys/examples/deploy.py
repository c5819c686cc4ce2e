"""Put a release on this server: copy, start, check, and go back if the check fails.

The SSH server starts this program for the pipeline's key, in the account's home, with
the address to check as its argument. What the client typed is the release's name, and
standard input is its folder, packed by ``tar``.
"""

import fcntl
import io
import os
import re
import shutil
import sys
import tarfile
import time
from datetime import UTC, datetime
from pathlib import Path

from manager import answers, restart, stop

MOST_BYTES = 10_000_000  # a release of ours has some thousands
TAR_END = bytes(1024)  # a whole archive ends with so many zeros
CURRENT = Path("current")


def say(text: str) -> None:
    """Tell the client, and write it into the log."""
    print(text, flush=True)
    with Path("deploy.log").open("a") as log:
        log.write(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} {text}\n")


def receive(release: Path) -> None:
    """Read an archive from standard input, up to a limit, and unpack it."""
    data = sys.stdin.buffer.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        sys.exit(f"{release.name}: more than {MOST_BYTES:,} bytes")
    if not data.endswith(TAR_END):
        sys.exit(f"{release.name}: the archive is cut off")
    part = Path("releases", ".part")
    shutil.rmtree(part, ignore_errors=True)
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
        archive.extractall(part, filter="data")
    part.rename(release)


def is_live(release: Path, check: str) -> bool:
    """Let ``current`` point to a release, start it, and ask the check."""
    new_link = Path("next")
    new_link.unlink(missing_ok=True)
    new_link.symlink_to(release)
    new_link.replace(CURRENT)
    restart()
    return answers(check)


def deploy(name: str, check: str) -> None:
    """Put the release of that name in use, or the one before."""
    release = Path("releases", name)
    if not release.exists():
        receive(release)
    before = CURRENT.readlink() if CURRENT.is_symlink() else None
    start = time.monotonic()
    if is_live(release, check):
        say(f"{name}: live")
        return
    say(f"{name}: failed {check}")
    if before in (None, release) or not is_live(before, check):
        stop()
        say("nothing runs: wake somebody")
    else:
        seconds = time.monotonic() - start
        say(f"rolled back: {before.name} is live, {seconds:.0f} seconds later")
    sys.exit(1)


def main() -> None:
    """Take the name of a release, wait for one's turn, and deploy it."""
    asked = os.environ.get("SSH_ORIGINAL_COMMAND", "")
    if not re.fullmatch(r"v[0-9]+", asked):
        sys.exit(f"not a release: {asked!r}")
    with Path("lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one deployment at a time
        deploy(asked, check=sys.argv[1])


if __name__ == "__main__":
    main()
