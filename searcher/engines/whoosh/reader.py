"""Plans in, matches out: the segments of one commit, evaluated block by block."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from heapq import merge, nlargest
from math import log
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex

from searcher import article as names
from searcher.article import Article
from searcher.engines.matching import find
from searcher.engines.postings import Block
from searcher.engines.protocol import Found, Matches, Sort
from searcher.engines.whoosh.codec import (
    COLUMNS,
    FIRST_DAY,
    LAST_DAY,
    LENGTH,
    STORED,
    TITLE_LENGTH,
    TermsReader,
    reading,
    utf8,
)
from searcher.query.plan import Plan, Term
from searcher.results import Part

K1, B = 1.2, 0.75
"""BM25 as Robertson and Zaragoza give it (The Probabilistic Relevance Framework, 2009), with Lucene's idf."""

CACHED_POSTINGS = 4_000_000  # decoded postings a reader keeps, about 100 bytes a posting at worst


def restored(raw: bytes) -> Article:
    return Article(**{"text": "", **json.loads(raw.decode("utf-8", "surrogatepass"))})


_TITLE_FIELDS = frozenset((names.TITLE_WORDS, names.TITLE_STEMS, names.TITLE_FORMS))


class _Segment:
    """One segment opened: its postings, as `matching` asks for them, and its columns."""

    def __init__(self, storage: FileStorage, segment: Any, cache: _Cache) -> None:
        codec = segment.codec()
        self.terms: TermsReader = codec.terms_reader(storage, segment)
        self.documents = codec.per_document_reader(storage, segment)
        self.size: int = segment.doc_count_all()
        self.deleted = frozenset(segment.deleted_docs())
        self._readers = {
            name: self.documents.column_reader(name, column) for name, column in COLUMNS.items() if self.size
        }
        self._columns: dict[str, Any] = {}
        self._cache = cache

    def column(self, name: str) -> Any:
        """A column: numbers as a list, bytes as Whoosh's reader of them."""
        if not self.size:  # a merge that left no article: Whoosh writes no columns for it
            return []
        if name not in self._columns:
            reader = self._readers[name]  # opened with the segment: two rebuilds later its file is gone
            self._columns[name] = reader if name == STORED else _numbers(reader, self.size)
        return self._columns[name]

    def block(self, term: Term) -> Block:
        return self._cache.get((id(self), term.field, term.text), lambda: self.terms.block(term.field, term.text))

    def count_of(self, term: Term) -> int:
        return self.terms.count_of(term.field, term.text)

    def days(self) -> tuple[list[int], list[int]]:
        return self.column(FIRST_DAY), self.column(LAST_DAY)

    def everything(self) -> set[int]:
        return set(range(self.size)) - self.deleted


def _numbers(reader: Any, size: int) -> list[int]:
    numbers = list(reader.load())
    return numbers + [0] * (size - len(numbers))


class _Cache:
    """Decoded blocks, the least recently used dropped first; bounded by the postings they hold."""

    def __init__(self) -> None:
        self._blocks: OrderedDict[tuple[int, str, str], Block] = OrderedDict()
        self._postings = 0

    def get(self, key: tuple[int, str, str], read: Callable[[], Block | None]) -> Block:
        block = self._blocks.get(key)
        if block is not None:
            self._blocks.move_to_end(key)
            return block
        block = read() or _NO_POSTINGS
        self._blocks[key] = block
        self._postings += len(block) + 8
        while self._postings > CACHED_POSTINGS:
            _, dropped = self._blocks.popitem(last=False)
            self._postings -= len(dropped) + 8
        return block


_NO_POSTINGS = Block([], [], b"")


class WhooshReader:
    """Answers plans from the segments of one commit."""

    def __init__(self, folder: Path, index: FileIndex) -> None:
        self._folder = folder
        cache = _Cache()
        self._segments: list[_Segment] = []
        self._averages: dict[str, float] = {}
        self._idfs: dict[Term, float] = {}
        self._storage = index.storage
        for segment in index._segments():
            self._segments.append(_Segment(index.storage, segment, cache))

    def count(self) -> int:
        return sum(segment.size - len(segment.deleted) for segment in self._segments)

    def search(
        self,
        plan: Plan,
        *,
        limit: int,
        offset: int = 0,
        sort: Sort = Sort.RELEVANCE,
        explain: bool = False,
    ) -> Matches:
        with reading(self._folder):
            found: list[tuple[float, int, int]] = []  # (key, -segment, -number): the largest first
            total = 0
            for at, segment in enumerate(self._segments):
                numbers = find(segment, plan.match)
                total += len(numbers)
                keys = (
                    self._scores(plan, segment, numbers) if sort is Sort.RELEVANCE else _dates(segment, numbers, sort)
                )
                found += nlargest(offset + limit, ((key, -at, -number) for number, key in keys.items()))
            best = nlargest(offset + limit, found)[offset:]
            if sort is not Sort.RELEVANCE:
                best = [(self._scores(plan, self._segments[-at], {-n})[-n], at, n) for _, at, n in best]
            return Matches(total, tuple(self._found(plan, score, -at, -number, explain) for score, at, number in best))

    def _found(self, plan: Plan, score: float, at: int, number: int, explain: bool) -> Found:
        segment = self._segments[at]
        article = restored(segment.column(STORED)[number])
        return Found(article, score, tuple(self._parts(plan, segment, number)) if explain else ())

    def _scores(self, plan: Plan, segment: _Segment, numbers: set[int]) -> dict[int, float]:
        """The score of every article of `numbers`."""
        scores = dict.fromkeys(numbers, 0.0)
        if not scores:
            return scores
        few = len(numbers)
        for group in plan.score:
            best: dict[int, float] | None = {} if len(group) > 1 else None
            for weighted in group:
                block = segment.block(weighted.term)
                if not block:
                    continue
                factor = weighted.weight * self._idf(weighted.term) * (K1 + 1)
                lengths, average = self._lengths(segment, weighted.term.field)
                slope, floor = K1 * B / average, K1 * (1 - B)
                if few * 8 < len(block):
                    tfs = block.tfs
                    pairs: Iterable[tuple[int, int]] = ((number, tfs[number]) for number in numbers if number in tfs)
                else:
                    pairs = zip(block.ids, block.frequencies, strict=True)
                if best is None:
                    for number, tf in pairs:
                        if number in scores:
                            scores[number] += factor * tf / (tf + floor + slope * lengths[number])
                else:
                    for number, tf in pairs:
                        if number in scores:
                            points = factor * tf / (tf + floor + slope * lengths[number])
                            if points > best.get(number, 0.0):
                                best[number] = points
            if best:
                for number, points in best.items():
                    scores[number] += points
        return scores

    def _parts(self, plan: Plan, segment: _Segment, number: int) -> Iterator[Part]:
        for group in plan.score:
            earned = [
                Part(weighted.term.field, weighted.term.text, points)
                for weighted in group
                if (points := self._scores(Plan(plan.match, ((weighted,),)), segment, {number})[number])
            ]
            if earned:
                yield max(earned, key=lambda part: part.points)

    def _idf(self, term: Term) -> float:
        known = self._idfs.get(term)
        if known is None:
            holding = sum(segment.terms.count_of(term.field, term.text) for segment in self._segments)
            known = self._idfs[term] = log(1 + (self.count_all() - holding + 0.5) / (holding + 0.5))
            if len(self._idfs) > 50_000:
                self._idfs.clear()
        return known

    def count_all(self) -> int:
        return sum(segment.size for segment in self._segments)

    def _lengths(self, segment: _Segment, field: str) -> tuple[list[int], float]:
        """The lengths of a segment's articles in terms, and the average over the index."""
        name = TITLE_LENGTH if field in _TITLE_FIELDS else LENGTH
        if name not in self._averages:
            total = sum(sum(each.column(name)) for each in self._segments)
            self._averages[name] = max(total / max(self.count_all(), 1), 1.0)
        lengths: list[int] = segment.column(name)
        return lengths, self._averages[name]

    def count_of(self, plan: Plan) -> int:
        with reading(self._folder):
            return sum(len(find(segment, plan.match)) for segment in self._segments)

    def terms(self, field: str, prefix: str) -> Iterator[str]:
        with reading(self._folder):
            last = None
            for key in merge(*(_terms(segment.terms, field, utf8(prefix)) for segment in self._segments)):
                if key != last:
                    yield key.decode("utf-8", "surrogatepass")
                last = key

    def frequency(self, field: str, text: str) -> int:
        with reading(self._folder):
            return sum(segment.terms.count_of(field, text) for segment in self._segments)

    def fetch(self, identifier: str) -> Article | None:
        with reading(self._folder):
            for segment in self._segments:
                for number in find(segment, Term(names.ID, identifier)):
                    return restored(segment.column(STORED)[number])
        return None

    def articles(self) -> Iterator[Article]:
        with reading(self._folder):
            for segment in self._segments:
                for number in range(segment.size):
                    if number not in segment.deleted:
                        yield restored(segment.column(STORED)[number])

    def check(self) -> list[str]:
        wrong = []
        for at, segment in enumerate(self._segments):
            try:
                for field, key in segment.terms.terms():
                    block = segment.terms.block(field, key.decode("utf-8", "surrogatepass"))
                    if not block or block.ids[-1] >= segment.size:
                        wrong.append(f"segment {at}: the postings of {field}:{key!r} point outside of it")
                for number in range(segment.size):
                    restored(segment.column(STORED)[number])
            except Exception as error:  # damage shows as any error at all: zlib, struct, unicode, json, assertion …
                wrong.append(f"segment {at}: {type(error).__name__}: {error}")
        return wrong

    def close(self) -> None:
        self._storage.close()


def _terms(terms: TermsReader, field: str, prefix: bytes) -> Iterator[bytes]:
    if field not in terms.indexed_field_names():
        return
    for name, key in terms.terms_from(field, prefix):
        if name != field or not key.startswith(prefix):
            return
        yield key


def _dates(segment: _Segment, numbers: set[int], sort: Sort) -> dict[int, float]:
    """Sort keys, larger is earlier in the answer; articles without a date last."""
    firsts = segment.column(FIRST_DAY)
    if sort is Sort.NEWEST:
        return {number: float(firsts[number]) for number in numbers}
    return {number: float(-firsts[number]) if firsts[number] else float("-inf") for number in numbers}
