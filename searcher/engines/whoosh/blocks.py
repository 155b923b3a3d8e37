"""A segment's files → what `matching` and `score` ask of a segment: decoded blocks of postings, remembered, and columns."""

from __future__ import annotations

from _thread import allocate_lock as Lock  # `threading` makes the same lock, and costs a search a millisecond to import
from array import array
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from searcher.engines.postings import Block
from searcher.engines.whoosh import files
from searcher.engines.whoosh.segment import FIRST_DAY, LAST_DAY, NORMS, SERIAL, OpenSegment
from searcher.query.plan import Term

CACHED_POSTINGS = 4_000_000  # decoded postings a reader keeps, about 100 bytes a posting at worst

_NO_POSTINGS = Block(0, b"")


class SearchedSegment(OpenSegment):
    """One segment opened: its postings, as `matching` asks for them, and its columns."""

    def __init__(self, folder: Path, segment: files.Segment, cache: BlockCache) -> None:
        super().__init__(folder, segment)
        self._columns: dict[str, array[int]] = {}
        self._listed: dict[str, list[str]] = {}
        self._cache = cache

    def column(self, name: str) -> array[int]:
        if name not in self._columns:
            self._columns[name] = self.numbers(name)
        return self._columns[name]

    def lengths(self, field: str) -> array[int]:
        return self.column(NORMS[field])

    def postings(self, term: Term) -> Block:
        return self._cache.get((id(self), term.field, term.text), lambda: self.block(term.field, term.text))

    def count_of(self, term: Term) -> int:
        info = self.terms.info(term.field, term.text)
        return info.count if info is not None else 0

    def days(self) -> tuple[array[int], array[int]]:
        return self.column(FIRST_DAY), self.column(LAST_DAY)

    def serials(self) -> array[int]:
        return self.column(SERIAL)

    def listed(self, field: str) -> list[str]:
        listed = self._listed.get(field)
        if listed is None:
            listed = self._listed[field] = self.values(field)
        return listed

    def everything(self) -> set[int]:
        return set(range(self.size))


class BlockCache:
    """Decoded blocks, the least recently used dropped first. Many threads may share it.

    `postings` is what the blocks count for together, and at most CACHED_POSTINGS: both change under one lock. A block is read
    outside of it; two threads that read the same one at once keep the first.
    """

    def __init__(self) -> None:
        self._blocks: OrderedDict[tuple[int, str, str], Block] = OrderedDict()
        self._lock = Lock()
        self.postings = 0

    def __len__(self) -> int:
        return len(self._blocks)

    def get(self, key: tuple[int, str, str], read: Callable[[], Block | None]) -> Block:
        with self._lock:
            block = self._blocks.get(key)
            if block is not None:
                self._blocks.move_to_end(key)
                return block
        block = read() or _NO_POSTINGS
        with self._lock:
            if key in self._blocks:
                return self._blocks[key]
            self._blocks[key] = block
            self.postings += _size(block)
            while self.postings > CACHED_POSTINGS:
                _, dropped = self._blocks.popitem(last=False)
                self.postings -= _size(dropped)
            return block

    def clear(self) -> None:
        with self._lock:
            self._blocks.clear()
            self.postings = 0


def _size(block: Block) -> int:
    return len(block) + 8
