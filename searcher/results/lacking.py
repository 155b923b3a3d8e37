"""The articles of a page, and the parts of a query → the parts that each article lacks."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence

from searcher.analysis import entry
from searcher.analysis.annotations import KINDS
from searcher.article import Article, days
from searcher.engines.matching import find
from searcher.engines.postings import Block, distances, encode
from searcher.query.parts import Part
from searcher.query.plan import Term


def lacking(parts: Iterable[Part], articles: Sequence[Article]) -> list[tuple[str, ...]]:
    """For each article the labels of the parts that do not find it. No index is asked: the articles are analysed again."""
    page = _Page(articles)
    found = [(part.label, find(page, part.match)) for part in parts]
    return [tuple(label for label, held in found if number not in held) for number in range(page.size)]


class _Page:
    """Some articles as a segment that `matching` finds things in."""

    deleted: frozenset[int] = frozenset()

    def __init__(self, articles: Sequence[Article]) -> None:
        self.size = len(articles)
        self._articles = articles
        self._terms: dict[str, list[list[str]]] = {}
        self._entries = [entry(each, without=KINDS).terms for each in articles]

    def everything(self) -> set[int]:
        return set(range(self.size))

    def postings(self, term: Term) -> Block:
        if term.field not in self._terms:
            if any(term.field not in terms for terms in self._entries):  # a name or a speaker: seldom asked for
                self._entries = [entry(each).terms for each in self._articles]
            self._terms[term.field] = [terms.get(term.field, "").split() for terms in self._entries]
        places = {
            number: [at for at, text in enumerate(held) if text == term.text]
            for number, held in enumerate(self._terms[term.field])
        }
        holding = {number: its for number, its in places.items() if its}
        head = encode(distances(list(holding))) + encode([len(its) for its in holding.values()])
        written = "".join(map(chr, (step for its in holding.values() for step in distances(its))))
        return Block(len(holding), head, lambda _: written)

    def count_of(self, term: Term) -> int:
        return len(self.postings(term))

    def days(self) -> tuple[Sequence[int], Sequence[int]]:
        spans = [_days(each) for each in self._articles]
        return array("l", (first for first, _ in spans)), array("l", (end - 1 for _, end in spans))

    def serials(self) -> Sequence[int]:
        return array("l", [0] * self.size)  # only a filter asks for serials, and filters are never lacking


def _days(article: Article) -> tuple[int, int]:
    """The first day of an article's date and the day after the last; 0 and 1 without a date that can be read."""
    try:
        return days(article.date) if article.date is not None else (0, 1)
    except ValueError:
        return 0, 1
