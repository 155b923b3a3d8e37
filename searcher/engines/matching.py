"""The match of a plan and the postings of a segment → the numbers of the articles that match, as a set.

`tests/oracle.py` gives the same answers slowly. Here a posting list is read at a time, the cheapest first. Past the
deadline the result is a subset: every article matches, and a `Not` whose operand was not finished excludes everything.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from typing import Protocol, assert_never

from searcher.engines.postings import Block
from searcher.engines.protocol import Deadline
from searcher.query.plan import Added, AllOf, AnyOf, Dated, Match, Near, Not, Phrase, Term

MANY = 2_000  # articles, from which on it is quicker to look at them all together
_NEVER = 1 << 30  # a day after every date


class Searched(Protocol):
    """What matching asks of a segment. Its articles are numbered from 0 to `size`."""

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

    def serials(self) -> Sequence[int]:
        """When every article's content came into the archive: `Entry.serial`."""


def find(segment: Searched, match: Match, clock: Deadline | None = None) -> set[int]:
    """The articles a match finds; some of them when the clock runs out."""
    return _find(segment, match, clock or Deadline()) - segment.deleted


def _find(segment: Searched, match: Match, clock: Deadline) -> set[int]:
    match match:
        case Term():
            return set(segment.postings(match).ids)
        case Phrase(field, terms):
            return _together(segment, field, terms, None, clock)
        case Near(field, terms, slop):
            return _together(segment, field, terms, slop, clock)
        case Dated():
            return set(_dated(segment, match, range(segment.size)))
        case Added():
            return set(_added(segment, match, range(segment.size)))
        case AllOf(parts):
            return _all(segment, parts, clock)
        case AnyOf(parts):
            found: set[int] = set()
            for part in dict.fromkeys(parts):
                if clock.over():
                    break
                found |= _find(segment, part, clock)
            return found
        case Not(part):
            return _without(segment, segment.everything(), part, clock)
        case _:
            assert_never(match)


def _without(segment: Searched, found: set[int], part: Match, clock: Deadline) -> set[int]:
    """What is found and not by `part`; nothing when that was not looked at to its end."""
    own = clock.share(1)
    excluded = _find(segment, part, own)
    return set() if own.missed else found - excluded


def _all(segment: Searched, parts: tuple[Match, ...], clock: Deadline) -> set[int]:
    """Intersects, the cheapest part first; filters only look at what is left. Each part has its share of the time."""
    found: set[int] | None = None
    parts = tuple(dict.fromkeys(parts))
    for at, part in enumerate(sorted(parts, key=lambda part: _cost(segment, part))):
        if found is not None and not found:
            break
        if clock.over():
            return set()
        own = clock.share(1 / (len(parts) - at))
        match part:
            case Not(inner) if found is not None:
                found = _without(segment, found, inner, own)
            case Dated() if found is not None:
                found = set(_dated(segment, part, found))
            case Added() if found is not None:
                found = set(_added(segment, part, found))
            case Term() if found is not None:
                found.intersection_update(segment.postings(part).ids)
            case _:
                these = _find(segment, part, own)
                found = these if found is None else found & these
    return segment.everything() if found is None else found


def _cost(segment: Searched, match: Match) -> float:
    match match:
        case Term(field, text):
            return segment.count_of(Term(field, text))
        case Phrase(field, terms) | Near(field, terms, _):
            return 10 * min((segment.count_of(Term(field, text)) for text in terms), default=0)
        case AllOf(parts):
            return min((_cost(segment, part) for part in parts), default=segment.size)
        case AnyOf(parts):
            return sum(_cost(segment, part) for part in parts)
        case Dated() | Added():
            return 2 * segment.size
        case Not():
            return 3 * segment.size
        case _:
            assert_never(match)


def _dated(segment: Searched, match: Dated, numbers: Iterable[int]) -> Iterator[int]:
    firsts, lasts = segment.days()
    start = match.start if match.start is not None else 1
    end = match.end if match.end is not None else _NEVER
    return (number for number in numbers if lasts[number] >= start and 0 < firsts[number] < end)


def _added(segment: Searched, match: Added, numbers: Iterable[int]) -> Iterator[int]:
    serials, after = segment.serials(), match.after
    return (number for number in numbers if serials[number] > after)


def occurrences(segment: Searched, phrase: Phrase, among: Set[int], clock: Deadline) -> dict[int, int]:
    """How often a phrase stands in those of the articles `among` that hold it; of some of them when the clock runs out."""
    order: list[Block] = []
    for text in phrase.terms:
        order.append(segment.postings(Term(phrase.field, text)))
        if not order[-1] or clock.over():
            return {}
    rarest_first = sorted(range(len(order)), key=lambda at: len(order[at]))
    candidates = set(among)
    for at in rarest_first:
        candidates = _holding(order[at], candidates)
    if len(candidates) > MANY:
        from searcher.engines import together

        return together.counted(order, candidates, clock)
    found = {}
    for number in candidates:
        if clock.over():
            break
        starts: set[int] = set()
        for nth, at in enumerate(rarest_first):  # the places of a small word are read last, and seldom
            these = {position - at for position in order[at].positions(number)}
            starts = starts & these if nth else these
            if not starts:
                break
        if starts:
            found[number] = len(starts)
    return found


def _holding(block: Block, numbers: set[int]) -> set[int]:
    """Those of the articles that are in a block."""
    ids, count = block.ids, len(block)
    if len(numbers) * 8 > count:
        return numbers.intersection(ids)
    return {number for number in numbers if (at := bisect_left(ids, number)) < count and ids[at] == number}


def _together(segment: Searched, field: str, terms: tuple[str, ...], slop: int | None, clock: Deadline) -> set[int]:
    """Articles where the terms stand side by side in order, or (with a slop) in one small stretch."""
    counts = Counter(terms)
    blocks: dict[str, Block] = {}
    for text in counts:
        if clock.over():
            return set()
        blocks[text] = segment.postings(Term(field, text))
    rarest = min(blocks.values(), key=len, default=None)
    if not rarest:
        return set()
    candidates = set(rarest.ids)
    for block in blocks.values():
        if block is not rarest:
            candidates.intersection_update(block.ids)
    order, window = [blocks[text] for text in terms], len(terms) + (slop or 0)
    wanted = [(blocks[text], count) for text, count in counts.items()]
    if len(candidates) > MANY:
        from searcher.engines import together

        if slop is None:
            return together.side_by_side(order, candidates, clock)
        return together.within(window, wanted, candidates, clock)
    found = set()
    for number in candidates:
        if clock.over():
            break
        if slop is None:
            stand = bool(_starts([block.positions(number) for block in order]))
        else:
            stand = is_within(window, [(block.positions(number), count) for block, count in wanted])
        if stand:
            found.add(number)
    return found


def _starts(positions: list[list[int]]) -> set[int]:
    """Where terms that stand at these positions stand side by side in this order."""
    starts = set(positions[0])
    for distance, others in enumerate(positions[1:], 1):
        starts.intersection_update([position - distance for position in others])
        if not starts:
            break
    return starts


def is_within(window: int, wanted: Sequence[tuple[Sequence[int], int]]) -> bool:
    """Whether some stretch of `window` words holds so many of each of these ascending positions."""
    starts = [0] * len(wanted)
    ends = [count - 1 for _, count in wanted]
    while True:
        # What a stretch has to reach to; no word may begin before all of that fits in.
        if any(end >= len(positions) for end, (positions, _) in zip(ends, wanted, strict=True)):
            return False
        least = max(positions[end] for end, (positions, _) in zip(ends, wanted, strict=True)) - window
        moved = False
        for at, (positions, count) in enumerate(wanted):
            if positions[starts[at]] <= least:
                starts[at] = bisect_right(positions, least, starts[at])
                ends[at] = starts[at] + count - 1
                moved = True
        if not moved:
            return True
