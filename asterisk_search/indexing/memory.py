"""How much memory this process has taken, and giving back what it no longer needs."""

import ctypes
import gc
import re
import resource
import sys
from pathlib import Path

_ARENA_MAX, _MMAP_THRESHOLD = -8, -3
_PEAK = re.compile(rb"^VmHWM:\s+(\d+) kB$", re.MULTILINE)


def peak_memory() -> int:
    """Largest resident memory of this process so far, in bytes.

    On Linux ``getrusage`` also counts what the parent held before this program was started in its
    place; the kernel's own account of the program does not.
    """
    try:
        found = _PEAK.search(Path("/proc/self/status").read_bytes())
    except OSError:
        found = None
    if found:
        return int(found[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def resident_memory() -> int:
    """Resident memory of this process now, in bytes; its peak where that is all there is."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError):
        return peak_memory()
    return pages * resource.getpagesize()


def keep_little() -> None:
    """Have the C library give memory back where it is freed; for a process that stays.

    glibc has a heap for every thread, and keeps large blocks once some were freed: of a process
    with many threads much is resident that nobody uses (mallopt(3), M_ARENA_MAX and
    M_MMAP_THRESHOLD). To be called before there are threads.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_ARENA_MAX, 1)
        mallopt(_MMAP_THRESHOLD, 1 << 20)


def settle() -> None:
    """Take what there is now for what stays: no collection of garbage looks through it again.

    Modules, model and tokenizer are most of what a long-lived process holds, and to look through
    them takes longer than to answer a question.
    """
    gc.collect()
    gc.freeze()


def give_back() -> None:
    """Return freed memory to the system, where the C library can be asked to.

    glibc keeps what was freed for later; after a phase that took much, the next would come on top.
    """
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
