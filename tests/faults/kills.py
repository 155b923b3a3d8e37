"""R1: runs that are killed at a random moment."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from .archives import SEVERAL_WRITERS, VERY_SMALL, Archive, Content, judged
from .outcome import Outcome, Trial

KILLS = 200
LONGEST = 3  # kills in a row before a run is left alone


def measure(trial: Trial) -> Outcome:
    """First builds, updates and rebuilds killed; each time the index must be what it was, or what the run was to make."""
    rng, index = trial.rng, trial.place / "index"
    archive = Archive(trial.place / "archive", rng)
    wanted = trial.some(KILLS, 4)
    outcome = Outcome(0, "0 lost, partial or unopenable")
    durations = {"build": 0.4, "update": 0.4, "rebuild": 0.4}
    acknowledged: Content | None = None
    undisturbed = row = 0
    while outcome.count < wanted:
        kind = "build" if acknowledged is None else rng.choice(("update", "update", "rebuild"))
        if row == 0 and rng.random() < 0.15:
            shutil.rmtree(index, ignore_errors=True)
            acknowledged, kind = None, "build"
        if row == 0 and kind == "update":
            archive.change()
        new = archive.content()
        small = SEVERAL_WRITERS if rng.random() < 0.15 else VERY_SMALL
        settings = {
            **small,
            "searcher.indexing.run:CHECKPOINT": rng.choice((3, 7, 1000)),
            "searcher.indexing.layers:GROWN": rng.choice((0, 4)),  # the ledger gets a middle, or never has one
        }
        command: list[str | Path] = [
            "searcher",
            "index",
            archive.folder,
            "--index",
            index,
            "--engine",
            trial.engine,
            "--jobs",
            "2",
        ]
        run = trial.runner.start(*command, *(["--rebuild"] if kind == "rebuild" else []), settings=settings)
        began = time.monotonic()
        left_alone = row >= LONGEST
        group = rng.random() < 0.5
        if not left_alone:
            time.sleep(rng.uniform(0, 1.15 * durations[kind]))
            run.kill(group=group)
        ended = run.wait()
        if ended.status not in (0, -9):
            outcome.wrong.append(f"{kind}: {ended.said()}")
            break
        if ended.status == 0:
            durations[kind] += (time.monotonic() - began - durations[kind]) / 4
            undisturbed += 1
            row = 0
            allowed = [new]
        else:
            outcome.count += 1
            row += 1
            allowed = [new, acknowledged]  # type: ignore[list-item]
        found, wrong = judged(index, *allowed)
        if wrong is not None:
            outcome.wrong.append(f"{kind} killed{' with its processes' * group}: {wrong}")
            shutil.rmtree(index, ignore_errors=True)
            found = None
        if acknowledged is None or found == new:
            acknowledged = found
    outcome.reached = f"{undisturbed} runs between them"
    return outcome
