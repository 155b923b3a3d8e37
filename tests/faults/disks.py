"""R4: a disk that is too small. Each size is a file system of its own in memory."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .archives import SEVERAL_WRITERS, VERY_SMALL, Archive, Content, judged
from .outcome import Impossible, Outcome, Trial

SIZES = 50
PAGE = os.sysconf("SC_PAGE_SIZE")


def measure(trial: Trial) -> Outcome:
    """Builds and updates on disks from too small by far to almost large enough."""
    rng = trial.rng
    # Long enough that the threads of an engine write before it commits.
    archive = Archive(trial.place / "archive", rng, files=6, articles=12, words=30)
    disk = trial.place / "disk"
    disk.mkdir()
    index = disk / "index"
    command = ["searcher", "index", str(archive.folder), "--index", str(index), "--engine", trial.engine, "--jobs", "2"]
    outcome = Outcome(0, "path and space named, exit 2, then the same command succeeds")
    first = archive.content()
    with mounted(disk, 64 << 20):
        _, for_build = _needed(trial, command, disk)
        archive.change()
        archive.change()
        second = archive.content()
        before = trial.place / "before"
        subprocess.run(["cp", "-a", index, before], check=True)
        _, for_update = _needed(trial, command, disk)
    wanted = trial.some(SIZES, 2)
    for at in range(wanted):
        updating = at % 2 == 1
        least, most = (for_build, for_update) if updating else (2 * PAGE, for_build)
        size = round(least + (most - least) * at / wanted) // PAGE * PAGE
        settings = SEVERAL_WRITERS if rng.random() < 0.2 else VERY_SMALL
        with mounted(disk, size):
            old: Content | None = None
            if updating:
                if subprocess.run(["cp", "-a", before, index], check=False, stderr=subprocess.DEVNULL).returncode:
                    continue
                old = first
            ended = trial.runner.run(*command, settings=settings)
            if ended.status == 0:
                outcome.reached = "some sizes were enough"
                continue
            outcome.count += 1
            where = f"{size >> 10} KB, {'update' if updating else 'build'}"
            said = ended.said()
            if ended.status != 2 or str(disk) not in ended.err or not re.search(r"\d+ .?B free", ended.err):
                outcome.wrong.append(f"{where}: {said}")
            _, wrong = judged(index, old)
            subprocess.run(["mount", "-o", f"remount,size={64 << 20}", str(disk)], check=True)
            again = trial.runner.run(*command, settings=settings)
            wrong = wrong or (again.said() if again.status else judged(index, second)[1])
            if wrong is not None:
                outcome.wrong.append(f"{where}: {wrong}")
    return outcome


def _needed(trial: Trial, command: list[str], disk: Path) -> tuple[int, int]:
    """Bytes used before and after a run that succeeds."""
    used = shutil.disk_usage(disk).used
    ended = trial.runner.run(*command, settings=VERY_SMALL)
    assert ended.status == 0, ended.said()
    return used, shutil.disk_usage(disk).used


@contextmanager
def mounted(folder: Path, size: int) -> Iterator[None]:
    """A file system of `size` bytes, in memory."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "faults", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise Impossible("there is no mount command") from None
    if done.returncode:
        raise Impossible(f"a file system in memory cannot be mounted: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
