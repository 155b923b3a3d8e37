"""Segments in, one segment out, without their deleted articles: many terms at a time, so that memory stays bounded."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from searcher.engines.bm25 import LENGTHS
from searcher.engines.compressed import Compressor
from searcher.engines.postings import DEFLATED, inflated
from searcher.engines.whoosh import files
from searcher.engines.whoosh.dictionary import POSITIONED
from searcher.engines.whoosh.segment import COLUMNS, NORMS, POSITIONAL, SEQUENCE, VALUES, OpenSegment
from searcher.engines.whoosh.store import Numbers, Postings, SegmentWriter, changed, ordered, sealed, sums, unpack

STRETCH = 500_000  # postings and positions that are merged at a time
SOME = 8_192  # articles whose places are looked up at a time
RUNS = 1 << 13  # postings whose positions are put in order at a time
DECODED = 1 << 16  # bytes of positions of one segment that are decoded at a time
AHEAD = 1_024  # terms of a segment that are held at least: what a merge holds does not grow with the vocabulary

Indexes = npt.NDArray[np.intp]


def merged(folder: Path, segments: list[files.Segment]) -> files.Segment:
    """The living articles of some segments as one segment, numbered in the order of their sequence."""
    sources: list[OpenSegment] = []
    writer = SegmentWriter(folder)
    try:
        for segment in segments:
            sources.append(OpenSegment(folder, segment))
        numbers, order = _numbered(sources)
        for name in sorted({name for source in sources for name in source.terms.fields}):
            for postings in _stretches(name, sources, numbers):
                writer.add_postings(name, postings)
        dictionary = max(sources, key=lambda source: source.size).dictionary
        writer.add_articles(dictionary, _articles(sources, order, dictionary))
        columns = _columns(sources, numbers)
        values = {name: _united(name, columns, sources, numbers) for name in VALUES}
        return writer.finish(columns, {name: _occurrences(name, sources) for name in NORMS}, values)
    except BaseException:
        writer.abandon()
        raise
    finally:
        for source in sources:
            source.close()


def _numbered(sources: list[OpenSegment]) -> tuple[list[Indexes], Iterator[tuple[int, int]]]:
    """For each source, the new number of each of its articles (-1: deleted); and in the new order, where each comes from."""
    bounds = np.cumsum([0] + [source.size for source in sources])
    sequence = np.concatenate([np.array(source.numbers("sequence")) for source in sources])
    alive = np.ones(len(sequence), bool)
    for start, source in zip(bounds, sources, strict=False):
        alive[[start + number for number in source.deleted]] = False
    kept = np.flatnonzero(alive)
    kept = kept[np.argsort(sequence[kept])]
    numbers = np.full(len(sequence), -1, np.intp)
    numbers[kept] = np.arange(len(kept))
    split = np.split(numbers, bounds[1:-1])
    if any((np.diff(new[new >= 0]) < 0).any() for new in split):  # see `_gaps`
        raise ValueError("a segment has articles in another order than they were added")
    return split, _places(kept, bounds)


def _places(kept: Indexes, bounds: Indexes) -> Iterator[tuple[int, int]]:
    """Of each number among the articles of all sources, which source it is in and its number there; `bounds` part the sources.
    Some at a time: as objects of Python the numbers of a million articles take 80 MB."""
    for start in range(0, len(kept), SOME):
        some = kept[start : start + SOME]
        at = np.searchsorted(bounds, some, "right") - 1
        yield from zip(at.tolist(), (some - bounds[at]).tolist(), strict=True)


def _articles(sources: list[OpenSegment], order: Iterable[tuple[int, int]], dictionary: bytes) -> Iterator[bytes]:
    """The articles in this order, as they are stored: those that were compressed with another dictionary compressed anew."""
    compressor = Compressor(dictionary)
    sequences = [source.numbers(SEQUENCE) for source in sources]
    as_they_are = [source.dictionary == dictionary for source in sources]
    for at, number in order:
        if as_they_are[at]:
            yield sources[at].stored(number)
        else:
            yield sealed(compressor, sources[at].opened(number), sequences[at][number])


def _columns(sources: list[OpenSegment], numbers: list[Indexes]) -> dict[str, npt.NDArray[Any]]:
    """The columns of numbers; those of whole values have yet to be made (`_united`)."""
    return {
        name: _column([np.array(source.numbers(name)) for source in sources], numbers, code)
        for name, code in COLUMNS.items()
        if name not in VALUES.values()
    }


def _column(parts: list[npt.NDArray[Any]], numbers: list[Indexes], code: str) -> npt.NDArray[Any]:
    """The column of living articles, of the columns of the sources; `code` is the type of its items."""
    column = np.empty(sum(int((new >= 0).sum()) for new in numbers), code)
    for part, new in zip(parts, numbers, strict=True):
        column[new[new >= 0]] = part[new >= 0]
    return column


def _united(
    name: str, columns: dict[str, npt.NDArray[Any]], sources: list[OpenSegment], numbers: list[Indexes]
) -> list[str]:
    """The list of what living articles hold in a field of whole values; adds the column that points into it."""
    ordinals: dict[str, int] = {}
    parts = []
    for source in sources:
        new = np.array([ordinals.setdefault(text, len(ordinals)) for text in source.values(name)], np.intp)
        parts.append(new[np.array(source.numbers(VALUES[name]), np.intp)])
    column = _column(parts, numbers, COLUMNS[VALUES[name]])
    held, places = np.unique(column, return_inverse=True)
    columns[VALUES[name]] = places.astype(column.dtype)
    texts = list(ordinals)
    return [texts[place] for place in held.tolist()]


def _occurrences(name: str, sources: list[OpenSegment]) -> int:
    """How many terms a field holds; where articles are left out, as their norms say, which is as Tantivy counts them."""
    total = 0
    for source in sources:
        if source.deleted:
            alive = np.delete(np.array(source.numbers(NORMS[name])), list(source.deleted))
            total += int(np.array(LENGTHS)[alive].sum())
        else:
            total += source.occurrences[name]
    return total


class _Source:
    """The terms of a field in one segment, read block by block: `keys` are those read and not yet merged, `last` the last of
    them; `counts`, `occurrences`, `documents` and `positions` (sizes in bytes) have an item a key."""

    def __init__(self, name: str, source: OpenSegment, numbers: Indexes) -> None:
        self.segment = source
        self.numbers = numbers
        self.keys: list[bytes] = []
        self.ended = False
        self._blocks = source.terms.listed(name)
        self._columns: list[list[int]] = [[] for _ in range(POSITIONED)]
        self._documents = self._positions = -1  # where those of the first key begin

    def fill(self) -> None:
        """Reads on, unless there is enough."""
        while len(self.keys) < AHEAD and not self.ended:
            block = next(self._blocks, None)
            if block is None:
                self.ended = True
                return
            if self._documents < 0:
                self._documents, self._positions = block.documents, block.positions
            self.keys += block.keys
            for column, numbers in zip(self._columns, block.columns, strict=False):
                column += numbers

    def take(self, bound: bytes | None) -> _Taken:
        """The keys up to `bound`, all that were read without one; they are forgotten here."""
        end = len(self.keys) if bound is None else bisect_right(self.keys, bound)
        counts, more, documents, sums, positions, gaps_sums = (np.array(each[:end], np.intp) for each in self._columns)
        taken = _Taken(
            self,
            self.keys[:end],
            counts,
            counts + more,
            self._documents + np.concatenate(([0], np.cumsum(documents))),
            self._positions + np.concatenate(([0], np.cumsum(positions))),
            (sums, gaps_sums),
        )
        self._documents, self._positions = int(taken.documents[-1]), int(taken.positions[-1])
        del self.keys[:end]
        for column in self._columns:
            del column[:end]
        return taken


@dataclass(slots=True)
class _Taken:
    """Consecutive terms of one segment: in how many articles each is, how often in all, where its documents and gaps begin (and
    behind the last where they end) and the sums of both; `ranks` is where each stands among the terms of all segments."""

    source: _Source
    keys: list[bytes]
    counts: Indexes
    occurrences: Indexes
    documents: Indexes
    positions: Indexes
    sums: tuple[Indexes, Indexes]
    ranks: Indexes = field(default_factory=lambda: np.empty(0, np.intp))


def _stretches(name: str, sources: list[OpenSegment], numbers: list[Indexes]) -> Iterator[Postings]:
    """The merged postings of a field, a stretch of its terms at a time. Of each segment some blocks are held."""
    reading = [_Source(name, source, new) for source, new in zip(sources, numbers, strict=True)]
    while True:
        for source in reading:
            source.fill()
        reading = [source for source in reading if source.keys]
        if not reading:
            return
        bound = min((source.keys[-1] for source in reading if not source.ended), default=None)
        taken = [source.take(bound) for source in reading]
        keys = sorted(set().union(*(each.keys for each in taken)))
        ranks = {key: at for at, key in enumerate(keys)}
        weights = np.zeros(len(keys), np.int64)
        for each in taken:
            each.ranks = np.fromiter(map(ranks.__getitem__, each.keys), np.intp, len(each.keys))
            weights[each.ranks] += each.counts + each.occurrences
        stretch = np.cumsum(weights) // STRETCH
        starts = [0, *(np.flatnonzero(np.diff(stretch)) + 1).tolist(), len(keys)]
        for start, end in pairwise(starts):
            postings = _merge(name, taken, keys, start, end)
            if postings is not None:
                yield postings


def _merge(name: str, taken: list[_Taken], keys: list[bytes], start: int, end: int) -> Postings | None:
    """The postings of `keys[start:end]`; None when no living article holds any of them."""
    parts = []
    for each in taken:
        low, high = np.searchsorted(each.ranks, (start, end))
        if low < high:
            parts.append(_Part(name, each, int(low), int(high)))
    term, article, frequency = (np.concatenate(arrays) for arrays in zip(*map(_Part.taken, parts), strict=True))
    if not len(term):
        return None
    by_article = ordered(article)
    order: Numbers = by_article[ordered(term[by_article])].astype(np.uint32)
    gaps = _gaps(parts, frequency, order) if name in POSITIONAL else None
    term = term[order]
    first = np.concatenate(([0], np.flatnonzero(np.diff(term)) + 1))
    counts = np.diff(first, append=len(term))
    return Postings([keys[at] for at in term[first].tolist()], counts, article[order], frequency[order], gaps)


def _gaps(parts: list[_Part], frequency: Numbers, order: Numbers) -> Iterator[Numbers]:
    """The gaps between positions of postings in `order`, which stand one segment after the other; `frequency` has an item a
    posting. Some at a time: of *de*, a large archive has millions.

    Postings of one segment keep their order (an article that was added later has a higher number before and after), so each
    segment is read once, from its first gap to its last.
    """
    bounds = np.cumsum([0] + [part.size for part in parts])
    for start in range(0, len(order), RUNS):
        some = order[start : start + RUNS]
        counts = np.bincount(np.searchsorted(bounds, some, "right") - 1, minlength=len(parts))
        found = np.concatenate([part.next_gaps(int(count)) for part, count in zip(parts, counts, strict=True) if count])
        sorted_places = np.argsort(some)  # segment by segment, as `found` is
        lengths = frequency[some[sorted_places]]
        starts = np.empty(len(some), np.intp)
        starts[sorted_places] = np.cumsum(lengths, dtype=np.intp) - lengths
        yield found[_runs(starts, frequency[some])]


class _Part:
    """The postings of consecutive terms in one segment, without those of deleted articles; the gaps between their positions,
    one after the other."""

    def __init__(self, name: str, taken: _Taken, low: int, high: int) -> None:
        counts = taken.counts[low:high]
        segment = taken.source.segment
        ends = taken.documents[low : high + 1]
        stored = _checked(segment.raw(files.POSTINGS), ends, taken.sums[0][low:high])
        steps, self._every_frequency = _decoded(*_inflated(stored, ends - ends[0]), counts)
        starts = np.cumsum(counts) - counts
        reached = np.cumsum(steps, dtype=np.int64)
        number = taken.source.numbers[reached - np.repeat(reached[starts] - steps[starts], counts)]
        alive = number >= 0
        self._alive = None if alive.all() else np.flatnonzero(alive)
        terms = np.repeat(taken.ranks[low:high].astype(np.uint32), counts)
        self.size = len(terms) if self._alive is None else len(self._alive)
        self._taken: tuple[Numbers, ...] = (terms, number.astype(np.uint32), self._every_frequency)
        self._read = 0  # postings whose gaps were read, those of deleted articles among them
        self._given = 0  # and of them, those that were given
        if name in POSITIONAL:
            ends = taken.positions[low : high + 1]
            self._positions = _checked(segment.raw(files.POSITIONS), ends, taken.sums[1][low:high])
            self._decoded = 0  # bytes
            self._held = np.empty(0, np.uint32)

    def taken(self) -> tuple[Numbers, ...]:
        """Of each posting, the rank of the term, the new number of the article, and the frequency. They are forgotten here."""
        taken, self._taken = self._taken, ()
        return taken if self._alive is None else tuple(each[self._alive] for each in taken)

    def next_gaps(self, count: int) -> Numbers:
        """The gaps of the next postings."""
        self._given += count
        if self._alive is None:
            frequencies = self._every_frequency[self._read : self._given]
            self._read = self._given
            return self._next(int(frequencies.sum()))
        end = int(self._alive[self._given - 1]) + 1
        frequencies = self._every_frequency[self._read : end]
        alive = np.zeros(len(frequencies), bool)
        alive[self._alive[self._given - count : self._given] - self._read] = True
        self._read = end
        gaps: Numbers = self._next(int(frequencies.sum()))[np.repeat(alive, frequencies)]
        return gaps

    def _next(self, count: int) -> Numbers:
        """The next numbers among the positions."""
        parts = [self._held]
        held = len(self._held)
        while held < count:
            raw = self._positions[self._decoded : self._decoded + DECODED]
            if not raw:
                raise ValueError("the positions of a term are not those that were stored")
            end = len(raw)
            if self._decoded + end < len(self._positions):
                while self._positions[self._decoded + end] & 0xC0 == 0x80:  # amid a number
                    end -= 1
            parts.append(unpack(raw[:end]))
            held += len(parts[-1])
            self._decoded += end
        numbers: Numbers = np.concatenate(parts)
        self._held = numbers[count:]
        return numbers[:count]


def _checked(raw: Any, ends: Indexes, expected: Indexes) -> bytes:
    """The bytes from the first of `ends` to the last. Raises ValueError when those between two are not what was written."""
    held = bytes(raw[ends[0] : ends[-1]])
    if not np.array_equal(sums(held, ends - ends[0]), expected):
        raise ValueError("the postings of a term are not those that were stored")
    return held


def _inflated(stored: bytes, ends: Indexes) -> tuple[bytes, Indexes]:
    """The documents of consecutive terms, stored between `ends`: packed, and where those of each term begin and end."""
    return changed(stored, ends, np.frombuffer(stored, np.uint8)[ends[:-1]] == DEFLATED, inflated)


def _decoded(raw: bytes, ends: Indexes, counts: Indexes) -> tuple[Numbers, Numbers]:
    """The documents of consecutive terms, which begin and end at `ends`: the distances and the frequencies of all postings."""
    held = bytes(raw[ends[0] : ends[-1]])
    leads = np.frombuffer(held, np.uint8) & 0xC0 != 0x80  # the first byte of each number
    bounds = np.concatenate(([0], np.cumsum(leads)))[ends - ends[0]]
    documents = unpack(held)
    starts, behind = np.cumsum(counts) - counts, np.diff(bounds) - counts
    at = np.arange(int(counts.sum())) + np.repeat(bounds[:-1] - starts, counts)
    frequency = np.ones(len(at), np.uint32)
    dense = behind == counts
    every = np.repeat(dense, counts)
    frequency[every] = documents[(at + np.repeat(counts, counts))[every]]
    above = np.where(dense, 0, behind // 2)
    if above.any():
        firsts = bounds[:-1] + counts
        places = documents[_runs(firsts[above > 0], above[above > 0])].astype(np.intp)
        term = np.repeat(np.arange(len(counts)), above)
        summed = np.cumsum(places)
        begun = np.cumsum(above) - above
        summed -= np.repeat((summed - places)[begun[above > 0]], above[above > 0])
        frequency[starts[term] + summed] = documents[_runs((firsts + above)[above > 0], above[above > 0])]
    return documents[at], frequency


def _runs(starts: Indexes, lengths: Numbers) -> Indexes:
    """The indexes of runs: `start`, `start + 1` … for each of them."""
    ends = np.cumsum(lengths, dtype=np.intp)
    runs: Indexes = np.arange(int(ends[-1])) + np.repeat(starts - (ends - lengths), lengths)
    return runs
