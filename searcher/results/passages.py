"""Original text + what the query asked for → passages that show why. No engine is involved, and no markup.

text ──analysis──► spans (words, compounds and phrases the query asked for)
spans + sentences ──► windows ──best first, none alike──► passages
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import accumulate, chain
from typing import NamedTuple

from searcher.analysis import CHUNK, Chunk, analyse_chunk, sentences
from searcher.article import Range
from searcher.query.marks import Mark
from searcher.results.values import Passage

MAX_LENGTH = 320  # characters; a passage is longer only when one phrase is
CONTEXT = 80  # characters kept before the first match when a sentence has to be cut
MAX_WINDOWS = 2000  # an article that repeats a word more often shows it soon enough
ALIKE = 0.8  # share of words in common from which two passages say the same


class Span(NamedTuple):
    """What one mark matched: from the first word's start to the last word's end; `words` are the ranges to highlight."""

    start: int
    end: int
    mark: int
    words: tuple[Range, ...]


class _Seen(NamedTuple):
    """What a piece is to the marks: what in it a mark asks for, and its words that phrases hold."""

    asked: tuple[tuple[int, int, int], ...]  # start and end in the piece, mark
    held: tuple[tuple[int, int, int, str], ...]  # which word of the piece, start, end, folded


class _Spotter(dict[str, _Seen]):
    """Piece → what it is to the marks; `wanted` are terms of which every piece that is anything to them has one."""

    def __init__(self, marks: tuple[Mark, ...]) -> None:
        self.phrases = [(number, mark.slop, phrase) for number, mark in enumerate(marks) for phrase in mark.phrases]
        self._in_phrases = {word for _, _, phrase in self.phrases for word in phrase}
        self._stems, self._words, self._forms = (
            _numbered(getattr(mark, kind) for mark in marks) for kind in ("stems", "words", "forms")
        )
        self.wanted = self._in_phrases.union(self._stems, self._words, (form.partition("|")[0] for form in self._forms))
        self.holding: tuple[object, set[str]] = (
            None,
            set(),
        )  # what `_Met` knew when, and the pieces of it with one of `wanted`

    def __missing__(self, piece: str) -> _Seen:
        asked, held, at = [], [], 0
        for match in CHUNK.finditer(piece.replace(_HELD, " ")):
            base, chunk = match.start(), analyse_chunk(match.group())
            asked += [
                (base + chunk.words[0].start, base + chunk.words[-1].end, number)
                for whole in chunk.whole
                for number in self._stems.get(whole, ())
            ]
            for start, end, word, stem, form in chunk.words:
                numbers = self._stems.get(stem, []) + self._words.get(word, [])
                if self._forms:
                    numbers = numbers + self._forms.get(form or f"{word}|{word}", [])
                asked += [(base + start, base + end, number) for number in numbers]
                if word in self._in_phrases:
                    held.append((at, base + start, base + end, word))
                at += 1
        seen = self[piece] = _Seen(tuple(asked), tuple(held))
        return seen


class _Met:
    """The pieces met so far, whatever was asked: which of them hold a term, and how many words each has."""

    LIMIT = 1 << 17
    LONGEST = 64  # characters; what is longer is hardly met again

    def __init__(self) -> None:
        self._pieces: set[str] = set()
        self._holding: dict[str, list[str]] = {}
        self._sizes: dict[str, int] = {}
        self._state = object()  # another one whenever a piece was met

    def is_full(self) -> bool:
        return len(self._pieces) > self.LIMIT

    def holding(self, spotter: _Spotter, pieces: list[str]) -> set[str]:
        """Pieces that hold a word, stem or compound that is wanted: all those of a text, and others."""
        unmet = set(pieces).difference(self._pieces)
        for piece in unmet:
            if len(piece) <= self.LONGEST:
                self._meet(piece)
        state = self._state
        known, holding = spotter.holding
        if known is not state:
            holding = set(chain.from_iterable(self._holding.get(term, ()) for term in spotter.wanted))
            spotter.holding = state, holding
        long = [piece for piece in unmet if len(piece) > self.LONGEST]
        return holding.union(long) if long else holding

    def _meet(self, piece: str) -> None:
        for words, whole in _chunks(piece):
            for term in {*whole, *(word.word for word in words), *(word.stem for word in words)}:
                self._holding.setdefault(term, []).append(piece)
        self._state = object()
        self._pieces.add(piece)  # last: other threads rely on what is said of it

    def size(self, piece: str) -> int:
        """How many words a piece has."""
        if piece in self._sizes:
            return self._sizes[piece]
        size = sum(len(words) for words, _ in _chunks(piece))
        if len(piece) <= self.LONGEST:
            self._sizes[piece] = size
        return size


_met = _Met()


def _chunks(piece: str) -> Iterator[Chunk]:
    return map(analyse_chunk, CHUNK.findall(piece.replace(_HELD, " ")))


def _numbered(terms: Iterable[frozenset[str]]) -> dict[str, list[int]]:
    """Term → the numbers of the marks that ask for it."""
    numbers: dict[str, list[int]] = {}
    for number, these in enumerate(terms):
        for term in these:
            numbers.setdefault(term, []).append(number)
    return numbers


_spotter = lru_cache(maxsize=8)(_Spotter)


def spans(text: str, marks: tuple[Mark, ...]) -> list[Span]:
    """Everything in `text` that a mark asks for, ascending."""
    if not marks:
        return []
    global _met
    met = _met = _Met() if _met.is_full() else _met
    spotter = _spotter(marks)
    pieces = _pieces(text)
    holding = met.holding(spotter, pieces)
    worth = [at for at, piece in enumerate(pieces) if piece in holding]
    if not worth:
        return []
    words = list(accumulate(map(met.size, pieces), initial=0)) if spotter.phrases else []
    found: list[Span] = []
    held: dict[int, tuple[int, int, str]] = {}  # place in the text → extent, folded word
    base = last = 0
    for number in worth:
        base += sum(map(len, pieces[last:number])) + number - last
        last = number
        asked, phrased = spotter[pieces[number]]
        for start, end, mark in asked:
            found.append(Span(base + start, base + end, mark, ((base + start, base + end),)))
        if phrased:
            place = words[number]
            for at, start, end, word in phrased:
                held[place + at] = (base + start, base + end, word)
    for number, slop, phrase in spotter.phrases:
        for places in _in_order(phrase, held) if slop is None else _near(phrase, slop, held):
            ranges = tuple(held[each][:2] for each in places)
            found.append(Span(ranges[0][0], ranges[-1][1], number, ranges))
    return sorted(found)


_IN_NUMBER = re.compile(r" (?=\d{3})")
_HELD = "\0"


def _pieces(text: str) -> list[str]:
    """A text cut where no chunk reaches over, at single characters: blanks, line feeds, quotation marks, commas before blanks.

    In a number a chunk may reach over a blank; `_HELD` stands for that.
    """
    held = _IN_NUMBER.sub(_HELD, text.replace(_HELD, "\n"))
    return held.replace("\n", " ").replace('"', " ").replace(", ", "  ").split(" ")


def _in_order(phrase: tuple[str, ...], held: dict[int, tuple[int, int, str]]) -> Iterator[list[int]]:
    for first in held:
        if all(first + at in held and held[first + at][2] == word for at, word in enumerate(phrase)):
            yield list(range(first, first + len(phrase)))


def _near(phrase: tuple[str, ...], slop: int, held: dict[int, tuple[int, int, str]]) -> Iterator[list[int]]:
    """The stretches of at most `len(phrase) + slop` words that hold every word of the phrase."""
    size = len(phrase) + slop
    wanted = [place for place, (_, _, word) in held.items() if word in phrase]
    for at, first in enumerate(wanted):
        missing = list(phrase)
        chosen = []
        for place in wanted[at : bisect_left(wanted, first + size)]:
            if held[place][2] in missing:
                missing.remove(held[place][2])
                chosen.append(place)
        if not missing:
            yield chosen


def highlights(text: str, marks: Iterable[Mark]) -> tuple[Range, ...]:
    """The ranges of a short text (a title) to highlight: ascending and disjoint."""
    return _merged(word for span in spans(text, tuple(marks)) for word in span.words)


def printed(title: str, text: str, marks: tuple[Mark, ...]) -> tuple[str, ...]:
    """The different words of an article that matched, as they are printed, in the order met; case aside."""
    found: dict[str, str] = {}
    for part in (title, text):
        for span in spans(part, marks):
            for start, end in span.words:
                found.setdefault(part[start:end].casefold(), part[start:end])
    return tuple(found.values())


def passages(text: str, marks: tuple[Mark, ...], *, limit: int) -> tuple[Passage, ...]:
    """At most `limit` passages of `text`, the one that shows most first; the lead when nothing in the text matched.

    Each is made of whole sentences where they fit into MAX_LENGTH characters and never cut inside a word. A passage shows
    as many of the marks as any could, every next one adds what the others lack, and no two say the same.
    """
    if limit < 1:
        return ()
    ends = sentences(text)
    found = spans(text, tuple(mark for mark in marks if mark.in_text))
    if not found:
        return tuple(
            Passage(text[start:end], start, end) for start, end in ends[:1] for end in [_shortened(text, start, end)]
        )
    windows = _windows(text, found, ends)
    chosen: list[_Window] = []
    vocabularies: list[set[str]] = []
    shown: set[int] = set()
    while windows and len(chosen) < limit:
        best = max(windows, key=lambda window: (len(window.marks - shown), *window.worth))
        windows.remove(best)
        said = set(text[best.start : best.end].casefold().split())
        if any(_alike(said, other) for other in vocabularies):
            continue
        chosen.append(best)
        vocabularies.append(said)
        shown |= best.marks
        windows = [window for window in windows if window.end <= best.start or window.start >= best.end]
    return tuple(
        Passage(text[window.start : window.end], window.start, window.end, _inside(window, found)) for window in chosen
    )


class _Window(NamedTuple):
    start: int
    end: int
    marks: frozenset[int]
    worth: tuple[int, ...]  # larger is better: marks, phrases, fewer sentences, earlier


def _windows(text: str, found: list[Span], ends: list[Range]) -> list[_Window]:
    """One window for every span: the sentences around it, or the part of a long sentence that holds it."""
    starts = [start for start, _ in ends]
    begins = [span.start for span in found]
    windows: dict[Range, _Window] = {}
    for at, span in enumerate(found[:MAX_WINDOWS]):
        first = max(bisect_right(starts, span.start) - 1, 0)
        last = max(bisect_right(starts, span.end - 1) - 1, first)
        start, end = ends[first][0], max(ends[last][1], span.end)
        if end - start > MAX_LENGTH:
            start, end = _cut(text, start, end, span)
        else:
            near = found[max(bisect_left(begins, start), at - 50) : at + 150]
            end = _extended(start, end, last, ends, near)
        if (start, end) not in windows:
            near = found[max(bisect_left(begins, start), at - 200, 0) : bisect_left(begins, end)]
            held = [each for each in near if each.end <= end][:200]
            marks = frozenset(each.mark for each in held)
            phrases = sum(len(each.words) > 1 for each in held)
            pieces = bisect_left(starts, end) - bisect_right(starts, start)
            windows[start, end] = _Window(start, end, marks, (len(marks), min(phrases, 3), -pieces, -start))
    return list(windows.values())


def _cut(text: str, start: int, end: int, span: Span) -> Range:
    """Part of a sentence that is too long: some context, the span, and what fits behind it; cut between words."""
    left = max(start, span.start - CONTEXT)
    if left > start:
        space = _space(text, left, span.start)
        left = space if space is not None else span.start
    right = max(min(end, left + MAX_LENGTH), span.end)
    while right < end and right > span.end and not (text[right].isspace() or text[right - 1].isspace()):
        right -= 1
    if right == span.end:  # no blank within reach: keep the word that the span ends in whole
        while right < end and text[right].isalnum():
            right += 1
    while text[right - 1].isspace():
        right -= 1
    return left, right


def _space(text: str, start: int, end: int) -> int | None:
    """The beginning of the first word that starts after `start`."""
    for at in range(start, end):
        if text[at].isspace() and not text[at + 1].isspace():
            return at + 1
    return None


def _extended(start: int, end: int, last: int, ends: list[Range], near: list[Span]) -> int:
    """An end behind the neighbouring sentences that show something new, as long as all of it fits."""
    seen = {each.mark for each in near if each.end <= end}
    for following in range(last + 1, len(ends)):
        stop = ends[following][1]
        if stop - start > MAX_LENGTH:
            break
        new = {each.mark for each in near if each.end <= stop}
        if not new > seen:
            break
        end, seen = stop, new
    return end


def _inside(window: _Window, found: list[Span]) -> tuple[Range, ...]:
    held = [span for span in found if span.start >= window.start and span.end <= window.end]
    return tuple(
        (start - window.start, end - window.start)
        for start, end in _merged(word for span in held for word in span.words)
    )


def _merged(ranges: Iterable[Range]) -> tuple[Range, ...]:
    merged: list[Range] = []
    for start, end in sorted(set(ranges)):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _alike(some: set[str], others: set[str]) -> bool:
    return len(some & others) >= ALIKE * min(len(some), len(others))


def _shortened(text: str, start: int, end: int) -> int:
    """An end that keeps a lead within MAX_LENGTH, between words."""
    if end - start <= MAX_LENGTH:
        return end
    blanks = [at for at in range(start + 1, start + MAX_LENGTH) if text[at].isspace()]
    return blanks[-1] if blanks else start + MAX_LENGTH
