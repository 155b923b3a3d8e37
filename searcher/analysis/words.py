"""Text → words, with their place in it: what a query asks for and a passage highlights; `entry.py` indexes the same words.

    text ──pieces.cut──► pieces ──analyse_chunk──► words (those of a piece are computed once and remembered)

The *words* of a piece are what is searched: an elided article is no word, the halves of a hyphenated word are words side by
side, and the hyphenated word as a whole is kept too so that `week-end` meets `weekend`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from searcher.analysis.elision import is_elided
from searcher.analysis.fold import fold, latin, surface
from searcher.analysis.pieces import APOSTROPHES, HYPHENS, RUN, THOUSANDS, bare, cut, is_plain, units
from searcher.analysis.stems import stem

# Verb–pronoun inversions (dit-il, a-t-elle): the compound is nobody's word.
_PRONOUNS = frozenset("il elle on ils elles je tu nous vous ce moi toi t".split())
_PART = re.compile(rf"({RUN})([{APOSTROPHES}{HYPHENS}&]?)")


class Word(NamedTuple):
    """One searchable word: `start` and `end` are its place in what was analysed (a text, a piece).

    `word` is folded, `stem` is the folded stem of the word as printed, `form` is `folded|surface` for words whose
    spelling carries marks (or another script) and None for the rest.
    """

    start: int
    end: int
    word: str
    stem: str
    form: str | None


class Whole(NamedTuple):
    """Several words from `start` to `end` as one (*week-end*, *weekend*), or the name in a domain: the stem they share."""

    start: int
    end: int
    stem: str


class Chunk(NamedTuple):
    """The words of a piece, and the stems of those that are also one word together."""

    words: tuple[Word, ...]
    wholes: tuple[Whole, ...] = ()

    @property
    def whole(self) -> tuple[str, ...]:
        """The stems of the wholes."""
        return tuple(each.stem for each in self.wholes)

    def moved(self, start: int) -> Chunk:
        """The same, `start` characters further on."""
        if not start:
            return self
        words = tuple(word._replace(start=start + word.start, end=start + word.end) for word in self.words)
        wholes = tuple(each._replace(start=start + each.start, end=start + each.end) for each in self.wholes)
        return Chunk(words, wholes)


def tokenize(text: str) -> Iterator[Word]:
    """The words of `text` in order, with offsets in code points of the text as given."""
    for start, chunk in chunks(text):
        yield from chunk.moved(start).words


def chunks(text: str) -> Iterator[tuple[int, Chunk]]:
    """The pieces of `text` that have words: where each begins, and its words."""
    at = 0
    for piece in cut(text):
        chunk = analyse_chunk(piece)
        if chunk.words:
            yield at, chunk
        at += len(piece) + 1


def analyse_chunk(piece: str) -> Chunk:
    """The words of one piece, remembered. A text is analysed as far as it goes: a number may reach over any blank in it."""
    start, core = bare(piece)
    return _remembered[core].moved(start)


class _Remembered(dict[str, Chunk]):
    """Bare piece → its words. Analysis without it runs at a tenth of the speed; it is emptied when it has grown large."""

    LIMIT = 1 << 17
    LONGEST = 64  # characters; what is longer is hardly met again, and could fill the memory

    def __missing__(self, core: str) -> Chunk:
        chunk = analysed(core)
        if len(core) <= self.LONGEST:
            if len(self) >= self.LIMIT:
                self.clear()
            self[core] = chunk
        return chunk


_remembered = _Remembered()


def analysed(core: str) -> Chunk:
    """The words of one bare piece, worked out and not remembered."""
    if is_plain(core):
        return Chunk((_word(0, core),))
    parts = core.split("-")
    if len(parts) > 1 and all(map(is_plain, parts)):  # as below, and commoner than all else
        return _side_by_side(_placed(parts))
    return of_units(core)


def of_units(piece: str) -> Chunk:
    """The words of any piece, unit by unit: what `analysed` gives, without the short ways."""
    words: tuple[Word, ...] = ()
    wholes: tuple[Whole, ...] = ()
    for start, raw in units(piece):
        unit = _unit(raw).moved(start)
        words += unit.words
        wholes += unit.wholes
    return Chunk(words, wholes)


def _placed(parts: list[str]) -> Iterator[tuple[int, str]]:
    start = 0
    for part in parts:
        yield start, part
        start += len(part) + 1


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
    return _side_by_side(_unelided(raw))


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
    wholes = tuple(Whole(0, len(raw), fold(stem(label))) for label in named)
    return Chunk((Word(0, len(raw), whole, whole, None),), wholes)


def _unelided(raw: str) -> Iterator[tuple[int, str]]:
    """The parts of a unit that hyphens, apostrophes and & join, but for elided words; and where each begins."""
    parts = [(found.start(1), found.group(1), found.group(2)) for found in _PART.finditer(raw)]
    followers = [part for _, part, _ in parts[1:]]
    for (start, part, joiner), after in zip(parts, [*followers, None], strict=True):
        if not joiner or joiner not in APOSTROPHES or not is_elided(part, after):
            yield start, part


def _side_by_side(parts: Iterable[tuple[int, str]]) -> Chunk:
    """The words of parts that are joined, and the word they are together."""
    placed = list(parts)
    words = tuple(_word(start, part) for start, part in placed)
    if len(words) < 2 or words[-1].word in _PRONOUNS:
        return Chunk(words)
    together = fold(stem("".join(latin(surface(part)) for _, part in placed)))
    return Chunk(words, (Whole(words[0].start, words[-1].end, together),))


def _word(start: int, raw: str) -> Word:
    return Word(start, start + len(raw), *terms_of(raw))


def terms_of(raw: str) -> tuple[str, str, str | None]:
    """The word, stem and form of what is one word: the one place where a word gets its terms."""
    if raw.isascii():
        word = raw.lower()
        stemmed = stem(word)
        return word, stemmed if stemmed.isascii() else fold(stemmed), None
    printed = surface(raw)
    folded = fold(printed)
    stemmed = fold(stem(latin(printed))) or folded
    return folded, stemmed, None if folded == printed else f"{folded}|{printed}"
