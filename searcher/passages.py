"""Original text + what the query asked for → passages that show why. No engine is involved, and no markup.

text ──analysis──► spans (words, compounds and phrases the query asked for)
spans + sentences ──► windows ──best first, none alike──► passages
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from searcher.analysis import Token, chunks, sentences
from searcher.article import Range
from searcher.query.analyse import Mark
from searcher.results import Passage

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


def spans(text: str, marks: tuple[Mark, ...]) -> list[Span]:
    """Everything in `text` that a mark asks for, ascending."""
    if not marks:
        return []
    found: list[Span] = []
    tokens: list[Token] = []
    for base, _, chunk in chunks(text):
        these = [Token(base + word.start, base + word.end, *word[2:]) for word in chunk.words]
        tokens += these
        for number, mark in enumerate(marks):
            if mark.stems.intersection(chunk.whole):
                found.append(Span(these[0].start, these[-1].end, number, ((these[0].start, these[-1].end),)))
            for token in these:
                if token.stem in mark.stems or token.word in mark.words or _form(token) in mark.forms:
                    found.append(Span(token.start, token.end, number, ((token.start, token.end),)))
    if any(mark.phrases for mark in marks):
        places: dict[str, list[int]] = defaultdict(list)
        for place, token in enumerate(tokens):
            places[token.word].append(place)
        for number, mark in enumerate(marks):
            for phrase in mark.phrases:
                for held in (
                    _in_order(phrase, tokens, places) if mark.slop is None else _near(phrase, mark.slop, places)
                ):
                    words = tuple((tokens[place].start, tokens[place].end) for place in held)
                    found.append(Span(words[0][0], words[-1][1], number, words))
    return sorted(found)


def _form(token: Token) -> str:
    return token.form or f"{token.word}|{token.word}"


def _in_order(phrase: tuple[str, ...], tokens: list[Token], places: dict[str, list[int]]) -> Iterator[list[int]]:
    for first in places.get(phrase[0], ()):
        if tuple(token.word for token in tokens[first : first + len(phrase)]) == phrase:
            yield list(range(first, first + len(phrase)))


def _near(phrase: tuple[str, ...], slop: int, places: dict[str, list[int]]) -> Iterator[list[int]]:
    """The stretches of at most `len(phrase) + slop` words that hold every word of the phrase."""
    size = len(phrase) + slop
    wanted = sorted({place for word in phrase for place in places.get(word, ())})
    word_at = {place: word for word in set(phrase) for place in places.get(word, ())}
    for at, first in enumerate(wanted):
        held = wanted[at : bisect_left(wanted, first + size)]
        missing = list(phrase)
        chosen = []
        for place in held:
            if word_at[place] in missing:
                missing.remove(word_at[place])
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
    windows: dict[Range, _Window] = {}
    for at, span in enumerate(found[:MAX_WINDOWS]):
        first = max(bisect_right(starts, span.start) - 1, 0)
        last = max(bisect_right(starts, span.end - 1) - 1, first)
        start, end = ends[first][0], max(ends[last][1], span.end)
        if end - start > MAX_LENGTH:
            start, end = _cut(text, start, end, span)
        else:
            start, end = _extended(start, end, first, last, ends, found, at)
        if (start, end) not in windows:
            held = [each for each in found[max(0, at - 200) :] if each.start >= start and each.end <= end][:200]
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


def _extended(start: int, end: int, first: int, last: int, ends: list[Range], found: list[Span], at: int) -> Range:
    """Neighbouring sentences are taken in as long as they show something new and all of it fits."""
    seen = {each.mark for each in _between(found, at, start, end)}
    for following in range(last + 1, len(ends)):
        stop = ends[following][1]
        if stop - start > MAX_LENGTH:
            break
        new = {each.mark for each in _between(found, at, start, stop)}
        if not new > seen:
            break
        end, seen = stop, new
    return start, end


def _between(found: list[Span], at: int, start: int, end: int) -> Iterator[Span]:
    for each in found[max(0, at - 50) : at + 150]:
        if each.start >= start and each.end <= end:
            yield each


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
