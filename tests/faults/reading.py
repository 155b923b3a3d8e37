"""R7: searches while an index changes."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import searcher
from searcher.indexing import manifest

from .archives import VERY_SMALL, Archive
from .outcome import Outcome, Trial

READERS, COMMITS = 4, 200


def measure(trial: Trial) -> Outcome:
    """Processes that open the index again and again, and search, while another one commits."""
    archive = Archive(trial.place / "archive", trial.rng, files=1, articles=1)
    for name in ("one", "two"):
        (archive.folder / f"{name}.txt").write_text("Deux fois le budget.", "utf-8")  # a copy: answers need the ledger
    index, end = trial.place / "index", trial.place / "end"
    searcher.update(index, [archive.folder], engine=trial.engine, jobs=1)
    readers = [
        trial.runner.call("reading:read", folder=str(index), end=str(end), slow=at == 0) for at in range(READERS)
    ]
    commits = trial.some(COMMITS, 5)
    writer = trial.runner.call(
        "reading:write",
        VERY_SMALL,
        folder=str(index),
        archive=str(archive.folder),
        engine=trial.engine,
        commits=commits,
        rebuilds=trial.rng.sample(range(commits), commits // 20),
    )
    written = writer.wait(900)
    end.touch()
    outcome = Outcome(commits, "0 errors, never backwards")
    if written.status:
        outcome.wrong.append(f"the writer: {written.said()} {written.err[-300:]}")
    opened = replaced = 0
    for each in readers:
        ended = each.wait()
        if ended.status:
            outcome.wrong.append(f"a reader: {ended.said()}")
            continue
        count, gone, wrong = ended.answer()
        opened += count
        replaced += gone
        outcome.wrong += wrong
    outcome.reached = f"opened {opened} times by {READERS} processes"
    if trial.engine == "opensearch":  # the cluster keeps the last two states, for those who have them open
        outcome.reached += f", {replaced} times told that an older state is gone"
    elif replaced:
        outcome.wrong.append(f"{replaced} times a state that was open is gone")
    return outcome


def write(folder: str, archive: str, engine: str, commits: int, rebuilds: list[int]) -> int:
    """Adds one file with one article a commit; the number of articles never goes down."""
    for commit in range(commits):
        Path(archive, f"more{commit}.txt").write_text(f"Encore un article {commit} sur le budget.", "utf-8")
        searcher.update(folder, [archive], engine=engine, jobs=1, rebuild=commit in rebuilds)
    return commits


def read(folder: str, end: str, slow: bool) -> tuple[int, int, list[str]]:
    """Opens and searches until the file `end` is there; gives how often, how often a state that was open is gone, and what was
    wrong. `slow`: the disk is."""
    wrong: list[str] = []
    opened = most = replaced = 0
    kept: searcher.Index | None = None  # opened, and not yet asked for anything
    verify = manifest.verify

    def verified(*arguments: Any, **options: Any) -> None:
        verify(*arguments, **options)
        time.sleep(0.3)

    if slow:
        manifest.verify = verified
    while not Path(end).exists() and len(wrong) < 10:
        try:
            with searcher.open(folder) as index:
                count, total = len(index), index.search("budget", limit=1000).total
                if not count == total == index.about.articles:
                    wrong.append(f"{count} articles, {total} found, {index.about.articles} said to be there")
                if count < most:
                    wrong.append(f"{count} articles after {most}")
            most = max(most, count)
            opened += 1
            if kept is not None and opened % 20 == 0:  # some commits later it answers as it would have then
                if kept.search("budget", limit=1).total != kept.about.articles:
                    wrong.append("an open index changed")
                kept.close()
                kept = None
            if kept is None:
                kept = searcher.open(folder)
        except searcher.IndexReplaced:
            kept = None
            replaced += 1
        except Exception as error:
            kept = None
            wrong.append(f"{'slow, ' * slow}{type(error).__name__}: {error}")
        time.sleep(0.002)
    return opened, replaced, wrong
