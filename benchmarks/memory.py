"""An archive flows in; the anonymous memory of all processes that index it flows out, as a curve, with time and size.

    python benchmarks/memory.py DATA [--engine whoosh,tantivy] [--articles N,…] [--without KINDS] [--jobs N]

Anonymous memory is what the processes hold and no file does (`Anonymous` of /proc/*/smaps_rollup, so Linux only): pages of
files that are mapped are the system's cache, which gives them back. Sizes above the archive's are made (`grow.py`). Everything
is written into a temporary folder that goes away.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from tempfile import TemporaryDirectory
from time import perf_counter, sleep

from bench import ARCHIVE
from grow import lines, text_bytes
from peers.process import held_mb, tree

STEP = 0.5  # seconds between two looks
COLUMNS = 12  # of a curve, as printed: the most of each stretch of time

Look = tuple[float, float]
"""Megabytes of anonymous memory of the parent, and of its workers together."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--engine", default="whoosh,tantivy")
    parser.add_argument("--articles", default="36146")
    parser.add_argument("--without", default="", help="kinds of annotations to leave out")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    asked = parser.parse_args()
    archive = asked.data / ARCHIVE if asked.data.is_dir() else asked.data
    if not archive.is_file():
        print(f"skipped: no archive at {archive}")
        return
    for articles in map(int, asked.articles.split(",")):
        with TemporaryDirectory() as folder:
            some = Path(folder) / "archive.jsonl"
            _write(archive, some, articles)
            for engine in asked.engine.split(","):
                _measure(some, Path(folder) / engine, engine, articles, asked.without, asked.jobs)


def _write(archive: Path, some: Path, articles: int) -> None:
    """The first articles of an archive, or as many as are asked for, made out of it."""
    with some.open("wb") as stream:
        found = sum(1 for line in islice(lines(archive), articles) if stream.write(line))
    if found < articles:
        made = Path(__file__).with_name("grow.py")
        subprocess.run([sys.executable, str(made), str(archive), str(some), str(articles)], check=True)


def _measure(archive: Path, folder: Path, engine: str, articles: int, without: str, jobs: int) -> None:
    command = ["-m", "searcher", "index", str(archive), "--index", str(folder), "--engine", engine, "--jobs", str(jobs)]
    began, before = perf_counter(), _processor()
    process = subprocess.Popen(
        [sys.executable, *command, *(("--without", without) if without else ())], stderr=subprocess.DEVNULL
    )
    looks: list[Look] = []
    while process.poll() is None:
        looks.append(_look(process.pid))
        sleep(STEP)
    if process.returncode:
        raise SystemExit(f"indexing failed with status {process.returncode}")
    seconds, spent = perf_counter() - began, _processor() - before
    held = {(status := path.stat()).st_ino: status.st_size for path in folder.rglob("*") if path.is_file()}
    size = sum(held.values())  # generations share files
    text = sum(text_bytes(json.loads(line)) for line in lines(archive))
    print(f"{engine}, {articles} articles, {text / 1e6:.1f} MB of text, {jobs} jobs, without {without or 'nothing'}")
    print(
        f"  {spent:.1f} s of processor time ({spent / articles * 1e6:.0f} µs an article), {seconds:.1f} s by the clock"
    )
    print(f"  index {size / 1e6:.1f} MB, {size / text:.2f} × the text")
    peak = max(looks, key=sum, default=(0.0, 0.0))
    print(f"  anonymous memory: at most {sum(peak):.0f} MB (parent {peak[0]:.0f}, workers {peak[1]:.0f})")
    print("  parent  " + "".join(f"{at:6.0f}" for at in _curve([parent for parent, _ in looks])))
    print("  workers " + "".join(f"{at:6.0f}" for at in _curve([workers for _, workers in looks])))
    print("  all     " + "".join(f"{at:6.0f}" for at in _curve(list(map(sum, looks)))), flush=True)


def _processor() -> float:
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _look(root: int) -> Look:
    parent, *others = tree(root)
    return held_mb(parent, "Anonymous"), sum(held_mb(each, "Anonymous") for each in others)


def _curve(looks: list[float]) -> Iterator[float]:
    """The most of each of `COLUMNS` stretches of equal length."""
    for at in range(COLUMNS):
        part = looks[len(looks) * at // COLUMNS : max(len(looks) * (at + 1) // COLUMNS, len(looks) * at // COLUMNS + 1)]
        yield max(part, default=0.0)


if __name__ == "__main__":
    main()
