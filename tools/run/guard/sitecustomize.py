"""Keep a page on its machine (loaded by every Python of a page).

Who asks for an address elsewhere is written down, also where the error is swallowed;
where no namespace holds the page, the connection is refused here.
"""

import contextlib
import os
import socket
import sys

_LOCAL = ("127.", "::1", "localhost", "0.0.0.0", "::ffff:127.")
_NOTES, _REFUSE = "BOOK_OUTSIDE", "BOOK_REFUSE"
_connect, _connect_ex = socket.socket.connect, socket.socket.connect_ex


def _is_remote(address):
    return isinstance(address, tuple) and not str(address[0]).startswith(_LOCAL)


def _note(event, args):
    if event == "socket.connect" and _is_remote(args[1]):
        # pathlib would make the start of every Python slower.
        with contextlib.suppress(OSError), open(os.environ[_NOTES], "a") as notes:  # noqa: PTH123
            notes.write(f"{args[1][0]}:{args[1][1]}\n")


def _refuse_remote(address):
    if _is_remote(address):
        raise OSError(f"The book runs without network; {address[0]} was asked for.")


def _guarded_connect(self, address):
    _refuse_remote(address)
    return _connect(self, address)


def _guarded_connect_ex(self, address):
    _refuse_remote(address)
    return _connect_ex(self, address)


if _NOTES in os.environ:
    sys.addaudithook(_note)
if _REFUSE in os.environ:
    socket.socket.connect = _guarded_connect
    socket.socket.connect_ex = _guarded_connect_ex
