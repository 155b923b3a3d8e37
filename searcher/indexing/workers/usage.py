"""What a process has used of processor and memory, as far as the system tells."""

from __future__ import annotations

import os
import resource
import time


def processor(process: int) -> float:
    """Seconds of processor time that a process has used; the clock's where the system does not tell."""
    try:
        with open(f"/proc/{process}/stat", "rb") as stream:
            user, system = stream.read().rpartition(b")")[2].split()[11:13]
            return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
    except (OSError, IndexError, ValueError):
        return time.monotonic()


def memory(process: int, which: int) -> int:
    """Bytes of memory that a process has in real memory (1), of these in files and shared (2), or of data (5); 0 where the
    system does not tell."""
    try:
        with open(f"/proc/{process}/statm", "rb") as stream:
            return int(stream.read().split()[which]) * resource.getpagesize()
    except (OSError, IndexError, ValueError):
        return 0
