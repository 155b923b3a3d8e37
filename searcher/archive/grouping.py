"""A question understood ─► a page of the groups of copies that it finds: the best article of each, and the others.

Grouping never crosses a filter: a group is shown by the best of its articles that the plan finds, whoever leads it, so no
filter loses its only hit.
"""

from __future__ import annotations

from collections.abc import Iterator

from searcher.archive.answering import plans_of, search_on
from searcher.archive.state import State
from searcher.article import ID, Article
from searcher.engines.protocol import Deadline, Found, Matches
from searcher.query.ask import Sort
from searcher.query.parts import Understood
from searcher.query.plan import AllOf, AnyOf, Plan, Term
from searcher.results.groups import first_of_each

Grouped = tuple[bool, Matches, int, tuple[tuple[Article, ...], ...]]
"""Whether some of the words were enough; the page, with the best article of each group and how many articles there are in all;
how many groups there are; and for each of the page, the other articles of its group, in the order of the answer."""


def grouped(
    state: State, understood: Understood, *, limit: int, page: int, sort: Sort, explain: bool, clock: Deadline
) -> Grouped:
    """A page of `limit` groups. An article without copies is a group of its own."""
    for plan in plans_of(understood, clock):
        answer = _Answer(state, plan, sort, explain=explain, clock=clock, window=limit * (page + 1))
        matches, groups = _page(state, answer, limit, page)
        if matches.total or clock.missed:
            others = tuple(_others(state, plan, sort, head, clock) for head in matches.found)
            return plan is understood.relaxed and bool(matches.total), matches, groups, others
    return False, Matches(0, ()), 0, ()


class _Answer:
    """What a plan finds, in order, asked for in windows that grow. `ended`: all of it was passed on."""

    def __init__(self, state: State, plan: Plan, sort: Sort, *, explain: bool, clock: Deadline, window: int) -> None:
        self.plan, self.clock = plan, clock
        self._state, self._sort, self._explain, self._window = state, sort, explain, window
        self.articles = 0
        self.ended = False

    def __iter__(self) -> Iterator[Found]:
        offset = 0
        while not self.ended:
            matches = search_on(
                self._state,
                self.plan,
                limit=self._window,
                offset=offset,
                sort=self._sort,
                explain=self._explain,
                until=self.clock.until,
            )
            if not matches.complete:
                self.clock.miss()
            self.articles = max(self.articles, matches.total)
            yield from matches.found
            offset += self._window
            self._window *= 2
            self.ended = offset >= matches.total or self.clock.missed


def _page(state: State, answer: _Answer, limit: int, page: int) -> tuple[Matches, int]:
    """The best articles of the groups of a page, and how many groups there are in all."""
    wanted = limit * page
    heads: list[Found] = []
    for head in first_of_each(answer, state.groups):
        heads.append(head)
        if len(heads) > wanted:  # one more than is shown: then this may not be all
            break
    if answer.ended or state.groups is None:
        groups = len(heads)
    else:
        groups = state.groups.count(state.reader.serials(answer.plan, until=answer.clock.until))
    return Matches(answer.articles, tuple(heads[wanted - limit : wanted]), not answer.clock.missed), groups


def _others(state: State, plan: Plan, sort: Sort, head: Found, clock: Deadline) -> tuple[Article, ...]:
    """The articles of a group that the plan finds, without the one that is shown."""
    group = state.groups.group_of(head.serial) if state.groups is not None else 0
    if state.groups is None or not group or clock.over():
        return ()
    names = [name for _, name in state.groups.members(group) if name != head.article.id]
    among = Plan(AllOf((AnyOf(tuple(Term(ID, name) for name in names)), plan.match)), plan.score)
    found = search_on(state, among, limit=len(names), sort=sort, until=clock.until).found
    return tuple(each.article for each in found)
