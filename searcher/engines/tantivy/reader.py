"""Plans in, matches out: the segments of one commit."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from math import inf
from operator import gt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tantivy
from tantivy import DocAddress, FieldType, Occur, Order, Query

from searcher import article as names
from searcher.article import Article, as_value
from searcher.engines.lookup import look_up
from searcher.engines.protocol import Contribution, Counts, Deadline, Found, Matches
from searcher.engines.ranks import rank
from searcher.engines.tantivy import files
from searcher.engines.tantivy.documents import (
    NEWEST,
    OLDEST,
    SEQUENCE,
    SEQUENCE_BITS,
    SERIAL,
    article,
    closed,
    long_terms,
    reading,
    schema,
)
from searcher.engines.tantivy.query import EVERYTHING, Queries
from searcher.engines.tokens import beginning, is_cut, term, token, value
from searcher.errors import IndexDamaged
from searcher.query import plan as plans
from searcher.query.ask import Sort
from searcher.query.lookup import Answers, Question
from searcher.query.plan import Plan, Term

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

_SORTED_BY = {Sort.OLDEST: OLDEST, Sort.NEWEST: NEWEST}

FEW, KEPT = 64, 4_096
"""How many terms are kept at most for a prefix that was asked for, and for how many prefixes."""

WINDOW = 1 << 15  # places in the order added whose articles `every` asks for together

_SEQUENCES = (1 << SEQUENCE_BITS) - 1  # the bits of a place in the order added, in a key of any of these orders

Ranked = tuple[float, DocAddress]
"""Score, where it is stored."""


class TantivyReader:
    """Answers plans from the segments of one commit. Many threads may share it. `mirror` is a folder to remove at the end.

    Every method raises IndexDamaged and ReadFailed for stored bytes that cannot be decoded or read, and IndexClosed once
    the reader is closed; a search that another thread is in the middle of ends as it would have, or with IndexClosed.
    """

    def __init__(self, folder: Path, index: tantivy.Index, mirror: TemporaryDirectory[str] | None = None) -> None:
        self._folder = folder
        self._mirror = mirror
        index.config_reader("manual")  # else a thread watches the folder for commits
        self._open: tantivy.Searcher | None = index.searcher()
        self._schema = schema()
        self._articles = files.articles(folder)
        self._dictionary = files.dictionary(folder)
        self._listed: dict[tuple[str, str], list[str]] = {}

    @property
    def _searcher(self) -> tantivy.Searcher:
        """Tantivy's searcher, for a reader that is open. Raises IndexClosed."""
        if self._open is None:
            raise closed(self._folder)
        return self._open

    @property
    def _queries(self) -> Queries:
        return Queries(self._searcher, self._schema, self._articles, self._dictionary)

    def count(self) -> int:
        return self._searcher.num_docs

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
        clock = Deadline(until)
        with reading(self._folder):
            queries = Queries(self._searcher, self._schema, self._articles, self._dictionary, clock)
            if sort is Sort.RELEVANCE and any(plan.score):
                total, page = self._best(queries.scored(plan), offset, limit, clock)
            else:
                total, page = self._first(queries, plan, _SORTED_BY.get(sort, SEQUENCE), offset, limit)
            addresses = [address for _, address in page]
            sequences = self._sequences(addresses)
            parts = self._parts(plan, sequences, clock) if explain else [()] * len(page)
            articles = map(self._article, addresses, sequences)
            found = tuple(
                Found(each, score, its, annotations, serial)
                for (each, annotations), (score, _), its, serial in zip(
                    articles, page, parts, self._serials(addresses), strict=True
                )
            )
            return Matches(total, found, not clock.missed)

    def _best(self, query: Query, offset: int, limit: int, clock: Deadline) -> tuple[int, list[Ranked]]:
        """The best articles; those of the same rank in the order added."""
        wanted = offset + limit
        asked = wanted + 1
        while True:
            total, hits = self._hits(query, asked)
            # What follows the page may rank as its last article and have been added before it.
            if len(hits) <= wanted or len(hits) == total or rank(hits[max(wanted - 1, 0)][0]) != rank(hits[-1][0]):
                break
            if clock.over():
                break
            asked = 64 * asked + 1_000
        ranks = [rank(score) for score, _ in hits]
        if all(map(gt, ranks, ranks[1:])):  # no two alike: it does not matter where they were added
            return total, hits[offset:wanted]
        sequences = self._sequences([address for _, address in hits])
        order = sorted(range(len(hits)), key=lambda at: (-ranks[at], sequences[at]))
        return total, [hits[at] for at in order[offset:wanted]]

    def _first(self, queries: Queries, plan: Plan, field: str, offset: int, limit: int) -> tuple[int, list[Ranked]]:
        """The first articles in the order of a field."""
        total, hits = self._hits(queries.of(plan.match), offset + limit, field)
        page = [(address, key & _SEQUENCES) for key, address in hits[offset:]]
        scores: dict[int, float] = {}
        if any(plan.score) and page:
            scores = self._scores(queries.scored(plan), [sequence for _, sequence in page])
        return total, [(scores.get(sequence, 0.0), address) for address, sequence in page]

    def _hits(self, query: Query, limit: int, field: str | None = None) -> tuple[int, list[tuple[Any, DocAddress]]]:
        """How many articles a query finds, and the first ones with their keys.

        The limit is cut down to what there is: Tantivy makes room for all of it, and none panics.
        """
        room = min(limit, self._searcher.num_docs)
        answer: Any = self._searcher.search(query, max(room, 1), order_by_field=field, order=Order.Asc)
        return answer.count, answer.hits[: max(room, 0)]

    def _sequences(self, addresses: list[DocAddress]) -> list[int]:
        return [int(value or 0) for value in self._searcher.fast_field_values(SEQUENCE, addresses)]

    def _serials(self, addresses: list[DocAddress]) -> list[int]:
        return [int(value or 0) for value in self._searcher.fast_field_values(SERIAL, addresses)]

    def _scores(self, query: Query, sequences: list[int]) -> dict[int, float]:
        """The scores that a query gives to these articles; those it does not find are left out."""
        _, hits = self._hits(self._queries.of_these(sequences, query), len(sequences))
        return dict(zip(self._sequences([address for _, address in hits]), (score for score, _ in hits), strict=True))

    def _parts(self, plan: Plan, sequences: list[int], clock: Deadline) -> list[tuple[Contribution, ...]]:
        """What each of these articles earns from each group: that of its terms which earns the most; nothing when that
        takes too long."""
        parts: dict[int, list[Contribution]] = {sequence: [] for sequence in sequences}
        for group in plan.score:
            best: dict[int, Contribution] = {}
            for weighted, query in zip(group, self._queries.earned(group), strict=True):
                if clock.over():
                    return [()] * len(sequences)
                for sequence, points in self._scores(query, sequences).items():
                    if points > 0 and (sequence not in best or points > best[sequence].points):
                        best[sequence] = Contribution.of(weighted.term, points)
            for sequence, part in best.items():
                parts[sequence].append(part)
        return [tuple(parts[sequence]) for sequence in sequences]

    def count_of(self, plan: Plan) -> int:
        with reading(self._folder):
            return self._hits(Query.const_score_query(self._queries.of(plan.match), 0.0), 0)[0]

    def counts(self, plan: Plan, fields: Sequence[str], *, until: float = inf) -> Counts:
        from searcher.engines.tantivy import counting  # here: most searches count nothing

        clock = Deadline(until)
        with reading(self._folder):
            whole = [names.WHOLE[name] for name in fields]
            if plan.match == plans.EVERYTHING and self._articles == self.count():
                total, values = counting.counts_of_all(self._searcher, whole)
            else:
                query = Queries(self._searcher, self._schema, self._articles, self._dictionary, clock).of(plan.match)
                if clock.over():
                    return Counts(0, {name: {} for name in fields}, complete=False)
                total, values = counting.counts(self._searcher, query, whole)
            found = {name: self._valued(names.WHOLE[name], values[names.WHOLE[name]]) for name in fields}
            return Counts(total, found, not clock.missed)

    def _valued(self, field: str, counted: dict[str, int]) -> dict[str | None, int]:
        """Tokens of a field of whole values, and the articles of each → the same by value."""
        found: dict[str | None, int] = {}
        for key, articles in counted.items():
            if is_cut(key):
                found |= {as_value(text): articles for text in self._long(field, key)}
            else:
                found[value(key)] = articles
        return found

    def serials(self, plan: Plan, *, until: float = inf) -> array[int]:
        found = array("I")
        with reading(self._folder):
            queries = Queries(self._searcher, self._schema, self._articles, self._dictionary, Deadline(until))
            for hits in self._windows(Query.const_score_query(queries.of(plan.match), 0.0)):
                found.extend(self._serials([address for _, address in hits]))
        return found

    def every(self, plan: Plan, sort: Sort = Sort.RELEVANCE) -> Iterator[Found]:
        with reading(self._folder):
            queries = self._queries
            query = queries.scored(plan) if any(plan.score) else Query.const_score_query(queries.of(plan.match), 0.0)
            found = _Everything(sort)
            for hits in self._windows(query):
                addresses = [address for _, address in hits]
                keys = self._searcher.fast_field_values(_SORTED_BY.get(sort, SEQUENCE), addresses)
                found.add(hits, [int(key or 0) for key in keys], self._serials(addresses))
        for score, address, sequence, serial in found.ordered():
            with reading(self._folder):
                each, annotations = self._article(address, sequence)
            yield Found(each, score, annotations=annotations, serial=serial)

    def _windows(self, query: Query) -> Iterator[list[tuple[float, DocAddress]]]:
        """Everything a query finds, WINDOW places in the order added at a time: so many hits at most are held as objects."""
        total, hits = self._hits(query, WINDOW)
        if total <= WINDOW:
            yield hits
            return
        start = 0
        while total:
            places = Query.range_query(
                self._schema, SEQUENCE, FieldType.Unsigned, start, start + WINDOW, include_upper=False
            )
            within = [(Occur.Must, Query.const_score_query(places, 0.0)), (Occur.Must, query)]
            count, hits = self._hits(Query.boolean_query(within), WINDOW)
            yield hits
            total -= count
            start += WINDOW

    def look_up(self, questions: Iterable[Question], *, until: float = inf) -> Answers:
        return look_up(questions, self, until)

    def terms(self, field: str, prefix: str) -> Iterator[str]:
        searcher = self._searcher
        listed = self._listed.get((field, prefix))
        if listed is None:
            with reading(self._folder):
                found = searcher.terms_with_prefix(field, beginning(prefix))
                held = (self._long(field, cut) if is_cut(cut) else [term(cut)] for cut, _ in found)
                listed = sorted(text for terms in held for text in terms if text.startswith(prefix))
            if len(listed) <= FEW:
                if len(self._listed) >= KEPT:
                    self._listed.clear()
                self._listed[field, prefix] = listed
        return iter(listed)

    def _long(self, field: str, cut: str) -> list[str]:
        """The term of a token that is cut; none when all articles that hold it are deleted."""
        _, hits = self._hits(Query.term_query(self._schema, field, cut, "basic"), 1)
        held = {text for _, address in hits for text in long_terms(self._searcher.doc(address))}
        return [text for text in held if token(text) == cut]

    def frequency(self, field: str, text: str) -> int:
        with reading(self._folder):
            return self._searcher.doc_freq(field, token(text))

    def fetch(self, identifier: str) -> Article | None:
        with reading(self._folder):
            _, hits = self._hits(self._queries.of(Term(names.ID, identifier)), 1, SEQUENCE)
            return self._article(hits[0][1], int(hits[0][0]))[0] if hits else None

    def articles(self) -> Iterator[Article]:
        with reading(self._folder):
            _, last = self._hits(EVERYTHING, self.count(), SEQUENCE)
            for sequence, address in last:
                yield self._article(address, int(sequence))[0]

    def _article(self, address: DocAddress, sequence: int) -> tuple[Article, str]:
        return article(self._searcher.doc(address), sequence, self._dictionary)

    def check(self) -> list[str]:
        wrong = files.damaged(self._folder)
        if not wrong:
            try:
                with reading(self._folder):
                    for _ in self.articles():
                        pass
            except IndexDamaged as error:
                wrong.append(str(error))
        return wrong

    def close(self) -> None:
        """Tantivy closes the files when the last search that another thread is in the middle of has ended."""
        self._open = None
        self._listed.clear()
        mirror, self._mirror = self._mirror, None
        if mirror is not None:
            mirror.cleanup()


class _Everything:
    """All that a plan finds, as numbers: what to sort by, the score, where the article is stored, and its serial."""

    def __init__(self, sort: Sort) -> None:
        self._by_relevance = sort is Sort.RELEVANCE
        self._keys = array("Q")  # unique, and ascending in the order of the answer or of adding
        self._scores = array("f")  # Tantivy's have 32 bits
        self._segments, self._documents, self._serials = array("I"), array("I"), array("I")

    def add(self, hits: list[tuple[float, DocAddress]], keys: list[int], serials: list[int]) -> None:
        self._keys.extend(keys)
        self._scores.extend(score for score, _ in hits)
        self._segments.extend(address.segment_ord for _, address in hits)
        self._documents.extend(address.doc for _, address in hits)
        self._serials.extend(serials)

    def ordered(self) -> Iterator[tuple[float, DocAddress, int, int]]:
        """Score, where it is stored, its place in the order added, and its serial."""
        order = sorted(range(len(self._keys)), key=self._keys.__getitem__)
        if self._by_relevance:
            ranks = {score: rank(score) for score in set(self._scores)}
            order.sort(key=lambda at: -ranks[self._scores[at]])  # stable
        places = array("I", order)
        del order
        for at in places:
            address = DocAddress(self._segments[at], self._documents[at])
            yield self._scores[at], address, self._keys[at] & _SEQUENCES, self._serials[at]
