"""Run a page without network and without privileges, as far as the machine allows.

Linux: a network namespace in which only loopback is up, and a user namespace in which
the process is an ordinary user. Elsewhere, or where namespaces are forbidden, a guard
inside Python refuses every connection that leaves the machine.
"""

import ctypes
import fcntl
import os
import pwd
import signal
import socket
import struct
import subprocess
import sys
from pathlib import Path

CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
PR_SET_CHILD_SUBREAPER = 36
PR_SET_PDEATHSIG = 1
GUARD = Path(__file__).parent / "guard"
REFUSE, NOTES = "BOOK_REFUSE", "BOOK_OUTSIDE"  # what the guard does, and where
RETURN_TO = "NORDLYS_SANDBOX_UID"

NAMESPACE = "network namespace, loopback only, ordinary user"
SOCKET_GUARD = "guard inside Python"


class SandboxError(RuntimeError):
    """The required isolation cannot be had on this machine."""


def enter() -> str:
    """Isolate this process and its future children; return which way was taken.

    Call it before any thread is started.

    Returns:
        ``NAMESPACE`` or ``SOCKET_GUARD``.

    Raises:
        SandboxError: with ``CI=true`` on Linux if only the weaker way is left.
    """
    if sys.platform == "linux":
        if os.environ.get(RETURN_TO):
            return _enter_as_root_and_return()
        if _enter_user_namespace():
            return NAMESPACE
        _enter_through_sudo()
        if os.environ.get("CI") == "true":
            raise SandboxError(
                "CI must run pages in a network namespace, and this machine forbids "
                "both user namespaces and password-less sudo. Allow one of them."
            )
    os.environ[REFUSE] = "1"
    return SOCKET_GUARD


def adopt_orphans() -> None:
    """Become the parent of all orphaned descendants, so that none escapes the count."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end_forks_with_parent() -> None:
    """Let helper processes forked from now on end when the one that forks is killed."""
    if sys.platform != "linux":
        return
    prctl, parent = ctypes.CDLL(None).prctl, [0]

    def follow() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent[0]:  # killed before this process could ask
            os._exit(1)

    def remember() -> None:
        parent[0] = os.getpid()

    os.register_at_fork(before=remember, after_in_child=follow)


def _unshare(flags: int) -> bool:
    return ctypes.CDLL(None, use_errno=True).unshare(flags) == 0


def user_inside(uid: int, gid: int) -> tuple[int, int]:
    """Return who a user is in the sandbox; it need not be in the list of users."""
    if uid:
        return uid, gid
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def _enter_user_namespace() -> bool:
    uid, gid = os.getuid(), os.getgid()
    user, group = user_inside(uid, gid)
    # A forbidden namespace must not leave this process half inside: try in a child.
    probe = [sys.executable, "-c", "import ctypes,sys\nsys.exit(ctypes.CDLL(None)"]
    probe[-1] += f".unshare({CLONE_NEWUSER | CLONE_NEWNET}) != 0 or "
    probe[-1] += "open('/proc/self/setgroups','w').write('deny') < 0)"
    if subprocess.run(probe, stderr=subprocess.DEVNULL).returncode != 0:
        return False
    if not _unshare(CLONE_NEWUSER | CLONE_NEWNET):
        return False
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {gid} 1")
    _loopback_up()
    return True


def _enter_through_sudo() -> None:
    """Start this very command again through sudo; return only if that is impossible."""
    # In a container sudo may be allowed, and a network namespace not even to root.
    probe = ["sudo", "-n", "unshare", "--net", "true"]
    try:
        if subprocess.run(probe, capture_output=True).returncode != 0:
            return
    except FileNotFoundError:
        return
    environment = {RETURN_TO: f"{os.getuid()}:{os.getgid()}", **os.environ}
    variables = [f"{name}={value}" for name, value in environment.items()]
    os.execvp(
        "sudo", ["sudo", "-n", "env", *variables, sys.executable, *sys.orig_argv[1:]]
    )


def _enter_as_root_and_return() -> str:
    uid, gid = map(int, os.environ.pop(RETURN_TO).split(":"))
    if not _unshare(CLONE_NEWNET):
        raise SandboxError("sudo is allowed, but a network namespace is not.")
    _loopback_up()
    os.setgroups([gid])
    os.setgid(gid)
    os.setuid(uid)
    return NAMESPACE


def _loopback_up() -> None:
    get_flags, set_flags, up = 0x8913, 0x8914, 0x1
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        request = struct.pack("16sh14x", b"lo", 0)
        (flags,) = struct.unpack("16xh14x", fcntl.ioctl(handle, get_flags, request))
        fcntl.ioctl(handle, set_flags, struct.pack("16sh14x", b"lo", flags | up))
