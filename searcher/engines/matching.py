"""The match of a plan + the postings of a segment → the numbers of the articles it finds. Sets of integers, nothing else.

`tests/oracle.py` says the same slowly; this says it a posting list at a time, the cheapest first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol, assert_never

from searcher.engines.postings import Block
from searcher.query.plan import AllOf, AnyOf, AtLeast, Dated, Match, Near, Not, Phrase, Term

_NEVER = 1 << 30  # a day after every date


class Postings(Protocol):
    """What matching asks of a segment, whose articles are numbered from 0 to `size`."""

    size: int

    deleted: frozenset[int]

    def everything(self) -> set[int]:
        """All articles, deleted ones among them."""

    def postings(self, term: Term) -> Block:
        """The postings of a term, deleted articles among them."""

    def count_of(self, term: Term) -> int:
        """How many articles hold a term, without reading them."""

    def days(self) -> tuple[Sequence[int], Sequence[int]]:
        """The first and the last day of every article's date, as Gregorian ordinals; 0 without a date."""


def find(postings: Postings, match: Match) -> set[int]:
    """The articles a match finds."""
    return _find(postings, match) - postings.deleted


def _find(postings: Postings, match: Match) -> set[int]:
    match match:
        case Term():
            return set(postings.postings(match).ids)
        case Phrase(field, terms):
            return _together(postings, field, terms, None)
        case Near(field, terms, slop):
            return _together(postings, field, terms, slop)
        case Dated():
            return set(_dated(postings, match, range(postings.size)))
        case AllOf(parts):
            return _all(postings, parts)
        case AnyOf(parts):
            return set().union(*(_find(postings, part) for part in parts))
        case AtLeast(count, parts):
            held: Counter[int] = Counter()
            for part in parts:
                held.update(_find(postings, part))
            return {number for number, n in held.items() if n >= count} if count > 0 else postings.everything()
        case Not(part):
            return postings.everything() - _find(postings, part)
        case _:
            assert_never(match)


def _all(postings: Postings, parts: tuple[Match, ...]) -> set[int]:
    """Intersects, the cheapest part first; filters only look at what is left."""
    found: set[int] | None = None
    for part in sorted(parts, key=lambda part: _cost(postings, part)):
        if found is not None and not found:
            break
        match part:
            case Not(inner) if found is not None:
                found -= _find(postings, inner)
            case Dated() if found is not None:
                found = set(_dated(postings, part, found))
            case Term() if found is not None:
                found.intersection_update(postings.postings(part).ids)
            case _:
                these = _find(postings, part)
                found = these if found is None else found & these
    return postings.everything() if found is None else found


def _cost(postings: Postings, match: Match) -> float:
    match match:
        case Term(field, text):
            return postings.count_of(Term(field, text))
        case Phrase(field, terms) | Near(field, terms, _):
            return 10 * min((postings.count_of(Term(field, text)) for text in terms), default=0)
        case AllOf(parts):
            return min((_cost(postings, part) for part in parts), default=postings.size)
        case AnyOf(parts) | AtLeast(_, parts):
            return sum(_cost(postings, part) for part in parts)
        case Dated():
            return 2 * postings.size
        case Not():
            return 3 * postings.size
        case _:
            assert_never(match)


def _dated(postings: Postings, match: Dated, numbers: Iterable[int]) -> Iterator[int]:
    firsts, lasts = postings.days()
    start = match.start if match.start is not None else 1
    end = match.end if match.end is not None else _NEVER
    return (number for number in numbers if lasts[number] >= start and 0 < firsts[number] < end)


def _together(postings: Postings, field: str, terms: tuple[str, ...], slop: int | None) -> set[int]:
    """Articles where the terms stand side by side in order, or (with a slop) in one small stretch."""
    blocks = [postings.postings(Term(field, text)) for text in terms]
    rarest = min(blocks, key=len, default=None)
    if not rarest:
        return set()
    candidates = set(rarest.ids)
    for block in blocks:
        if block is not rarest:
            candidates.intersection_update(block.ids)
    holds = _side_by_side if slop is None else _within(slop)
    return {number for number in candidates if holds([block.positions(number) for block in blocks])}


def _side_by_side(positions: list[list[int]]) -> bool:
    starts = set(positions[0])
    for distance, others in enumerate(positions[1:], 1):
        starts.intersection_update([position - distance for position in others])
        if not starts:
            return False
    return bool(starts)


def _within(slop: int) -> Callable[[list[list[int]]], bool]:
    """Whether some stretch of `len(terms) + slop` words holds every term, each at a position of its own."""

    def holds(positions: list[list[int]]) -> bool:
        # Terms that are the same word need as many different positions as they are.
        needed = Counter(map(tuple, positions))
        window = len(positions) + slop
        places = sorted((position, key) for key in needed for position in key)
        held: Counter[tuple[int, ...]] = Counter()
        start = 0
        for position, key in places:
            held[key] += 1
            while position - places[start][0] >= window:
                held[places[start][1]] -= 1
                start += 1
            if all(held[key] >= n for key, n in needed.items()):
                return True
        return False

    return holds
