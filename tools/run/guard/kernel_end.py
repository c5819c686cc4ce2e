"""A kernel that does not wait, when it ends, for processes that end with it.

ipykernel asks its children to end and waits up to half a minute until none is there. It
counts those that have ended, and what clears up after multiprocessing, which ignores
all that asks it to end.
"""

import contextlib

import psutil
from ipykernel.kernelbase import Kernel

_children = Kernel._process_children


def _waited_for(kernel: Kernel) -> list[psutil.Process]:
    return [child for child in _children(kernel) if not _ends_with_kernel(child)]


def _ends_with_kernel(child: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        ended = child.status() == psutil.STATUS_ZOMBIE
        return ended or "resource_tracker" in " ".join(child.cmdline())
    return True


Kernel._process_children = _waited_for
