"""Neighbouring words of a query → what articles earn where these words are neighbours, too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from searcher.analysis import STOP_WORDS
from searcher.article import TITLE_WORDS, WORDS
from searcher.query.ast import Demanded, Query, Word
from searcher.query.plan import Phrase, Weighted
from searcher.query.weights import PAIR, TITLE_PAIR
from searcher.query.wishes import words_of


def nearness_of(queries: Sequence[Query]) -> Iterator[tuple[Weighted, ...]]:
    """What neighbouring words of a query earn where they are neighbours in an article. Two words typed alone are nearly always
    a name; the more pairs a query has, the less each of them says."""
    pairs = tuple(dict.fromkeys(_pairs(queries)))
    for pair in pairs:
        yield (Weighted(Phrase(WORDS, pair), PAIR / len(pairs) ** 2),)
        yield (Weighted(Phrase(TITLE_WORDS, pair), TITLE_PAIR / len(pairs) ** 2),)


def _pairs(queries: Sequence[Query]) -> Iterator[tuple[str, ...]]:
    """Two neighbouring words of a query, with the small words between them."""
    before: list[str] = []  # the last telling word and the small words behind it
    for each in queries:
        query = each.part if isinstance(each, Demanded) else each
        if not isinstance(query, Word):
            before = []
            continue
        for word in words_of(query.text):
            if word.word in STOP_WORDS:
                before = before and [*before, word.word]
                continue
            if before:
                yield (*before, word.word)
            before = [word.word]
