"""Text → words, with their place in it; the one pass that both indexing and highlighting go through.

    text ──CHUNK──► chunks ──analyse_chunk──► words (a chunk's words are computed once and remembered)

A *chunk* is what is written without a space: `l’ex-président`, `U.R.S.S.`, `12 000`, `lemonde.fr`, and also two sentences
that are glued together (`Syrie.Selon`). Its *words* are the units that are searched: an elided article is no word, the
halves of a hyphenated word are words side by side, and the hyphenated word as a whole is kept too so that `week-end` meets
`weekend`. What a chunk's words are depends on nothing around it, so a plain dictionary from chunk to words is correct.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from searcher.analysis.fold import fold, latin, surface
from searcher.analysis.stems import stem

_MARK = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0903\u093a-\u094f"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f\u00ad\u200c\u200d\u2060"
)
APOSTROPHES = "'’ʼ‘＇′`´"
HYPHENS = r"\-\u2010\u2011"  # as they stand in a character class
SPACE = " \u00a0\u202f\u2009\u2007"  # what may stand inside a number
_LETTER = r"[^\W\d_\u02bc]"  # ʼ is a letter to Unicode and an apostrophe to everybody else
_RUN = rf"[^\W_\u02bc]+(?:[{_MARK}]+[^\W_\u02bc]*)*"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}[A-Za-z0-9])?"
DOMAINS = "com|org|net|edu|gov|gouv|info|fr|be|ch|eu|uk|ru|ua|tr|sy|ir|cn|jp|br|tv"

# Every character of an archive passes here: one fast pattern finds what may belong together …
CHUNK = re.compile(
    rf"{_RUN}(?:[{APOSTROPHES}{HYPHENS}&.,]{_RUN}|(?<=\d)[{SPACE}]\d{{3}}(?![^\W_]))*+"
    rf"(?:(?:(?<=(?:[^\W_]|[{_MARK}])\.{_LETTER})|(?<=(?:[^\W_]|[{_MARK}])\.{_LETTER}[{_MARK}]))\.|[{APOSTROPHES}]|(?<=[A-Za-z])(?:\+\+|\#)(?![^\W_]))?"
)
# … and slow ones, run once for each different chunk, say what does.
_NUMBER = (
    rf"\d{{1,3}}(?:[{SPACE}.]\d{{3}})+(?:,\d+)?(?![^\W_])|(?<!\d[.,])\d+[.,]\d+(?![.,]?\d)(?:{_LETTER}[{_MARK}]*)*+"
)
_DOTTED = (
    rf"(?:{_LETTER}[{_MARK}]*\.){{2,}}(?:{_LETTER}[{_MARK}]*+(?![^\W_]|[{HYPHENS}{APOSTROPHES}]))?"
    rf"|(?:{_LABEL}\.){{1,8}}(?:{DOMAINS}|{DOMAINS.upper()})(?![^\W_])"
)
_START = rf"(?<![^\W_\u02bc])(?<![{_MARK}])"
_UNIT = re.compile(
    rf"""
      {_START} (?:
          {_NUMBER}                                              # 12 000   12.000   1 234,5   3.5   3,5   2,5km
        | {_DOTTED}                                              # U.R.S.S.   lemonde.fr
        | [A-Za-z] (?:\+\+|\#)                                  # C++   C#
      )
    # l’ex-président, and of l’ex-U.R.S.S. what stands before one of these
    | {_RUN} (?:[{APOSTROPHES}{HYPHENS}&](?!{_NUMBER}|{_DOTTED}){_RUN})* [{APOSTROPHES}]?
    """.replace("    ", "").replace("   ", ""),
    re.VERBOSE,
)
# A line that ends without a stop and the capital glued to it: TurquieLe, but not YouTube.
_OPENERS = (
    "Le|La|Les|Un|Une|Des|Du|Il|Elle|Ils|Elles|On|Ce|Cet|Cette|Ces|En|Dans|Pour|Selon|Mais|Après|Avec|Au|Aux|Depuis"
)
GLUED = rf"(?<=[a-zà-ÿ][a-zà-ÿ][a-zà-ÿ])(?=(?:{_OPENERS})(?![^\W_]|[{_MARK}]))"
_GLUED = re.compile(GLUED)

_ELIDED = frozenset("l d j m t s n c ç qu jusqu lorsqu puisqu quoiqu presqu quelqu".split())
_VOWELS = frozenset("aeiouyh0123456789")
# Written with an apostrophe, but one word (folded, from its first piece on).
_WHOLE = re.compile(r"(?:quelqu(?:un|une|uns|unes)|presquiles?)$")
# Verb–pronoun inversions (dit-il, a-t-elle): the compound is nobody's word.
_PRONOUNS = frozenset("il elle on ils elles je tu nous vous ce moi toi t".split())
_PIECE = re.compile(rf"({_RUN})([{APOSTROPHES}{HYPHENS}&]?)")
THOUSANDS = re.compile(rf"\d{{1,3}}(?:[{SPACE}.]\d{{3}})+(?:,\d+)?")


class Word(NamedTuple):
    """One searchable word of a chunk; `start` and `end` count from the chunk's start.

    `word` is folded, `stem` is the folded stem of the word as printed, `form` is `folded|surface` for words whose
    spelling carries marks (or another script) and None for the rest.
    """

    start: int
    end: int
    word: str
    stem: str
    form: str | None


class Chunk(NamedTuple):
    """The words of a chunk, and (for the chunk as one word, when it has several) the stems of the whole."""

    words: tuple[Word, ...]
    whole: tuple[str, ...] = ()


class Token(NamedTuple):
    """A word at its place in a text: `text[start:end]` is the word as printed."""

    start: int
    end: int
    word: str
    stem: str
    form: str | None


def tokenize(text: str) -> Iterator[Token]:
    """The words of `text` in order, with offsets in code points of the text as given."""
    for found in CHUNK.finditer(text):
        base = found.start()
        for start, end, word, stem_, form in analyse_chunk(found.group()).words:
            yield Token(base + start, base + end, word, stem_, form)


def chunks(text: str) -> Iterator[tuple[int, str, Chunk]]:
    """The chunks of `text`: offset, characters, words."""
    for found in CHUNK.finditer(text):
        yield found.start(), found.group(), analyse_chunk(found.group())


class _Remembered(dict[str, Chunk]):
    """Raw chunk → its words. Analysis without it runs at a tenth of the speed; it is emptied when it has grown large."""

    LIMIT = 1 << 17
    LONGEST = 64  # characters; what is longer is hardly met again, and could fill the memory

    def __missing__(self, raw: str) -> Chunk:
        chunk = analysed(raw)
        if len(raw) <= self.LONGEST:
            if len(self) >= self.LIMIT:
                self.clear()
            self[raw] = chunk
        return chunk


_remembered = _Remembered()


def analyse_chunk(raw: str) -> Chunk:
    """The words of one chunk. `raw` is what `CHUNK` matches; any other string is analysed as far as it goes."""
    return _remembered[raw]


def is_plain(raw: str) -> bool:
    """Whether a chunk is nothing but the letters of one word."""
    return raw.isalpha() and "ʼ" not in raw and (raw[1:].islower() or not _GLUED.search(raw))


def analysed(raw: str) -> Chunk:
    """What `analyse_chunk` gives, worked out and not remembered."""
    if is_plain(raw):
        return Chunk((_word(0, raw),))
    words: list[Word] = []
    whole: tuple[str, ...] = ()
    for base, text in _units(raw):
        unit = _unit(text)
        words += (
            [word._replace(start=base + word.start, end=base + word.end) for word in unit.words] if base else unit.words
        )
        whole += unit.whole
    return Chunk(tuple(words), whole)


def _units(raw: str) -> Iterator[tuple[int, str]]:
    starts = [0, *(found.start() for found in _GLUED.finditer(raw)), len(raw)]
    for start, end in pairwise(starts):
        for found in _UNIT.finditer(raw[start:end]):
            yield start + found.start(), found.group()


def _unit(raw: str) -> Chunk:
    if raw[0].isdigit():
        number = _number(raw)
        if number is not None:
            return Chunk((Word(0, len(raw), number, number, None),))
    if "." in raw:
        return _dotted(raw)
    if raw[-1] in "+#":
        whole = raw.lower()
        return Chunk((Word(0, len(raw), whole, whole, None),))
    pieces = [(found.start(1), found.group(1), found.group(2)) for found in _PIECE.finditer(raw)]
    if len(pieces) == 1 and not pieces[0][2]:
        return Chunk((_word(0, raw),))
    return _joined(pieces)


def _number(raw: str) -> str | None:
    if THOUSANDS.fullmatch(raw):
        whole, _, decimals = raw.partition(",")
        digits = "".join(filter(str.isdigit, whole))
        return f"{digits}.{decimals}" if decimals else digits
    if "," in raw or "." in raw:
        return fold(surface(raw.replace(",", "."))) if raw.isascii() else None
    return None


def _dotted(raw: str) -> Chunk:
    """Abbreviations lose their stops (U.R.S.S. → urss); domain names stay whole and are found by their labels too."""
    labels = raw.split(".")
    if all(len(surface(label)) <= 1 for label in labels):
        word = _word(0, raw.replace(".", ""))
        # A stop that closes the abbreviation belongs to it.
        return Chunk((word._replace(end=len(raw)),))
    whole = raw.lower()
    named = [label.lower() for label in labels[:-1] if len(label) > 3]
    return Chunk((Word(0, len(raw), whole, whole, None),), tuple(fold(stem(label)) for label in named))


def _joined(pieces: list[tuple[int, str, str]]) -> Chunk:
    """Pieces joined by apostrophes and hyphens, the elided ones dropped."""
    words: list[Word] = []
    kept: list[str] = []
    for index, (start, raw, joiner) in enumerate(pieces):
        if joiner and joiner in APOSTROPHES and _is_elided(raw, pieces, index):
            continue
        words.append(_word(start, raw))
        kept.append(raw)
    whole = whole_of(words[-1].word, kept) if len(words) > 1 else None
    return Chunk(tuple(words), () if whole is None else (whole,))


def _is_elided(raw: str, pieces: list[tuple[int, str, str]], index: int) -> bool:
    """Whether a piece before an apostrophe is l’ d’ qu’ …, which French only writes before a vowel or h."""
    piece = fold(surface(raw))
    if piece not in _ELIDED:
        return False
    if index + 1 == len(pieces):  # l’ before « or at the end of a line
        return True
    following = fold(surface(pieces[index + 1][1]))
    if _WHOLE.match(piece + following):
        return False
    return following[:1] in _VOWELS or not following[:1].isascii()


def _word(start: int, raw: str) -> Word:
    return Word(start, start + len(raw), *terms_of(raw))


def terms_of(raw: str) -> tuple[str, str, str | None]:
    """The word, stem and form of a chunk that is one word."""
    if raw.isascii():
        word = raw.lower()
        stemmed = stem(word)
        return word, stemmed if stemmed.isascii() else fold(stemmed), None
    printed = surface(raw)
    folded = fold(printed)
    stemmed = fold(stem(latin(printed))) or folded
    return folded, stemmed, None if folded == printed else f"{folded}|{printed}"


def whole_of(last: str, printed: Iterable[str]) -> str | None:
    """The stem of several words written as one, unless they are a verb and its pronoun. `last` is the last one, folded."""
    return None if last in _PRONOUNS else fold(stem("".join(latin(surface(each)) for each in printed)))
