"""An article → its entry: the terms of every field.

    text ──► pieces (between white space) ──► rows (one a word: word, stem, form …) ──► columns, joined

What the words of a piece are depends on nothing around it, and nearly every piece has been met before: a dictionary from
piece to rows does the work, and Python runs one short step a piece.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain, compress
from sys import intern

from searcher.analysis.words import CHUNK, SPACE, analysed, is_plain, terms_of, whole_of
from searcher.article import (
    AUTHOR,
    FORMS,
    ID,
    LANGUAGE,
    SOURCE,
    STEMS,
    TITLE_FORMS,
    TITLE_STEMS,
    TITLE_WORDS,
    WORDS,
    Article,
    Entry,
)


def entry(article: Article) -> Entry:
    """The terms of an article.

    `words` hold the text only, so that no phrase runs from a title into a text; `stems` and `forms` hold title and text,
    because a title counts as part of what an article says (a title taken from the text is not counted twice). The fields of
    `article.WHOLE` hold values as a whole.
    """
    from searcher.analysis.whole import whole  # here: a search makes no entries

    title, text = _rows(article.title), _rows(article.text)
    everything = text if article.text.startswith(article.title.removesuffix("…")) else title + text
    terms = {
        ID: article.id,
        WORDS: _words(text),
        STEMS: _stems(everything),
        FORMS: _forms(everything),
        TITLE_WORDS: _words(title),
        TITLE_STEMS: _stems(title),
        TITLE_FORMS: _forms(title),
        SOURCE: _named(article.source or ""),
        AUTHOR: _named(article.author or ""),
        LANGUAGE: (article.language or "").lower(),
        **whole(article),
    }
    return Entry(article, terms)


def _named(name: str) -> str:
    """The words of a name, which mostly is that of many articles."""
    return _usual(name) if len(name) <= _Remembered.LONGEST else _words(_rows(name))


@lru_cache(1024)
def _usual(name: str) -> str:
    return _words(_rows(name))


def _words(rows: list[str]) -> str:
    return " ".join(rows[0::4])


def _stems(rows: list[str]) -> str:
    return " ".join(rows[1::4])


def _forms(rows: list[str]) -> str:
    """The forms; and `cote|cote` when an article prints both *côte* and *cote*.

    Without it `=cote` could not be answered from bags: `words` has cote for both spellings. With it, *exactly cote* is
    "cote in words, and no marked form, or the plain form": see `query.analyse`.
    """
    forms = rows[2::4]
    marked = dict.fromkeys(compress(rows[0::4], forms))
    both = set(marked).intersection(rows[3::4])
    return " ".join(chain(filter(None, forms), (f"{word}|{word}" for word in marked if word in both)))


def _rows(text: str) -> list[str]:
    """The rows of a text, one after the other. The innermost loop of indexing: one dictionary look-up a piece."""
    rows: list[str] = []
    for its_rows in map(_remembered.__getitem__, _pieces(text)):
        rows += its_rows  # twice as fast as a chain of them
    return rows


# Within a number (12 000) a chunk reaches over a space. This finds a few others too, which does no harm: 0–9, and all from
# \u0660 on but punctuation, where other digits begin. A set of `\d` only would be tested five times as slowly, and one that is
# written up to \U0010ffff takes 8 ms to compile.
_GAP = re.compile(rf"([^\x00-/:-\u065f\u2000-\u206f])[{SPACE}](?=\d{{3}})")
_HELD = "\0"


def _pieces(text: str) -> list[str]:
    """A text cut at white space, and at the commonest of what is in no chunk; in numbers, `_HELD` stands for white space."""
    return _GAP.sub(rf"\1{_HELD}", text.replace(_HELD, "\n")).replace('"', " ").replace(", ", " ").split()


# What stands before or after the words of a piece and says nothing of them; a stop or an apostrophe behind a word may.
_BEFORE = " \"«»“”„()[]{}<>…–—-'’‘.,;:!?*/_&|•·"
_AFTER = ' "«»“”„()[]{}<>…–—-,;:!?*/_&|•·'
# Elided words as they are printed, each of them before a vowel. Not quelqu’ and presqu’, which belong to longer words.
_ELIDED = frozenset(
    written
    for plain in "l d j m t s n c ç qu jusqu lorsqu puisqu".split()
    for written in (plain, plain.capitalize(), plain.upper())
)
_VOWELS = frozenset("aeiouyh")


class _Remembered(dict[str, tuple[str, ...]]):
    """Piece → the rows of its words, four strings each: the word, its stem (and those of the whole chunk, with the last word),
    its form or nothing, the word again if it has no form.

    Two pieces in three of those met for the first time are a known word with punctuation, or behind an elided article. When
    there are `LIMIT` pieces they are put aside, and those that are met again come back."""

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
        if is_plain(piece):
            word, stem, form = terms_of(piece)
            word = intern(word)
            return word, intern(stem), form or "", "" if form else word
        if piece.isdigit() and piece.isascii():
            return piece, piece, "", piece
        bare = piece.lstrip(_BEFORE).rstrip(_AFTER)
        if bare.endswith("."):
            unstopped = bare.rstrip(".")
            if "." not in unstopped:  # else it may belong to an abbreviation
                bare = unstopped.rstrip(_AFTER)
        if bare != piece:
            return self[bare]
        return self._of_words(piece) or self._of_chunks(piece)

    def _of_words(self, piece: str) -> tuple[str, ...] | None:
        """The rows of `l’hôpital`, which are those of `hôpital`, of `week-end` and of `l’après-midi`."""
        if "'" in piece or "’" in piece:
            elided, _, after = piece.partition("’" if "’" in piece else "'")
            if elided not in _ELIDED or not all(map(is_plain, after.split("-"))):
                return None
            found = self[after]
            return found if found[0][:1] in _VOWELS else None
        parts = piece.split("-")
        if len(parts) < 2 or not all(map(is_plain, parts)):
            return None
        rows = [term for part in parts for term in self[part]]
        whole = whole_of(rows[-4], parts)
        if whole is not None:
            rows[-3] = intern(f"{rows[-3]} {whole}")
        return tuple(rows)

    def _of_chunks(self, piece: str) -> tuple[str, ...]:
        rows: list[str] = []
        for raw in CHUNK.findall(piece.replace(_HELD, " ")):
            if raw != piece and is_plain(raw):
                rows += self[raw]
                continue
            words, whole = analysed(raw)
            for _, _, word, stem, form in words:
                rows += (word, stem, form or "", "" if form else word)
            if whole:
                rows[-3] = " ".join((stem, *whole))
        return tuple(map(intern, rows))


_remembered = _Remembered()
