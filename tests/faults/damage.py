"""R5: bits that flip and files that end early, found by `searcher check`."""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random

from .archives import VERY_SMALL, Archive, judged
from .outcome import Outcome, Trial

FLIPS, TRUNCATIONS = 1_000, 500


def measure(trial: Trial) -> Outcome:
    """Damages of every file of an index, one at a time."""
    archive = Archive(trial.place / "archive", trial.rng, files=4, articles=10)
    index = trial.place / "index"
    ended = trial.runner.run("searcher", "index", archive.folder, "--index", index, "--engine", trial.engine)
    assert ended.status == 0, ended.said()
    _, wrong = judged(index, archive.content())
    assert wrong is None, wrong
    asked = trial.runner.run("searcher", "check", "--help")
    command = ["searcher", "check", "--index", str(index), *(["--full"] if "--full" in asked.out + asked.err else [])]
    sound = trial.runner.run(*command)
    outcome = Outcome(0, "every one found, no signal, no hang")
    if sound.status:
        outcome.wrong.append(f"an index that is sound: {sound.said()}")
        return outcome
    files = [
        path for path in sorted(index.rglob("*")) if path.is_file() and path.name != ".lock" and path.stat().st_size
    ]
    kinds = ["flip"] * trial.some(FLIPS, 8) + ["cut"] * trial.some(TRUNCATIONS, 4)
    lengths = {path: path.stat().st_size for path in files}
    for at, kind in enumerate(kinds):
        path = files[at % len(files)] if at % 2 else trial.rng.choices(files, list(lengths.values()))[0]
        was = path.read_bytes()
        bad, where = flipped(was, trial.rng) if kind == "flip" else cut(was, trial.rng)
        _replace(path, bad)
        ended = trial.runner.run(*command, settings=VERY_SMALL, timeout=30)
        _replace(path, was)
        outcome.count += 1
        if ended.hung or ended.status != 3:
            outcome.wrong.append(f"{path.name}, {where}: {'hung' if ended.hung else ended.said()}")
    outcome.reached = f"over {len(files)} files"
    shutil.rmtree(index)
    return outcome


def flipped(content: bytes, rng: Random) -> tuple[bytes, str]:
    at, bit = rng.randrange(len(content)), rng.randrange(8)
    return content[:at] + bytes([content[at] ^ 1 << bit]) + content[at + 1 :], f"bit {bit} of byte {at} flipped"


def cut(content: bytes, rng: Random) -> tuple[bytes, str]:
    left = rng.choice((0, len(content) - 1, rng.randrange(len(content))))
    return content[:left], f"{left} of {len(content)} bytes left"


def _replace(path: Path, content: bytes) -> None:
    """Under another inode: no process that has the file open meets a change."""
    temporary = path.with_name(f"{path.name}~")
    temporary.write_bytes(content)
    temporary.replace(path)
