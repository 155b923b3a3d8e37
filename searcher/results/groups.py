"""Found articles ─► one of each group of copies: a dispatch that many outlets print counts once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from searcher.engines.protocol import Found


class Groups(Protocol):
    """The groups of copies of an index, as `indexing.copies.kept` keeps them: 0 for an article that has no copies."""

    def group_of(self, serial: int) -> int: ...


def first_of_each(found: Iterable[Found], groups: Groups | None) -> Iterator[Found]:
    """The first article of each group, and every article without copies, in the order given. None: an index without groups.

    What counts words, names or sources over these counts a dispatch once, however many outlets print it.
    """
    if groups is None:
        yield from found
        return
    met: set[int] = set()
    for each in found:
        group = groups.group_of(each.serial)
        if not group:
            yield each
        elif group not in met:
            met.add(group)
            yield each
