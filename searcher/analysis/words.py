"""Text → words, with their place in it: what a query asks for and a passage highlights; `entry.py` indexes the same words.

    text ──pieces.cut──► pieces ──analyse_chunk──► words (those of a piece are computed once and remembered)

The *words* of a piece are what is searched: an elided article is no word, the halves of a hyphenated word are words side by
side, and the hyphenated word as a whole is kept too so that `week-end` meets `weekend`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from searcher.analysis.elision import is_elided
from searcher.analysis.fold import fold, latin, surface
from searcher.analysis.inclusive import ENDINGS, SIGNS, genders
from searcher.analysis.lemmas import UNKNOWN, keys
from searcher.analysis.pieces import APOSTROPHES, HYPHENS, OPENING, THOUSANDS, Unit, bare, cut, is_plain, opened, units
from searcher.analysis.stems import stem
from searcher.patterns import lazily

# Verb–pronoun inversions (dit-il, a-t-elle): the compound is nobody's word.
PRONOUNS = frozenset("il elle on ils elles je tu nous vous ce moi toi t".split())
_SIGN = lazily(f"[{SIGNS}]")
_HYPHEN = lazily(f"[{HYPHENS}]")
# What is no word of its own between hyphens: Côte-d-Ivoire, salarié-e-s.
_NO_HALVES = frozenset(("d", "l", *ENDINGS, *(f"{ending}s" for ending in ENDINGS)))


class IndexWord(NamedTuple):
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
    """What stands from `start` to `end` as one more word: several words as one (*week-end*, *weekend*), the name in a domain
    (*lemonde.fr*, *lemonde*), the feminine in inclusive writing (*étudiant·e*, *étudiante*)."""

    start: int
    end: int
    stem: str
    keys: tuple[str, ...]
    raw: str


class Chunk(NamedTuple):
    """The words of a piece, and what its words are together or besides."""

    words: tuple[IndexWord, ...]
    wholes: tuple[Whole, ...] = ()

    def moved(self, start: int) -> Chunk:
        """The same, `start` characters further on."""
        if not start:
            return self
        words = tuple(word._replace(start=start + word.start, end=start + word.end) for word in self.words)
        wholes = tuple(each._replace(start=start + each.start, end=start + each.end) for each in self.wholes)
        return Chunk(words, wholes)


def tokenize(text: str) -> Iterator[IndexWord]:
    """The words of `text` in order, with offsets in code points of the text as given."""
    for start, chunk in chunks(text):
        yield from chunk.moved(start).words


def chunks(text: str) -> Iterator[tuple[int, Chunk]]:
    """The pieces of `text` that have words: where each begins, and its words."""
    at = 0
    for piece, marked in zip(cut(text), opened(text), strict=True):
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
    if len(parts) > 1 and all(map(is_plain, parts)) and _NO_HALVES.isdisjoint(core.lower().split("-")):  # a short way
        return _side_by_side(_placed(parts), opens)
    return of_units(core, opens=opens)


def of_units(piece: str, *, opens: bool = False) -> Chunk:
    """The words of any piece, unit by unit: what `analysed` gives, without the short ways."""
    words: list[IndexWord] = []
    wholes: list[Whole] = []
    for unit in units(piece):
        # Syrie.Selon: a sentence begins inside the piece
        begins = opens if not words else piece[unit.start - 1] in ".!?…»"
        chunk = _side_by_side(_unelided(unit), begins) if unit.parts else _special(unit.raw).moved(unit.start)
        words += chunk.words
        wholes += chunk.wholes
    return Chunk(tuple(words), tuple(wholes))


def _placed(parts: list[str]) -> Iterator[tuple[int, str]]:
    start = 0
    for part in parts:
        yield start, part
        start += len(part) + 1


def _special(raw: str) -> Chunk:
    """The word of a number, an abbreviation, a domain, C++ or C#."""
    if raw[0].isdigit() and not raw.rpartition(".")[2].isalpha():  # 3.5, but not 20minutes.fr
        return Chunk((_literal(raw, _number(raw)),))
    return _dotted(raw) if "." in raw else Chunk((_literal(raw, raw.lower()),))


def _literal(raw: str, text: str) -> IndexWord:
    """What no stemmer and no lexicon reads: a number, C++, a domain."""
    return IndexWord(0, len(raw), text, text, None, (UNKNOWN + text,), text)


def _number(raw: str) -> str:
    """The digits of a number, without blanks and stops between thousands, and with a stop before decimals."""
    if THOUSANDS.fullmatch(raw):
        whole, _, decimals = raw.partition(",")
        digits = "".join(filter(str.isdigit, whole))
        return f"{digits}.{decimals}" if decimals else digits
    return ".".join(fold(surface(part)) for part in raw.replace(",", ".").split("."))


def _dotted(raw: str) -> Chunk:
    """Abbreviations lose their stops (U.R.S.S. → urss, P.-D.G. → pdg). Domain names stay whole; they are also found by their
    labels and by the domains that they belong to (www.lemonde.fr → lemonde.fr, lemonde)."""
    letters = _HYPHEN.sub("", raw).split(".")
    if all(len(surface(letter)) <= 1 for letter in letters):
        word = _word(0, "".join(letters), False)
        # A stop that closes the abbreviation belongs to it.
        return Chunk((word._replace(end=len(raw)),))
    labels = raw.lower().split(".")
    domains = [".".join(labels[at:]) for at in range(1, len(labels) - 1)]
    wholes = [Whole(0, len(raw), each, (UNKNOWN + each,), each) for each in domains]
    wholes += [_whole(0, len(raw), label.replace("-", "")) for label in labels[:-1] if len(label) > 3]
    return Chunk((_literal(raw, raw.lower()),), tuple(wholes))


def _unelided(unit: Unit) -> Iterator[tuple[int, str]]:
    """The parts of a unit, but for elided words.

    A hyphen stands for the apostrophe in *Côte-d-Ivoire*, but not in *a-t-elle*.
    """
    followers = [part for _, part, _ in unit.parts[1:]]
    for (start, part, joiner), after in zip(unit.parts, [*followers, None], strict=True):
        hyphened = start > unit.start and after is not None and part in ("d", "D", "l", "L")
        if not joiner or not (hyphened or joiner in APOSTROPHES) or not is_elided(part, after):
            yield start, part


def _side_by_side(parts: Iterable[tuple[int, str]], opens: bool) -> Chunk:
    """The words of parts that are joined, and the word they are together."""
    words: list[IndexWord] = []
    wholes: list[Whole] = []
    for start, part in parts:
        first = opens and not words
        if not part.isalnum() and _SIGN.search(part):
            masculine, feminine = genders(part)
            words.append(_word(start, masculine, first)._replace(end=start + len(part)))
            wholes.append(_whole(start, start + len(part), feminine, first))
        else:
            words.append(_word(start, part, first))
    if len(words) > 1 and words[-1].word not in PRONOUNS:
        wholes.append(_whole(words[0].start, words[-1].end, "".join(word.raw for word in words), opens))
    return Chunk(tuple(words), tuple(wholes))


def _word(start: int, raw: str, opens: bool) -> IndexWord:
    return IndexWord(start, start + len(raw), *terms_of(raw, opens), raw)


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
