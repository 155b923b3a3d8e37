"""A text, and the marks of a query → spans: where in the text words, compounds and phrases stand that the query asked for."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import compress
from operator import attrgetter
from typing import NamedTuple, TypeVar

from searcher.analysis import OPENING, analyse_chunk, cut, is_opening
from searcher.analysis.beginnings import Hint, beginnings, clue
from searcher.analysis.pieces import bare, piece_end, piece_start
from searcher.analysis.scan import can_seek, pieces_with
from searcher.analysis.words import analysed
from searcher.article import Range
from searcher.query.marks import Mark

LONGEST = 64  # characters; a longer piece is hardly met again, and is not remembered
WORD = 12  # characters that a word of the context of a phrase is expected to take at most, with the blank behind it

_T = TypeVar("_T")


class Span(NamedTuple):
    """What one mark matched: from the first word's start to the last word's end; `words` are the ranges to highlight."""

    start: int
    end: int
    mark: int
    words: tuple[Range, ...]


def spans(text: str, marks: tuple[Mark, ...]) -> list[Span]:
    """Everything in `text` that a mark asks for, ascending; `Span.mark` is the mark's place in `marks`."""
    return matcher(marks).spans(text)


def highlights(text: str, marks: Iterable[Mark]) -> tuple[Range, ...]:
    """The ranges of a short text (a title) to highlight: ascending and disjoint."""
    return matcher(tuple(marks)).highlights(text)


def printed(title: str, text: str, marks: tuple[Mark, ...]) -> tuple[str, ...]:
    """The different words of an article that matched, as they are printed, in the order met; case aside."""
    titled, inside = (tuple(filter(attrgetter(where), marks)) for where in ("in_title", "in_text"))
    found: dict[str, str] = {}
    for part, asking in ((title, titled), (text, inside)):
        for span in spans(part, asking):
            for start, end in span.words:
                found.setdefault(part[start:end].casefold(), part[start:end])
    return tuple(found.values())


@lru_cache(maxsize=8)
def matcher(marks: tuple[Mark, ...]) -> Matcher:
    """What finds some marks in any number of texts, the same for the next pages of an answer."""
    return Matcher(marks)


def merged(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """Ranges, ascending, those that overlap made one."""
    found: list[Range] = []
    for start, end in sorted(set(ranges)):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


_Placed = tuple[int, int, str]  # start, end, folded word
_InPhrase = tuple[int, int, int, str]  # which word of its piece, start, end, folded
_Anchored = tuple[int, tuple[str, ...], tuple[int, ...]]
"""The mark of a phrase, the phrase, and the places of its words: that of its anchor first, then the nearest."""


class _Matches(NamedTuple):
    """What one piece contributes: direct matches, and the words that occur in some phrase."""

    matches: tuple[tuple[int, int, int], ...]  # start and end in the piece, number of the mark
    in_phrases: tuple[_InPhrase, ...]


class Matcher(dict[str, _Matches]):
    """Piece → what the piece contributes to the marks.

    Of each phrase the longest word is sought: its anchor. Where the anchor stands, the words around it are looked at.
    """

    def __init__(self, marks: tuple[Mark, ...]) -> None:
        self.marks = marks
        phrases = [(number, mark.slop, phrase) for number, mark in enumerate(marks) for phrase in mark.phrases]
        self._anchored: dict[str, list[_Anchored]] = {}
        for number, slop, phrase in phrases:
            if slop is None:
                self._anchored.setdefault(max(phrase, key=len), []).append(_anchored(number, phrase))
        self._near = [(number, slop, phrase) for number, slop, phrase in phrases if slop is not None]
        self._in_phrases = {word for _, _, phrase in phrases for word in phrase}
        self._reach = max((len(phrase) + slop for _, slop, phrase in self._near), default=0)
        self._keys, self._words, self._forms, self._stems = (
            _numbered(getattr(mark, kind) for mark in marks) for kind in ("keys", "words", "forms", "stems")
        )
        anchors = {max(phrase, key=len) for _, _, phrase in phrases}
        wanted = anchors.union(
            self._keys, self._words, (form.partition("|")[0] for form in self._forms), map(_stem, self._stems)
        )
        begins = beginnings(wanted)
        self._hint = None if begins is None else Hint(begins)
        beside = beginnings(self._in_phrases)
        self._beside = None if beside is None else Hint(beside)
        self._sought = tuple(map(str.encode, begins)) if begins is not None and can_seek(begins) else ()

    def spans(self, text: str) -> list[Span]:
        """Everything in a text that a mark asks for, ascending; `Span.mark` is the mark's number."""
        if not self.marks:
            return []
        found: list[Span] = []
        around: list[Range] = []  # the pieces that hold a word of a phrase
        for start, piece in self.likely(text):
            matches, words = self.of(text, start, piece)
            for begin, end, mark in matches:
                found.append(Span(start + begin, start + end, mark, ((start + begin, start + end),)))
            if words:
                if self._anchored:
                    found += self._in_order(_Around(self, text, start, piece, words), words)
                around.append((start, start + len(piece)))
        placed = self.placed(text, around) if around and self._near else {}
        for mark, slop, phrase in self._near if placed else ():
            for places in _near(phrase, slop, placed):
                found.append(_of_phrase(mark, [placed[each] for each in places]))
        return sorted(found)

    def _in_order(self, around: _Around, words: Iterable[_InPhrase]) -> Iterator[Span]:
        """The phrases whose words stand side by side, with their anchor among the words of a piece."""
        for place, _, _, word in words:
            for number, phrase, outward in self._anchored.get(word, ()):
                first = place - outward[0]
                if all(around.word(first + at) == phrase[at] for at in outward):
                    yield _of_phrase(number, [around.known[first + at] for at in range(len(phrase))])

    def highlights(self, text: str) -> tuple[Range, ...]:
        """The ranges of a short text (a title) to highlight: ascending and disjoint."""
        return merged(word for span in self.spans(text) for word in span.words)

    def likely(self, text: str) -> Iterable[tuple[int, str]]:
        """Where the pieces begin that match or hold the longest word of a phrase, and these pieces; few others."""
        if self._hint is None:
            pieces = cut(text)
            return _placed(pieces, range(len(pieces)))
        hint = self._hint
        if self._sought and (found := pieces_with(self._sought, text)) is not None:
            return [each for each in found if hint[_clues[each[1]]]]
        pieces = cut(text)
        may = map(hint.__getitem__, map(_clues.__getitem__, pieces))
        return _placed(pieces, compress(range(len(pieces)), may))

    def of(self, text: str, start: int, piece: str) -> _Matches:
        """What the piece that begins at a place of a text contributes."""
        opens = not piece[:1].islower() and is_opening(text, start, piece)
        return self[OPENING + piece if opens else piece]

    def placed(self, text: str, around: list[Range]) -> dict[int, _Placed]:
        """The words of phrases in the stretches that near words around some pieces may reach over: position → word. Positions
        count the words; between two stretches they leave a gap that no mark reaches over."""
        found: dict[int, _Placed] = {}
        position = 0
        for start, end in _stretches(text, around, self._reach):
            position = self.place(text, start, cut(text[start:end]), position, found) + self._reach
        return found

    def place(self, text: str, start: int, pieces: list[str], position: int, found: dict[int, _Placed]) -> int:
        """Adds the words of phrases in some pieces of a text, which begin at `start`; `position` is that of their first word.
        Gives the position behind their last word."""
        for piece in pieces:
            if self._beside is None or self._beside[_clues[piece]]:
                for place, begin, stop, word in self.of(text, start, piece).in_phrases:
                    found[position + place] = (start + begin, start + stop, word)
            position += len(extents[piece])
            start += len(piece) + 1
        return position

    def __missing__(self, piece: str) -> _Matches:
        words, wholes = analyse_chunk(piece)
        matches = [
            (whole.start, whole.end, number)
            for whole in wholes
            for key in whole.keys
            for number in self._keys.get(key, ())
        ]
        in_phrases = []
        for place, (start, end, word, stem, form, keys, _) in enumerate(words):
            numbers = [number for key in keys for number in self._keys.get(key, ())] + self._words.get(word, [])
            if self._forms:
                numbers = numbers + self._forms.get(form or f"{word}|{word}", [])
            if self._stems:
                numbers = numbers + self._stems.get(stem, [])
            matches += [(start, end, number) for number in numbers]
            if word in self._in_phrases:
                in_phrases.append((place, start, end, word))
        # A mark may ask for several keys of one word, and shows the word once.
        found = _Matches(tuple(dict.fromkeys(matches)), tuple(in_phrases))
        if len(piece) <= LONGEST:
            self[piece] = found
        return found


def _anchored(number: int, phrase: tuple[str, ...]) -> _Anchored:
    anchor = phrase.index(max(phrase, key=len))
    return number, phrase, tuple(sorted(range(len(phrase)), key=lambda at: abs(at - anchor)))


class _Around:
    """The words around a piece of a text by position, where 0 is the first word of the piece: the pieces beside it are cut
    when their words are asked for. `known` has those that stand in some phrase."""

    def __init__(self, matcher: Matcher, text: str, start: int, piece: str, words: tuple[_InPhrase, ...]) -> None:
        self._matcher = matcher
        self._text = text
        self._start, self._end = start, start + len(piece)  # what was cut so far
        self._first, self._next = 0, len(extents[piece])
        self.known = {place: (start + begin, start + end, word) for place, begin, end, word in words}

    def word(self, position: int) -> str | None:
        """The word at a position; None where no word of a phrase stands."""
        while position < self._first and self._start > 0:
            self._cut_before()
        while position >= self._next and self._end < len(self._text):
            self._cut_behind()
        held = self.known.get(position)
        return held[2] if held else None

    def _cut_before(self) -> None:
        end = self._start - 1
        self._start = piece_start(self._text, end)
        pieces = cut(self._text[self._start : end])
        self._first -= sum(len(extents[piece]) for piece in pieces)
        self._matcher.place(self._text, self._start, pieces, self._first, self.known)

    def _cut_behind(self) -> None:
        start = self._end + 1
        self._end = max(piece_end(self._text, start), start)
        pieces = cut(self._text[start : self._end])
        self._next = self._matcher.place(self._text, start, pieces, self._next, self.known)


def _of_phrase(mark: int, words: list[_Placed]) -> Span:
    ranges = tuple(word[:2] for word in words)
    return Span(ranges[0][0], ranges[-1][1], mark, ranges)


def _placed(pieces: list[str], numbers: Iterable[int]) -> Iterator[tuple[int, str]]:
    """Where some of the pieces of a text begin, and these pieces."""
    start = last = 0
    for number in numbers:
        start += sum(map(len, pieces[last:number])) + number - last
        last = number
        yield start, pieces[number]


def _stem(stem: str) -> str:
    """A stem among other terms, where it is no word and no key."""
    return f"/{stem}"


def _numbered(terms: Iterable[frozenset[str]]) -> dict[str, list[int]]:
    """Term → the numbers of the marks that ask for the term."""
    numbers: dict[str, list[int]] = {}
    for number, these in enumerate(terms):
        for term in these:
            numbers.setdefault(term, []).append(number)
    return numbers


class Remembered(dict[str, _T]):
    """Piece → what is worked out of the piece, whatever was asked."""

    LIMIT = 1 << 17  # some 16 MB; 9,000 articles have 74,000 different pieces

    def __init__(self, work_out: Callable[[str], _T]) -> None:
        self._work_out = work_out

    def __missing__(self, piece: str) -> _T:
        found = self._work_out(piece)
        if len(piece) <= LONGEST:
            if len(self) >= self.LIMIT:
                self.clear()
            self[piece] = found
        return found


_clues = Remembered(clue)


def _extents_of(piece: str) -> tuple[Range, ...]:
    start, core = bare(piece)
    return _shared(tuple((start + word.start, start + word.end) for word in analysed(core).words))


@lru_cache(1 << 12)
def _shared(extents: tuple[Range, ...]) -> tuple[Range, ...]:
    """One tuple for all pieces with the same extents: most are one word from end to end."""
    return extents


extents = Remembered(_extents_of)
"""Piece → where its words stand in it: a twentieth of what the whole analysis takes in memory."""


def _stretches(text: str, around: list[Range], reach: int) -> list[Range]:
    """Stretches of whole pieces, ascending and disjoint, that hold some pieces and at least the `reach` words on each side."""
    if len(text) <= 4 * reach * WORD:  # a title
        return [(0, len(text))]
    found: list[Range] = []
    for start, end in around:
        if found and end <= found[-1][1]:
            last = found[-1][1]
            if last == len(text) or _words(text[end:last]) >= reach:
                continue
        begin, close, size = start, end, reach * WORD
        while begin and _words(text[begin:start]) < reach:
            begin, size = piece_start(text, max(start - size, 0)), 2 * size
        size = reach * WORD
        while close < len(text) and _words(text[end:close]) < reach:
            close, size = piece_end(text, min(end + size, len(text))), 2 * size
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(close, found[-1][1]))
        else:
            found.append((begin, close))
    return found


def _words(stretch: str) -> int:
    """How many words stand in a stretch of whole pieces."""
    return sum(len(extents[piece]) for piece in cut(stretch))


def _near(phrase: tuple[str, ...], slop: int, placed: dict[int, _Placed]) -> Iterator[list[int]]:
    """The stretches of at most `len(phrase) + slop` words that hold every word of the phrase."""
    size = len(phrase) + slop
    places = [place for place, (_, _, word) in placed.items() if word in phrase]
    for at, first in enumerate(places):
        missing = list(phrase)
        chosen = []
        for place in places[at : bisect_left(places, first + size)]:
            if placed[place][2] in missing:
                missing.remove(placed[place][2])
                chosen.append(place)
        if not missing:
            yield chosen
