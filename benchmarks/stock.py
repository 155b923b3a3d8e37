"""The schema of an index made by Whoosh as its own documentation teaches: French as a chain of token filters, one field.

`peers/whoosh.py` builds with it. It is a module of its own because Whoosh pickles its analysers into the index, by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import snowballstemmer
from unidecode import unidecode
from whoosh import fields
from whoosh.analysis import Filter, LowercaseFilter, RegexTokenizer, StemFilter, StopFilter
from whoosh.lang.stopwords import stoplists

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_ELIDED = re.compile(r"^(?:[cdjlmnst]|(?:jus|lors|puis|quoi)?qu)['’](?=.)")
_snowball = snowballstemmer.stemmer("french")


class ElisionAndAccents(Filter):  # type: ignore[misc]
    """`l’état` → `etat`, token by token."""

    def __call__(self, tokens: Iterable[Any]) -> Iterator[Any]:
        for token in tokens:
            token.text = unidecode(_ELIDED.sub("", token.text))
            yield token


def stem(word: str) -> str:
    """A function, since a bound method of a C object cannot be pickled."""
    stemmed: str = _snowball.stemWord(word)
    return stemmed


def schema() -> fields.Schema:
    """Identifier, title and text are stored; `content` is what is searched."""
    chain = (
        RegexTokenizer(_WORD)
        | LowercaseFilter()
        | ElisionAndAccents()
        | StopFilter(stoplist=[unidecode(word) for word in stoplists["fr"]])
        | StemFilter(stemfn=stem, cachesize=50_000)
    )
    return fields.Schema(
        id=fields.ID(stored=True), title=fields.STORED, content=fields.TEXT(analyzer=chain, stored=True)
    )
