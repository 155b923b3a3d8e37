"""One command for one peer flows in, one line of JSON flows out; in the peer's environment, where nothing else is installed.

    python -c 'from peers.driver import main; main()' PEER version
    …                                                 PEER build ARCHIVE FOLDER
    …                                                 PEER ask FOLDER QUERIES SECONDS TIMER
    …                                                 PEER counts FOLDER QUERIES TIMER         ours only
    …                                                 PEER update FOLDER ARCHIVE               ours and tantivy-py
    …                                                 PEER answer FOLDER WORDS           prints titles and extracts

PEER is a module of `peers`, a colon and its option. `answer` is the least a command line can be: it is what a cold start costs.
"""

from __future__ import annotations

import sys
from importlib import import_module
from time import perf_counter, thread_time

from peers import AND, OR, PHRASE, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from peers import Opened

LIMIT = 10
LEAST = 20  # queries that are asked however long they take
COUNTED = 100  # questions whose answers are counted
TIMERS = {"clock": perf_counter, "processor": thread_time}


def main() -> None:
    name, _, option = sys.argv[1].partition(":")
    peer: Any = import_module(f"peers.{name}")
    match sys.argv[2:]:
        case ["version"]:
            _print(peer.version())
        case ["build", archive, folder]:
            _print(build(peer, archive, folder, option))
        case ["ask", folder, queries, seconds, timer]:
            _print(ask(peer, folder, queries, float(seconds), TIMERS[timer]))
        case ["counts", folder, queries, timer]:
            _print(counts(peer, folder, queries, TIMERS[timer]))
        case ["update", folder, archive]:
            _print(update(peer, folder, archive))
        case ["answer", folder, words]:
            answer(peer, folder, words)
        case other:
            sys.exit(
                f"no command is called {' '.join(other)}; choose one of: version, build, ask, counts, update, answer"
            )


def build(peer: Any, archive: str, folder: str, option: str) -> dict[str, float]:
    """The start of Python is not in it, the reading of the archive is."""
    import os

    began, cpu_began = perf_counter(), sum(os.times()[:4])
    articles = peer.build(archive, folder, option)
    seconds, cpu_seconds = perf_counter() - began, sum(os.times()[:4]) - cpu_began
    return {"articles": articles, "seconds": seconds, "cpu_seconds": cpu_seconds, "peak_mb": peak_mb()}


def ask(peer: Any, folder: str, queries: str, seconds: float, timer: Callable[[], float]) -> dict[str, Any]:
    """Asks every query in every way the peer knows: once to warm up, then again to be timed.

    As many queries as `seconds` allow, counted while warming up; the same ones in every way. No way is always the first, so
    none pays for the others' postings.
    """
    import json

    with open(queries, encoding="utf-8") as stream:
        asked: list[dict[str, str]] = json.load(stream)
    began = perf_counter()
    opened: Opened = peer.open(folder)
    opened.search(OR if OR in peer.KINDS else AND, asked[0]["words"], LIMIT)
    first_ms, first_mb = (perf_counter() - began) * 1000, peak_mb()
    ways = [(kind, shown) for kind in peer.KINDS for shown in ((False, True) if peer.EXTRACTS else (False,))]
    began = perf_counter()
    count = 0
    for query in asked:
        if count >= LEAST and perf_counter() - began > seconds / 3:
            break
        for kind, shown in ways:
            if shown or not peer.EXTRACTS:
                _once(opened, kind, shown, query, timer)
        count += 1
    times: dict[str, list[float]] = {_way(*way): [] for way in ways}
    answers: dict[str, list[Any]] = {kind: [] for kind in peer.KINDS}
    for number, query in enumerate(asked[:count]):
        first = number % len(ways)
        for kind, shown in ways[first:] + ways[:first]:
            taken, answer = _once(opened, kind, shown, query, timer)
            times[_way(kind, shown)].append(taken)
            if not shown:
                answers[kind].append([answer[0], [identifier for identifier, _ in answer[1]]])
    return {
        "count": count,
        "first_ms": first_ms,
        "first_mb": first_mb,
        "peak_mb": peak_mb(),
        "times": times,
        "answers": answers,
    }


def _way(kind: str, shown: bool) -> str:
    return f"{kind}, extracts" if shown else kind


def _once(
    opened: Opened, kind: str, shown: bool, query: dict[str, str], timer: Callable[[], float]
) -> tuple[float, Any]:
    words = query["phrase" if kind == PHRASE else "words"]
    began = timer()
    answer = opened.extracts(kind, words, LIMIT) if shown else opened.search(kind, words, LIMIT)
    return (timer() - began) * 1000, answer


def counts(peer: Any, folder: str, queries: str, timer: Callable[[], float]) -> dict[str, list[float]]:
    """Milliseconds that counting every whole value of an answer takes, a question each, after all were asked once."""
    import json

    with open(queries, encoding="utf-8") as stream:
        asked: list[dict[str, str]] = json.load(stream)[:COUNTED]
    opened: Any = peer.open(folder)
    times: dict[str, list[float]] = {AND: [], OR: []}
    for warm in (True, False):
        for query in asked:
            for kind, taken in times.items():
                began = timer()
                opened.counts(kind, query["words"])
                if not warm:
                    taken.append((timer() - began) * 1000)
    return times


def update(peer: Any, folder: str, archive: str) -> dict[str, float]:
    """What it takes to add the articles of a small archive to an index: seconds, and the megabytes of new files."""
    import os

    before = _files(folder)
    began, cpu_began = perf_counter(), sum(os.times()[:4])
    peer.update(folder, archive)
    seconds, cpu_seconds = perf_counter() - began, sum(os.times()[:4]) - cpu_began
    written = sum(size for number, size in _files(folder).items() if number not in before)
    return {"seconds": seconds, "cpu_seconds": cpu_seconds, "written_mb": written / 1e6}


def _files(folder: str) -> dict[int, int]:
    """The files of an index by their numbers on the disk, which a link to an older file shares, and their sizes."""
    import os

    found = (os.stat(os.path.join(below, name)) for below, _, names in os.walk(folder) for name in names)
    return {each.st_ino: each.st_size for each in found}


def answer(peer: Any, folder: str, words: str) -> None:
    opened: Opened = peer.open(folder)
    kind = AND if AND in peer.KINDS else OR
    if peer.EXTRACTS:
        for found in opened.extracts(kind, words, LIMIT):
            print(*found[1:], sep="\n")
    else:
        for _, title in opened.search(kind, words, LIMIT)[1]:
            print(title)


def peak_mb() -> float:
    """The largest this process has been. Linux says it of the program alone; elsewhere what forked it may be in it."""
    try:
        with open("/proc/self/status", encoding="ascii", errors="replace") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) * 1024 / 1e6
    except (OSError, StopIteration):
        import resource

        largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return largest * (1 if sys.platform == "darwin" else 1024) / 1e6


def _print(what: Any) -> None:
    import json

    print(json.dumps(what))
