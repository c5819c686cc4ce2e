"""Calls of a model as lines of a file: recorded once, replayed only for the same call.

The first line says which model answered, with which settings and versions; each other
line is a call. What was asked must be the same to the last letter, else it is a miss.
"""

import hashlib
import json
import platform
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

DROPPED = ("bytes", "timings")
"""What nobody replays: letters as numbers, and the server's own clock."""

LIBRARIES = ("xllamacpp", "openai")
Call = dict[str, Any]


class MissError(LookupError):
    """This call was never recorded; the message names what differs."""


class Tape:
    """Recorded calls of one page.

    Calls that were made several times are replayed in the order of their recording;
    when all were, the last one comes again.
    """

    def __init__(self, path: Path) -> None:
        """Read a tape.

        Raises:
            FileNotFoundError: if there is none.
        """
        self.path = path
        head, *rows = path.read_text(encoding="utf-8").splitlines()
        self.head: dict[str, Any] = json.loads(head)
        self.calls: list[Call] = [json.loads(row) for row in rows]
        self._waiting: dict[str, list[Call]] = {}
        for call in self.calls:
            self._waiting.setdefault(key_of(call), []).append(call)

    def find(self, path: str, request: Any) -> Call:
        """Return the recorded call.

        Args:
            path: such as ``/v1/chat/completions``.
            request: the body, read from JSON; none for a GET.

        Raises:
            MissError: if it was not recorded.
        """
        calls = self._waiting.get(key_of({"path": path, "request": request}))
        if not calls:
            raise MissError(self._why(path, request))
        return calls.pop(0) if len(calls) > 1 else calls[0]

    def _why(self, path: str, request: Any) -> str:
        """Name what differs from the recorded call that is nearest."""
        start = f"This call is not among the {len(self.calls)} of {self.path.name}"
        known = [call["request"] for call in self.calls if call["path"] == path]
        if not known:
            return f"{start}: nothing was recorded for {path}."
        nearest = min((list(differences(one, request)) for one in known), key=len)
        return (
            f"{start}: from the nearest one it differs in {', '.join(nearest)}. "
            "Only a live model can answer it."
        )


class Recorder:
    """Writes a tape anew, a line as soon as a call has ended."""

    def __init__(self, path: Path, model: Path, settings: dict[str, Any]) -> None:
        """Begin the file with what answers: the weights' hash, settings, versions."""
        self.path = path
        head = {
            "model": model.name,
            "sha256": hashlib.sha256(model.read_bytes()).hexdigest(),
            "settings": settings,
            "versions": {name: version(name) for name in LIBRARIES},
            "machine": platform.machine(),
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(head) + "\n", encoding="utf-8")

    def write(self, call: Call) -> None:
        """Add a call.

        Args:
            call: its path, request and answer.
        """
        row = json.dumps(slim(call), ensure_ascii=False, separators=(",", ":"))
        with self.path.open("a", encoding="utf-8") as file:
            file.write(row + "\n")


def key_of(call: Call) -> str:
    """Return what two calls have in common if and only if they ask the same.

    Args:
        call: with its path and request.
    """
    return json.dumps([call["path"], call["request"]], sort_keys=True)


def slim(value: Any) -> Any:
    """Return a copy without what nobody replays, and with rounded numbers.

    Args:
        value: anything that was read from JSON.
    """
    if isinstance(value, dict):
        return {key: slim(one) for key, one in value.items() if key not in DROPPED}
    if isinstance(value, list):
        return [slim(one) for one in value]
    return round(value, 4) if isinstance(value, float) else value


def differences(one: Any, other: Any, place: str = "") -> Iterator[str]:
    """Find in what two requests differ.

    Args:
        one: a request, or a part of it.
        other: what it is compared with.
        place: of the part within the request.

    Yields:
        Places such as ``messages[1].content``.
    """
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted({*one, *other}):
            inner = f"{place}.{key}" if place else key
            yield from differences(one.get(key), other.get(key), inner)
    elif isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            yield f"the length of {place}"
        for number, pair in enumerate(zip(one, other, strict=False)):
            yield from differences(*pair, f"{place}[{number}]")
    elif one != other:
        yield place or "its body"
