"""The postings of some terms → the articles where they stand together, many articles at a time.

It is what `matching` does one article at a time, with arrays: the first import of numpy takes as long as some thousand articles
do, and common words stand together in more. An occurrence is one number, that of its article and its position.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from searcher.engines.postings import Block
from searcher.engines.protocol import Deadline

STRETCH = 1 << 16  # articles at a time, which bounds the memory
BITS = 22  # of a position in an occurrence: twice what it can be, so that no window reaches into another article

Numbers = npt.NDArray[np.int64]


def side_by_side(blocks: Sequence[Block], candidates: set[int], clock: Deadline) -> set[int]:
    """The candidates where the terms of the blocks stand in this order; some of them when the clock runs out."""
    found: set[int] = set()
    for low, _, occurrences in _stretches(blocks, candidates, clock):
        found |= _articles(phrase_starts(occurrences), low)
    return found


def counted(blocks: Sequence[Block], candidates: set[int], clock: Deadline) -> dict[int, int]:
    """How often the terms of the blocks stand in this order in those candidates where they do; in some of them when the
    clock runs out."""
    found: dict[int, int] = {}
    for low, left, occurrences in _stretches(blocks, candidates, clock):
        articles = phrase_starts(occurrences) >> BITS
        numbers, counts = np.unique(articles[left[articles]], return_counts=True)
        found |= zip((numbers + low).tolist(), counts.tolist(), strict=True)
    return found


def within(window: int, wanted: Sequence[tuple[Block, int]], candidates: set[int], clock: Deadline) -> set[int]:
    """The candidates where some stretch of `window` words holds so many of each term; some when the clock runs out."""
    found: set[int] = set()
    window = min(window, 1 << BITS - 1)
    for low, left, occurrences in _stretches([block for block, _ in wanted], candidates, clock):
        # So many of a term begin and end in these places.
        runs = [
            (each[: len(each) - count + 1], each[count - 1 :])
            for each, (_, count) in zip(occurrences, wanted, strict=True)
        ]
        if not all(len(starts) for starts, _ in runs):
            continue
        for _, last in sorted(runs, key=lambda run: len(run[0])):
            last = last[left[last >> BITS]]
            for starts, ends in runs:
                before = np.searchsorted(ends, last, "right") - 1  # of what ends no later, the one that begins last
                last = last[(before >= 0) & (starts[before] > last - window)]
            left[last >> BITS] = False
            found |= _articles(last, low)
    return found


def _stretches(
    blocks: Sequence[Block], candidates: set[int], clock: Deadline
) -> Iterator[tuple[int, npt.NDArray[np.bool_], list[Numbers]]]:
    """Where each stretch of articles begins, which of it are candidates, and the occurrences of each term in it."""
    for low in range(min(candidates), max(candidates) + 1, STRETCH):
        if clock.over():
            return
        high = low + STRETCH
        left = np.zeros(STRETCH, bool)
        left[[number - low for number in candidates if low <= number < high]] = True
        if left.any():
            different = {id(block): block for block in blocks}  # a phrase may repeat a word
            read = {name: _occurrences(block, low, high) for name, block in different.items()}
            yield low, left, [read[id(block)] for block in blocks]


def _occurrences(block: Block, low: int, high: int) -> Numbers:
    """The occurrences of a term in the articles from `low` to `high`, ascending."""
    first, last = bisect_left(block.ids, low), bisect_left(block.ids, high)
    counts = np.array(block.frequencies[first:last], np.int64)
    gaps = np.frombuffer(block.gaps(first, last).encode("utf-32-le", "surrogatepass"), "<u4")
    if not len(counts):
        return np.empty(0, np.int64)
    sums = np.cumsum(gaps, dtype=np.int64)
    starts = np.cumsum(counts) - counts
    articles = np.array(block.ids[first:last], np.int64) - low << BITS
    occurrences: Numbers = sums + np.repeat(articles - sums[starts] + gaps[starts], counts)
    return occurrences


def phrase_starts(occurrences: Sequence[Numbers]) -> Numbers:
    """The occurrences of the first term that those of the others follow in this order."""
    order = sorted(range(len(occurrences)), key=lambda at: len(occurrences[at]))
    starts = occurrences[order[0]] - order[0]
    for at in order[1:]:
        starts = starts[_among(starts + at, occurrences[at])]
    return starts


def _among(wanted: Numbers, ascending: Numbers) -> npt.NDArray[np.bool_]:
    """Which of the wanted numbers are among others."""
    at = np.searchsorted(ascending, wanted)
    at[at == len(ascending)] = 0
    return ascending[at] == wanted if len(ascending) else np.zeros(len(wanted), bool)


def _articles(occurrences: Numbers, low: int) -> set[int]:
    return set((np.unique(occurrences >> BITS) + low).tolist())
