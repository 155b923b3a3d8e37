"""A damaged index → a whole one: its manifest put back from its copy, or the index rebuilt from the files it was made of."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from pathlib import Path
from shlex import quote

from searcher.archive.locate import locate
from searcher.errors import IndexDamaged, IndexMissing
from searcher.indexing import generations, manifest
from searcher.indexing.ledger import Ledger
from searcher.indexing.reports import Progress, Report
from searcher.indexing.update import update
from searcher.messages import Message
from searcher.values import Value


class Repair(Value):
    """What a repair did.

    `wrong`: what was found wrong, a line each. `articles`: how many the index holds now; `before`: how many it held, None when
    that is not known. `report`: of the rebuild; None when the manifest was put back, or nothing was wrong.
    """

    folder: str
    wrong: tuple[str, ...]
    articles: int
    before: int | None
    report: Report | None = None


def repair(
    folder: str | os.PathLike[str] | None = None,
    *,
    full: bool = True,
    timeout: float = 0.0,
    progress: Callable[[Progress], None] | None = None,
) -> Repair:
    """Checks an index (`locate` says which, without `folder`) and mends what is wrong: a manifest that is missing or damaged is
    put back from its copy when the files it names are whole, else everything is rebuilt from the files that were indexed.

    `full` as for `check`; `timeout` and `progress` as for `update`. Raises IndexMissing when there is no index, IndexDamaged
    when nothing says what it was made of, and what `update` raises.
    """
    from searcher.archive.check import check  # here: a check asks `recorded` whether there was an index

    place = locate(folder)
    found = check(place, full=full)
    wrong, before = found.wrong, found.articles or None
    if not wrong:
        return Repair(str(place), (), found.articles, before)
    if generations.restore(place, timeout=timeout):
        restored = check(place, full=True)
        if not restored.wrong:
            return Repair(str(place), wrong, restored.articles, restored.articles)
        wrong, before = (*wrong, *restored.wrong), restored.articles or None
    before = before or _announced(place)
    paths = recorded(place)
    if not paths:
        raise IndexDamaged(Message("index.no-repair", place=place, folder=quote(str(place))))
    report = update(place, paths, rebuild=True, timeout=timeout, progress=progress)
    return Repair(str(place), wrong, report.articles, before, report)


def recorded(folder: Path) -> tuple[str, ...]:
    """What an index was made of: the paths that its manifest names. When that cannot be read, the files that its newest
    ledger names, or the folder of which it names everything. Nothing, when neither can be read.

    Raises IndexUntrusted, ReadFailed.
    """
    with suppress(IndexDamaged, IndexMissing):
        return tuple(manifest.near(path) for path in manifest.read(folder, fingerprint=None).paths if path != "-")
    for generation in generations.listed(folder):
        with suppress(IndexDamaged), closing(Ledger(generation / manifest.LEDGER)) as ledger:
            named = {file.path for file in ledger.files() if os.path.isabs(file.path) and os.path.exists(file.path)}
            if named:
                return tuple(sorted(map(manifest.near, _folders(named))))
    return ()


def _announced(folder: Path) -> int | None:
    """How many articles the manifest says that there are; None when it cannot be read."""
    with suppress(IndexDamaged, IndexMissing):
        return manifest.read(folder, fingerprint=None).articles
    return None


def _folders(paths: Iterable[str]) -> set[str]:
    """The same files; a folder stands for what is in it when all of that is named, and is more than one thing."""
    named, looked = set(paths), set[str]()
    while True:
        inside = defaultdict(set)
        for path in named:
            inside[os.path.dirname(path)].add(path)
        whole = []
        for folder, held in inside.items():
            if len(held) > 1 and folder not in looked:
                looked.add(folder)
                with suppress(OSError), os.scandir(folder) as entries:
                    if all(each.name.startswith(".") or each.path in held for each in entries):
                        whole.append(folder)
        if not whole:
            return named
        looked -= {os.path.dirname(folder) for folder in whole}
        for folder in whole:
            named = (named - inside[folder]) | {folder}
