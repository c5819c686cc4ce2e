"""Refuse connections that leave this machine (loaded by every Python of a page)."""

import socket

_LOCAL = ("127.", "::1", "localhost", "0.0.0.0")
_connect, _connect_ex = socket.socket.connect, socket.socket.connect_ex


def _refuse_remote(address):
    if isinstance(address, tuple) and not str(address[0]).startswith(_LOCAL):
        raise OSError(f"The book runs without network; {address[0]} was asked for.")


def _guarded_connect(self, address):
    _refuse_remote(address)
    return _connect(self, address)


def _guarded_connect_ex(self, address):
    _refuse_remote(address)
    return _connect_ex(self, address)


socket.socket.connect = _guarded_connect
socket.socket.connect_ex = _guarded_connect_ex
