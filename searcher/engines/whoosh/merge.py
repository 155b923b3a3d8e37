"""Segments in, one segment out, without their deleted articles: many terms at a time, so that memory stays bounded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from searcher.engines.bm25 import LENGTHS
from searcher.engines.compressed import Compressor
from searcher.engines.whoosh import files
from searcher.engines.whoosh.segment import COLUMNS, NORMS, POSITIONAL, SEQUENCE, VALUES, OpenSegment
from searcher.engines.whoosh.sources import Part, Source, Taken, runs
from searcher.engines.whoosh.store import Indexes, Numbers, Postings, SegmentWriter, ordered, sealed

STRETCH = 500_000  # postings and positions that are merged at a time
SOME = 8_192  # articles whose places are looked up at a time
RUNS = 1 << 13  # postings whose positions are put in order at a time


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


def _stretches(name: str, sources: list[OpenSegment], numbers: list[Indexes]) -> Iterator[Postings]:
    """The merged postings of a field, a stretch of its terms at a time. Of each segment some blocks are held."""
    reading = [Source(name, source, new) for source, new in zip(sources, numbers, strict=True)]
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


def _merge(name: str, taken: list[Taken], keys: list[bytes], start: int, end: int) -> Postings | None:
    """The postings of `keys[start:end]`; None when no living article holds any of them."""
    parts = []
    for each in taken:
        low, high = np.searchsorted(each.ranks, (start, end))
        if low < high:
            parts.append(Part(name, each, int(low), int(high)))
    term, article, frequency = (np.concatenate(arrays) for arrays in zip(*map(Part.taken, parts), strict=True))
    if not len(term):
        return None
    by_article = ordered(article)
    order: Numbers = by_article[ordered(term[by_article])].astype(np.uint32)
    gaps = _gaps(parts, frequency, order) if name in POSITIONAL else None
    term = term[order]
    first = np.concatenate(([0], np.flatnonzero(np.diff(term)) + 1))
    counts = np.diff(first, append=len(term))
    return Postings([keys[at] for at in term[first].tolist()], counts, article[order], frequency[order], gaps)


def _gaps(parts: list[Part], frequency: Numbers, order: Numbers) -> Iterator[Numbers]:
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
        yield found[runs(starts, frequency[some])]
