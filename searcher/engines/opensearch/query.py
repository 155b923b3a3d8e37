"""The match and the score of a plan → query DSL, as values that become JSON. `tests/oracle.py` says what they mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, assert_never

from searcher.engines.bm25 import idf
from searcher.engines.opensearch.pointer import Pointer
from searcher.engines.opensearch.schema import BORN, FIRST_DAY, LAST_DAY, SEARCHED, SEQUENCE, SERIAL
from searcher.engines.tokens import token
from searcher.errors import QueryError
from searcher.query.plan import Added, AllOf, AnyOf, Dated, Match, Near, Not, Phrase, Term, Weighted

Dsl = dict[str, Any]

DEEPEST = 100  # nested parts; a cluster's own limit is some thousand brackets
TOGETHER = 65_536  # terms that one clause may hold (`index.max_terms_count`)
CLAUSES = 900  # of the 1,024 that a whole query may have (`indices.query.bool.max_clause_count`)

EVERYTHING: Dsl = {"match_all": {}}
NOTHING: Dsl = {"match_none": {}}


def held(pointer: Pointer) -> list[Dsl]:
    """The filters for the articles of a commit, deleted ones among them."""
    filters: list[Dsl] = [{"range": {BORN: {"lte": pointer.commit}}}]
    if pointer.void:
        filters.append(without([{"terms": {BORN: list(pointer.void)}}]))
    return filters


def visible(pointer: Pointer) -> list[Dsl]:
    """The filters for the articles that a reader sees."""
    filters = held(pointer)
    if pointer.deleted:
        filters.append(without(of_these(pointer.deleted)))
    return filters


def of_these(sequences: Sequence[int]) -> list[Dsl]:
    """The articles at these places in the order added, in clauses that each find some."""
    return [{"terms": {SEQUENCE: list(some)}} for some in _batches(sequences, TOGETHER)]


def _batches(sequences: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    return (sequences[start : start + size] for start in range(0, len(sequences), size))


def every(filters: list[Dsl]) -> Dsl:
    """What all of some filters find."""
    return {"bool": {"filter": filters}} if filters else EVERYTHING


def some(clauses: list[Dsl]) -> Dsl:
    """What any of some clauses finds."""
    match len(clauses):
        case 0:
            return NOTHING
        case 1:
            return clauses[0]
        case _:
            return {"bool": {"should": clauses, "minimum_should_match": 1}}


def without(clauses: list[Dsl]) -> Dsl:
    """What none of some clauses finds."""
    return {"bool": {"must_not": clauses}}


def of(match: Match, depth: int = 0) -> Dsl:
    """The articles a match finds; what they score means nothing. Raises QueryError beyond DEEPEST."""
    if depth > DEEPEST:
        raise QueryError(f"the query is nested more than {DEEPEST} deep; write it with fewer brackets")
    match match:
        case Term(field, text):
            return term(field, text)
        case Phrase(field, terms):
            return phrase(field, terms)
        case Near(field, terms, slop):
            return _near(field, terms, slop)
        case Dated(start, end):
            return _dated(start, end)
        case Added(after):
            return {"range": {SERIAL: {"gt": after}}}
        case AllOf(parts):
            return _all(parts, depth)
        case AnyOf(parts):
            return _any(parts, depth)
        case Not(part):
            return without([of(part, depth + 1)])
        case _:
            assert_never(match)


def term(field: str, text: str, boost: float = 1.0, name: str | None = None) -> Dsl:
    return {"term": {field: {"value": token(text), **_earning(boost, name)}}}


def phrase(field: str, terms: Sequence[str], boost: float = 1.0, name: str | None = None) -> Dsl:
    match len(terms):
        case 0:
            return NOTHING
        case 1:
            return term(field, terms[0], boost, name)
        case _:
            words = " ".join(map(token, terms))
            return {"match_phrase": {field: {"query": words, "analyzer": SEARCHED, **_earning(boost, name)}}}


def _earning(boost: float, name: str | None) -> Dsl:
    return {**({"boost": boost} if boost != 1.0 else {}), **({"_name": name} if name is not None else {})}


def _near(field: str, terms: Sequence[str], slop: int) -> Dsl:
    """In any order, each at a place of its own: `intervals` are right where a word stands twice; `span_near` is not."""
    if len(terms) < 2:
        return phrase(field, terms)
    words = {"query": " ".join(map(token, terms)), "analyzer": SEARCHED, "ordered": False, "max_gaps": slop}
    return {"intervals": {field: {"match": words}}}


def _dated(start: int | None, end: int | None) -> Dsl:
    filters: list[Dsl] = [{"range": {LAST_DAY: {"gte": max(start or 1, 1)}}}]  # day 1 is the first there is
    if end is not None:
        filters.append({"range": {FIRST_DAY: {"lt": end}}})
    return every(filters)


def _all(parts: Sequence[Match], depth: int) -> Dsl:
    filters = [of(part, depth + 1) for part in parts if not isinstance(part, Not)]
    excluded = [of(part.part, depth + 1) for part in parts if isinstance(part, Not)]
    if not excluded:
        return filters[0] if len(filters) == 1 else every(filters)
    return {"bool": {**({"filter": filters} if filters else {}), "must_not": excluded}}


def _any(parts: Sequence[Match], depth: int) -> Dsl:
    """The terms of a field are one clause together."""
    terms: dict[str, dict[str, None]] = {}
    clauses: list[Dsl] = []
    for part in parts:
        if isinstance(part, Term):
            terms.setdefault(part.field, {})[token(part.text)] = None
        else:
            clauses.append(of(part, depth + 1))
    clauses += [{"terms": {field: list(tokens)}} for field, tokens in terms.items()]
    return some(clauses)


# ── scores ────────────────────────────────────────────────────────────────────────────────────────────────────────────


class Idfs:
    """The inverse document frequencies of an index of so many `articles`, by how many hold each term."""

    def __init__(self, articles: int, holding: Mapping[Term, int]) -> None:
        self._articles, self._holding = articles, holding

    def of(self, scored: Term | Phrase) -> float:
        """Of a phrase, the sum of its terms'."""
        return sum(idf(self._articles, self._holding[each]) for each in terms_of(scored))


def terms_of(scored: Term | Phrase) -> list[Term]:
    return [scored] if isinstance(scored, Term) else [Term(scored.field, text) for text in scored.terms]


Leaf = tuple[Weighted, float]
"""A weighted term, and what a frequency that does not end would earn it, divided by `bm25.K1 + 1`."""


def leaves(group: Iterable[Weighted], idfs: Idfs) -> list[Leaf]:
    """The terms of a group with what they can earn; a widened term is as common as the commonest of the group."""
    group = list(group)
    own = [idfs.of(each.term) for each in group]
    return [(each, each.weight * (min(own) if each.widened else its)) for each, its in zip(group, own, strict=True)]


def best(group: Sequence[Leaf], name: str | None = None) -> Dsl:
    """What the best of some terms earns. With `name`, the answer says what each of them earned, as `name.0`, `name.1` …"""
    clauses = [_earned(leaf, None if name is None else f"{name}.{at}") for at, leaf in enumerate(group)]
    return clauses[0] if len(clauses) == 1 else {"dis_max": {"queries": clauses}}


def _earned(leaf: Leaf, name: str | None) -> Dsl:
    weighted, most = leaf
    scored = weighted.term
    if isinstance(scored, Term):
        return term(scored.field, scored.text, most, name)
    # Lucene adds up what each term of a phrase earns for the frequency of the phrase: here all of them earn the same.
    return phrase(scored.field, scored.terms, most / max(len(scored.terms), 1), name)


def scored(filters: list[Dsl], groups: Sequence[Sequence[Leaf]], *, named: bool = False) -> Dsl:
    """The articles that all filters find, each with the sum of what the best of each group earns it."""
    earning = [best(group, str(at) if named else None) for at, group in enumerate(groups) if group]
    return {"bool": {"filter": filters, **({"should": earning} if earning else {})}}
