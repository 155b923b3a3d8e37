"""Ask, name of a speaker, words ─► articles found by the field of speakers ─► Quotes, one by one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, product
from typing import TYPE_CHECKING

from searcher.analysis import STOP_WORDS
from searcher.analysis.annotations import QUOTES
from searcher.analysis.quotations import Kind
from searcher.archive.answering import name_lists, plans_of, understood_on
from searcher.article import ID, SPEAKER
from searcher.engines.protocol import Deadline
from searcher.errors import UsageError
from searcher.messages import Message
from searcher.query.plan import AllOf, AnyOf, Match, Phrase, Plan, Term
from searcher.results.marking import spans
from searcher.results.quotes import Quote, is_called, quotes, words_of
from searcher.values import replace

if TYPE_CHECKING:
    from searcher.archive.state import State
    from searcher.query.ask import Ask
    from searcher.query.marks import Mark

MOST_SPELLINGS = 64
"""Spellings of one name that are looked up."""

_PART = re.compile(r'"[^"]+"|\S+')


def found_quotes(state: State, ask: Ask, *, by: str, about: str, indirect: bool) -> Iterator[Quote]:
    """The quotes in the articles of an answer, in its order, each article's in the order of its text; see `Index.quotes`."""
    if QUOTES in state.manifest.without:
        raise UsageError(Message("quotes.without", folder=state.folder))
    by = by.strip()
    spellings = _spellings(by, ask) if by else ()
    if by and not spellings:
        return  # nobody is called `,`
    subjects = [understood_on(state, replace(ask, query=part), Deadline()) for part in _parts(about)]
    marks = [tuple(mark for mark in each.marks if mark.in_text) for each in subjects]

    def wanted(quote: Quote) -> bool:
        if quote.kind is Kind.INDIRECT and not indirect:
            return False
        return (not by or is_called(quote.speaker, spellings)) and all(_holds(quote.text, each) for each in marks)

    held: list[Match] = [each.plan.match for each in subjects]
    if spellings:
        held.append(AnyOf(tuple(_in_order(each) for each in spellings)))
    understood = understood_on(state, ask, Deadline())
    for plan in plans_of(understood, Deadline()):
        empty = True
        for found in state.reader.every(Plan(AllOf((plan.match, *held)), plan.score), ask.sort):
            empty = False
            yield from quotes(found, wanted)
        if not empty:
            return


def quotes_of(state: State, identifier: str) -> tuple[Quote, ...]:
    """The direct quotes of the stored article with this identifier."""
    (found,) = state.reader.search(Plan(Term(ID, identifier)), limit=1).found
    return tuple(quotes(found, lambda quote: quote.kind is Kind.DIRECT))


def _parts(about: str) -> list[str]:
    """The words, and phrases in quotation marks, that a quote must hold; small words only when there are no others."""
    parts = _PART.findall(about)
    return [part for part in parts if part.lower() not in STOP_WORDS] or parts


def _holds(text: str, marks: tuple[Mark, ...]) -> bool:
    return bool(spans(text, marks))


def _in_order(words: tuple[str, ...]) -> Match:
    return Term(SPEAKER, words[0]) if len(words) == 1 else Phrase(SPEAKER, words)


def _spellings(name: str, ask: Ask) -> tuple[tuple[str, ...], ...]:
    """A name in the spellings of the lists, whole and word by word: *Vladimir Putin* is *Vladimir Poutine*, too."""
    lists = name_lists(ask.variants) or ()

    def others(written: str) -> tuple[str, ...]:
        return next((found for each in lists if (found := each.others(written))), ())

    whole = (name, *others(name))
    by_word = product(*((word, *others(word)) for word in name.split()))
    spelled = (words_of(each) for each in (*whole, *map(" ".join, islice(by_word, MOST_SPELLINGS))))
    return tuple(dict.fromkeys(filter(None, spelled)))
