"""A query → how many of the articles it finds have each token of some fields: aggregations, made exact."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Any

from searcher.engines.opensearch.cluster import Cluster, total
from searcher.engines.opensearch.query import Dsl
from searcher.engines.opensearch.schema import counted

Tokens = dict[str, int]
"""Token → articles."""

TOGETHER = 5_000  # tokens of each field in the first answer; most fields have no more
BUCKETS = 60_000  # tokens of an answer; a cluster refuses more than 65,535 (`search.max_buckets`)


def counts(cluster: Cluster, query: Dsl, fields: Sequence[str], *, until: float = inf) -> tuple[int, dict[str, Tokens]]:
    """How many articles a query finds; and for each field, how many of them hold each of its tokens.

    A field whose tokens are too many for one answer is counted again, in the order of its tokens. Raises Late.
    """
    terms = {field: {"terms": {"field": counted(field), "size": TOGETHER}} for field in fields}
    answer = cluster.search({"size": 0, "track_total_hits": True, "query": query, "aggs": terms}, until=until)
    found: dict[str, Tokens] = {}
    for field in fields:
        held = answer["aggregations"][field]
        if held["sum_other_doc_count"] or held["doc_count_error_upper_bound"] or len(held["buckets"]) >= TOGETHER:
            found[field] = _in_order(cluster, query, field, until)
        else:
            found[field] = {str(bucket["key"]): int(bucket["doc_count"]) for bucket in held["buckets"]}
    return total(answer), found


def _in_order(cluster: Cluster, query: Dsl, field: str, until: float) -> Tokens:
    found: Tokens = {}
    asked: dict[str, Any] = {"size": BUCKETS, "sources": [{"token": {"terms": {"field": counted(field)}}}]}
    while True:
        body = {"size": 0, "query": query, "aggs": {field: {"composite": asked}}}
        answer = cluster.search(body, until=until)["aggregations"][field]
        found |= {str(bucket["key"]["token"]): int(bucket["doc_count"]) for bucket in answer["buckets"]}
        if len(answer["buckets"]) < BUCKETS:
            return found
        asked = {**asked, "after": answer["after_key"]}
