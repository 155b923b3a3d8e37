"""Nothing flows in, what this machine is and how busy it is flows out."""

from __future__ import annotations

import os
import platform
import re
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter


def machine() -> str:
    """The date, the processor, and how busy and how quick it is just now."""
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M}  {processor()}, {os.cpu_count() or 1} cores, {load()}"


def load() -> str:
    return f"load {' '.join(f'{each:.1f}' for each in os.getloadavg())}, bare loop {_bare_loop():.0f} M/s"


def free_mb() -> float:
    """The memory that can be had."""
    try:
        known = Path("/proc/meminfo").read_text(encoding="ascii")
    except OSError:  # not Linux
        return float("inf")
    free = re.search(r"^MemAvailable:\s*([0-9]+)", known, re.MULTILINE)
    return int(free.group(1)) * 1024 / 1e6 if free else float("inf")


def processor() -> str:
    try:
        known = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:  # not Linux
        known = ""
    named = re.search(r"^model name\s*:\s*(.+)$", known, re.MULTILINE)
    return named.group(1) if named else platform.processor() or platform.machine()


def _bare_loop() -> float:
    """Millions of times a second that Python does nothing; the best of three."""
    best = float("inf")
    for _ in range(3):
        began = perf_counter()
        for _ in range(2_000_000):
            pass
        best = min(best, perf_counter() - began)
    return 2 / best
