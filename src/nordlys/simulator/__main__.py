"""Play a week against a service that is started here, and print its score.

Usage: python -m nordlys.simulator --seed 1 -- uvicorn service:app --port {port}
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from nordlys.lifetime import leash, scratch_folder
from nordlys.machines.processes import end_family
from nordlys.machines.service import free_port
from nordlys.simulator import Week, WeekError
from nordlys.simulator.desk import service_is_up

_PORT = "{port}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line.

    Args:
        arguments: its words; those of this process if omitted.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    cut = given.index("--") if "--" in given else len(given)
    options, command = _options(given[:cut]), given[cut + 1 :]
    if not any(_PORT in word for word in command):
        sys.exit(
            f"After -- comes the command that starts the service, with {_PORT} where "
            "its port belongs: -- uvicorn service:app --port {port}"
        )
    try:
        week = Week(seed=options.seed)
    except ValueError as error:
        sys.exit(str(error))
    port = free_port()
    command = [word.replace(_PORT, str(port)) for word in command]
    try:
        with (
            week.supplier() as supplier,
            _started(command, supplier, port, options.wait, options.log),
        ):
            score = week.run(f"http://127.0.0.1:{port}")
    except WeekError as error:
        sys.exit(str(error))
    print(score)
    if options.reveal:
        for incident in week.incidents:
            times = f"{incident.start:%a %H:%M} to {incident.end:%a %H:%M}"
            print(f"{incident.kind:<7} {times}  {incident.where:<4} {incident.how}")
    if options.json:
        options.json.write_text(score.to_json() + "\n")


def _options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m nordlys.simulator",
        description="Play a simulated week against a service, and score it.",
        epilog="Then -- and the command that starts the service, with {port} in it.",
    )
    parser.add_argument("--seed", type=int, default=1, help="which week (default: 1)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the score")
    parser.add_argument("--log", type=Path, metavar="FILE", help="what it prints")
    parser.add_argument("--reveal", action="store_true", help="tell the incidents")
    parser.add_argument(
        "--wait", type=float, default=60, metavar="S", help="seconds for /health"
    )
    return parser.parse_args(words)


@contextmanager
def _started(
    command: list[str], supplier: str, port: int, wait: float, log: Path | None
) -> Iterator[None]:
    """Run the service until the block ends, and wait first until it is healthy."""
    with scratch_folder() as scratch:
        log = log or scratch / "service.log"
        try:
            with log.open("wb") as stream:
                process = subprocess.Popen(
                    command,
                    env=os.environ | {"SUPPLIER_URL": supplier},
                    stdin=subprocess.DEVNULL,
                    stdout=stream,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        except OSError as error:
            raise WeekError(f"The command cannot be started: {error}") from None
        with leash('kill -- -"$1"', process.pid):
            try:
                _wait_for_health(process, port, wait, log)
                yield
            finally:
                _end(process)


def _end(process: subprocess.Popen) -> None:
    """Ask a program and its children to end, and after five seconds end them."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(5)
    end_family(process)  # also children that have ignored it
    process.wait()


def _wait_for_health(
    process: subprocess.Popen, port: int, wait: float, log: Path
) -> None:
    deadline = time.monotonic() + wait
    while not service_is_up("127.0.0.1", port):
        ended = process.poll() is not None
        if ended or time.monotonic() > deadline:
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-8:])
            what = "has ended" if ended else f"gave no /health within {wait:g} s"
            raise WeekError(f"The service {what}. Its last lines:\n{tail}")
        time.sleep(0.1)


if __name__ == "__main__":
    main()
