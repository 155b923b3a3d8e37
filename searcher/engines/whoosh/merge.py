"""Segments in, one segment out, without their deleted articles: many terms at a time, so that memory stays bounded."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from searcher.engines.bm25 import LENGTHS
from searcher.engines.whoosh import files
from searcher.engines.whoosh.segment import COLUMNS, NORMS, POSITIONAL, VALUES, OpenSegment
from searcher.engines.whoosh.store import INFOS, Numbers, Postings, SegmentWriter, unpack

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
        writer.add_articles(sources[at].stored(number) for at, number in order)
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


class _Listed:
    """The terms of a field in one segment: where each stands among those of all segments, and its value, as INFOS."""

    def __init__(self, name: str, source: OpenSegment) -> None:
        self.keys: list[bytes] = []
        values = bytearray()
        for key, value in source.terms.values(name):
            self.keys.append(key)
            values += value
        self.infos = np.frombuffer(values, INFOS)
        self.ranks: Indexes = np.empty(0, np.intp)

    def rank(self, keys: list[bytes]) -> None:
        """Finds where its terms stand among `keys`, which hold them all, both ascending."""
        at = 0
        ranks = array("Q")
        for key in self.keys:
            while keys[at] != key:
                at += 1
            ranks.append(at)
        self.keys.clear()
        self.ranks = np.array(ranks, np.intp)


def _stretches(name: str, sources: list[OpenSegment], numbers: list[Indexes]) -> Iterator[Postings]:
    """The merged postings of a field, a stretch of its terms at a time."""
    listed = [_Listed(name, source) for source in sources]
    keys = sorted(set().union(*(each.keys for each in listed)))
    weights = np.zeros(len(keys), np.int64)
    for each in listed:
        each.rank(keys)
        weights[each.ranks] += each.infos["articles"] + each.infos["weight"].astype(np.int64)
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
    listed: list[_Listed],
    keys: list[bytes],
    start: int,
    end: int,
) -> Postings | None:
    """The postings of `keys[start:end]`; None when no living article holds any of them."""
    parts = []
    for source, new, each in zip(sources, numbers, listed, strict=True):
        low, high = np.searchsorted(each.ranks, (start, end))
        if low < high:
            parts.append(_read(name, source, new, each.ranks[low:high], each.infos[low:high]))
    term, article, frequency = (np.concatenate([part[at] for part in parts]) for at in range(3))
    order = np.lexsort((article, term))
    if not len(order):
        return None
    gaps = None
    if name in POSITIONAL:
        found = np.concatenate([part[3] for part in parts])
        starts = np.cumsum(frequency, dtype=np.intp) - frequency
        gaps = found[_runs(starts[order], frequency[order])]
    present, counts = np.unique(term[order], return_counts=True)
    return Postings([keys[at] for at in present.tolist()], counts, article[order], frequency[order], gaps)


def _read(
    name: str, source: OpenSegment, new: Indexes, ranks: Indexes, infos: npt.NDArray[np.void]
) -> tuple[Indexes, Numbers, Numbers, Numbers]:
    """The postings of consecutive terms: rank of the term, new number of the article, frequency; and the gaps between
    positions."""
    counts = infos["articles"].astype(np.intp)
    documents = unpack(source.raw(files.POSTINGS)[_extent(infos, "documents")])
    starts = np.cumsum(counts) - counts
    at = np.arange(int(counts.sum())) + np.repeat(starts, counts)  # of a term: the distances, then the frequencies
    steps, frequency = documents[at].astype(np.int64), documents[at + np.repeat(counts, counts)]
    ends = np.cumsum(steps)
    article = ends - np.repeat(ends[starts] - steps[starts], counts)
    number = new[article]
    alive = number >= 0
    gaps = np.empty(0, np.uint32)
    if name in POSITIONAL:
        gaps = unpack(source.raw(files.POSITIONS)[_extent(infos, "positions")])
        gaps = gaps[np.repeat(alive, frequency)]
    return np.repeat(ranks, counts)[alive], number[alive].astype(np.uint32), frequency[alive], gaps


def _extent(infos: npt.NDArray[np.void], name: str) -> slice:
    """Where the blocks of consecutive terms are."""
    return slice(int(infos[name][0]), int(infos[name][-1]) + int(infos[f"{name}_size"][-1]))


def _runs(starts: Indexes, lengths: Numbers) -> Indexes:
    """The indexes of runs: `start`, `start + 1` … for each of them."""
    ends = np.cumsum(lengths, dtype=np.intp)
    runs: Indexes = np.arange(int(ends[-1])) + np.repeat(starts - (ends - lengths), lengths)
    return runs
