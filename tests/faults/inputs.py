"""R10: bombs and malformed files, through runs of the command. `tests/readers/hostile.py` makes the files."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter
from importlib import import_module
from pathlib import Path
from types import ModuleType

import searcher

from .outcome import Impossible, Outcome, Trial

SECONDS, MEGABYTES = 10, 512
GOOD = "Un article que rien ne distingue sur le budget de la ville."


def measure(trial: Trial) -> Outcome:
    """Each case beside a file that can be read: that one is in the index, the other is reported once or read."""
    hostile = makers()
    cases = hostile.CASES if trial.share >= 1 else trial.rng.sample(hostile.CASES, trial.some(len(hostile.CASES), 3))
    idle = _run(trial, trial.place / "idle", "idle")
    outcome = Outcome(0, f"{SECONDS} s and {MEGABYTES} MB at most, reported once, the run goes on")
    slowest, largest, missing = 0.0, 0, 0
    for case in cases:
        folder = trial.place / "case"
        folder.mkdir()
        case.make(folder)
        seconds, megabytes, status, said, problems = _run(trial, folder, case.name)
        seconds, megabytes = seconds - idle[0], megabytes - idle[1]
        if any(kind == "missing" for _, _, _, kind in problems):
            missing += 1  # an extra is not installed
            continue
        outcome.count += 1
        slowest, largest = max(slowest, seconds), max(largest, megabytes)
        wrong = []
        if status not in (0, 5) or megabytes > MEGABYTES:
            wrong.append(f"{said}, {megabytes} MB")
        if seconds > SECONDS:
            outcome.slow.append(f"{case.name}: {seconds:.1f} s")
        if said and "Traceback" in said:
            wrong.append("a traceback")
        reasons = [reason for _, _, reason, _ in problems]
        if [each for each, count in Counter(problems).items() if count > 1]:
            wrong.append(f"reported twice: {reasons[:3]}")
        if case.reason is None and reasons:
            wrong.append(f"reported: {reasons[:3]}")
        if case.reason is not None and reasons and not any(re.search(case.reason, reason) for reason in reasons):
            wrong.append(f"reported as {reasons[:3]}")
        if case.reason is not None and case.articles == 0 and not reasons:
            wrong.append("not reported")
        if not _holds(trial.place / "index", GOOD):
            wrong.append("the file beside it is not in the index")
        outcome.wrong += [f"{case.name}: {each}" for each in wrong]
    outcome.reached = f"{slowest:.1f} s and {largest} MB at most" + f", {missing} not tried" * bool(missing)
    return outcome


def makers() -> ModuleType:
    """The module that makes hostile files, which needs the readers' extras."""
    try:
        return import_module("tests.readers.hostile")
    except ModuleNotFoundError as error:
        raise Impossible(f"{error.name} is not installed") from error


def _run(trial: Trial, folder: Path, name: str) -> tuple[float, int, int, str, list[tuple[str, str | None, str, str]]]:
    """Indexes a folder; gives processor seconds, megabytes of the largest process, status, last words and problems."""
    beside = trial.place / "beside"
    beside.mkdir(exist_ok=True)
    (beside / "good.txt").write_text(GOOD, "utf-8")
    index, report = trial.place / "index", trial.place / "report.jsonl"
    shutil.rmtree(index, ignore_errors=True)
    report.unlink(missing_ok=True)
    paths = [beside / "good.txt", *([folder] if folder.exists() else [])]
    command: list[str | Path] = [
        "searcher",
        "index",
        *paths,
        "--index",
        index,
        "--engine",
        trial.engine,
        "--jobs",
        "1",
        "--report",
        report,
    ]
    # Everything is read in workers, as in a large archive.
    ended = trial.runner.run(*command, settings={"searcher.indexing.workers:FEW_BYTES": -1}, timeout=180)
    problems = []
    if report.exists():
        for line in report.read_text("utf-8").splitlines():
            record = json.loads(line)
            problems.append((record["path"], record["place"], record["reason"], record["kind"]))
    subprocess.run(["rm", "-rf", folder], check=True)  # some are too deep for Python
    return ended.cpu, ended.megabytes, ended.status, "hung" if ended.hung else ended.said(), problems


def _holds(index: Path, text: str) -> bool:
    try:
        with searcher.open(index) as opened:
            return any(article.text == text for article in opened.articles())
    except searcher.SearcherError:
        return False
