"""Segments in, one segment out, without their deleted articles: many terms at a time, so that memory stays bounded."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from searcher.engines.bm25 import LENGTHS
from searcher.engines.compressed import Compressor
from searcher.engines.whoosh import files
from searcher.engines.whoosh.dictionary import POSITIONED
from searcher.engines.whoosh.segment import COLUMNS, NORMS, POSITIONAL, SEQUENCE, VALUES, OpenSegment
from searcher.engines.whoosh.store import Numbers, Postings, SegmentWriter, ordered, sealed, unpack

STRETCH = 1_000_000  # postings and positions that are merged at a time

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
    at = np.searchsorted(bounds, kept, "right") - 1
    order = zip(at.tolist(), (kept - bounds[at]).tolist(), strict=True)
    return np.split(numbers, bounds[1:-1]), order


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
        name: _column([np.array(source.numbers(name)) for source in sources], numbers)
        for name in COLUMNS
        if name not in VALUES.values()
    }


def _column(parts: list[npt.NDArray[Any]], numbers: list[Indexes]) -> npt.NDArray[np.uint64]:
    """The column of living articles, of the columns of the sources."""
    every = np.concatenate(numbers)
    column = np.empty(int((every >= 0).sum()), np.uint64)
    column[every[every >= 0]] = np.concatenate(parts)[every >= 0]
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
    held, columns[VALUES[name]] = np.unique(_column(parts, numbers), return_inverse=True)
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


class _Terms:
    """The terms of a field in one segment: where each stands among those of all segments, and what the dictionary says."""

    def __init__(self, name: str, source: OpenSegment) -> None:
        self.keys: list[bytes] = []
        columns: list[array[int]] = [array("Q") for _ in range(POSITIONED)]
        self.documents = self.positions = 0  # where those of the first term begin; of the others, behind that
        for block in source.terms.listed(name):
            if not self.keys:
                self.documents, self.positions = block.documents, block.positions
            self.keys += block.keys
            for column, numbers in zip(columns, block.columns, strict=False):
                column.extend(numbers)
        self.counts, more, _, sizes, gaps = (np.array(column, np.intp) for column in columns)
        self.occurrences = self.counts + more
        self.document_ends = np.concatenate(([self.documents], self.documents + np.cumsum(sizes)))
        self.position_ends = np.concatenate(([self.positions], self.positions + np.cumsum(gaps)))
        self.ranks: Indexes = np.empty(0, np.intp)

    def rank(self, ranks: dict[bytes, int]) -> None:
        """Takes over where its terms stand among those of all segments."""
        self.ranks = np.fromiter(map(ranks.__getitem__, self.keys), np.intp, len(self.keys))
        self.keys.clear()


def _stretches(name: str, sources: list[OpenSegment], numbers: list[Indexes]) -> Iterator[Postings]:
    """The merged postings of a field, a stretch of its terms at a time."""
    listed = [_Terms(name, source) for source in sources]
    keys = sorted(set().union(*(each.keys for each in listed)))
    ranks = {key: at for at, key in enumerate(keys)}
    weights = np.zeros(len(keys), np.int64)
    for each in listed:
        each.rank(ranks)
        weights[each.ranks] += each.counts + each.occurrences
    stretch = np.cumsum(weights) // STRETCH
    starts = [0, *(np.flatnonzero(np.diff(stretch)) + 1).tolist(), len(keys)]
    for start, end in pairwise(starts):
        postings = _merge(name, sources, numbers, listed, keys, start, end)
        if postings is not None:
            yield postings


def _merge(
    name: str,
    sources: list[OpenSegment],
    numbers: list[Indexes],
    listed: list[_Terms],
    keys: list[bytes],
    start: int,
    end: int,
) -> Postings | None:
    """The postings of `keys[start:end]`; None when no living article holds any of them."""
    parts = []
    for source, new, each in zip(sources, numbers, listed, strict=True):
        low, high = np.searchsorted(each.ranks, (start, end))
        if low < high:
            parts.append(_read(name, source, new, each, int(low), int(high)))
    term, article, frequency = (np.concatenate([part[at] for part in parts]) for at in range(3))
    if not len(term):
        return None
    order = ordered(article)
    order = order[ordered(term.astype(np.uint32)[order])]
    gaps = None
    if name in POSITIONAL:
        found = np.concatenate([part[3] for part in parts])
        starts = np.cumsum(frequency, dtype=np.intp) - frequency
        gaps = found[_runs(starts[order], frequency[order])]
    present, counts = np.unique(term[order], return_counts=True)
    return Postings([keys[at] for at in present.tolist()], counts, article[order], frequency[order], gaps)


def _read(
    name: str, source: OpenSegment, new: Indexes, terms: _Terms, low: int, high: int
) -> tuple[Indexes, Numbers, Numbers, Numbers]:
    """The postings of consecutive terms: rank of the term, new number of the article, frequency; and the gaps between
    positions."""
    counts = terms.counts[low:high]
    steps, frequency = _decoded(source.raw(files.POSTINGS), terms.document_ends[low : high + 1], counts)
    starts = np.cumsum(counts) - counts
    ends = np.cumsum(steps, dtype=np.int64)
    article = ends - np.repeat(ends[starts] - steps[starts], counts)
    number = new[article]
    alive = number >= 0
    gaps = np.empty(0, np.uint32)
    if name in POSITIONAL:
        gaps = unpack(source.raw(files.POSITIONS)[terms.position_ends[low] : terms.position_ends[high]])
        gaps = gaps[np.repeat(alive, frequency)]
    return np.repeat(terms.ranks[low:high], counts)[alive], number[alive].astype(np.uint32), frequency[alive], gaps


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
