"""Articles found in, the best of them out, by BM25.

BM25 as Robertson and Zaragoza give it (The Probabilistic Relevance Framework, 2009), with Lucene's idf. What can no longer be
among the best is dropped on the way, as in MaxScore (Turtle and Flood, 1995): groups that can earn most are counted first,
and articles that the groups to come cannot lift over the threshold are let go.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import nlargest
from typing import Protocol

from searcher.engines.postings import Block
from searcher.query.plan import Term

K1, B = 1.2, 0.75

_NEARLY = 1 - 1e-9  # sums of floats may differ in the last places by the order of their terms


class Scored(Protocol):
    """What scoring asks of a segment."""

    def postings(self, term: Term) -> Block: ...

    def column(self, name: str) -> array[int]:
        """The lengths of the articles, in stems."""

    def norms(self, name: str, average: float) -> Sequence[float]:
        """`norm` of all of them."""


@dataclass(frozen=True, slots=True)
class Worth:
    """A term and what it earns at most; `lengths` names the column of lengths, `average` is over the index."""

    term: Term
    most: float
    lengths: str
    average: float


Group = tuple[Worth, ...]
"""Of which the best one counts."""


def norm(length: int, average: float) -> float:
    """What BM25 adds to a term's frequency below the line, for an article of this length."""
    return K1 * (1 - B) + K1 * B / average * length


def by_worth(groups: Iterable[Group]) -> list[Group]:
    """Groups in the order to count them in, the same for every segment, so that equal articles earn equal sums."""
    return sorted(groups, key=_most, reverse=True)


def best(
    segment: Scored, groups: list[Group], numbers: Iterable[int], wanted: int, least: float = 0.0
) -> list[tuple[float, int]]:
    """The `wanted` best of the articles `numbers`: score and number, the best first, of equals the lowest number.

    Articles below `least` may be left out. `groups` are in the order of `by_worth`.
    """
    scores = dict.fromkeys(numbers, 0.0)
    rest = sum(map(_most, groups))
    counted = 0.0
    for group in groups:
        if len(scores) > 20 * wanted and max(counted, least) > rest:
            threshold = max(nlargest(wanted, scores.values())[-1], least) * _NEARLY - rest
            if threshold > 0:
                scores = {number: score for number, score in scores.items() if score >= threshold}
        _count(segment, group, scores)
        counted += _most(group)
        rest -= _most(group)
    return top(scores, wanted)


def top(keys: dict[int, float], wanted: int) -> list[tuple[float, int]]:
    """The `wanted` articles with the largest keys, of equals the lowest number first."""
    if wanted < len(keys):
        least = nlargest(wanted, keys.values())[-1]
        kept = [(-key, number) for number, key in keys.items() if key >= least]
    else:
        kept = [(-key, number) for number, key in keys.items()]
    return [(-key, number) for key, number in sorted(kept)[:wanted]]


def _most(group: Group) -> float:
    return max((worth.most for worth in group), default=0.0)


def _count(segment: Scored, group: Group, scores: dict[int, float]) -> None:
    """Adds what a group earns to the articles of `scores`."""
    earned = _earned(segment, group[0], scores) if group else {}
    for worth in group[1:]:
        for number, points in _earned(segment, worth, scores).items():
            if points > earned.get(number, 0.0):
                earned[number] = points
    for number, points in earned.items():
        scores[number] += points


def _earned(segment: Scored, worth: Worth, wanted: dict[int, float]) -> dict[int, float]:
    """What a term earns those of the articles `wanted` that hold it. The innermost loop of a search."""
    block = segment.postings(worth.term)
    if not block:
        return {}
    most, ids, frequencies = worth.most, block.ids, block.frequencies
    if len(wanted) * 8 > len(ids):
        norms = segment.norms(worth.lengths, worth.average)
        return {
            number: most * frequency / (frequency + norms[number])
            for number, frequency in zip(ids, frequencies, strict=True)
            if number in wanted
        }
    lengths, average, count = segment.column(worth.lengths), worth.average, len(ids)
    earned = {}
    for number in wanted:
        at = bisect_left(ids, number)
        if at < count and ids[at] == number:
            frequency = frequencies[at]
            earned[number] = most * frequency / (frequency + norm(lengths[number], average))
    return earned
