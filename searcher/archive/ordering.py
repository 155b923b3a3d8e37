"""A plan and an order ─► what it finds in that order: engines know relevance and dates, and all other orders are made of these.

By a whole value (source, author …): the values of the answer are counted and put in order, and each is asked for as a filter.
By title: all titles are looked at. Articles of the same value or title stand as they do by relevance; those without come last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from heapq import nsmallest
from math import inf

from searcher.analysis import fold
from searcher.article import AUTHOR, ID
from searcher.engines.protocol import Deadline, Found, Matches, Reader
from searcher.query.ask import TITLE, Sort
from searcher.query.plan import AllOf, AnyOf, Match, Not, Plan, Term, holds


def search(
    reader: Reader, plan: Plan, *, limit: int, offset: int = 0, sort: Sort, explain: bool = False, until: float = inf
) -> Matches:
    """A page of what a plan finds, as `Reader.search` gives it, in an order that engines do not know."""
    clock = Deadline(until)
    if sort.field == TITLE:
        return _by_title(reader, plan, limit, offset, sort, explain, clock)
    counts = reader.counts(plan, [sort.field], until=until)
    found: list[Found] = []
    for value, part in _parts(plan, sort, counts.values[sort.field]):
        if len(found) == limit or clock.over():
            break
        size = reader.count_of(part) if sort.field == AUTHOR else counts.values[sort.field][value]
        if offset >= size:
            offset -= size
            continue
        matches = reader.search(part, limit=limit - len(found), offset=offset, explain=explain, until=until)
        found += matches.found
        offset = 0
    return Matches(counts.total, tuple(found), counts.complete and not clock.missed)


def every(reader: Reader, plan: Plan, sort: Sort) -> Iterator[Found]:
    """Everything a plan finds, as `Reader.every` gives it, in an order that engines do not know."""
    if sort.field == TITLE:
        yield from _all_by_title(reader, plan, sort)
    else:
        for _, part in _parts(plan, sort, reader.counts(plan, [sort.field]).values[sort.field]):
            yield from reader.every(part)


def _parts(plan: Plan, sort: Sort, counted: Mapping[str | None, int]) -> Iterator[tuple[str | None, Plan]]:
    """The values of an answer in order, each with the plan that finds its articles. An article of several authors stands at
    the first of them."""
    passed: list[Match] = []
    for value in _ordered(counted, sort):
        wanted = holds(sort.field, value)
        others = (Not(AnyOf(tuple(passed))),) if passed and sort.field == AUTHOR else ()
        yield value, Plan(AllOf((plan.match, wanted, *others)), plan.score)
        passed.append(wanted)


def _ordered(values: Mapping[str | None, int], sort: Sort) -> list[str | None]:
    known = sorted((value for value in values if value is not None), key=collated, reverse=sort.is_reversed)
    return [*known, *([None] if None in values else [])]


@lru_cache(1 << 14)
def collated(text: str) -> tuple[str, str]:
    """What texts are put in order by: their words as the index folds them (no case, accents, apostrophes), then as they are."""
    return " ".join(fold(word.casefold()) for word in text.split()), text


class _Key:
    """The title of an article as a key, smaller where it comes earlier; equal titles stand by their place in the answer."""

    __slots__ = ("_place", "_reverse", "_title")

    def __init__(self, title: str, place: int, reverse: bool) -> None:
        self._title, self._place, self._reverse = collated(title), place, reverse

    def __lt__(self, other: _Key) -> bool:
        mine, yours = self._title, other._title
        if mine == yours:
            return self._place < other._place
        if not mine[0] or not yours[0]:  # an article without a title comes last
            return bool(mine[0])
        return mine > yours if self._reverse else mine < yours


def _by_title(
    reader: Reader, plan: Plan, limit: int, offset: int, sort: Sort, explain: bool, clock: Deadline
) -> Matches:
    total = 0

    def keyed() -> Iterator[tuple[_Key, Found]]:
        nonlocal total
        for found in reader.every(plan):
            if clock.over():
                return
            total += 1
            yield _Key(found.article.title, total, sort.is_reversed), found

    page = [found for _, found in nsmallest(offset + limit, keyed(), key=lambda each: each[0])][offset:]
    if explain:
        page = [_alone(reader, plan, found.article.id, explain=True) for found in page]
    return Matches(total, tuple(page), not clock.missed)


def _all_by_title(reader: Reader, plan: Plan, sort: Sort) -> Iterator[Found]:
    keyed = [
        (_Key(found.article.title, place, sort.is_reversed), found.article.id)
        for place, found in enumerate(reader.every(plan))
    ]
    keyed.sort(key=lambda each: each[0])
    for _, name in keyed:
        yield _alone(reader, plan, name)


def _alone(reader: Reader, plan: Plan, identifier: str, *, explain: bool = False) -> Found:
    alone = Plan(AllOf((Term(ID, identifier), plan.match)), plan.score)
    return reader.search(alone, limit=1, explain=explain).found[0]
