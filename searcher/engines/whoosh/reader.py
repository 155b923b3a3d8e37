"""Plans in, matches out: the segments of one commit, evaluated block by block, or, in a process that stays, by arrays."""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from heapq import merge
from itertools import islice
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

from searcher import article as names
from searcher.article import Article
from searcher.engines.bm25 import K1, idf, norms
from searcher.engines.lookup import look_up
from searcher.engines.matching import find
from searcher.engines.protocol import Contribution, Counts, Deadline, Found, Matches
from searcher.engines.ranks import rank
from searcher.engines.whoosh import files
from searcher.engines.whoosh.blocks import BlockCache, SearchedSegment
from searcher.engines.whoosh.score import BoundedTerm, Group, best, by_bound, earned, score, top
from searcher.engines.whoosh.segment import INSTANT, POSITIONAL, SEQUENCE, SERIAL
from searcher.errors import IndexDamaged
from searcher.query.ask import Sort
from searcher.query.lookup import Answers, Question
from searcher.query.plan import Match, Phrase, Plan, Term, Weighted

if TYPE_CHECKING:
    from searcher.engines.whoosh.arrays import Arrays

COLD = 2
"""Searches before numpy is imported, which takes longer than some searches do: one question asks for two at most."""

MATCHING = 2 / 3  # of the time there is; the rest is for ranking what was found
CACHED_IDFS = 50_000  # terms whose idf a reader keeps

BATCH = 512  # articles that `every` scores together

Ordered = tuple[float, int, int, int]
"""An article in the order of an answer: the key negated, its sequence number, its segment, its number there."""

Placed = tuple[float, int, int, int, float | None]
"""The same, and the article's score where it is known."""


class WhooshReader:
    """Answers plans from the segments of one commit. Many threads may share it.

    Every method raises IndexDamaged and ReadFailed for stored bytes that cannot be decoded or read, and IndexClosed once
    the reader is closed; a search that another thread is in the middle of may end with it.
    """

    def __init__(self, folder: Path, contents: files.Contents) -> None:
        self._folder = folder
        self._cache = BlockCache()
        self._closed = False
        self._searches = 0
        self._arrays: Arrays | None = None
        self._opened: list[SearchedSegment] = []
        try:
            for segment in contents.segments:
                self._opened.append(SearchedSegment(folder, segment, self._cache))
        except BaseException:
            self.close()
            raise
        self._size = sum(segment.size for segment in self._segments)
        self._norms: dict[str, tuple[float, ...]] = {}
        self._idfs: dict[Term, float] = {}

    @property
    def _segments(self) -> list[SearchedSegment]:
        """The segments, for a reader that is open. Raises IndexClosed."""
        if self._closed:
            raise files.closed(self._folder)
        return self._opened

    def count(self) -> int:
        return sum(segment.size - len(segment.deleted) for segment in self._segments)

    def search(
        self,
        plan: Plan,
        *,
        limit: int,
        offset: int = 0,
        sort: Sort = Sort.RELEVANCE,
        explain: bool = False,
        until: float = inf,
    ) -> Matches:
        groups = self._groups(plan)
        clock = Deadline(until)
        arrays = self._arrays_of_many()
        if arrays is None:
            total, found, ranked = self._first(plan, groups, offset + limit, sort, clock)
        else:
            from searcher.engines.whoosh import vectors

            total, found, ranked = vectors.first(arrays, plan, groups, offset + limit, sort, clock, self._found_singly)
        page = found[offset:]
        if ranked and not clock.over():
            hits = [self._found(groups, at, number, explain, points) for _, _, at, number, points in page]
        else:  # what an article is known to earn is all there is time for
            by_score = sort is Sort.RELEVANCE
            hits = [self._seen(at, n, -key if by_score else 0.0) for key, _, at, n, _ in page]
        return Matches(total, tuple(hits), not clock.missed)

    def _arrays_of_many(self) -> Arrays | None:
        """What answers a reader's third search and all later ones; None before."""
        segments = self._segments
        if self._arrays is None:
            self._searches += 1
            if self._searches > COLD or "numpy" in sys.modules:
                from searcher.engines.whoosh.arrays import Arrays  # here: a single search does not wait for numpy

                self._arrays = Arrays(segments)
        return self._arrays

    def _found_singly(self, match: Match, clock: Deadline) -> list[set[int]]:
        """What a match finds in each segment."""
        return [find(segment, match, clock) for segment in self._segments]

    def _first(
        self, plan: Plan, groups: list[Group], wanted: int, sort: Sort, clock: Deadline
    ) -> tuple[int, list[Placed], bool]:
        """How many articles a plan finds, the first `wanted` of them, and whether there was time to rank them."""
        found: list[Placed] = []
        total, left, ranked = 0, self._size, True
        for at, segment in enumerate(self._segments):
            if clock.over():
                break
            turn = clock.share(segment.size / max(left, segment.size))
            left -= segment.size
            numbers = find(segment, plan.match, turn.share(MATCHING))
            if not numbers:
                continue
            total += len(numbers)
            if sort is Sort.RELEVANCE:
                least = -found[wanted - 1][0] if len(found) >= wanted else 0.0
                ranking = turn.share(1)
                first = best(segment, groups, numbers, wanted, least, ranking)
                ranked &= not ranking.missed
            else:
                first = top(_dates(segment, numbers, sort), wanted)
            sequence = segment.column(SEQUENCE)  # which ascends with the numbers
            found += [(-key, sequence[number], at, number, None) for key, number in first]
            found = sorted(found)[:wanted]
        return total, found, ranked

    def _found(self, groups: list[Group], at: int, number: int, explain: bool, points: float | None) -> Found:
        segment = self._segments[at]
        parts = tuple(_parts(segment, groups, number)) if explain else ()
        return self._seen(at, number, score(segment, groups, number) if points is None else points, parts)

    def _seen(self, at: int, number: int, points: float, parts: tuple[Contribution, ...] = ()) -> Found:
        article, annotations = self._segments[at].article(number)
        return Found(article, points, parts, annotations, self._segments[at].column(SERIAL)[number])

    def _groups(self, plan: Plan) -> list[Group]:
        return by_bound(map(self._bounded, plan.score))

    def _bounded(self, group: Sequence[Weighted]) -> Group:
        if len(group) == 1:
            (each,) = group
            bound = each.weight * self._idf(each.term) * (K1 + 1)
            return (BoundedTerm(each.term, bound, self._norms_of(each.term.field)),)
        idfs = [self._idf(each.term) for each in group]
        least = min(idfs, default=0.0)
        return tuple(
            BoundedTerm(
                each.term,
                each.weight * (least if each.widened else own) * (K1 + 1),
                self._norms_of(each.term.field),
            )
            for each, own in zip(group, idfs, strict=True)
        )

    def _norms_of(self, field: str) -> tuple[float, ...]:
        if field not in self._norms:
            occurrences = sum(segment.occurrences[field] for segment in self._segments)
            self._norms[field] = norms(occurrences / max(self._size, 1))
        return self._norms[field]

    def _idf(self, term: Term | Phrase) -> float:
        if isinstance(term, Phrase):
            return sum(self._idf(Term(term.field, text)) for text in term.terms)
        known = self._idfs.get(term)
        if known is None:
            known = self._idfs[term] = idf(self._size, self.frequency(term.field, term.text))
            if len(self._idfs) > CACHED_IDFS:
                self._idfs.clear()
        return known

    def count_of(self, plan: Plan) -> int:
        return sum(len(numbers) for _, numbers in self._found_in(plan.match, Deadline()))

    def counts(self, plan: Plan, fields: Sequence[str], *, until: float = inf) -> Counts:
        from searcher.engines.whoosh.counting import Tallies  # here: most searches count nothing

        tallies = Tallies(names.WHOLE[name] for name in fields)
        clock, total = Deadline(until), 0
        for segment, numbers in self._found_in(plan.match, clock):
            total += len(numbers)
            with segment.decoding:  # a column may point behind the list of its values
                tallies.add(segment, numbers)
        values = tallies.values
        return Counts(total, {name: values[names.WHOLE[name]] for name in fields}, not clock.missed)

    def serials(self, plan: Plan, *, until: float = inf) -> array[int]:
        found = array("I")
        for segment, numbers in self._found_in(plan.match, Deadline(until)):
            found.extend(map(segment.column(SERIAL).__getitem__, numbers))
        return found

    def _found_in(self, match: Match, clock: Deadline) -> Iterator[tuple[SearchedSegment, Collection[int]]]:
        """What a match finds in each segment; in some of them when the clock runs out."""
        segments = self._segments
        if self._arrays is not None:
            from searcher.engines.whoosh import vectors

            found = vectors.find(self._arrays, match, clock, self._found_singly)
            yield from zip(segments, self._arrays.in_segments(found), strict=True)
            return
        left = self._size
        for segment in segments:
            if clock.over():
                return
            turn = clock.share(segment.size / max(left, segment.size))
            left -= segment.size
            yield segment, find(segment, match, turn)

    def every(self, plan: Plan, sort: Sort = Sort.RELEVANCE) -> Iterator[Found]:
        groups = self._groups(plan)
        ordered = merge(*(self._ordered(at, plan.match, groups, sort) for at in range(len(self._segments))))
        while batch := list(islice(ordered, BATCH)):
            yield from self._scored(groups, batch)

    def _ordered(self, at: int, match: Match, groups: list[Group], sort: Sort) -> Iterator[Ordered]:
        """Everything a match finds in a segment, in the order of the answer; held as two numbers an article."""
        segment = self._segments[at]
        numbers = find(segment, match)
        if sort is Sort.RELEVANCE:
            scores = earned(segment, groups, numbers)
            ranks = {score: rank(score) for score in set(scores.values())}
            keys = {number: ranks[score] for number, score in scores.items()}
        else:
            keys = _dates(segment, numbers, sort)
        # Both sorts are stable: of equals the lowest number comes first, which was added first.
        ordered = array("I", sorted(sorted(numbers), key=keys.__getitem__, reverse=True))
        sorted_keys = array("d", map(keys.__getitem__, ordered))
        sequence = segment.column(SEQUENCE)
        return ((-key, sequence[number], at, number) for key, number in zip(sorted_keys, ordered, strict=True))

    def _scored(self, groups: list[Group], batch: list[Ordered]) -> Iterator[Found]:
        """The articles of a batch with their scores, which are added up a segment at a time."""
        numbers: defaultdict[int, set[int]] = defaultdict(set)
        for _, _, at, number in batch:
            numbers[at].add(number)
        scores = {at: earned(self._segments[at], groups, these) for at, these in numbers.items()}
        for _, _, at, number in batch:
            yield self._seen(at, number, scores[at][number])

    def look_up(self, questions: Iterable[Question], *, until: float = inf) -> Answers:
        return look_up(questions, self, until)

    def terms(self, field: str, prefix: str) -> Iterator[str]:
        return _merged([segment.terms.beginning(field, prefix) for segment in self._segments])

    def frequency(self, field: str, text: str) -> int:
        return sum(segment.count_of(Term(field, text)) for segment in self._segments)

    def fetch(self, identifier: str) -> Article | None:
        for segment in self._segments:
            for number in find(segment, Term(names.ID, identifier)):
                return segment.article(number)[0]
        return None

    def articles(self) -> Iterator[Article]:
        everything = merge(*(self._numbered(at) for at in range(len(self._segments))))
        for _, at, number in everything:
            yield self._segments[at].article(number)[0]

    def _numbered(self, at: int) -> Iterator[tuple[int, int, int]]:
        segment = self._segments[at]
        for number, sequence in enumerate(segment.column(SEQUENCE)):
            if number not in segment.deleted:
                yield sequence, at, number

    def check(self) -> list[str]:
        wrong = []
        for at, segment in enumerate(self._segments):
            try:
                for field, text in segment.terms:
                    block = segment.block(field, text)
                    if not block:
                        wrong.append(f"segment {at}: {field}:{text!r} has no postings")
                    elif field in POSITIONAL:
                        block.gaps(0, 0)
                for number in range(segment.size):
                    segment.article(number)
            except IndexDamaged as error:
                wrong.append(f"segment {at}: {error}")
        return wrong

    def close(self) -> None:
        self._closed = True
        for segment in self._opened:
            segment.close()
        self._cache.clear()
        if self._arrays is not None:
            self._arrays.clear()


def _merged(sources: list[Iterator[str]]) -> Iterator[str]:
    """What ascending sources hold, ascending, each once; taken and sorted many at a time, which is quicker than one by one."""
    held: set[str] = set()
    size = 64  # few at first: that may be all that is asked for
    while sources:
        taken = [list(islice(source, size)) for source in sources]
        held.update(*taken)
        ordered = sorted(held)
        unfinished = [some[-1] for some in taken if len(some) == size]
        sure = bisect_right(ordered, min(unfinished)) if unfinished else len(ordered)
        yield from ordered[:sure]
        held = set(ordered[sure:])
        sources = [source for source, some in zip(sources, taken, strict=True) if len(some) == size]
        size = min(2 * size, 4_096)


def _parts(segment: SearchedSegment, groups: list[Group], number: int) -> Iterator[Contribution]:
    """What each group earns an article."""
    for group in groups:
        earned = [Contribution.of(each.term, points) for each in group if (points := score(segment, [(each,)], number))]
        if earned:
            yield max(earned, key=lambda part: part.points)


def _dates(segment: SearchedSegment, numbers: set[int], sort: Sort) -> dict[int, float]:
    """Sort keys, larger is earlier in the answer; articles without a date last."""
    instants = segment.column(INSTANT)
    if sort is Sort.NEWEST:
        return {number: float(instants[number]) for number in numbers}
    return {number: float(-instants[number]) if instants[number] else float("-inf") for number in numbers}
