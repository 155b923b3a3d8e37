"""An article → its entry: the terms of every field.

    text ──pieces.cut──► pieces ──words.analysed──► rows (five strings a word: word, stem, form …) ──► columns, joined

Nearly every piece has been met before: a dictionary from piece to rows does the work, and Python runs one short step a piece.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from itertools import chain, compress
from sys import intern

from searcher.analysis.pieces import OPENING, bare, is_plain, opened
from searcher.analysis.words import analysed, terms_of
from searcher.article import (
    AUTHOR,
    FORMS,
    ID,
    LANGUAGE,
    LEMMAS,
    SKETCH,
    SOURCE,
    STEMS,
    TITLE_FORMS,
    TITLE_LEMMAS,
    TITLE_STEMS,
    TITLE_WORDS,
    WORDS,
    Article,
    Entry,
)


def entry(article: Article, *, without: Collection[str] = ()) -> Entry:
    """The terms and annotations of an article; `without` those of some kinds (`annotations.KINDS`).

    `words` hold the text only, so that no phrase runs from a title into a text; `stems` and `forms` hold title and text,
    because a title counts as part of what an article says (a title taken from the text is not counted twice). The fields of
    `article.WHOLE` hold values as a whole.
    """
    from searcher.analysis.annotations import COPIES, annotate  # here: a search makes no entries
    from searcher.analysis.sketch import as_terms, sketch
    from searcher.analysis.whole import whole

    title, text = _rows(article.title), _rows(article.text)
    everything = text if article.text.startswith(article.title.removesuffix("…")) else title + text
    terms = {
        ID: article.id,
        WORDS: _words(text),
        LEMMAS: _lemmas(everything),
        STEMS: _stems(everything),
        FORMS: _forms(everything),
        TITLE_WORDS: _words(title),
        TITLE_LEMMAS: _lemmas(title),
        TITLE_STEMS: _stems(title),
        TITLE_FORMS: _forms(title),
        SOURCE: _named(article.source or ""),
        AUTHOR: _named(article.author or ""),
        LANGUAGE: (article.language or "").lower(),
        **whole(article),
    }
    if COPIES not in without:
        terms[SKETCH] = as_terms(sketch(text[0::5]))
    found, annotations = annotate(article, without=without)
    return Entry(article, terms | found, annotations=annotations)


def words_of(text: str) -> list[str]:
    """The words of a text in order, as the field `words` of an entry has them."""
    return _rows(text)[0::5]


def _named(name: str) -> str:
    """The words of a name, which mostly is that of many articles."""
    return _usual(name) if len(name) <= _Remembered.LONGEST else _words(_rows(name))


@lru_cache(1024)
def _usual(name: str) -> str:
    return _words(_rows(name))


def _words(rows: list[str]) -> str:
    return " ".join(rows[0::5])


def _stems(rows: list[str]) -> str:
    return " ".join(rows[1::5])


def _lemmas(rows: list[str]) -> str:
    return " ".join(rows[4::5])


def _forms(rows: list[str]) -> str:
    """The forms; and `cote|cote` when an article prints both *côte* and *cote*.

    Without it `=cote` could not be answered from bags: `words` has cote for both spellings. With it, *exactly cote* is
    "cote in words, and no marked form, or the plain form": see `query.understand`.
    """
    forms = rows[2::5]
    marked = dict.fromkeys(compress(rows[0::5], forms))
    both = set(marked).intersection(rows[3::5])
    return " ".join(chain(filter(None, forms), (f"{word}|{word}" for word in marked if word in both)))


def _rows(text: str) -> list[str]:
    """The rows of a text, one after the other. The innermost loop of indexing: one dictionary look-up a piece."""
    rows: list[str] = []
    for its_rows in map(_remembered.__getitem__, opened(text)):
        rows += its_rows  # twice as fast as a chain of them
    return rows


class _Remembered(dict[str, tuple[str, ...]]):
    """Piece → the rows of its words, five strings each: the word, its stem, its form or nothing, the word again if it has no
    form, its keys. With the last word stand also the stems and the keys of what is one word together.

    When there are `LIMIT` pieces they are put aside, and those that are met again come back.
    """

    LIMIT = 1 << 18
    LONGEST = 64  # characters; what is longer is not met again

    def __init__(self) -> None:
        self._aside: dict[str, tuple[str, ...]] = {}

    def __missing__(self, piece: str) -> tuple[str, ...]:
        found = self._aside.get(piece) or self._found(piece)
        if len(piece) <= self.LONGEST:
            if len(self) >= self.LIMIT:
                self._aside = dict(self)
                self.clear()
            self[piece] = found
        return found

    def _found(self, piece: str) -> tuple[str, ...]:
        opens = piece[:1] == OPENING
        plain = piece[1:] if opens else piece
        if is_plain(plain):  # as below, and half of all pieces that are new
            word, stem, form, keys = terms_of(plain, opens)
            word = intern(word)
            return word, intern(stem), form or "", "" if form else word, intern(" ".join(keys))
        _, core = bare(plain)
        if core != plain:
            return self[OPENING + core if opens else core]
        words, wholes = analysed(piece)
        rows = [
            text
            for _, _, word, stem, form, keys, _ in words
            for text in (word, stem, form or "", "" if form else word, " ".join(keys))
        ]
        if wholes:
            rows[-4] = " ".join((rows[-4], *(whole.stem for whole in wholes)))
            rows[-1] = " ".join((rows[-1], *(key for whole in wholes for key in whole.keys)))
        return tuple(map(intern, rows))


_remembered = _Remembered()
