"""The match and the score of a plan → Tantivy's query objects. `tests/oracle.py` says what they mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, assert_never

import tantivy
from tantivy import FieldType, Occur, Query

from searcher.engines.bm25 import idf
from searcher.engines.matching import is_within
from searcher.engines.protocol import Deadline
from searcher.engines.tantivy.documents import FIRST_DAY, LAST_DAY, SEQUENCE, SERIAL, tokens_of
from searcher.engines.tokens import token
from searcher.errors import QueryError
from searcher.messages import Message
from searcher.query.plan import Added, AllOf, AnyOf, Dated, Match, Near, Not, Phrase, Plan, Term, Weighted

DEEPEST = 100  # nested parts; Tantivy's recursion overflows the stack of a thread somewhere beyond 300

READ = 2_000  # articles read for one query, in about half a second

EVERYTHING = Query.all_query()
NOTHING = Query.empty_query()


class Queries:
    """Makes queries for one searcher of an index of so many `articles`, deleted ones among them, which are compressed with
    `dictionary`; past the deadline, queries that find less."""

    def __init__(
        self,
        searcher: tantivy.Searcher,
        schema: tantivy.Schema,
        articles: int,
        dictionary: bytes,
        clock: Deadline | None = None,
    ) -> None:
        self._searcher = searcher
        self._schema = schema
        self._articles = articles
        self._dictionary = dictionary
        self._clock = clock or Deadline()

    def of(self, match: Match, depth: int = 0, among: Query | None = None) -> Query:
        """The articles a match finds, at least those of them that are `among`; what they score means nothing.

        Raises QueryError beyond DEEPEST, and when more than READ articles would have to be read.
        """
        if depth > DEEPEST:
            raise QueryError(Message("query.nested", limit=DEEPEST))
        match match:
            case Term(field, text):
                return self._term(field, text, "basic")
            case Phrase(field, terms):
                return self._phrase(field, terms, 0)
            case Near(field, terms, slop):
                return self._near(field, terms, slop, among)
            case Dated(start, end):
                return self._dated(start, end)
            case Added(after):
                return Query.range_query(
                    self._schema, SERIAL, FieldType.Unsigned, max(after, -1) + 1, None
                )  # of all numbers, so of all articles, when `after` is below 0
            case AllOf(parts):
                return self._all(parts, depth, among)
            case AnyOf(parts):
                return _any([self.of(part, depth + 1, among) for part in parts])
            case Not(part):
                return self._all((Not(part),), depth, among)
            case _:
                assert_never(match)

    def scored(self, plan: Plan) -> Query:
        """The articles a plan finds, with their scores.

        Postings that decide and earn at once are read once: of the parts that have to match, those that find just the
        articles of some groups are put in as these groups (any of several words, 36,146 articles, median: 15.1 → 1.3 ms).
        """
        parts = plan.match.parts if isinstance(plan.match, AllOf) else (plan.match,)
        left: list[Sequence[Weighted]] = [group for group in plan.score if group]
        clauses: list[tuple[Occur, Query]] = []
        rest: list[Match] = []
        reading = any(map(_reads, parts))  # then the fewer articles the better
        for part in parts:
            wanted = set() if reading else _terms(part)
            earning: list[Sequence[Weighted]] = []
            others: list[Sequence[Weighted]] = []
            for group in left:
                (earning if all(each.term in wanted for each in group) else others).append(group)
            if wanted and len(wanted) == len({each.term for group in earning for each in group}):
                left = others
                clauses.append((Occur.Must, _any([self._best(group) for group in earning])))
            else:
                rest.append(part)
        if rest or not clauses:
            match = self.of(rest[0] if len(rest) == 1 else AllOf(tuple(rest)))
            clauses.append((Occur.Must, Query.const_score_query(match, 0.0)))
        clauses += [(Occur.Should, self._best(group)) for group in left]
        return clauses[0][1] if len(clauses) == 1 else Query.boolean_query(clauses)

    def _best(self, group: Sequence[Weighted]) -> Query:
        """What the best of a group's terms earns."""
        queries = self.earned(group)
        return queries[0] if len(queries) == 1 else Query.disjunction_max_query(queries)

    def earned(self, group: Sequence[Weighted]) -> list[Query]:
        """For each term of a group, the articles that hold it, each with what that earns it.

        Tantivy multiplies by each term's own idf; the boost of a widened term makes that the idf of the commonest.
        """
        if not any(each.widened for each in group):
            return [_boosted(self._earning(each.term), each.weight) for each in group]
        idfs = [self._idf(each.term) for each in group]
        commonest = min(idfs)
        return [
            _boosted(self._earning(each.term), each.weight * (commonest / own if each.widened else 1.0))
            for each, own in zip(group, idfs, strict=True)
        ]

    def _earning(self, term: Term | Phrase) -> Query:
        if isinstance(term, Phrase):
            return self._phrase(term.field, term.terms, 0)
        return self._term(term.field, term.text, "freq")

    def _idf(self, term: Term | Phrase) -> float:
        if isinstance(term, Phrase):
            return sum(self._idf(Term(term.field, text)) for text in term.terms)
        holding = self._searcher.doc_freq(term.field, token(term.text))
        return idf(self._articles, holding)

    def of_these(self, sequences: Iterable[int], query: Query) -> Query:
        """What a query finds among the articles at these places in the order added, with its scores."""
        chosen = Query.const_score_query(self._these(sequences), 0.0)
        return Query.boolean_query([(Occur.Must, chosen), (Occur.Must, query)])

    def _these(self, sequences: Iterable[int]) -> Query:
        return Query.term_set_query(self._schema, SEQUENCE, list(sequences))

    def _term(self, field: str, text: str, option: str) -> Query:
        return Query.term_query(self._schema, field, token(text), option)

    def _phrase(self, field: str, terms: Sequence[str], slop: int) -> Query:
        match len(terms):
            case 0:
                return NOTHING
            case 1:
                return self._term(field, terms[0], "basic")
            case _:
                return Query.phrase_query(self._schema, field, [token(text) for text in terms], slop)

    def _dated(self, start: int | None, end: int | None) -> Query:
        if end is not None and end <= 1:  # day 1 is the first there is
            return NOTHING
        number = FieldType.Unsigned
        return Query.boolean_query(
            [
                (Occur.Must, Query.range_query(self._schema, LAST_DAY, number, max(start or 1, 1), None)),
                *(
                    [(Occur.Must, Query.range_query(self._schema, FIRST_DAY, number, None, end, include_upper=False))]
                    if end is not None
                    else []
                ),
            ]
        )

    def _all(self, parts: Sequence[Match], depth: int, among: Query | None) -> Query:
        """What makes articles be read comes last, and only reads those that all the rest finds."""
        clauses: list[tuple[Occur, Query]] = []
        for part in sorted(parts, key=_reads):
            if clauses and _reads(part):
                among = Query.boolean_query([*_found(clauses), *([(Occur.Must, among)] if among else [])])
            occur, inner = (Occur.MustNot, part.part) if isinstance(part, Not) else (Occur.Must, part)
            clauses.append((occur, self.of(inner, depth + 1, among)))
            if occur is Occur.MustNot and _reads(inner) and self._clock.missed:
                return NOTHING  # what is to be left out is not known
        return Query.boolean_query(_found(clauses))

    def _near(self, field: str, terms: Sequence[str], slop: int, among: Query | None) -> Query:
        """Two words are Tantivy's phrase in either order; a word and itself, its phrases at every distance.

        Its phrase of three or more with a slop misses some articles and finds others (0.27), and so does that of a word
        and itself. With so little slop that no two neighbours can be too far apart it only misses some: those it finds are
        sure. Others in which every word is close enough to the rarest are read, which takes 0.15 to 0.3 ms each.
        """
        if len(terms) < 2:
            return self._phrase(field, terms, 0)
        window = len(terms) + slop
        counts = Counter(terms)
        rarest, *others = sorted(counts, key=lambda text: self._searcher.doc_freq(field, token(text)))
        pairs = [self._pair(field, rarest, other, window - 2) for other in others]
        if len(terms) == 2 and pairs:
            return pairs[0]
        if len(terms) == 2:
            twice = [[(0, token(rarest)), (distance, token(rarest))] for distance in range(1, window)]
            return _any([Query.phrase_query(self._schema, field, list(words)) for words in twice])
        sure = NOTHING
        if len(counts) == len(terms):
            turned = [(*terms[at:], *terms[:at]) for at in range(len(terms))]
            sure = _any([self._phrase(field, words, slop // (len(terms) - 1)) for words in turned])
            sure = Query.const_score_query(sure, 1.0)  # a phrase that has to score misses more (0.27)
        unsure = [(Occur.Must, query) for query in pairs or [self._term(field, rarest, "basic")]]
        unsure += [(Occur.MustNot, sure), *([(Occur.Must, among)] if among else [])]
        return _any([sure, self._these(self._within(field, Query.boolean_query(unsure), counts, window))])

    def _pair(self, field: str, one: str, other: str, slop: int) -> Query:
        return _any([self._phrase(field, (one, other), slop), self._phrase(field, (other, one), slop)])

    def _within(self, field: str, candidates: Query, wanted: Counter[str], window: int) -> list[int]:
        """The candidates that hold all that is wanted in some stretch of `window` words; reads them."""
        # All score the same, so they come in the order they are stored in, which is the quick one to fetch them in.
        answer: Any = self._searcher.search(Query.const_score_query(candidates, 1.0), READ)
        if answer.count > READ:
            near = f"“{' '.join(wanted.elements())}”~{window - wanted.total()}"
            raise QueryError(Message("query.near-cost", near=near, count=answer.count, read=READ))
        tokens = {token(text): count for text, count in wanted.items()}
        addresses = [address for _, address in answer.hits]
        sequences = [int(value or 0) for value in self._searcher.fast_field_values(SEQUENCE, addresses)]
        found = []
        for address, sequence in zip(addresses, sequences, strict=True):
            if self._clock.over():
                break
            if _holds(tokens_of(self._searcher.doc(address), field, sequence, self._dictionary), tokens, window):
                found.append(sequence)
        return found


def _reads(match: Match) -> bool:
    """Whether articles may have to be read to know what a match finds."""
    match match:
        case Near(_, terms, _):
            return len(terms) > 2
        case AllOf(parts) | AnyOf(parts):
            return any(map(_reads, parts))
        case Not(part):
            return _reads(part)
        case Term() | Phrase() | Dated() | Added():
            return False
        case _:
            assert_never(match)


def _found(clauses: list[tuple[Occur, Query]]) -> list[tuple[Occur, Query]]:
    """Clauses of which some have to match: not finding something is no way to find anything."""
    positive = any(occur is not Occur.MustNot for occur, _ in clauses)
    return clauses if positive else [*clauses, (Occur.Must, EVERYTHING)]


def _terms(match: Match) -> set[Term]:
    """The terms of a match that finds the articles with any of them; none of another kind of match."""
    parts = match.parts if isinstance(match, AnyOf) else (match,)
    return (
        {part for part in parts if isinstance(part, Term)} if all(isinstance(part, Term) for part in parts) else set()
    )


def _boosted(query: Query, boost: float) -> Query:
    return query if boost == 1.0 else Query.boost_query(query, boost)


def _any(queries: Sequence[Query]) -> Query:
    match len(queries):
        case 0:
            return NOTHING
        case 1:
            return queries[0]
        case _:
            return Query.boolean_query([(Occur.Should, query) for query in queries])


def _holds(tokens: Sequence[str], wanted: Mapping[str, int], window: int) -> bool:
    """Whether some stretch of `window` tokens holds all that is wanted, as often as it is wanted."""
    places: dict[str, list[int]] = {text: [] for text in wanted}
    for at, text in enumerate(tokens):
        if text in places:
            places[text].append(at)
    return is_within(window, [(places[text], count) for text, count in wanted.items()])
