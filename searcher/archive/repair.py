"""A damaged index → what can be put back of it, and what it was made of."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path

from searcher.errors import IndexDamaged, IndexMissing
from searcher.indexing import generations, manifest
from searcher.indexing.ledger import Ledger


def restore(folder: str | os.PathLike[str], *, timeout: float = 0.0) -> bool:
    """Puts a manifest that is missing or damaged back from its copy, when the files it names are there; says whether it did.

    Raises IndexLocked, WriteFailed.
    """
    return generations.restore(Path(folder), timeout=timeout)


def recorded(folder: str | os.PathLike[str]) -> tuple[str, ...]:
    """What an index was made of: the paths that its manifest names. When that cannot be read, the files that its newest
    ledger names, or the folder of which it names everything. Nothing, when neither can be read.

    Raises IndexUntrusted.
    """
    place = Path(folder)
    with suppress(IndexDamaged, IndexMissing):
        return tuple(manifest.near(path) for path in manifest.read(place, fingerprint=None).paths if path != "-")
    for generation in generations.listed(place):
        with suppress(IndexDamaged), closing(Ledger(generation / manifest.LEDGER)) as ledger:
            named = {file.path for file in ledger.files() if os.path.isabs(file.path) and os.path.exists(file.path)}
            if named:
                return tuple(sorted(map(manifest.near, _folders(named))))
    return ()


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
