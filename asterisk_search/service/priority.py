"""Letting every other program go first."""

import ctypes
import os
import platform
import sys
import threading
from typing import Final

LOWEST: Final = 19
LOW: Final = 5
"""For what takes a few hundredths of a second and is waited for: a note that was just saved."""
_IOPRIO_SET: Final = {"x86_64": 251, "i686": 289, "aarch64": 30, "armv7l": 314, "riscv64": 30}
"""Number of the system call ``ioprio_set`` (Linux, ``arch/*/include``): the C library has no
function for it, and one call is no reason for a dependency."""
_WHO_PROCESS: Final = 1
_IDLE: Final = 3 << 13


def lower_process() -> None:
    """Give this process the lowest priority for processor and disk; what fails is left as it is."""
    try:
        os.setpriority(os.PRIO_PROCESS, 0, LOWEST)
    except OSError:
        return
    _idle_disk()


def lower_thread() -> None:
    """Let others go before the calling thread and those it starts, where that can be."""
    if sys.platform != "linux":
        return
    try:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LOW)
    except OSError:
        return
    _idle_disk()


def _idle_disk() -> None:
    """Linux: read and write only when nobody else wants to (ioprio_set(2), class idle)."""
    number = _IOPRIO_SET.get(platform.machine())
    if sys.platform == "linux" and number is not None:
        ctypes.CDLL(None, use_errno=True).syscall(number, _WHO_PROCESS, 0, _IDLE)
