"""A query → how many of the articles it finds hold each token of some fields: Tantivy's aggregations, made exact.

For the whole of an index in which nothing is deleted, the term dictionaries hold the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tantivy import Query, Searcher

from searcher.engines.tantivy.documents import SEQUENCE

Tokens = dict[str, int]
"""Token → articles."""

ALL = 1 << 24  # tokens asked for: with fewer than there are, counts over several segments are wrong (0.27)
TOGETHER = 50_000  # tokens that are counted together where there are too many; Tantivy refuses more than 65,000

_TOTAL = "total"  # no field is called that


def counts(searcher: Searcher, query: Query, fields: Sequence[str]) -> tuple[int, dict[str, Tokens]]:
    """How many articles a query finds; and for each field, how many of them hold each of its tokens.

    The query runs once for all fields. Where these hold too many tokens for that, once for each TOGETHER tokens.
    """
    asked = {_TOTAL: {"value_count": {"field": SEQUENCE}}, **{field: _terms(field) for field in fields}}
    try:
        answer: Any = searcher.aggregate(query, asked)
    except ValueError as error:
        if "bucket limit" not in str(error):
            raise
        found: Any = searcher.search(Query.const_score_query(query, 0.0), 1)
        return found.count, {field: _piecewise(searcher, query, field) for field in fields}
    return int(answer[_TOTAL]["value"]), {field: _tokens(answer[field]) for field in fields}


def counts_of_all(searcher: Searcher, fields: Sequence[str]) -> tuple[int, dict[str, Tokens]]:
    """As `counts`, of all articles of an index without deleted ones."""
    return searcher.num_docs, {field: dict(searcher.terms_with_prefix(field, "")) for field in fields}


def _piecewise(searcher: Searcher, query: Query, field: str) -> Tokens:
    tokens = [token for token, _ in searcher.terms_with_prefix(field, "")]
    counted: Tokens = {}
    for start in range(0, len(tokens), TOGETHER):
        asked = _terms(field, include=tokens[start : start + TOGETHER])
        counted |= _tokens(searcher.aggregate(query, {field: asked})[field])
    return counted


def _terms(field: str, **more: object) -> dict[str, Any]:
    return {"terms": {"field": field, "size": ALL, **more}}


def _tokens(answer: Any) -> Tokens:
    if answer["sum_other_doc_count"] or answer["doc_count_error_upper_bound"]:
        raise ValueError("an aggregation that is not exact")
    return {str(bucket["key"]): int(bucket["doc_count"]) for bucket in answer["buckets"]}
