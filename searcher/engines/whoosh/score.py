"""Articles found in, the best of them out, by `bm25`.

Articles that can no longer be among the best are dropped on the way, as in MaxScore (Turtle and Flood, 1995): groups with the
largest upper bounds are counted first, and articles that the remaining groups cannot lift over the threshold are dropped.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from heapq import nlargest, nsmallest
from typing import Protocol

from searcher.engines.matching import Searched, occurrences
from searcher.engines.protocol import Deadline
from searcher.engines.ranks import rank
from searcher.query.plan import Phrase, Term
from searcher.values import Value

NEARLY = 1 - 1e-4  # a score that is less than this part of another's has a lower rank


class Scored(Searched, Protocol):
    """What scoring asks of a segment."""

    def lengths(self, field: str) -> array[int]:
        """The lengths of the articles in a field, in the bytes of `bm25.LENGTHS`."""


class BoundedTerm(Value):
    """A term or phrase, the upper bound of what it earns an article, and the `bm25.norms` of its field."""

    term: Term | Phrase
    bound: float
    norms: Sequence[float]


Group = tuple[BoundedTerm, ...]
"""Terms of which the one that earns most counts."""


def by_bound(groups: Iterable[Group]) -> list[Group]:
    """Groups by descending upper bound. The order is the same for every segment, so that equal articles earn equal sums."""
    return sorted(groups, key=bound_of, reverse=True)


def best(
    segment: Scored, groups: list[Group], numbers: Iterable[int], wanted: int, least: float, clock: Deadline
) -> list[tuple[float, int]]:
    """The `wanted` best of the articles `numbers`: rank of the score and number, the best first, of equals the lowest number.

    Articles ranked below `least` may be left out. `groups` are in the order of `by_bound`; those that the clock leaves no time
    for do not count.
    """
    scores = dict.fromkeys(numbers, 0.0)
    rest = sum(map(bound_of, groups))
    counted = 0.0
    due = pause = 1
    for at, group in enumerate(groups):
        if clock.over():
            break
        if at >= due and len(scores) > 20 * wanted and max(counted, least) > rest:
            before = len(scores)
            scores = _from(max(_last(scores.values(), wanted), least) * NEARLY - rest, scores)
            pause = 1 if len(scores) < 0.8 * before else 2 * pause  # it is only worth while when many can be dropped
            due = at + pause
        _count(segment, group, scores, clock)
        counted += bound_of(group)
        rest = max(rest - bound_of(group), 0.0)  # below 0 by rounding, it would drop articles that earn nothing
    if wanted < len(scores):
        scores = _from(_last(scores.values(), wanted) * NEARLY, scores)
    ranks = {score: rank(score) for score in set(scores.values())}
    return top({number: ranks[score] for number, score in scores.items()}, wanted)


def score(segment: Scored, groups: list[Group], number: int) -> float:
    """What an article earns."""
    return earned(segment, groups, (number,))[number]


def earned(segment: Scored, groups: list[Group], numbers: Iterable[int]) -> dict[int, float]:
    """What each of the articles `numbers` earns."""
    scores, clock = dict.fromkeys(numbers, 0.0), Deadline()
    for group in groups:
        _count(segment, group, scores, clock)
    return scores


def top(keys: dict[int, float], wanted: int) -> list[tuple[float, int]]:
    """The `wanted` articles with the largest keys, of equals the lowest number first."""
    kept = _from(_last(keys.values(), wanted), keys) if wanted < len(keys) else keys
    return [(-key, number) for key, number in nsmallest(wanted, [(-key, number) for number, key in kept.items()])]


def _last(keys: Collection[float], wanted: int) -> float:
    """The last of the `wanted` largest keys."""
    return nlargest(wanted, keys)[-1] if wanted else float("inf")


def _from(least: float, keys: dict[int, float]) -> dict[int, float]:
    """Those with keys that are no less."""
    return {number: key for number, key in keys.items() if key >= least}


def bound_of(group: Group) -> float:
    """The upper bound of what a group earns an article."""
    return max((each.bound for each in group), default=0.0)


def _count(segment: Scored, group: Group, scores: dict[int, float], clock: Deadline) -> None:
    """Adds what a group earns to the articles of `scores`."""
    best = _earned(segment, group[0], scores, clock) if group else {}
    for each in group[1:]:
        if clock.over():
            break
        for number, points in _earned(segment, each, scores, clock).items():
            if points > best.get(number, 0.0):
                best[number] = points
    for number, points in best.items():
        scores[number] += points


def _earned(segment: Scored, bounded: BoundedTerm, wanted: dict[int, float], clock: Deadline) -> dict[int, float]:
    """What a term or phrase earns those of the articles `wanted` that hold it. The innermost loop of a search."""
    bound, norms, lengths = bounded.bound, bounded.norms, segment.lengths(bounded.term.field)
    if isinstance(bounded.term, Phrase):
        counted = occurrences(segment, bounded.term, wanted.keys(), clock)
        return {number: bound * count / (count + norms[lengths[number]]) for number, count in counted.items()}
    block = segment.postings(bounded.term)
    if not block:
        return {}
    ids, frequencies = block.ids, block.frequencies
    if len(wanted) * 8 > len(ids):
        return {
            number: bound * frequency / (frequency + norms[lengths[number]])
            for number, frequency in zip(ids, frequencies, strict=True)
            if number in wanted
        }
    count = len(ids)
    points = {}
    for number in wanted:
        at = bisect_left(ids, number)
        if at < count and ids[at] == number:
            frequency = frequencies[at]
            points[number] = bound * frequency / (frequency + norms[lengths[number]])
    return points
