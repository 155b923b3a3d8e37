"""A text, and the marks of a query → spans: where in the text words, compounds and phrases stand that the query asked for."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain
from operator import attrgetter
from typing import NamedTuple

from searcher.analysis import OPENING, analyse_chunk, cut, is_opening
from searcher.analysis.beginnings import beginnings, holds
from searcher.analysis.pieces import bare
from searcher.analysis.words import analysed
from searcher.article import Range
from searcher.query.marks import Mark


class Span(NamedTuple):
    """What one mark matched: from the first word's start to the last word's end; `words` are the ranges to highlight."""

    start: int
    end: int
    mark: int
    words: tuple[Range, ...]


def spans(text: str, marks: tuple[Mark, ...]) -> list[Span]:
    """Everything in `text` that a mark asks for, ascending; `Span.mark` is the mark's place in `marks`."""
    if not marks:
        return []
    global _vocabulary
    vocabulary = _vocabulary = _Vocabulary() if _vocabulary.is_full() else _vocabulary
    matcher = _matcher(marks)
    pieces = cut(text)
    holding = vocabulary.likely(matcher, pieces)
    if holding is None:
        holding = vocabulary.holding(matcher, pieces)
    matching = [number for number, piece in enumerate(pieces) if piece in holding]
    found: list[Span] = []
    in_phrases: dict[int, _Placed] = {}  # position among the words of the text → word
    start = last = 0
    position = first = 0  # of the last word in a phrase: its place among the words, and its piece
    for number in matching:
        start += sum(map(len, pieces[last:number])) + number - last
        last = number
        piece = pieces[number]
        matches, words = matcher[OPENING + piece if is_opening(text, start, piece) else piece]
        for begin, end, mark in matches:
            found.append(Span(start + begin, start + end, mark, ((start + begin, start + end),)))
        if words:
            position += vocabulary.distance(pieces, first, number, matcher.reach)
            first = number
        for place, begin, end, word in words:
            in_phrases[position + place] = (start + begin, start + end, word)
    for mark, slop, phrase in matcher.phrases:
        for places in _in_order(phrase, in_phrases) if slop is None else _near(phrase, slop, in_phrases):
            ranges = tuple(in_phrases[each][:2] for each in places)
            found.append(Span(ranges[0][0], ranges[-1][1], mark, ranges))
    return sorted(found)


def highlights(text: str, marks: Iterable[Mark]) -> tuple[Range, ...]:
    """The ranges of a short text (a title) to highlight: ascending and disjoint."""
    return merged(word for span in spans(text, tuple(marks)) for word in span.words)


def printed(title: str, text: str, marks: tuple[Mark, ...]) -> tuple[str, ...]:
    """The different words of an article that matched, as they are printed, in the order met; case aside."""
    titled, inside = (tuple(filter(attrgetter(where), marks)) for where in ("in_title", "in_text"))
    found: dict[str, str] = {}
    for part, asking in ((title, titled), (text, inside)):
        for span in spans(part, asking):
            for start, end in span.words:
                found.setdefault(part[start:end].casefold(), part[start:end])
    return tuple(found.values())


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


class _Matches(NamedTuple):
    """What one piece contributes: direct matches, and the words that occur in some phrase."""

    matches: tuple[tuple[int, int, int], ...]  # start and end in the piece, number of the mark
    in_phrases: tuple[tuple[int, int, int, str], ...]  # which word of the piece, start, end, folded


class _Matcher(dict[str, _Matches]):
    """Piece → what the piece contributes to the marks.

    `wanted` holds at least one term of every piece that contributes; `reach` is how many words a phrase may stretch over.
    """

    def __init__(self, marks: tuple[Mark, ...]) -> None:
        self.phrases = [(number, mark.slop, phrase) for number, mark in enumerate(marks) for phrase in mark.phrases]
        self._in_phrases = {word for _, _, phrase in self.phrases for word in phrase}
        self.reach = max((len(phrase) + (slop or 0) for _, slop, phrase in self.phrases), default=0)
        self._keys, self._words, self._forms, self._stems = (
            _numbered(getattr(mark, kind) for mark in marks) for kind in ("keys", "words", "forms", "stems")
        )
        self.wanted = self._in_phrases.union(
            self._keys, self._words, (form.partition("|")[0] for form in self._forms), map(_stem, self._stems)
        )
        self.beginnings = beginnings(self.wanted)
        # The pieces with a wanted term, and the state of the vocabulary that they were looked up in.
        self.holding: tuple[object, set[str]] = (None, set())

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
        if len(piece) <= _Vocabulary.LONGEST:
            self[piece] = found
        return found


def _stem(stem: str) -> str:
    """A stem among the terms of a vocabulary, where it is no word and no key."""
    return f"/{stem}"


def _numbered(terms: Iterable[frozenset[str]]) -> dict[str, list[int]]:
    """Term → the numbers of the marks that ask for the term."""
    numbers: dict[str, list[int]] = {}
    for number, these in enumerate(terms):
        for term in these:
            numbers.setdefault(term, []).append(number)
    return numbers


_matcher = lru_cache(maxsize=8)(_Matcher)


class _Vocabulary:
    """The pieces of all texts looked at so far, whatever was asked: which pieces hold a term, whether they begin a sentence or
    not, and how many words each has."""

    LIMIT = 1 << 16
    LONGEST = 64  # characters; a longer piece is hardly met again
    FEW = 1 << 13  # pieces of texts, met again or not: a process that has shown fewer does not learn them

    def __init__(self) -> None:
        self._met = 0
        self._pieces: set[str] = set()
        self._holding: dict[str, list[str]] = {}
        self._sizes: dict[str, int] = {}
        self._state = object()  # replaced whenever a piece is added

    def is_full(self) -> bool:
        return len(self._pieces) > self.LIMIT

    def likely(self, matcher: _Matcher, pieces: list[str]) -> set[str] | None:
        """The pieces that may hold a wanted term, by their letters; None when all of them must be looked up.

        The analysis of every piece pays off in a process that stays. It is a fifth of the time of a single search.
        """
        if matcher.beginnings is None or self._met > self.FEW:
            return None
        self._met += len(pieces)
        return {piece for piece in set(pieces) if len(piece) > self.LONGEST or holds(piece, matcher.beginnings)}

    def holding(self, matcher: _Matcher, pieces: list[str]) -> set[str]:
        """All of `pieces` that hold a wanted word, stem or compound, among other pieces."""
        new: set[str] = set() if self._pieces.issuperset(pieces) else set(pieces).difference(self._pieces)
        for piece in new:
            if len(piece) <= self.LONGEST:
                self._add(piece)
        state = self._state
        known, holding = matcher.holding
        if known is not state:
            holding = set(chain.from_iterable(self._holding.get(term, ()) for term in matcher.wanted))
            matcher.holding = state, holding
        long = [piece for piece in new if len(piece) > self.LONGEST]
        return holding.union(long) if long else holding

    def _add(self, piece: str) -> None:
        terms: set[str] = set()
        _, core = bare(piece)
        for words, wholes in (analysed(core), analysed(OPENING + core)):  # not remembered: what they hold is
            terms.update(word.word for word in words)
            terms.update(*(word.keys for word in words), *(whole.keys for whole in wholes))
            terms.update(_stem(word.stem) for word in words)
        for term in terms:
            self._holding.setdefault(term, []).append(piece)
        self._state = object()
        self._pieces.add(piece)  # last: another thread that finds the piece here relies on its terms

    def distance(self, pieces: list[str], first: int, number: int, reach: int) -> int:
        """How many words stand before a piece, from another piece on; some of them when no phrase reaches so far."""
        if first == number:
            return 0
        words = self.size(pieces[first])
        far = words + reach
        for piece in pieces[first + 1 : number]:
            if words >= far:
                break
            words += self.size(piece)
        return words

    def size(self, piece: str) -> int:
        """How many words a piece has."""
        if piece in self._sizes:
            return self._sizes[piece]
        size = len(analyse_chunk(piece).words)
        if len(piece) <= self.LONGEST:
            self._sizes[piece] = size
        return size


_vocabulary = _Vocabulary()


def _in_order(phrase: tuple[str, ...], placed: dict[int, _Placed]) -> Iterator[list[int]]:
    """The places where the words of a phrase stand side by side."""
    for first in placed:
        if all(first + at in placed and placed[first + at][2] == word for at, word in enumerate(phrase)):
            yield list(range(first, first + len(phrase)))


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
