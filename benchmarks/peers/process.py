"""A command flows in, what it printed and the memory of all its processes flow out."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from time import perf_counter

STEP = 0.5  # seconds between two looks at the memory


class Stopped(Exception):
    """Why a command gave no answer."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command printed, the seconds it took, and the most memory its processes had together (0: it had no others)."""

    output: str
    seconds: float
    together_mb: float


def run(words: list[str], environment: dict[str, str], *, seconds: float) -> Ran:
    """Runs a command with all it starts. Raises Stopped when it fails, or takes longer than `seconds`."""
    with TemporaryFile("w+") as out, TemporaryFile("w+") as errors:
        began = perf_counter()
        # A session of its own, so that whatever it starts can be ended with it.
        process = subprocess.Popen(words, stdout=out, stderr=errors, env=environment, start_new_session=True)
        together = 0.0
        try:
            while True:
                try:
                    process.wait(STEP)
                    break
                except subprocess.TimeoutExpired:
                    together = max(together, _together_mb(process.pid))
                if perf_counter() - began > seconds:
                    raise Stopped(f"stopped after {seconds:.0f} s, there was no more time")
        finally:
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        if process.returncode:
            errors.seek(0)
            said = [line for line in errors.read().splitlines() if line.strip()]
            raise Stopped(f"failed: {said[-1] if said else f'status {process.returncode}'}")
        out.seek(0)
        return Ran(out.read(), perf_counter() - began, together)


def _together_mb(root: int) -> float:
    """What a process and its descendants hold, each shared page counted once (Linux; 0 elsewhere, and when it is alone)."""
    processes = list(tree(root))
    if len(processes) < 2:
        return 0.0
    total = 0
    for number in processes:
        try:
            lines = Path(f"/proc/{number}/smaps_rollup").read_text("ascii").splitlines()
        except OSError:  # it has just ended
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total * 1024 / 1e6


def tree(root: int) -> Iterator[int]:
    """A process and all that it started, itself first."""
    yield root
    try:
        threads = list(Path(f"/proc/{root}/task").iterdir())
        children = " ".join((thread / "children").read_text("ascii") for thread in threads)
    except OSError:
        return
    for child in children.split():
        yield from tree(int(child))
