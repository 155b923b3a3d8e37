"""A query as an engine answers it: exact terms, fields always known. `tests/oracle.py` says what each node means.

A plan has two halves. `match` decides *which* articles are found; `score` decides in what order. Engines evaluate both
without knowing any language, and every engine must find exactly the same set.
"""

from __future__ import annotations

from searcher.article import WHOLE, as_term
from searcher.values import Value


class Term(Value):
    """Articles that hold `text` in `field`."""

    field: str
    text: str


class Phrase(Value):
    """Articles that hold the terms in this order, side by side, in a positional field."""

    field: str
    terms: tuple[str, ...]


class Near(Value):
    """Articles that hold all the terms, in any order, with at most `slop` other words among them.

    Each term takes a position of its own: the smallest stretch of text that holds one of each is at most
    `len(terms) + slop` words long.
    """

    field: str
    terms: tuple[str, ...]
    slop: int


class Dated(Value):
    """Articles whose date may fall in `[start, end)`, days as Gregorian ordinals; None leaves a side open.

    An article of `2020-01` may be of any day of that month, so it matches every interval that touches it: a filter must
    not lose what it cannot place. Articles without a date never match.
    """

    start: int | None
    end: int | None


class Added(Value):
    """Articles whose content came into the archive after number `after`: their serial is larger (`Entry.serial`)."""

    after: int


class AllOf(Value):
    """Articles that every part finds. No parts: all articles."""

    parts: tuple[Match, ...]


class AnyOf(Value):
    """Articles that some part finds. No parts: none."""

    parts: tuple[Match, ...]


class Not(Value):
    """Articles that `part` does not find."""

    part: Match


Match = Term | Phrase | Near | Dated | Added | AllOf | AnyOf | Not


class Weighted(Value):
    """A term, or a phrase of two terms or more, that earns `weight` times its BM25 score.

    A `widened` term was not typed: it stands for a typed word as another spelling, or as what a wildcard or a misspelled word
    may stand for. It counts as common as the commonest term of its group.

    The frequency of a phrase is the number of places where the phrase begins; its idf is the sum of its terms', as in
    Lucene and Tantivy.
    """

    term: Term | Phrase
    weight: float = 1.0
    widened: bool = False


class Plan(Value):
    """What to find and how to rank it.

    The score of an article is the sum over groups of the best of the group's weighted terms: a group is one word of the
    query in its several spellings, and an article that uses two of them is not twice as good.
    """

    match: Match
    score: tuple[tuple[Weighted, ...], ...] = ()


EVERYTHING = AllOf(())
NOTHING = AnyOf(())


def holds(field: str, value: str | None) -> Term:
    """Articles with this whole value of `source`, `author`, `section`, `language`, `format` or `when`; None: without any.

    They are those that `Reader.counts` counts beside the value.
    """
    return Term(WHOLE[field], as_term(value))
