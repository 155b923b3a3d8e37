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
    """What a command printed, the seconds it took, and the most memory that its processes held, in megabytes: all of it
    (`together_mb`, 0 for a process alone), and what no file holds (`anonymous_mb`)."""

    output: str
    seconds: float
    together_mb: float
    anonymous_mb: float


def run(words: list[str], environment: dict[str, str], *, seconds: float) -> Ran:
    """Runs a command with all it starts. Raises Stopped when it fails, or takes longer than `seconds`."""
    with TemporaryFile("w+") as out, TemporaryFile("w+") as errors:
        began = perf_counter()
        # A session of its own, so that whatever it starts can be ended with it.
        process = subprocess.Popen(words, stdout=out, stderr=errors, env=environment, start_new_session=True)
        together = anonymous = 0.0
        try:
            while True:
                try:
                    process.wait(STEP)
                    break
                except subprocess.TimeoutExpired:
                    processes = list(tree(process.pid))
                    anonymous = max(anonymous, sum(held_mb(each, "Anonymous") for each in processes))
                    if len(processes) > 1:
                        together = max(together, sum(held_mb(each, "Pss") for each in processes))
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
        return Ran(out.read(), perf_counter() - began, together, anonymous)


def held_mb(process: int, kind: str) -> float:
    """What a process holds of one kind of memory, as Linux names it: `Anonymous` is in no file, `Pss` is all, each page divided
    by the processes that share it. 0 when the process has ended, and elsewhere."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text("ascii").splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith(f"{kind}:")) * 1024 / 1e6


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
