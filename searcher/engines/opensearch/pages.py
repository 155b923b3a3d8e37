"""A scored query in; a page of its hits out, in the order that all engines share: by rank, then in the order added.

A score that is too long for one request is asked for in parts, which are added up here.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from operator import gt

from searcher.engines.opensearch import query
from searcher.engines.opensearch.cluster import PAGE, Cluster
from searcher.engines.opensearch.hits import ADDED, BATCH, BEST, DATED, RANKED, Hit, Hits, as_float
from searcher.engines.opensearch.pointer import Pointer
from searcher.engines.opensearch.query import Dsl, Leaf
from searcher.engines.protocol import Contribution, Deadline
from searcher.engines.ranks import rank
from searcher.errors import QueryError
from searcher.messages import Message
from searcher.query.ask import Sort

READ = 200_000  # articles that are scored here, for a query that is too long for one request


class Pages:
    """Asks for pages of the articles that a pointer counts. Every method raises Late when the time is up before there is an
    answer."""

    def __init__(self, cluster: Cluster, pointer: Pointer) -> None:
        self._cluster, self._pointer = cluster, pointer
        self._hits = Hits(cluster, pointer)

    def best(self, scored: Dsl, offset: int, limit: int, clock: Deadline) -> tuple[int, list[Hit]]:
        """The best articles; those of the same rank in the order added.

        What follows the page may rank as its last article and have been added before it; where that goes on for long, the
        cluster sorts by rank itself.
        """
        wanted = offset + limit
        asked = wanted + 1
        while asked <= PAGE:
            count, hits = self._hits.some(scored, BEST, asked, clock, stored=offset == 0 and asked == wanted + 1)
            if len(hits) <= wanted or len(hits) == count or rank(hits[max(wanted - 1, 0)][0]) != rank(hits[-1][0]):
                ranks = [rank(hit[0]) for hit in hits]
                if not all(map(gt, ranks, ranks[1:])):
                    hits.sort(key=lambda hit: (-rank(hit[0]), hit[1]))
                return count, self._hits.stored(hits[offset:wanted], clock)
            asked = min(64 * asked + 1_000, PAGE) if asked < PAGE else PAGE + 1
        return self.ordered(scored, RANKED, offset, limit, clock)

    def ordered(self, scored: Dsl, sort: list[Dsl], offset: int, limit: int, clock: Deadline) -> tuple[int, list[Hit]]:
        """The first articles in an order that tells all apart."""
        if offset + limit <= PAGE:
            count, hits = self._hits.some(scored, sort, limit, clock, stored=True, offset=offset)
            return count, hits
        count, _ = self._hits.some(scored, sort, 0, clock)
        page: list[Hit] = []
        left = offset
        for hits in self._hits.everything(scored, sort, clock):
            page += hits[left : left + limit - len(page)]
            left = max(left - len(hits), 0)
            if len(page) >= limit:
                break
        return count, self._hits.stored(page, clock)

    def long(
        self, filters: list[Dsl], groups: list[list[Leaf]], offset: int, limit: int, sort: Sort, clock: Deadline
    ) -> tuple[int, list[Hit]]:
        """A page of a query whose score is too long for one request: its parts are asked for one by one, and added up here."""
        count, _ = self._hits.some(query.every(filters), ADDED, 0, clock)
        if count > READ:
            raise QueryError(Message("cluster.too-wide", words=sum(map(len, groups)), count=count))
        scores = self.added_up(filters, groups, clock)
        order = DATED.get(sort, ADDED)
        hits = [hit for page in self._hits.everything(query.every(filters), order, clock) for hit in page]
        scored: list[Hit] = [(scores.get(at, 0.0), at, {}) for _, at, _ in hits]
        if sort is Sort.RELEVANCE:
            scored.sort(key=lambda hit: -rank(hit[0]))
        return count, self._hits.stored(scored[offset : offset + limit], clock)

    def added_up(self, filters: list[Dsl], groups: list[list[Leaf]], clock: Deadline) -> dict[int, float]:
        """Place → score, of the articles that earn something."""
        best: dict[tuple[int, ...], dict[int, float]] = {}
        for share in _shares(groups, query.room(filters)):
            asked = query.earning(filters, [part for _, part in share])
            earned = best.setdefault(tuple(number for number, _ in share), {})
            for hits in self._hits.everything(asked, ADDED, clock):
                for score, at, _ in hits:
                    earned[at] = max(score, earned.get(at, 0.0))
        scores: dict[int, float] = {}
        for earned in best.values():
            for at, points in earned.items():
                scores[at] = scores.get(at, 0.0) + points
        return scores

    def by_rank(self, asked: Dsl, scores: dict[int, float], clock: Deadline) -> Iterator[list[Hit]]:
        """All hits, the best first; meanwhile two numbers of each are held."""
        places, points = array("q"), array("f")
        for hits in self._hits.everything(asked, ADDED, clock):
            places.extend(at for _, at, _ in hits)
            points.extend(scores.get(at, score) for score, at, _ in hits)
        ranks = {score: rank(score) for score in set(points)}
        order = array("q", sorted(range(len(places)), key=lambda at: -ranks[points[at]]))
        for start in range(0, len(order), BATCH):
            yield self._hits.stored([(points[at], places[at], {}) for at in order[start : start + BATCH]], clock)

    def parts(
        self, groups: list[list[Leaf]], places: list[int], clock: Deadline
    ) -> Mapping[int, tuple[Contribution, ...]]:
        """What each of these articles earns from each group: that of its terms which earns the most."""
        best: list[dict[int, Contribution]] = [{} for _ in groups]
        filters = [*query.of_these(places), *query.held(self._pointer)]
        for share in _shares(groups, query.room(filters)) if places else ():
            asked = query.scored(filters, [part for _, part in share], named=True)
            body = {"query": asked, "sort": ADDED, "size": len(places), "track_scores": True, "_source": False}
            answer = self._cluster.search(body, until=clock.until, more="&include_named_queries_score=true")
            for hit in answer["hits"]["hits"]:
                at = int(hit["sort"][-1])
                for name, points in hit.get("matched_queries", {}).items():
                    which, leaf = map(int, name.split("."))
                    number, part = share[which]
                    earned = Contribution.of(part[leaf].term, as_float(points))
                    if earned.points > 0 and (at not in best[number] or earned.points > best[number][at].points):
                        best[number][at] = earned
        return {at: tuple(each[at] for each in best if at in each) for at in places}


def _shares(groups: list[list[Leaf]], room: int) -> Iterator[list[tuple[int, list[Leaf]]]]:
    """Groups, each with its number, in shares of at most so many terms; a longer group in pieces, each a share of its own."""
    share: list[tuple[int, list[Leaf]]] = []
    left = room
    for number, group in enumerate(groups):
        if len(group) > room:
            yield from ([(number, group[start : start + room])] for start in range(0, len(group), room))
            continue
        if len(group) > left:
            yield share
            share, left = [], room
        share.append((number, group))
        left -= len(group)
    if share:
        yield share
