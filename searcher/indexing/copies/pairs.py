"""Segments of sketches, and the articles that are new in them → the pairs of copies that these articles are in.

Candidates share some hashes, of which each is held by `COMMON` articles at most (as in passim): what more articles hold is a
template. The smaller sketch must have enough of its hashes in common with the other one, and the two dates must be able to be
near each other. Where sketches are not sure, the texts decide.

Which pairs there are depends on the articles of the index alone: when a hash becomes too common, or is no longer, all that
hold it are looked at again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from searcher.indexing.copies.segments import UNDATED, Numbers, Segment, distinct
from searcher.values import Value

COMMON = 100
"""Articles that may hold a hash that counts; a passage of more of them is nobody's."""

SHARED = 6
"""Hashes that two sketches share when they alone make a pair."""

FEW_SHARED = 4
"""Hashes that two sketches share when the texts are compared."""


class Rule(Value):
    """When two articles are copies: the share of the smaller sketch that is `unlikely` (below it they are none), from which on
    it is `sure`, and for what is between them the share of the shorter text that has to be `copied`."""

    unlikely: float
    sure: float
    copied: float


DATED = Rule(unlikely=0.25, sure=0.75, copied=0.5)
"""For two articles with dates. Sketches of copies with 60 % in common estimate between 25 and 90 %."""

UNDATED_RULE = Rule(unlikely=0.75, sure=0.95, copied=0.9)
"""Where a date is missing, and nothing tells a copy from the same text printed again years later."""

DAYS = 7
"""Days that may be between two copies."""

_CHUNK = 1 << 18  # pairs of places that are looked at at once
_SLICE = 1 << 16  # hashes that are looked up at once: an update of any size takes as little memory


class Sketches:
    """Some segments as one: an article has a number, that of its segment's first plus its own; some are `dead`."""

    def __init__(self, segments: Sequence[Segment], dead: Sequence[frozenset[int]]) -> None:
        self.segments = segments
        self.starts = np.cumsum([0, *(segment.size for segment in segments)])
        self.size = int(self.starts[-1])
        self.alive = np.ones(self.size, bool)
        for start, numbers in zip(self.starts.tolist(), dead, strict=False):
            self.alive[[start + number for number in numbers]] = False

    def column(self, name: str, numbers: Numbers) -> Numbers:
        """A column of some articles, which ascend or not."""
        found = np.empty(len(numbers), np.int64)
        at = np.searchsorted(self.starts, numbers, "right") - 1
        for which in distinct(at):
            here = at == which
            found[here] = self.segments[which].columns[name][numbers[here] - self.starts[which]]
        return found

    def id(self, number: int) -> str:
        at = int(np.searchsorted(self.starts, number, "right")) - 1
        return self.segments[at].id(number - int(self.starts[at]))

    def numbers(self, identifier: str) -> Iterator[int]:
        """The numbers of the articles with this identifier that are alive: one at most."""
        for start, segment in zip(self.starts.tolist(), self.segments, strict=False):
            number = segment.number(identifier)
            if number is not None and self.alive[start + number]:
                yield start + number

    def hashes_of(self, numbers: Numbers) -> Numbers:
        """The hashes that these articles hold, ascending, each once."""
        at = np.searchsorted(self.starts, numbers, "right") - 1
        held = [
            self.segments[which].hashes_of((numbers[at == which] - self.starts[which]).tolist())
            for which in distinct(at)
        ]
        return distinct(np.concatenate(held)) if held else np.empty(0, np.int64)

    def holding(self, hashes: Numbers) -> tuple[Numbers, Numbers]:
        """The hashes, each as often as an article that is alive holds it, ascending; and these articles."""
        found = [segment.holding(hashes) for segment in self.segments]
        held = np.concatenate([each for each, _ in found] or [np.empty(0, np.int64)])
        holders = [start + each for start, (_, each) in zip(self.starts.tolist(), found, strict=False)]
        numbers = np.concatenate(holders or [np.empty(0, np.int64)])
        kept = self.alive[numbers]
        held, numbers = held[kept], numbers[kept]
        order = np.lexsort((numbers, held))
        return held[order], numbers[order]


def crossed(before: Sketches, after: Sketches, hashes: Numbers) -> Numbers:
    """Of some hashes, which ascend, those that count in one of two states and are too common in the other."""
    changed = [some[(_counted(before, some) > COMMON) != (_counted(after, some) > COMMON)] for some in _slices(hashes)]
    return np.concatenate(changed or [hashes])


def _counted(state: Sketches, hashes: Numbers) -> Numbers:
    held, _ = state.holding(hashes)
    counted: Numbers = np.searchsorted(held, hashes, "right") - np.searchsorted(held, hashes, "left")
    return counted


def _slices(hashes: Numbers) -> Iterator[Numbers]:
    return (hashes[at : at + _SLICE] for at in range(0, len(hashes), _SLICE))


def pairs(state: Sketches, wanted: Numbers, copied: Callable[[int, int], float]) -> Iterator[tuple[int, int]]:
    """The pairs of copies with one of the `wanted` articles, each once, the smaller number first.

    `copied` compares the texts of two articles: the share of the shorter one that the other one has too.
    """
    is_wanted = np.zeros(state.size, bool)
    is_wanted[wanted] = True
    first, second, shared = _candidates(state, is_wanted, state.hashes_of(wanted))
    if not len(first):
        return
    estimate = shared / np.minimum(_size(state, first, second), _size(state, second, first))
    dated = (state.column("first", first) != UNDATED) & (state.column("first", second) != UNDATED)
    for rule, its in ((DATED, dated), (UNDATED_RULE, ~dated)):
        sure = its & (estimate >= rule.sure) & (shared >= SHARED)
        yield from zip(first[sure].tolist(), second[sure].tolist(), strict=True)
        unsure = its & (estimate >= rule.unlikely) & ~sure
        for one, other in zip(first[unsure].tolist(), second[unsure].tolist(), strict=True):
            if copied(one, other) >= rule.copied:
                yield one, other


def _size(state: Sketches, numbers: Numbers, others: Numbers) -> Numbers:
    """How many hashes of articles could be shared with the others: a short text's sketch is finer than a long text's."""
    coarse = (state.column("short", numbers) == 1) & (state.column("short", others) == 0)
    return np.where(coarse, state.column("common", numbers), state.column("size", numbers))


def _candidates(state: Sketches, is_wanted: npt.NDArray[np.bool_], hashes: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Pairs of articles, one of them wanted, that share enough hashes and may be near in time; and how many they share."""
    keys, shared = np.empty(0, np.int64), np.empty(0, np.int64)
    for met in _together(_met(state, is_wanted, hashes)):
        met = np.concatenate((keys, met))
        times = np.concatenate((shared, np.ones(len(met) - len(keys), np.int64)))
        order = np.argsort(met, kind="stable")
        keys = distinct(met)
        shared = np.add.reduceat(times[order], np.searchsorted(met[order], keys))
    enough = shared >= FEW_SHARED
    keys = keys[enough]
    return keys // max(state.size, 1), keys % max(state.size, 1), shared[enough]


def _met(state: Sketches, is_wanted: npt.NDArray[np.bool_], hashes: Numbers) -> Iterator[Numbers]:
    """For each hash that counts the pairs of articles that hold it, one of them wanted, and that may be near in time: as one
    number, the first article's times `state.size` plus the second's."""
    for some in _slices(hashes):
        held, holders = state.holding(some)
        starts = np.flatnonzero(np.concatenate(([True], held[1:] != held[:-1]))) if len(held) else np.empty(0, np.int64)
        sizes = np.diff(np.append(starts, len(held)))
        counts = (sizes > 1) & (sizes <= COMMON)
        for chunk in _chunks(starts[counts], sizes[counts]):
            one, other = (holders[each] for each in chunk)
            kept = is_wanted[one] | is_wanted[other]
            one, other = one[kept], other[kept]
            near = _are_near(state, one, other)
            yield one[near] * state.size + other[near]


def _together(parts: Iterable[Numbers]) -> Iterator[Numbers]:
    """Small arrays joined to arrays of `_CHUNK` numbers or more, and one of what is left."""
    held, size = list[Numbers](), 0
    for part in parts:
        held.append(part)
        size += len(part)
        if size >= _CHUNK:
            yield np.concatenate(held)
            held, size = [], 0
    if size:
        yield np.concatenate(held)


def _chunks(starts: Numbers, sizes: Numbers) -> Iterator[tuple[Numbers, Numbers]]:
    """The pairs of places within each list of places, given by its start and its size; about _CHUNK pairs at a time."""
    for size in np.unique(sizes).tolist():
        one, other = np.triu_indices(size, 1)
        its = starts[sizes == size]
        step = max(_CHUNK // len(one), 1)
        for at in range(0, len(its), step):
            begin = its[at : at + step, np.newaxis]
            yield (begin + one).ravel(), (begin + other).ravel()


def _are_near(state: Sketches, first: Numbers, second: Numbers) -> npt.NDArray[np.bool_]:
    """Whether the dates of articles can be DAYS from each other or less; a date that is missing can."""
    one, other = state.column("first", first), state.column("first", second)
    gap = np.maximum(one - other - state.column("more", second), other - one - state.column("more", first))
    near: npt.NDArray[np.bool_] = (gap <= DAYS) | (one == UNDATED) | (other == UNDATED)
    return near
