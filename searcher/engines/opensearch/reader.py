"""Plans in, matches out: what the cluster answers about the articles of one commit."""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import inf
from operator import gt, index
from pathlib import Path
from struct import Struct

from searcher import article as names
from searcher.article import Article, as_value
from searcher.engines.opensearch import counting, query, schema
from searcher.engines.opensearch.client import Json, Late
from searcher.engines.opensearch.cluster import PAGE, Cluster, reading, total
from searcher.engines.opensearch.pointer import FILE, Pointer
from searcher.engines.opensearch.query import Dsl, Leaf, Statistics
from searcher.engines.opensearch.schema import INSTANT, SEQUENCE, SERIAL, STORED
from searcher.engines.opensearch.vocabulary import Vocabulary
from searcher.engines.protocol import Contribution, Counts, Deadline, Found, Matches
from searcher.engines.ranks import rank
from searcher.engines.tokens import is_cut, value
from searcher.errors import IndexClosed, IndexDamaged, QueryError
from searcher.messages import Message
from searcher.query.ask import Sort
from searcher.query.lookup import Answers, Question
from searcher.query.plan import Match, Plan, Term

BATCH = 250  # articles fetched together
READ = 200_000  # articles that are scored here, for a query that is too long for one request

_RANK = (
    "double score = _score; if (score == 0.0) return 0.0; "
    "return BigDecimal.valueOf(score).round(new MathContext(5, RoundingMode.HALF_EVEN)).doubleValue();"
)
"""`ranks.rank`, in the cluster."""

_DATED: dict[Sort, list[Dsl]] = {
    Sort.OLDEST: [{INSTANT: {"order": "asc", "missing": "_last"}}, {SEQUENCE: "asc"}],
    Sort.NEWEST: [{INSTANT: {"order": "desc", "missing": "_last"}}, {SEQUENCE: "asc"}],
}
_ADDED: list[Dsl] = [{SEQUENCE: "asc"}]
_BEST: list[Dsl] = [{"_score": "desc"}, {SEQUENCE: "asc"}]
_RANKED: list[Dsl] = [
    {"_script": {"type": "number", "script": {"source": _RANK}, "order": "desc"}},
    {SEQUENCE: "asc"},
]

_FLOAT = Struct("<f")

Hit = tuple[float, int, Json]
"""Score, place in the order added, and what is stored (`STORED`, `SERIAL`), or nothing while that was not asked for."""


class OpenSearchReader:
    """Answers plans from the articles that a pointer counts. Many threads may share it.

    Every method raises EngineUnreachable when the cluster does not answer; IndexDamaged when it does not have what the pointer
    says, or no longer, because the generation was dropped; ReadFailed when it refuses; IndexClosed once the reader is closed.
    """

    def __init__(self, place: Path, pointer: Pointer, cluster: Cluster) -> None:
        self._place, self._pointer, self._cluster = place, pointer, cluster
        self._visible = query.visible(pointer)
        self._vocabulary = Vocabulary(cluster, pointer)
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
                parts = self._parts(self._groups(plan, clock), [at for _, at, _ in hits], clock) if explain else {}
            except Late:
                clock.miss()
                return Matches(0, (), complete=False)
            page = tuple(_found(hit, parts.get(hit[1], ())) for hit in hits)
            return Matches(found, page, not clock.missed)

    def _page(self, plan: Plan, offset: int, limit: int, sort: Sort, clock: Deadline) -> tuple[int, list[Hit]]:
        filters = self._filters(plan.match)
        groups = self._groups(plan, clock)
        if sum(map(len, groups)) > query.CLAUSES:
            return self._long(filters, groups, offset, limit, sort, clock)
        scored = query.scored(filters, groups)
        if sort is Sort.RELEVANCE and any(groups):
            return self._best(scored, offset, limit, clock)
        return self._ordered(scored, _DATED.get(sort, _ADDED), offset, limit, clock)

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

    def _best(self, scored: Dsl, offset: int, limit: int, clock: Deadline) -> tuple[int, list[Hit]]:
        """The best articles; those of the same rank in the order added.

        What follows the page may rank as its last article and have been added before it; where that goes on for long, the
        cluster sorts by rank itself.
        """
        wanted = offset + limit
        asked = wanted + 1
        while asked <= PAGE:
            count, hits = self._hits(scored, _BEST, asked, clock, stored=offset == 0 and asked == wanted + 1)
            if len(hits) <= wanted or len(hits) == count or rank(hits[max(wanted - 1, 0)][0]) != rank(hits[-1][0]):
                ranks = [rank(hit[0]) for hit in hits]
                if not all(map(gt, ranks, ranks[1:])):
                    hits.sort(key=lambda hit: (-rank(hit[0]), hit[1]))
                return count, self._stored(hits[offset:wanted], clock)
            asked = min(64 * asked + 1_000, PAGE) if asked < PAGE else PAGE + 1
        return self._ordered(scored, _RANKED, offset, limit, clock)

    def _ordered(self, scored: Dsl, sort: list[Dsl], offset: int, limit: int, clock: Deadline) -> tuple[int, list[Hit]]:
        """The first articles in an order that tells all apart."""
        if offset + limit <= PAGE:
            count, hits = self._hits(scored, sort, limit, clock, stored=True, offset=offset)
            return count, hits
        count, _ = self._hits(scored, sort, 0, clock)
        page: list[Hit] = []
        left = offset
        for hits in self._everything(scored, sort, clock):
            page += hits[left : left + limit - len(page)]
            left = max(left - len(hits), 0)
            if len(page) >= limit:
                break
        return count, self._stored(page, clock)

    def _hits(
        self, scored: Dsl, sort: list[Dsl], limit: int, clock: Deadline, *, stored: bool = False, offset: int = 0
    ) -> tuple[int, list[Hit]]:
        """How many articles a query finds, and some of them. Raises Late when the time is up before there is an answer."""
        body = {
            "query": scored,
            "sort": sort,
            "size": limit,
            "from": offset,
            "track_total_hits": True,
            "track_scores": True,
            "_source": stored,
        }
        answer = self._cluster.search(body, until=clock.until)
        if answer["timed_out"]:
            clock.miss()
        return total(answer), list(map(_hit, answer["hits"]["hits"]))

    def _everything(
        self, scored: Dsl, sort: list[Dsl], clock: Deadline, *, stored: bool = False
    ) -> Iterator[list[Hit]]:
        """All that a query finds, page by page."""
        body = {"query": scored, "sort": sort, "track_scores": True, "_source": stored}
        for hits in self._cluster.pages(body, size=BATCH if stored else PAGE, until=clock.until):
            yield list(map(_hit, hits))

    def _stored(self, hits: list[Hit], clock: Deadline) -> list[Hit]:
        """The same hits with what is stored of them."""
        if all(stored for _, _, stored in hits):
            return hits
        found: dict[int, Json] = {}
        for start in range(0, len(hits), BATCH):
            places = [at for _, at, _ in hits[start : start + BATCH]]
            filters = [*query.of_these(places), *query.held(self._pointer)]
            _, these = self._hits(query.every(filters), _ADDED, len(places), clock, stored=True)
            found |= {at: stored for _, at, stored in these}
        if len(found) < len(hits):
            raise ValueError("an article is gone")
        return [(score, at, found[at]) for score, at, _ in hits]

    def _parts(
        self, groups: list[list[Leaf]], places: list[int], clock: Deadline
    ) -> Mapping[int, tuple[Contribution, ...]]:
        """What each of these articles earns from each group: that of its terms which earns the most."""
        best: list[dict[int, Contribution]] = [{} for _ in groups]
        filters = [*query.of_these(places), *query.held(self._pointer)]
        for numbered in _shares(groups) if places else ():
            asked = query.scored(filters, [part for _, part in numbered], named=True)
            body = {"query": asked, "sort": _ADDED, "size": len(places), "track_scores": True, "_source": False}
            answer = self._cluster.search(body, until=clock.until, more="&include_named_queries_score=true")
            for hit in answer["hits"]["hits"]:
                at = int(hit["sort"][-1])
                for name, points in hit.get("matched_queries", {}).items():
                    which, leaf = map(int, name.split("."))
                    number, part = numbered[which]
                    earned = Contribution.of(part[leaf].term, _float(points))
                    if earned.points > 0 and (at not in best[number] or earned.points > best[number][at].points):
                        best[number][at] = earned
        return {at: tuple(each[at] for each in best if at in each) for at in places}

    def _long(
        self, filters: list[Dsl], groups: list[list[Leaf]], offset: int, limit: int, sort: Sort, clock: Deadline
    ) -> tuple[int, list[Hit]]:
        """A page of a query whose score is too long for one request: its parts are asked for one by one, and added up here."""
        count, _ = self._hits(query.every(filters), _ADDED, 0, clock)
        if count > READ:
            raise QueryError(Message("cluster.too-wide", words=sum(map(len, groups)), count=count))
        scores = self._added_up(filters, groups, clock)
        order = _DATED.get(sort, _ADDED)
        hits = [hit for page in self._everything(query.every(filters), order, clock) for hit in page]
        scored: list[Hit] = [(scores.get(at, 0.0), at, {}) for _, at, _ in hits]
        if sort is Sort.RELEVANCE:
            scored.sort(key=lambda hit: -rank(hit[0]))
        return count, self._stored(scored[offset : offset + limit], clock)

    def _added_up(self, filters: list[Dsl], groups: list[list[Leaf]], clock: Deadline) -> dict[int, float]:
        """Place → score, of the articles that earn something."""
        best: list[dict[int, float]] = [{} for _ in groups]
        for numbered in _shares(groups):
            for number, part in numbered:
                asked = {"bool": {"filter": filters, "must": [query.best(part)]}}
                for hits in self._everything(asked, _ADDED, clock):
                    for score, at, _ in hits:
                        best[number][at] = max(score, best[number].get(at, 0.0))
        scores: dict[int, float] = {}
        for each in best:
            for at, points in each.items():
                scores[at] = scores.get(at, 0.0) + points
        return scores

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
        body = {"query": query.every(self._filters(plan.match)), "sort": _ADDED, "_source": False}
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
            long = sum(map(len, groups)) > query.CLAUSES
            scores = self._added_up(filters, groups, clock) if long else {}
            asked = query.every(filters) if long else query.scored(filters, groups)
        order = _DATED.get(sort, _ADDED)
        if sort is Sort.RELEVANCE and any(groups):
            for hits in self._by_rank(asked, scores, clock):
                yield from map(_found, hits)
            return
        pages = self._everything(asked, order, clock, stored=True)
        while True:
            with self._reading():
                page = next(pages, None)
            if page is None:
                return
            yield from (_found((scores.get(at, score), at, stored)) for score, at, stored in page)

    def _by_rank(self, asked: Dsl, scores: dict[int, float], clock: Deadline) -> Iterator[list[Hit]]:
        """All hits, the best first; meanwhile two numbers of each are held."""
        places, points = array("q"), array("f")
        with self._reading():
            for hits in self._everything(asked, _ADDED, clock):
                places.extend(at for _, at, _ in hits)
                points.extend(scores.get(at, score) for score, at, _ in hits)
        ranks = {score: rank(score) for score in set(points)}
        order = array("q", sorted(range(len(places)), key=lambda at: -ranks[points[at]]))
        for start in range(0, len(order), BATCH):
            with self._reading():
                page = self._stored([(points[at], places[at], {}) for at in order[start : start + BATCH]], clock)
            yield page

    def look_up(self, questions: Iterable[Question], *, until: float = inf) -> Answers:
        with self._reading():
            return self._vocabulary.look_up(questions, until)
        raise AssertionError("unreachable")

    def fetch(self, identifier: str) -> Article | None:
        with self._reading():
            asked = query.every(self._filters(Term(names.ID, identifier)))
            _, hits = self._hits(asked, _ADDED, 1, Deadline(), stored=True)
            return _found(hits[0]).article if hits else None
        raise AssertionError("unreachable")

    def articles(self) -> Iterator[Article]:
        pages = self._everything(query.every(list(self._visible)), _ADDED, Deadline(), stored=True)
        while True:
            with self._reading():
                found = [_found(hit).article for hit in next(pages, [])]
            if not found:
                return
            yield from found

    # ── looking after ──

    def check(self) -> list[str]:
        with self._reading():
            wrong = [f"{self._cluster.where}: {line}" for line in self._cluster.differences()]
        try:
            held = sum(1 for _ in self.articles())
            if held != self._pointer.articles:
                wrong.append(
                    f"{self._cluster.where}: {held} articles are there, and {self._pointer.articles} were put there"
                )
        except IndexDamaged as error:
            wrong.append(str(error))
        return wrong

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._cluster.close()


def _hit(hit: Json) -> Hit:
    return _float(hit["_score"] or 0.0), int(hit["sort"][-1]), hit.get("_source") or {}


def _float(value: float) -> float:
    """The number of 32 bits that the cluster meant: it writes as few digits as tell that number from others."""
    return float(_FLOAT.unpack(_FLOAT.pack(value))[0])


def _found(hit: Hit, parts: tuple[Contribution, ...] = ()) -> Found:
    score, at, stored = hit
    article, annotations = schema.article(str(stored[STORED]), at)
    return Found(article, score, parts, annotations, int(stored[SERIAL]))


def _shares(groups: list[list[Leaf]]) -> Iterator[list[tuple[int, list[Leaf]]]]:
    """Groups in shares that one request takes: each with the numbers of its groups, and as much of these as fits."""
    share: list[tuple[int, list[Leaf]]] = []
    room = query.CLAUSES
    for number, group in enumerate(groups):
        start = 0
        while start < len(group):
            part = group[start : start + room]
            share.append((number, part))
            start += len(part)
            room -= len(part)
            if not room:
                yield share
                share, room = [], query.CLAUSES
    if share:
        yield share
