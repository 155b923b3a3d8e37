"""An article → its whole values: the terms of the fields that articles are counted by."""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import normalize

from searcher.article import AUTHOR, FORMAT, LANGUAGE, SECTION, SOURCE, WHEN, WHOLE, Article, as_term, when

LONGEST = 200
"""Code points of a value; of a longer one the beginning counts."""

_BETWEEN = re.compile(r"\s*[,;&/]\s*|\s+(?:et|and)\s+", re.IGNORECASE)
_BY = re.compile(r"(?:par|by)\s+(?=\S)", re.IGNORECASE)


def whole(article: Article) -> dict[str, str]:
    """Field → its terms, for the fields of `WHOLE` that an article fills (names and speakers are found by `annotations`): one
    term for each value, and that of None when there is none.

    A value is composed (NFC), with one space between words; a language code is in lower case; a date is as
    `article.when` has it; a byline is one value an author, see `authors`.
    """
    terms = {
        SOURCE: _term(article.source),
        AUTHOR: _terms_of_authors(article.author),
        SECTION: _term(article.section),
        LANGUAGE: _term(article.language.lower() if article.language else None),
        FORMAT: _term(article.format),
        WHEN: as_term(when(article.date)),
    }
    return {WHOLE[name]: text for name, text in terms.items()}


def authors(byline: str) -> tuple[str, ...]:
    """The authors that a byline names, each once: `Par Léa Roy, Jean Viau et Amin Sy` are three.

    A byline is taken apart only when every piece looks like a full name (two words or more, a capital first); otherwise it
    is one author as printed: `Roy, Léa`, `Jean Viau, à Rome`, `Agence France-Presse`.
    """
    names = _BY.sub("", byline, count=1) if _BY.match(byline) else byline
    pieces = [piece for piece in _BETWEEN.split(names) if piece]
    if len(pieces) > 1 and all(piece[0].isupper() and len(piece.split()) > 1 for piece in pieces):
        return tuple(dict.fromkeys(pieces))
    return (names,)


@lru_cache(4096)
def _terms_of_authors(byline: str | None) -> str:
    return " ".join(dict.fromkeys(map(_term, authors(" ".join(byline.split()))))) if byline else _term(None)


@lru_cache(4096)
def _term(value: str | None) -> str:
    if value is None or len(value) <= LONGEST:
        return as_term(value and normalize("NFC", value))
    return as_term(normalize("NFC", value[:LONGEST]))
