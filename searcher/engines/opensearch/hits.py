"""A query in DSL and an order in; hits out: some of them, all of them page by page, or those at given places."""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct

from searcher.engines.opensearch import query, schema
from searcher.engines.opensearch.cluster import PAGE, Cluster, total
from searcher.engines.opensearch.pointer import Pointer
from searcher.engines.opensearch.query import Dsl
from searcher.engines.opensearch.refusals import Json
from searcher.engines.opensearch.schema import INSTANT, SEQUENCE
from searcher.engines.protocol import Deadline
from searcher.query.ask import Sort

BATCH = 250  # articles fetched together

DATED: dict[Sort, list[Dsl]] = {
    Sort.OLDEST: [{INSTANT: {"order": "asc", "missing": "_last"}}, {SEQUENCE: "asc"}],
    Sort.NEWEST: [{INSTANT: {"order": "desc", "missing": "_last"}}, {SEQUENCE: "asc"}],
}
ADDED: list[Dsl] = [{SEQUENCE: "asc"}]
BEST: list[Dsl] = [{"_score": "desc"}, {SEQUENCE: "asc"}]
RANKED: list[Dsl] = [schema.RANK, {SEQUENCE: "asc"}]

_FLOAT = Struct("<f")

Hit = tuple[float, int, Json]
"""Score, place in the order added, and what is stored (`STORED`, `SERIAL`), or nothing while that was not asked for."""


class Hits:
    """Asks for hits among the articles that a pointer counts. Every method raises Late when the time is up before there is an
    answer."""

    def __init__(self, cluster: Cluster, pointer: Pointer) -> None:
        self._cluster, self._pointer = cluster, pointer

    def some(
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

    def everything(self, scored: Dsl, sort: list[Dsl], clock: Deadline, *, stored: bool = False) -> Iterator[list[Hit]]:
        """All that a query finds, page by page."""
        body = {"query": scored, "sort": sort, "track_scores": True, "_source": stored}
        for hits in self._cluster.pages(body, size=BATCH if stored else PAGE, until=clock.until):
            yield list(map(_hit, hits))

    def stored(self, hits: list[Hit], clock: Deadline) -> list[Hit]:
        """The same hits with what is stored of them."""
        if all(stored for _, _, stored in hits):
            return hits
        found: dict[int, Json] = {}
        for start in range(0, len(hits), BATCH):
            places = [at for _, at, _ in hits[start : start + BATCH]]
            filters = [*query.of_these(places), *query.held(self._pointer)]
            _, these = self.some(query.every(filters), ADDED, len(places), clock, stored=True)
            found |= {at: stored for _, at, stored in these}
        if len(found) < len(hits):
            raise ValueError("an article is gone")
        return [(score, at, found[at]) for score, at, _ in hits]


def _hit(hit: Json) -> Hit:
    return as_float(hit["_score"] or 0.0), int(hit["sort"][-1]), hit.get("_source") or {}


def as_float(value: float) -> float:
    """The number of 32 bits that the cluster meant: it writes as few digits as tell that number from others."""
    return float(_FLOAT.unpack(_FLOAT.pack(value))[0])
