"""An article → its entry: the terms of every field.

    text ──► pieces (between white space) ──► rows (one a word: word, stem, form …) ──► columns, joined

What the words of a piece are depends on nothing around it, and nearly every piece has been met before: a dictionary from
piece to rows does the work, and Python runs one short step a piece.
"""

from __future__ import annotations

import re
from itertools import chain, compress
from sys import intern

from searcher.analysis.words import CHUNK, SPACE, analyse_chunk
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
    because a title counts as part of what an article says (a title taken from the text is not counted twice).
    """
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
        SOURCE: _words(_rows(article.source or "")),
        AUTHOR: _words(_rows(article.author or "")),
        LANGUAGE: (article.language or "").lower(),
    }
    return Entry(article, terms)


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
        rows += its_rows
    return rows


# Within a number (12 000) a chunk reaches over a space. This finds a few others too, which does no harm: 0–9, and all from
# \u0660 on, where other digits begin. A set of `\d` only would be tested five times as slowly, and one that is written up
# to \U0010ffff takes 8 ms to compile.
_GAP = re.compile(rf"([^\x00-/:-\u065f])[{SPACE}](?=\d{{3}})")
_HELD = "\0"


def _pieces(text: str) -> list[str]:
    """A text cut at white space; in numbers, `_HELD` stands for it."""
    return _GAP.sub(rf"\1{_HELD}", text.replace(_HELD, "\n")).split()


class _Remembered(dict[str, tuple[str, ...]]):
    """Piece → the rows of its words, four strings each: the word, its stem (and those of the whole chunk, with the last word),
    its form or nothing, the word again if it has no form."""

    LIMIT = 1 << 17
    LONGEST = 64  # characters; what is longer is not met again

    def __missing__(self, piece: str) -> tuple[str, ...]:
        rows: list[str] = []
        for raw in CHUNK.findall(piece.replace(_HELD, " ")):
            words, whole = analyse_chunk(raw)
            for _, _, word, stem, form in words:
                rows += (word, stem, form or "", "" if form else word)
            if whole:
                rows[-3] = " ".join((stem, *whole))
        found = tuple(map(intern, rows))
        if len(piece) <= self.LONGEST:
            if len(self) >= self.LIMIT:
                self.clear()
            self[piece] = found
        return found


_remembered = _Remembered()
