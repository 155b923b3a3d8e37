"""Questions about terms in, answers of the cluster out: one request for all lists, and one for all frequencies."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from math import inf

from searcher.engines.opensearch import query, schema
from searcher.engines.opensearch.client import Late
from searcher.engines.opensearch.cluster import PAGE, Cluster, total
from searcher.engines.opensearch.pointer import Pointer
from searcher.engines.opensearch.query import Dsl
from searcher.engines.opensearch.schema import BORN, FIELD, ODD, TOKEN
from searcher.engines.tokens import MARK, beginning
from searcher.query.lookup import Answers, Question, Shaped, Within
from searcher.query.plan import Term
from searcher.query.shapes import Reach, shape, shaped

KEPT = 1 << 16  # frequencies that a reader keeps
FEW = 64  # terms that are counted with a search each; more of them with one pass over the articles, if these are few
SMALL = 500_000  # articles

_LETTERS = re.compile(r"([^\w\s])", re.ASCII)


class Vocabulary:
    """The terms of the articles that a pointer counts. Many threads may share it."""

    def __init__(self, cluster: Cluster, pointer: Pointer) -> None:
        self._cluster, self._pointer = cluster, pointer
        self._kept: dict[Term, int] = {}
        self._articles: int | None = None

    def articles(self, *, until: float = inf) -> int:
        """How many articles frequencies are counted over: those of the commit, with the deleted ones that are still there."""
        if self._articles is None:
            self._articles = self._cluster.count(query.every(query.held(self._pointer)), until=until)
        return self._articles

    def look_up(self, questions: Iterable[Question], until: float) -> Answers:
        asked = tuple(dict.fromkeys(questions))
        lists = [question for question in asked if not isinstance(question, Term)]
        cut: set[Question] = set()
        found: dict[Shaped | Within, tuple[str, ...]] = dict.fromkeys(lists, ())
        try:
            found |= self._listed(lists, until)
        except Late:
            cut.update(lists)
        counted: dict[Question, list[Term]] = {each: [each] for each in asked if isinstance(each, Term)}
        counted |= {each: [Term(each.field, text) for text in found[each]] for each in lists if each.counted}
        terms = list(dict.fromkeys(term for those in counted.values() for term in those))
        try:
            frequencies = self.frequencies(terms, until=until)
        except Late:
            frequencies = dict.fromkeys(terms, 0)
            cut.update(question for question, those in counted.items() if those)
        return Answers(frequencies, found, frozenset(cut))

    # ── frequencies ──

    def frequencies(self, terms: Sequence[Term], *, until: float = inf) -> dict[Term, int]:
        """How many articles hold each term, deleted ones among them. Raises Late."""
        kept = self._kept
        found = {term: count for term in terms if (count := kept.get(term)) is not None}
        missing = [term for term in dict.fromkeys(terms) if term not in found]
        if missing:
            counted = dict(zip(missing, self._counted(missing, until), strict=True))
            if len(kept) + len(counted) > KEPT:
                kept.clear()
            kept |= counted
            found |= counted
        return found

    def _counted(self, terms: Sequence[Term], until: float) -> list[int]:
        held = query.held(self._pointer)
        if len(terms) > FEW and self._pointer.articles <= SMALL:
            return self._in_one_pass(terms, held, until)
        asked = [query.every([query.term(each.field, each.text), *held]) for each in terms]
        if self._articles is None:
            asked.append(query.every(held))
        bodies = [{"size": 0, "track_total_hits": True, "query": each} for each in asked]
        found = [total(answer) for answer in self._cluster.searches(bodies, until=until)]
        if len(found) > len(terms):
            self._articles = found.pop()
        return found

    def _in_one_pass(self, terms: Sequence[Term], held: list[Dsl], until: float) -> list[int]:
        found: list[int] = []
        for start in range(0, len(terms), query.CLAUSES):
            filters = {
                str(at): query.term(each.field, each.text)
                for at, each in enumerate(terms[start : start + query.CLAUSES])
            }
            body = {"size": 0, "query": query.every(held), "aggs": {"held": {"filters": {"filters": filters}}}}
            buckets = self._cluster.search(body, until=until)["aggregations"]["held"]["buckets"]
            found += [int(buckets[str(at)]["doc_count"]) for at in range(len(filters))]
        return found

    # ── lists ──

    def _listed(self, questions: Sequence[Shaped | Within], until: float) -> dict[Shaped | Within, tuple[str, ...]]:
        """Terms that are their own tokens come in their order, no more of them than are asked for. The odd ones, of which there
        hardly are any, are all looked at here."""
        fields = list(dict.fromkeys(question.field for question in questions))
        bodies = [self._odd(field) for field in fields]
        bodies += [self._plain(question) | {"size": min(question.most, PAGE)} for question in questions]
        answers = [answer["hits"]["hits"] for answer in self._cluster.searches(bodies, of_terms=True, until=until)]
        odd: dict[str, list[str]] = {}
        for field, hits in zip(fields, answers, strict=False):
            if len(hits) == PAGE:
                pages = self._cluster.pages(self._odd(field), of_terms=True, size=PAGE, until=until)
                hits = list(chain.from_iterable(pages))
            odd[field] = [schema.described(str(hit["sort"][0]), hit["_source"]) for hit in hits]
        found = {}
        for question, hits in zip(questions, answers[len(fields) :], strict=True):
            choose, most = chooser(question), question.most
            texts = [str(hit["sort"][0]) for hit in hits]
            plain = list(choose(texts))
            has_more = len(texts) == min(most, PAGE)
            if has_more and len(plain) < most:  # some of the tokens are others than were meant, or this was a page
                plain = []
                for page in self._cluster.pages(self._plain(question), of_terms=True, size=PAGE, until=until):
                    plain += choose([str(hit["sort"][0]) for hit in page])
                    if len(plain) >= most:
                        break
            found[question] = tuple(sorted({*plain, *choose(sorted(odd[question.field]))})[:most])
        return found

    def _body(self, field: str, filters: list[Dsl]) -> Dsl:
        """A search for tokens of a field, ascending; it need not look at all of them."""
        born = {"range": {BORN: {"lte": self._pointer.commit}}}
        return {
            "query": query.every([{"term": {FIELD: field}}, born, *filters]),
            "sort": [{TOKEN: "asc"}],
            "size": PAGE,
            "_source": False,
            "track_total_hits": False,
        }

    def _odd(self, field: str) -> Dsl:
        """A search for the odd tokens of a field, with what is stored of them."""
        return self._body(field, [{"term": {ODD: True}}]) | {"_source": True}

    def _plain(self, question: Shaped | Within) -> Dsl:
        """A search for the tokens, not odd ones, that answer a question, and perhaps some others."""
        wanted = near(question) if isinstance(question, Within) else alike(question.pattern)
        return self._body(question.field, [wanted, query.without([{"term": {ODD: True}}])])

    def long(self, field: str, cuts: Sequence[str]) -> dict[str, str]:
        """The terms of tokens that are cut."""
        found: dict[str, str] = {}
        for start in range(0, len(cuts), PAGE):
            body = self._body(field, [{"terms": {TOKEN: list(cuts[start : start + PAGE])}}]) | {"_source": True}
            for hit in self._cluster.listing(body)["hits"]["hits"]:
                cut = str(hit["sort"][0])
                found[cut] = schema.described(cut, hit["_source"])
        return found


def chooser(question: Shaped | Within) -> Callable[[list[str]], Iterator[str]]:
    """What chooses the terms that answer a question among some, which are ascending."""
    if isinstance(question, Within):
        reach, first = Reach(question.text, question.edits), question.text[:1]
        return lambda terms: reach.among([text for text in terms if text[:1] == first])
    prefix, lines = shape(question.pattern)
    if question.pattern == f"{prefix}*":
        return lambda terms: (text for text in terms if text.startswith(prefix))
    return lambda terms: shaped(terms, lines)


def alike(pattern: str) -> Dsl:
    """The tokens with a shape, or those that begin as it does."""
    start = re.split(r"[*?]", pattern)[0]
    if pattern.rstrip("*") == start and pattern != start:
        return {"prefix": {TOKEN: beginning(start)}}
    if len(pattern) > _LONG or pattern.count("?") > _MANY or MARK in beginning(pattern):
        return {"prefix": {TOKEN: beginning(start)}}
    return {"wildcard": {TOKEN: {"value": pattern.replace("\\", "\\\\")}}}


_LONG, _MANY = 256, 8
"""Signs of a pattern, and question marks in it, up to which the cluster makes an automaton of it in good time."""


def near(question: Within) -> Dsl:
    """The tokens near a word, or all that begin with its letter and are about as long.

    Lucene finds no word whose distance is not less than its length (`FuzzyTermsEnum`), so short ones are chosen here.
    """
    text, edits = question.text, question.edits
    first = beginning(text[:1])
    if not text or edits > 2 or MARK in beginning(text):
        return {"prefix": {TOKEN: first}}
    if edits and len(text) > 2 * edits:
        fuzzy = {
            "value": text,
            "fuzziness": edits,
            "prefix_length": 1,
            "transpositions": True,
            "rewrite": "constant_score",
        }
        return {"fuzzy": {TOKEN: fuzzy}}
    least, most = max(len(text) - edits - 1, 0), len(text) + edits - 1
    start = _LETTERS.sub(r"\\\1", first)
    return {"regexp": {TOKEN: {"value": f"{start}.{{{least},{most}}}", "flags": "NONE"}}}
