"""Plans in, matches out: what the cluster answers about the articles of one commit."""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from math import inf
from operator import index
from pathlib import Path

from searcher import article as names
from searcher.article import Article, as_value
from searcher.engines.opensearch import counting, query, schema
from searcher.engines.opensearch.client import Late
from searcher.engines.opensearch.cluster import PAGE, Cluster, reading
from searcher.engines.opensearch.hits import ADDED, DATED, Hit, Hits
from searcher.engines.opensearch.pages import Pages
from searcher.engines.opensearch.pointer import FILE, Pointer
from searcher.engines.opensearch.query import Dsl, Leaf, Statistics
from searcher.engines.opensearch.schema import SERIAL, STORED
from searcher.engines.opensearch.vocabulary import Vocabulary
from searcher.engines.protocol import Contribution, Counts, Deadline, Found, Matches
from searcher.engines.tokens import is_cut, value
from searcher.errors import IndexClosed, IndexDamaged
from searcher.messages import Message
from searcher.query.ask import Sort
from searcher.query.lookup import Answers, Question
from searcher.query.plan import Match, Plan, Term


class OpenSearchReader:
    """Answers plans from the articles that a pointer counts. Many threads may share it.

    Every method raises EngineUnreachable when the cluster does not answer; IndexDamaged when it does not have what the pointer
    says, or no longer, because the generation was dropped; ReadFailed when it refuses; IndexClosed once the reader is closed.
    """

    def __init__(self, place: Path, pointer: Pointer, cluster: Cluster) -> None:
        self._place, self._pointer, self._cluster = place, pointer, cluster
        self._visible = query.visible(pointer)
        self._vocabulary = Vocabulary(cluster, pointer)
        self._hits = Hits(cluster, pointer)
        self._pages = Pages(cluster, pointer)
        self._closed = False

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Errors as ours. A generation loses its pointer before its articles are deleted: an answer that came while the pointer
        was there is whole."""
        if self._closed:
            raise IndexClosed(Message("index.closed", folder=self._place))
        with reading(self._place, self._cluster.where):
            yield
        if not os.path.exists(self._place / FILE):
            raise IndexDamaged(Message("cluster.state-gone", place=self._place))

    def count(self) -> int:
        if self._closed:
            raise IndexClosed(Message("index.closed", folder=self._place))
        return self._pointer.articles

    # ── searching ──

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
        clock, limit, offset = Deadline(until), index(limit), index(offset)
        with self._reading():
            try:
                found, hits = self._page(plan, offset, limit, sort, clock)
                parts = (
                    self._pages.parts(self._groups(plan, clock), [at for _, at, _ in hits], clock) if explain else {}
                )
            except Late:
                clock.miss()
                return Matches(0, (), complete=False)
            page = tuple(_found(hit, parts.get(hit[1], ())) for hit in hits)
            return Matches(found, page, not clock.missed)

    def _page(self, plan: Plan, offset: int, limit: int, sort: Sort, clock: Deadline) -> tuple[int, list[Hit]]:
        filters = self._filters(plan.match)
        groups = self._groups(plan, clock)
        if sum(map(len, groups)) > query.room(filters):
            return self._pages.long(filters, groups, offset, limit, sort, clock)
        scored = query.scored(filters, groups)
        if sort is Sort.RELEVANCE and any(groups):
            return self._pages.best(scored, offset, limit, clock)
        return self._pages.ordered(scored, DATED.get(sort, ADDED), offset, limit, clock)

    def _filters(self, match: Match) -> list[Dsl]:
        return [query.of(match), *self._visible]

    def _groups(self, plan: Plan, clock: Deadline) -> list[list[Leaf]]:
        """The groups of a score, with what each term can earn."""
        scored = [each.term for group in plan.score for each in group]
        if not scored:
            return []
        terms = [each for those in map(query.terms_of, scored) for each in those]
        holding = self._vocabulary.frequencies(terms, until=clock.until)
        statistics = Statistics(self._pointer, self._vocabulary.articles(until=clock.until), holding)
        return [query.leaves(group, statistics) for group in plan.score if group]

    # ── counting, listing ──

    def count_of(self, plan: Plan) -> int:
        with self._reading():
            return self._cluster.count(query.every(self._filters(plan.match)))
        raise AssertionError("unreachable")

    def counts(self, plan: Plan, fields: Sequence[str], *, until: float = inf) -> Counts:
        with self._reading():
            wanted = {name: names.WHOLE[name] for name in fields}
            asked = query.every(self._filters(plan.match))
            try:
                found, tokens = counting.counts(self._cluster, asked, list(wanted.values()), until=until)
            except Late:
                return Counts(0, {name: {} for name in fields}, complete=False)
            return Counts(found, {name: self._valued(field, tokens[field]) for name, field in wanted.items()})
        raise AssertionError("unreachable")

    def _valued(self, field: str, counted: dict[str, int]) -> dict[str | None, int]:
        """Tokens of a field of whole values, and the articles of each → the same by value."""
        cuts = self._vocabulary.long(field, [each for each in counted if is_cut(each)])
        return {as_value(cuts[each]) if is_cut(each) else value(each): articles for each, articles in counted.items()}

    def serials(self, plan: Plan, *, until: float = inf) -> array[int]:
        found = array("q")
        body = {"query": query.every(self._filters(plan.match)), "sort": ADDED, "_source": False}
        with self._reading():
            try:
                for hits in self._cluster.pages(body | {"docvalue_fields": [SERIAL]}, size=PAGE, until=until):
                    found.extend(int(hit["fields"][SERIAL][0]) for hit in hits)
            except Late:
                pass  # what is known until then
        return found

    def every(self, plan: Plan, sort: Sort = Sort.RELEVANCE) -> Iterator[Found]:
        clock = Deadline()
        with self._reading():
            filters, groups = self._filters(plan.match), self._groups(plan, clock)
            long = sum(map(len, groups)) > query.room(filters)
            scores = self._pages.added_up(filters, groups, clock) if long else {}
            asked = query.every(filters) if long else query.scored(filters, groups)
        if sort is Sort.RELEVANCE and any(groups):
            pages = self._pages.by_rank(asked, scores, clock)
        else:
            pages = self._hits.everything(asked, DATED.get(sort, ADDED), clock, stored=True)
        while True:
            with self._reading():
                page = next(pages, None)
            if page is None:
                return
            yield from (_found((scores.get(at, score), at, stored)) for score, at, stored in page)

    def look_up(self, questions: Iterable[Question], *, until: float = inf) -> Answers:
        with self._reading():
            return self._vocabulary.look_up(questions, until)
        raise AssertionError("unreachable")

    def fetch(self, identifier: str) -> Article | None:
        with self._reading():
            asked = query.every(self._filters(Term(names.ID, identifier)))
            _, hits = self._hits.some(asked, ADDED, 1, Deadline(), stored=True)
            return _found(hits[0]).article if hits else None
        raise AssertionError("unreachable")

    def articles(self) -> Iterator[Article]:
        pages = self._hits.everything(query.every(list(self._visible)), ADDED, Deadline(), stored=True)
        while True:
            with self._reading():
                found = [_found(hit).article for hit in next(pages, [])]
            if not found:
                return
            yield from found

    # ── looking after ──

    def check(self) -> list[str]:
        with self._reading():
            wrong: list[str] = [*self._cluster.differences()]
        try:
            held = sum(1 for _ in self.articles())
            if held != self._pointer.articles:
                wrong.append(self._cluster.fault(Message("cluster.count", held=held, put=self._pointer.articles)))
        except IndexDamaged as error:
            wrong.append(str(error))
        return wrong

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._cluster.close()


def _found(hit: Hit, parts: tuple[Contribution, ...] = ()) -> Found:
    score, at, stored = hit
    article, annotations = schema.article(str(stored[STORED]), at)
    return Found(article, score, parts, annotations, int(stored[SERIAL]))
