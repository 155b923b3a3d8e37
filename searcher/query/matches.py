"""Terms, values and parts of a query → matches: the small demands that a plan is put together from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date as Date
from itertools import product
from typing import assert_never

from searcher.analysis import IndexWord
from searcher.article import (
    FORMS,
    LEMMAS,
    STEMS,
    TITLE_FORMS,
    TITLE_LEMMAS,
    TITLE_STEMS,
    TITLE_WORDS,
    WHEN,
    WORDS,
)
from searcher.query.ask import YEAR
from searcher.query.plan import NOTHING, Added, AllOf, AnyOf, Dated, Match, Near, Not, Phrase, Term, holds

_TITLE_FIELD = {LEMMAS: TITLE_LEMMAS, STEMS: TITLE_STEMS, WORDS: TITLE_WORDS, FORMS: TITLE_FORMS}


def all_of(matches: tuple[Match, ...]) -> Match:
    return matches[0] if len(matches) == 1 else AllOf(matches)


def any_key(found: tuple[str, ...]) -> Match:
    terms = tuple(Term(LEMMAS, each) for each in found)
    return terms[0] if len(terms) == 1 else AnyOf(terms)


def side_by_side(field: str, words: tuple[str, ...]) -> Term | Phrase:
    return Term(field, words[0]) if len(words) == 1 else Phrase(field, words)


def in_order(field: str, terms: tuple[str, ...], slop: int) -> Match:
    """Terms side by side, or with at most `slop` others among them."""
    if len(terms) == 1:
        return Term(field, terms[0])
    return Near(field, terms, slop) if slop else Phrase(field, terms)


def combined(pieces: Sequence[IndexWord | str], wild: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """The phrases that the words of a phrase make with those that its wildcards stand for."""
    return product(*(wild[piece] if isinstance(piece, str) else (piece.word,) for piece in pieces))


def having(field: str, value: str | None) -> Match:
    """Articles that have a value of a filter."""
    if field != YEAR:
        return holds(field, value)
    if value is None:
        return holds(WHEN, None)
    if not 1 <= int(value) < Date.max.year:
        return NOTHING if int(value) < 1 else Dated(Date(int(value), 1, 1).toordinal(), None)
    return Dated(Date(int(value), 1, 1).toordinal(), Date(int(value) + 1, 1, 1).toordinal())


def in_title(match: Match) -> Match:
    """The same demand, made of the title alone."""
    match match:
        case Term(name, text):
            return Term(_TITLE_FIELD.get(name, name), text)
        case Phrase(name, terms):
            return Phrase(_TITLE_FIELD.get(name, name), terms)
        case Near(name, terms, slop):
            return Near(_TITLE_FIELD.get(name, name), terms, slop)
        case AllOf(parts):
            return AllOf(tuple(map(in_title, parts)))
        case AnyOf(parts):
            return AnyOf(tuple(map(in_title, parts)))
        case Not(part):
            return Not(in_title(part))
        case Dated() | Added():
            return match
        case _:
            assert_never(match)
