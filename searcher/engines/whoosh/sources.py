"""A segment in, its terms in their order and their postings as arrays out, some at a time: what a merge reads.

Source ──take──► Taken: consecutive terms ──Part──► their postings, without those of deleted articles
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from searcher.engines.postings import DEFLATED, inflated
from searcher.engines.whoosh import files
from searcher.engines.whoosh.dictionary import POSITIONED
from searcher.engines.whoosh.segment import POSITIONAL, OpenSegment
from searcher.engines.whoosh.store import Indexes, Numbers, changed, sums, unpack

DECODED = 1 << 16  # bytes of positions of one segment that are decoded at a time
AHEAD = 1_024  # terms of a segment that are held at least: what a merge holds does not grow with the vocabulary


class Source:
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

    def take(self, bound: bytes | None) -> Taken:
        """The keys up to `bound`, all that were read without one; they are forgotten here."""
        end = len(self.keys) if bound is None else bisect_right(self.keys, bound)
        counts, more, documents, sums, positions, gaps_sums = (np.array(each[:end], np.intp) for each in self._columns)
        taken = Taken(
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
class Taken:
    """Consecutive terms of one segment: in how many articles each is, how often in all, where its documents and gaps begin (and
    behind the last where they end) and the sums of both; `ranks` is where each stands among the terms of all segments."""

    source: Source
    keys: list[bytes]
    counts: Indexes
    occurrences: Indexes
    documents: Indexes
    positions: Indexes
    sums: tuple[Indexes, Indexes]
    ranks: Indexes = field(default_factory=lambda: np.empty(0, np.intp))


class Part:
    """The postings of consecutive terms in one segment, without those of deleted articles; the gaps between their positions,
    one after the other."""

    def __init__(self, name: str, taken: Taken, low: int, high: int) -> None:
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
        places = documents[runs(firsts[above > 0], above[above > 0])].astype(np.intp)
        term = np.repeat(np.arange(len(counts)), above)
        summed = np.cumsum(places)
        begun = np.cumsum(above) - above
        summed -= np.repeat((summed - places)[begun[above > 0]], above[above > 0])
        frequency[starts[term] + summed] = documents[runs((firsts + above)[above > 0], above[above > 0])]
    return documents[at], frequency


def runs(starts: Indexes, lengths: Numbers) -> Indexes:
    """The indexes of runs: `start`, `start + 1` … for each of them."""
    ends = np.cumsum(lengths, dtype=np.intp)
    runs: Indexes = np.arange(int(ends[-1])) + np.repeat(starts - (ends - lengths), lengths)
    return runs
