"""An article → the terms of its names: whole names, persons and pairs to count by, and their words to find by.

The spans are not kept: `naming.named` finds them again in a fraction of a millisecond where a face shows an article.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import combinations, pairwise

from searcher.analysis import naming
from searcher.analysis.naming import Name, named
from searcher.analysis.sentences import is_parted
from searcher.analysis.words import tokenize
from searcher.article import NAME, PAIR, PERSON, WHOLE, Article, as_term

JOINED = " + "
"""Stands between the two persons of a pair."""

BETWEEN = "|"
"""The term between two names in a field of their words: no phrase of a query runs from one name into the next."""

MOST = 12
"""Persons of a sentence that make pairs; a longer list (a cast, a team sheet) says nothing about who stands with whom."""


def mentioned(article: Article) -> dict[str, str]:
    """Field → its terms.

    `name` holds the words of all names, `person` those of persons, each name once. `whole_name` and `whole_person` hold the
    names as a whole; `whole_pair` holds each two persons of one sentence of the text, as `pair` writes them.
    """
    title, text = named(article.title, article.text)
    names = dict.fromkeys(each.name for each in (*title, *text))
    persons = dict.fromkeys(each.name for each in (*title, *text) if each.kind == naming.PERSON)
    pairs = dict.fromkeys(pairs_of(article.text, text))
    return {
        NAME: worded(names),
        PERSON: worded(persons),
        WHOLE[NAME]: whole_terms(names),
        WHOLE[PERSON]: whole_terms(persons),
        WHOLE[PAIR]: whole_terms(pairs),
    }


def pairs_of(text: str, names: Iterable[Name]) -> Iterator[str]:
    """The pairs of persons that stand in one sentence of a text, by the names in it."""
    persons = [each for each in names if each.kind == naming.PERSON]
    together: dict[str, None] = {}
    for before, each in pairwise((None, *persons, None)):
        if before is None or each is None or is_parted(text, before.end, each.start):
            if 1 < len(together) <= MOST:
                yield from (pair(one, other) for one, other in combinations(together, 2))
            together = {}
        if each is not None:
            together[each.name] = None


def pair(one: str, other: str) -> str:
    """Two persons as the value of a pair, in alphabetical order."""
    return JOINED.join(sorted((one, other)))


def both(pair: str) -> tuple[str, str]:
    """The two persons of a pair."""
    one, _, other = pair.partition(JOINED)
    return one, other


def whole_terms(values: Iterable[str]) -> str:
    """The terms of whole values, each once; that of an article without any when there are none."""
    return " ".join(dict.fromkeys(map(_term, values))) or as_term(None)


@lru_cache(1 << 16)
def _term(value: str) -> str:
    return as_term(value)


def worded(names: Iterable[str]) -> str:
    """The words of names, with `BETWEEN` between two names."""
    return f" {BETWEEN} ".join(map(_words, names))


@lru_cache(1 << 16)
def _words(name: str) -> str:
    return " ".join(word.word for word in tokenize(name))
