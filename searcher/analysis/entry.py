"""An article → its entry: the terms of every field.

    text ──pieces.opened──► pieces ──Pieces──► numbers, each of one analysis in a table ──article.Numbered──► terms

Nearly every piece has been met before: one look-up in a dictionary gives its number, and the terms of a title and a text travel
as numbers until an engine wants them (`numbered`) or at once as strings (`entry`).
"""

from __future__ import annotations

from _thread import allocate_lock
from array import array
from collections.abc import Collection, Iterator
from functools import lru_cache
from struct import pack
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
    WORDS,
    Article,
    Entry,
    Numbered,
    Table,
)

Row = tuple[str, str, str, str, str, str]
"""What a piece gives, several terms with spaces between: words, keys, stems, forms; its words that have a form, and those that
have none."""


def entry(article: Article, *, without: Collection[str] = ()) -> Entry:
    """The terms and annotations of an article, all as strings; `without` those of some kinds (`annotations.KINDS`).

    `words` hold the text only, so that no phrase runs from a title into a text; `stems` and `forms` hold title and text,
    because a title counts as part of what an article says (a title taken from the text is not counted twice). The fields of
    `article.WHOLE` hold values as a whole.
    """
    return numbered(article, without=without).spelt()


def numbered(article: Article, *, without: Collection[str] = ()) -> Entry:
    """The same entry, the terms of title and text as numbers."""
    from searcher.analysis.annotations import COPIES, annotate  # here: a search makes no entries
    from searcher.analysis.sketch import as_terms, sketch
    from searcher.analysis.whole import whole

    pieces = _current()
    title, text = pieces.numbers(article.title), pieces.numbers(article.text)
    apart = not article.text.startswith(article.title.removesuffix("…"))
    held = Numbered(pieces.table, _packed(title), _packed(text), apart)
    terms = {
        ID: article.id,
        FORMS: pieces.both(title + text if apart else text),
        TITLE_FORMS: pieces.both(title),
        SOURCE: _named(article.source or ""),
        AUTHOR: _named(article.author or ""),
        LANGUAGE: (article.language or "").lower(),
        **whole(article),
    }
    if COPIES not in without:
        terms[SKETCH] = as_terms(sketch(held.terms(WORDS).split()))
    found, annotations = annotate(article, without=without)
    return Entry(article, terms | found, annotations=annotations, numbered=held)


def _packed(numbers: list[int]) -> array[int]:
    return array("I", pack(f"{len(numbers)}I", *numbers))  # a ninth of the time that `array` takes to read a list


def words_of(text: str) -> list[str]:
    """The words of a text in order, as the field `words` of an entry has them."""
    pieces = _current()
    return " ".join(map(pieces.table.columns[WORDS].__getitem__, pieces.numbers(text))).split()


def stems_by_piece(text: str) -> Iterator[tuple[str, list[str]]]:
    """The pieces of a text that have words, as `opened` gives them, each with its stems."""
    pieces = _current()
    stems = pieces.table.columns[STEMS]
    return ((piece, stems[pieces[piece]].split()) for piece in opened(text) if pieces[piece])


def _named(name: str) -> str:
    """The words of a name, which mostly is that of many articles."""
    return _usual(name) if len(name) <= Pieces.LONGEST else " ".join(words_of(name))


@lru_cache(1024)
def _usual(name: str) -> str:
    return " ".join(words_of(name))


class Pieces(dict[str, int]):
    """Piece → the number of its analysis in `table`, 0 for a piece without words.

    When `LIMIT` analyses are known, other pieces begin anew with a table of their own, and take those that are met again from
    the ones `before`. Many threads may use the same pieces.
    """

    LIMIT = 3 << 15
    LONGEST = 64  # characters; what is longer is not met again

    def __init__(self, before: Pieces | None = None) -> None:
        self.table = Table()
        self._marked, self._plain = [""], [""]  # by number: the words that have a form, and those that have none
        self._before = before
        self._lock = allocate_lock()
        if before is not None:
            before._before = None

    def numbers(self, text: str) -> list[int]:
        """The numbers of the pieces of a text that have words. The innermost loop of indexing: a look-up a piece."""
        return list(filter(None, map(self.__getitem__, opened(text))))

    def both(self, numbers: list[int]) -> str:
        """`cote|cote` for each word that an article prints with marks and without, *côte* and *cote*, given the numbers of its
        pieces.

        Without it `=cote` could not be answered from bags: `words` has cote for both spellings. With it, *exactly cote* is
        "cote in words, and no marked form, or the plain form": see `query.understand`.
        """
        different = set(numbers)
        marked = set(" ".join(map(self._marked.__getitem__, different)).split())
        if not marked:
            return ""
        plain = " ".join(map(self._plain.__getitem__, different)).split()
        return " ".join([f"{word}|{word}" for word in sorted(marked.intersection(plain))])

    def __missing__(self, piece: str) -> int:
        number = self._number(piece)
        if len(piece) <= self.LONGEST:
            self[piece] = number
        return number

    def _number(self, piece: str) -> int:
        before = self._before
        if before is not None and (number := before.get(piece)) is not None:
            return self._add(before._row(number)) if number else 0
        opens, plain = piece[:1] == OPENING, piece.removeprefix(OPENING)
        if not is_plain(plain):
            _, core = bare(plain)
            if core != plain:
                return self[OPENING + core if opens else core]
        return self._add(_row(plain, opens))

    def _row(self, number: int) -> Row:
        words, lemmas, stems, forms = (self.table.columns[name][number] for name in (WORDS, LEMMAS, STEMS, FORMS))
        return words, lemmas, stems, forms, self._marked[number], self._plain[number]

    def _add(self, row: Row) -> int:
        if not any(row):
            return 0
        words, lemmas, stems, forms, marked, plain = row
        with self._lock:  # two threads that add at once must not share a number
            self._marked.append(marked)
            self._plain.append(plain)
            return self.table.add(words, lemmas, stems, forms)


def _row(piece: str, opens: bool) -> Row:
    """What a bare piece gives, which may begin a sentence (`opens`)."""
    if is_plain(piece):  # as below, and half of all pieces that are new
        word, stem, form, keys = terms_of(piece, opens)
        return word, intern(" ".join(keys)), intern(stem), form or "", word if form else "", "" if form else word
    words, wholes = analysed(OPENING + piece if opens else piece)
    columns = (
        [each.word for each in words],
        [key for keys in (*(each.keys for each in words), *(each.keys for each in wholes)) for key in keys],
        [*(each.stem for each in words), *(each.stem for each in wholes)],
        [each.form for each in words if each.form],
        [each.word for each in words if each.form],
        [each.word for each in words if not each.form],
    )
    texts = [" ".join(filter(None, column)) for column in columns]
    return texts[0], texts[1], texts[2], texts[3], texts[4], texts[5]


_pieces = Pieces()


def _current() -> Pieces:
    """The pieces to use for one article: all of its numbers are in one table."""
    global _pieces
    pieces = _pieces
    if len(pieces.table) >= Pieces.LIMIT:
        pieces = _pieces = Pieces(before=pieces)
    return pieces
