"""Commands flow in, how long a shell waits for each flows out: whole processes, from nothing to the last line."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from shutil import which
from statistics import median
from threading import Timer
from time import perf_counter

from peers.measured import Start
from peers.process import Stopped, run

RUNS, LEAST = 15, 3
QUERY = "Erdoğan Assad"
TIMEOUT = 60  # seconds after which a command is not one for a shell
FILES = 2000  # texts that the command of whoosh3, which knows files only, is started over

PYTHON = "python -c pass"
TYPER = "an empty Typer command"
EMPTY_TYPER = """
import typer
app = typer.Typer()
@app.command()
def nothing(): pass
app()
"""

Command = tuple[list[str], dict[str, str]]


def empty(environment: dict[str, str]) -> dict[str, Command]:
    """What nobody can be faster than."""
    words = {
        PYTHON: [sys.executable, "-c", "pass"],
        "python -c 'import tantivy'": [sys.executable, "-c", "import tantivy"],
        TYPER: [sys.executable, "-c", EMPTY_TYPER],
    }
    return {name: (each, environment) for name, each in words.items()}


def ours(index: Path, environment: dict[str, str]) -> Command:
    """Our command over an index."""
    beside = Path(sys.executable).with_name("search")
    search = str(beside) if beside.is_file() else which("search") or "search"
    return [search, "--index", str(index), QUERY], environment


def of_whoosh3(python: Path, articles: Iterable[bytes], folder: Path, environment: dict[str, str]) -> Command:
    """whoosh3's own command over a folder of texts, which it has indexed. Raises Stopped."""
    command = python.with_name("whoosh")
    if not command.is_file():
        raise Stopped(f"there is no {command}")
    folder.mkdir()
    for number, line in enumerate(articles):
        (folder / f"{number}.txt").write_text(json.loads(line)["text"], encoding="utf-8")
    run([str(command), "index", str(folder)], environment, seconds=TIMEOUT * 3)
    return [str(command), "search", QUERY, str(folder)], environment


def start(commands: dict[str, Command], seconds: float) -> tuple[list[Start], dict[str, str], int]:
    """Each so often as `seconds` allow, in turn; what could not be started, and why; how often the others were.

    The first time is not counted, since it writes bytecode and fills the disk cache.
    """
    taken: dict[str, list[float]] = {name: [] for name in commands}
    failed: dict[str, str] = {}
    runs = RUNS
    began = perf_counter()
    for number in range(RUNS + 1):
        if number > runs:
            break
        for name, (words, environment) in commands.items():
            if name in failed:
                continue
            try:
                taken[name].append(_once(words, environment))
            except Stopped as error:
                failed[name] = str(error)
        if number == 0:
            runs = max(LEAST, min(RUNS, int(seconds / (perf_counter() - began))))
    starts = [Start(name, median(times[1:]), min(times[1:])) for name, times in taken.items() if name not in failed]
    return starts, failed, runs


def _once(words: list[str], environment: dict[str, str]) -> float:
    """Milliseconds until the command has ended."""
    began = perf_counter()
    try:
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    except OSError as error:
        raise Stopped(f"failed: {error}") from error
    # Not wait(timeout): that looks every 50 ms whether the process has ended.
    alarm = Timer(TIMEOUT, process.kill)
    alarm.start()
    try:
        status = process.wait()
    finally:
        alarm.cancel()
        process.kill()
    taken = (perf_counter() - began) * 1000
    if status not in (0, 1):  # 1: nothing found
        raise Stopped(f"failed with status {status}" if status >= 0 else f"stopped after {taken / 1000:.0f} s")
    return taken
