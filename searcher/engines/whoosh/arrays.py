"""The segments of one commit → postings and columns as numpy arrays, over all segments at once, remembered between searches.

Importing numpy costs more than a search does, so only a process that stays imports this module. An article's number here is
its number in its segment and the sizes of all segments before.
"""

from __future__ import annotations

from _thread import allocate_lock as Lock
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from searcher.engines.postings import inflated, summed
from searcher.engines.whoosh import files
from searcher.engines.whoosh.dictionary import Info
from searcher.engines.whoosh.segment import COLUMNS, OpenSegment
from searcher.engines.whoosh.store import unpack
from searcher.query.plan import Term

CACHED_BYTES = 64 << 20  # of arrays that are remembered, the least recently used dropped first

Articles = npt.NDArray[np.unsignedinteger[Any]]
"""Articles by number, ascending, in the narrowest type that holds all of an index: arrays of one type compare without being
copied."""

Numbers = npt.NDArray[np.intp]
Counted = npt.NDArray[np.integer[Any]]
Points = npt.NDArray[np.float64]


class Postings(NamedTuple):
    """The articles that hold a term, ascending, deleted articles among them; and how often each holds the term."""

    articles: Articles
    frequencies: Counted


class Arrays:
    """The arrays of a reader. Many threads may share them. Every method raises what `OpenSegment` raises."""

    def __init__(self, segments: Sequence[OpenSegment]) -> None:
        self._segments = segments
        *self._starts, self.size = accumulate((segment.size for segment in segments), initial=0)
        self._type = np.min_scalar_type(self.size)
        self.nothing: Articles = np.empty(0, self._type)
        self.deleted = self.numbers([segment.deleted for segment in segments])
        self._columns: dict[str, npt.NDArray[Any]] = {}
        self._norms: dict[str, Points] = {}
        self._remembered = _Remembered()

    def at(self, number: int) -> tuple[int, int]:
        """The segment of an article, and its number there."""
        at = bisect_right(self._starts, number) - 1
        return at, number - self._starts[at]

    def numbers(self, found: Sequence[Collection[int]]) -> Articles:
        """Articles that were found in each segment."""
        parts = [np.array(sorted(these), self._type) + start for start, these in zip(self._starts, found, strict=True)]
        return np.concatenate([self.nothing, *parts], dtype=self._type)

    def everything(self) -> Articles:
        return np.arange(self.size, dtype=self._type)

    def those(self, held: npt.NDArray[np.bool_]) -> Articles:
        """The articles for which it is true, of a truth for each article of the index."""
        return np.flatnonzero(held).astype(self._type)

    def in_segments(self, articles: Articles) -> list[list[int]]:
        """The inverse of `numbers`."""
        bounds = articles.searchsorted([*self._starts, self.size]).tolist()
        return [
            (articles[low:high] - start).tolist()
            for start, (low, high) in zip(self._starts, pairwise(bounds), strict=True)
        ]

    def column(self, name: str) -> npt.NDArray[Any]:
        """A column of numbers, as it is stored but for the order of the bytes."""
        if name not in self._columns:
            kind = np.dtype(COLUMNS[name])
            parts = []
            for segment in self._segments:
                stored = segment.column_bytes(name)
                with segment.decoding:
                    parts.append(np.frombuffer(stored, kind.newbyteorder(">")).astype(kind))
            self._columns[name] = np.concatenate([np.empty(0, kind), *parts])
        return self._columns[name]

    def norms(self, field: str, by_length: Sequence[float]) -> Points:
        """What a reader takes the lengths of a field for, as an array: it never changes, and takes 10 µs to make."""
        if field not in self._norms:
            self._norms[field] = np.array(by_length)
        return self._norms[field]

    def count_of(self, term: Term) -> int:
        """How many articles hold a term, without reading their numbers."""
        known = self._remembered.known((term.field, term.text))
        if known is not None:
            return len(known[0])
        return sum(info.count for _, _, info in self._infos(term))

    def postings(self, term: Term) -> Postings:
        articles, frequencies = self._remembered.get((term.field, term.text), lambda: self._read(term))
        return Postings(articles, frequencies)

    def positions(self, term: Term) -> tuple[Counted, Counted]:
        """Where the positions of each article of `postings` begin, with the end of the last; and the positions of all."""
        starts, positions = self._remembered.get((term.field, term.text, "positions"), lambda: self._placed(term))
        return starts, positions

    def clear(self) -> None:
        self._remembered.clear()

    def _infos(self, term: Term) -> Iterator[tuple[OpenSegment, int, Info]]:
        for segment, start in zip(self._segments, self._starts, strict=True):
            info = segment.terms.info(term.field, term.text)
            if info is not None:
                yield segment, start, info

    def _read(self, term: Term) -> tuple[npt.NDArray[Any], ...]:
        articles = [self.nothing]
        frequencies = [np.empty(0, np.uint32)]
        for segment, start, info in self._infos(term):
            raw = segment.raw(files.POSTINGS)
            with segment.decoding:
                stored = raw[info.documents]
                if summed(stored) != info.sums[0]:
                    raise ValueError("the articles of a term are not those that were stored")
                numbers = unpack(inflated(stored))
                these = np.cumsum(numbers[: info.count], dtype=np.int64)
                if not len(these) or these[-1] >= segment.size:
                    raise ValueError("the articles of a term are not those that were stored")
                counts = _frequencies(numbers[info.count :], info.count)
                if counts.sum() != info.occurrences:
                    raise ValueError("the frequencies of a term are not those that were stored")
            articles.append((these + start).astype(self._type))
            frequencies.append(counts)
        return np.concatenate(articles), _narrowed(np.concatenate(frequencies))

    def _placed(self, term: Term) -> tuple[npt.NDArray[Any], ...]:
        frequencies = self.postings(term).frequencies.astype(np.int64)
        starts = np.concatenate((np.zeros(1, np.int64), np.cumsum(frequencies)))
        parts = []
        done = 0
        for segment, _, info in self._infos(term):
            raw = segment.raw(files.POSITIONS)
            with segment.decoding:
                written = raw[info.positions]
                gaps = unpack(written)
                expected = starts[done + info.count] - starts[done]
                if len(gaps) != expected or summed(written) != info.sums[1]:
                    raise ValueError("the positions of a term are not those that were stored")
                done += info.count
            parts.append(gaps)
        if not parts:
            return starts, np.empty(0, np.uint8)
        distances = np.concatenate(parts)
        sums = np.cumsum(distances, dtype=np.int64)
        first = starts[:-1][frequencies > 0]
        before = sums[first] - distances[first]
        return _narrowed(starts), _narrowed(sums - np.repeat(before, frequencies[frequencies > 0]))


class _Remembered:
    """Arrays by key, CACHED_BYTES of them at most: the count and the arrays change under one lock. Arrays are read outside
    of the lock; of two threads that read the same ones at once, the first one's are kept.

    Arrays in the narrowest type that holds their numbers take a third of the bytes; reading one anew takes a hundred
    microseconds.
    """

    def __init__(self) -> None:
        self._held: OrderedDict[tuple[str, ...], tuple[npt.NDArray[Any], ...]] = OrderedDict()
        self._lock = Lock()
        self.bytes = 0

    def known(self, key: tuple[str, ...]) -> tuple[npt.NDArray[Any], ...] | None:
        with self._lock:
            return self._held.get(key)

    def get(
        self, key: tuple[str, ...], read: Callable[[], tuple[npt.NDArray[Any], ...]]
    ) -> tuple[npt.NDArray[Any], ...]:
        with self._lock:
            arrays = self._held.get(key)
            if arrays is not None:
                self._held.move_to_end(key)
                return arrays
        arrays = read()
        with self._lock:
            if key not in self._held:
                self._held[key] = arrays
                self.bytes += _size(key, arrays)
                while self.bytes > CACHED_BYTES:
                    self.bytes -= _size(*self._held.popitem(last=False))
        return arrays

    def clear(self) -> None:
        with self._lock:
            self._held.clear()
            self.bytes = 0


def _narrowed(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The same whole numbers, none of which is negative."""
    return array.astype(np.min_scalar_type(int(array.max()))) if len(array) else array


def _size(key: tuple[str, ...], arrays: tuple[npt.NDArray[Any], ...]) -> int:
    """About the bytes that arrays take, and Python's objects around them."""
    return 400 + sum(map(len, key)) + sum(array.nbytes for array in arrays)


def _frequencies(behind: npt.NDArray[np.uint32], count: int) -> npt.NDArray[np.uint32]:
    """How often each of `count` articles holds a term, from what stands behind their distances (see `postings`)."""
    if len(behind) == count:
        return behind
    above = len(behind) // 2
    found = np.ones(count, np.uint32)
    found[np.cumsum(behind[:above], dtype=np.int64)] = behind[above:]
    return found
