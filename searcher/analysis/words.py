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
from searcher.analysis.lemmas import UNKNOWN, keys
from searcher.analysis.pieces import APOSTROPHES, HYPHENS, OPENING, RUN, THOUSANDS, bare, cut, is_plain, opened, units
from searcher.analysis.stems import stem

# Verb–pronoun inversions (dit-il, a-t-elle): the compound is nobody's word.
_PRONOUNS = frozenset("il elle on ils elles je tu nous vous ce moi toi t".split())
_PART = re.compile(rf"({RUN})([{APOSTROPHES}{HYPHENS}&]?)")


class Word(NamedTuple):
    """One searchable word: `start` and `end` are its place in what was analysed (a text, a piece).

    `word` is folded, `stem` is the folded stem of the word as printed, `form` is `folded|surface` for words whose
    spelling carries marks (or another script) and None for the rest. `keys` are those the word is found by, see `lemmas`;
    `raw` is the word as printed, without the stops of an abbreviation.
    """

    start: int
    end: int
    word: str
    stem: str
    form: str | None
    keys: tuple[str, ...]
    raw: str


class Whole(NamedTuple):
    """Several words from `start` to `end` as one (*week-end*, *weekend*), or the name in a domain: a word like others."""

    start: int
    end: int
    stem: str
    keys: tuple[str, ...]
    raw: str


class Chunk(NamedTuple):
    """The words of a piece, and those of them that are also one word together."""

    words: tuple[Word, ...]
    wholes: tuple[Whole, ...] = ()

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
    pieces = cut(text)
    for piece, marked in zip(pieces, opened(pieces), strict=True):
        chunk = analyse_chunk(marked)
        if chunk.words:
            yield at, chunk
        at += len(piece) + 1


def analyse_chunk(piece: str) -> Chunk:
    """The words of one piece, remembered. A text is analysed as far as it goes: a number may reach over any blank in it.

    Before the piece `OPENING` may stand; places are counted without it.
    """
    if piece[:1] == OPENING:
        start, core = bare(piece[1:])
        return _remembered[OPENING + core].moved(start)
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
    """The words of one bare piece, `OPENING` before it or not; worked out and not remembered."""
    opens = core[:1] == OPENING
    core = core[1:] if opens else core
    if is_plain(core):
        return Chunk((_word(0, core, opens),))
    parts = core.split("-")
    if len(parts) > 1 and all(map(is_plain, parts)):  # as below, and commoner than all else
        return _side_by_side(_placed(parts), opens)
    return of_units(core, opens=opens)


def of_units(piece: str, *, opens: bool = False) -> Chunk:
    """The words of any piece, unit by unit: what `analysed` gives, without the short ways."""
    words: tuple[Word, ...] = ()
    wholes: tuple[Whole, ...] = ()
    for start, raw in units(piece):
        # Syrie.Selon: a sentence begins inside the piece
        unit = _unit(raw, opens if not words else piece[start - 1] in ".!?…»").moved(start)
        words += unit.words
        wholes += unit.wholes
    return Chunk(words, wholes)


def _placed(parts: list[str]) -> Iterator[tuple[int, str]]:
    start = 0
    for part in parts:
        yield start, part
        start += len(part) + 1


def _unit(raw: str, opens: bool) -> Chunk:
    if raw[0].isdigit():
        number = _number(raw)
        if number is not None:
            return Chunk((_literal(raw, number),))
    if "." in raw:
        return _dotted(raw)
    if raw[-1] in "+#":
        return Chunk((_literal(raw, raw.lower()),))
    return _side_by_side(_unelided(raw), opens)


def _literal(raw: str, text: str) -> Word:
    """What no stemmer and no lexicon reads: a number, C++, a domain."""
    return Word(0, len(raw), text, text, None, (UNKNOWN + text,), text)


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
        word = _word(0, raw.replace(".", ""), False)
        # A stop that closes the abbreviation belongs to it.
        return Chunk((word._replace(end=len(raw)),))
    named = [label.lower() for label in labels[:-1] if len(label) > 3]
    wholes = tuple(_whole(0, len(raw), label) for label in named)
    return Chunk((_literal(raw, raw.lower()),), wholes)


def _unelided(raw: str) -> Iterator[tuple[int, str]]:
    """The parts of a unit that hyphens, apostrophes and & join, but for elided words; and where each begins."""
    parts = [(found.start(1), found.group(1), found.group(2)) for found in _PART.finditer(raw)]
    followers = [part for _, part, _ in parts[1:]]
    for (start, part, joiner), after in zip(parts, [*followers, None], strict=True):
        if not joiner or joiner not in APOSTROPHES or not is_elided(part, after):
            yield start, part


def _side_by_side(parts: Iterable[tuple[int, str]], opens: bool) -> Chunk:
    """The words of parts that are joined, and the word they are together."""
    placed = list(parts)
    words = tuple(_word(start, part, opens and not at) for at, (start, part) in enumerate(placed))
    if len(words) < 2 or words[-1].word in _PRONOUNS:
        return Chunk(words)
    return Chunk(words, (_whole(words[0].start, words[-1].end, "".join(part for _, part in placed), opens),))


def _word(start: int, raw: str, opens: bool) -> Word:
    return Word(start, start + len(raw), *terms_of(raw, opens), raw)


def _whole(start: int, end: int, raw: str, opens: bool = False) -> Whole:
    _, stemmed, _, found_by = terms_of(raw, opens)
    return Whole(start, end, stemmed, found_by, raw)


def terms_of(raw: str, opens: bool) -> tuple[str, str, str | None, tuple[str, ...]]:
    """The word, stem, form and keys of what is one word: the one place where a word gets its terms."""
    if raw.isascii():
        word = raw.lower()
        stemmed = stem(word)
        if not stemmed.isascii():
            stemmed = fold(stemmed)
        return word, stemmed, None, keys(raw, word, word, stemmed, opens)
    printed = surface(raw)
    folded = fold(printed)
    stemmed = fold(stem(latin(printed))) or folded
    form = None if folded == printed else f"{folded}|{printed}"
    return folded, stemmed, form, keys(raw, printed, folded, stemmed, opens)
