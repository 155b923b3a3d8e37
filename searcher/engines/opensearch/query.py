"""The match and the score of a plan → query DSL, as values that become JSON. `tests/oracle.py` says what they mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, assert_never

from searcher.engines.bm25 import idf
from searcher.engines.opensearch.pointer import Pointer
from searcher.engines.opensearch.schema import BORN, FIRST_DAY, LAST_DAY, SEQUENCE, SERIAL, TOKENS
from searcher.engines.tokens import token
from searcher.errors import QueryError
from searcher.messages import Message
from searcher.query.plan import Added, AllOf, AnyOf, Dated, Match, Near, Not, Phrase, Term, Weighted
from searcher.values import Value

Dsl = dict[str, Any]

DEEPEST = 100  # nested parts; a cluster's own limit is some thousand brackets
TOGETHER = 65_536  # terms that one clause may hold (`index.max_terms_count`)
CLAUSES = 1_000  # of the 1,024 that a whole query may have (`indices.query.bool.max_clause_count`)

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


def room(filters: list[Dsl]) -> int:
    """How many terms of a score have room in one request beside some filters; at least one."""
    return max(CLAUSES - sum(map(_size, filters)), 1)


def _size(clause: Dsl) -> int:
    """The clauses in a clause, as a cluster counts them: those that hold no other."""
    held = clause.get("bool")
    if held is None:
        return 1
    return sum(_size(each) for those in held.values() if isinstance(those, list) for each in those)


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
        raise QueryError(Message("query.nested", limit=DEEPEST))
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


def term(field: str, text: str, boost: float = 1.0) -> Dsl:
    return {"term": {field: {"value": token(text), "boost": boost}}}


def phrase(field: str, terms: Sequence[str], boost: float = 1.0) -> Dsl:
    match len(terms):
        case 0:
            return NOTHING
        case 1:
            return term(field, terms[0], boost)
        case _:
            words = " ".join(map(token, terms))
            return {"match_phrase": {field: {"query": words, "analyzer": TOKENS, "boost": boost}}}


def _near(field: str, terms: Sequence[str], slop: int) -> Dsl:
    """In any order, each at a place of its own: `intervals` are right where a word stands twice; `span_near` is not."""
    if len(terms) < 2:
        return phrase(field, terms)
    words = {"query": " ".join(map(token, terms)), "analyzer": TOKENS, "ordered": False, "max_gaps": slop}
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


class Statistics:
    """What BM25 asks of an index of so many `articles`: idf, by how many hold each term; average length, from the pointer."""

    def __init__(self, pointer: Pointer, articles: int, holding: Mapping[Term, int]) -> None:
        self._pointer, self._articles, self._holding = pointer, articles, holding

    def idf(self, scored: Term | Phrase) -> float:
        """The inverse document frequency of a term; of a phrase, the sum of its terms'."""
        return sum(idf(self._articles, min(self._holding[each], self._articles)) for each in terms_of(scored))

    def average(self, field: str) -> float:
        return self._pointer.average(field)


def terms_of(scored: Term | Phrase) -> list[Term]:
    return [scored] if isinstance(scored, Term) else [Term(scored.field, text) for text in scored.terms]


class Leaf(Value):
    """A term or phrase of a score: what it earns for each unit of the similarity (`weight`), and its field's average length."""

    term: Term | Phrase
    weight: float
    average: float


def leaves(group: Iterable[Weighted], statistics: Statistics) -> list[Leaf]:
    """The terms of a group with what they can earn; a widened term is as common as the commonest of the group."""
    group = list(group)
    own = [statistics.idf(each.term) for each in group]
    return [
        Leaf(each.term, each.weight * (min(own) if each.widened else its), statistics.average(each.term.field))
        for each, its in zip(group, own, strict=True)
    ]


def best(group: Sequence[Leaf], name: str | None = None) -> Dsl:
    """What the best of some terms earns. With `name`, the answer says what each of them earned, as `name.0`, `name.1` …"""
    clauses = [_earned(leaf, None if name is None else f"{name}.{at}") for at, leaf in enumerate(group)]
    return clauses[0] if len(clauses) == 1 else {"dis_max": {"queries": clauses}}


def _earned(leaf: Leaf, name: str | None) -> Dsl:
    """The boost tells the similarity the average length (`schema._BM25`), so the weight stands around it."""
    scored, weight = leaf.term, leaf.weight
    if isinstance(scored, Term):
        asked = term(scored.field, scored.text, leaf.average)
    else:  # Lucene adds up what each term of a phrase earns for the frequency of the phrase: here all of them earn the same
        asked = phrase(scored.field, scored.terms, leaf.average)
        weight /= max(len(scored.terms), 1)
    named = {} if name is None else {"_name": name}
    return {"function_score": {"query": asked, "weight": weight, "boost_mode": "multiply", **named}}


def earning(filters: list[Dsl], groups: Sequence[Sequence[Leaf]]) -> Dsl:
    """Of the articles that all filters find, those that a group earns something, each with what all groups earn it."""
    return {"bool": {"filter": filters, "should": [best(group) for group in groups], "minimum_should_match": 1}}


def scored(filters: list[Dsl], groups: Sequence[Sequence[Leaf]], *, named: bool = False) -> Dsl:
    """The articles that all filters find, each with the sum of what the best of each group earns it."""
    earning = [best(group, str(at) if named else None) for at, group in enumerate(groups) if group]
    return {"bool": {"filter": filters, **({"should": earning} if earning else {})}}
