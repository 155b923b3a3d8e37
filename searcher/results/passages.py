"""A text, and the marks of a query → the passages that show why the text was found. No engine is involved, and no markup.

text ──marking──► spans (words, compounds and phrases the query asked for)
spans + sentences ──► windows ──best first, none alike──► passages
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from searcher.analysis import sentences
from searcher.article import Range
from searcher.query.marks import Mark
from searcher.results.marking import Span, merged, spans
from searcher.results.values import Passage
from searcher.values import Value

MAX_LENGTH = 320  # characters; a passage is longer only when a phrase is longer
CONTEXT = 80  # characters kept before the first match when a sentence has to be cut
MAX_WINDOWS = 2000  # only the first spans of a text are shown: a text with more repeats its words
NEAR = 200  # spans of a window that count
ALIKE = 0.8  # share of words in common from which two passages are alike


def passages(text: str, marks: tuple[Mark, ...], *, limit: int) -> tuple[Passage, ...]:
    """At most `limit` passages of `text`, the one that shows most first; the lead when nothing in the text matched.

    A passage is made of whole sentences where they fit into MAX_LENGTH characters, and is never cut inside a word. The first
    passage shows as many marks as any could, the next ones those that are not shown yet, and no two passages are alike.
    """
    return around(text, spans(text, tuple(mark for mark in marks if mark.in_text)), limit=limit) if limit > 0 else ()


def around(text: str, found: list[Span], *, limit: int) -> tuple[Passage, ...]:
    """The passages around the spans that marks have found in a text."""
    ends = sentences(text)
    if not found:
        return tuple(
            Passage(text[start:end], start, end) for start, end in ends[:1] for end in [_shortened(text, start, end)]
        )
    windows = _windows(text, found, ends)
    chosen: list[_Window] = []
    texts: list[set[str]] = []
    shown: set[int] = set()
    while windows and len(chosen) < limit:
        windows.sort(key=lambda window: (len(window.marks - shown), window.rank), reverse=True)
        best = next((each for each in windows if not any(_alike(_words(text, each), other) for other in texts)), None)
        if best is None:
            break
        chosen.append(best)
        texts.append(_words(text, best))
        shown |= best.marks
        windows = [window for window in windows if window.end <= best.start or window.start >= best.end]
    return tuple(
        Passage(text[window.start : window.end], window.start, window.end, _inside(window, found)) for window in chosen
    )


class _Window(Value):
    start: int
    end: int
    marks: frozenset[int]
    rank: tuple[int, ...]  # larger is better: more marks, more phrases, fewer sentences, earlier in the text


def _windows(text: str, found: list[Span], ends: list[Range]) -> list[_Window]:
    """One window for every span: the sentences around it, or the part of a long sentence that holds it."""
    starts = [start for start, _ in ends]
    begins = [span.start for span in found]
    whole: set[Range] = set()  # sentences that have their window
    windows: dict[Range, _Window] = {}
    for span in found[:MAX_WINDOWS]:
        first = max(bisect_right(starts, span.start) - 1, 0)
        last = max(bisect_right(starts, span.end - 1) - 1, first)
        start, end = ends[first][0], max(ends[last][1], span.end)
        if (start, end) in whole:
            continue
        is_long = end - start > MAX_LENGTH
        if is_long:
            start, end = _cut(text, start, end, span)
        else:
            whole.add((start, end))
        near = found[bisect_left(begins, start) : bisect_left(begins, max(end, start + MAX_LENGTH))][:NEAR]
        if not is_long:
            end = _extended(start, end, last, ends, near)
        if (start, end) not in windows:
            held = [each for each in near if each.end <= end]
            marks = frozenset([each.mark for each in held])
            phrases = sum([len(each.words) > 1 for each in held])
            pieces = bisect_left(starts, end) - bisect_right(starts, start)
            windows[start, end] = _Window(start, end, marks, (len(marks), min(phrases, 3), -pieces, -start))
    return list(windows.values())


def _cut(text: str, start: int, end: int, span: Span) -> Range:
    """The part of a long sentence to show: some context, the span, and what fits behind the span; cut between words."""
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
    """The end of the last neighbouring sentence that adds a mark, as long as the window fits into MAX_LENGTH."""
    seen: set[int] | None = None  # most sentences are too long to have a neighbour in their window
    for following in range(last + 1, len(ends)):
        stop = ends[following][1]
        if stop - start > MAX_LENGTH:
            break
        if seen is None:
            seen = {each.mark for each in near if each.end <= end}
        new = {each.mark for each in near if each.end <= stop}
        if not new > seen:
            break
        end, seen = stop, new
    return end


def _inside(window: _Window, found: list[Span]) -> tuple[Range, ...]:
    held = [span for span in found if span.start >= window.start and span.end <= window.end]
    return tuple(
        (start - window.start, end - window.start)
        for start, end in merged(word for span in held for word in span.words)
    )


def _words(text: str, window: _Window) -> set[str]:
    return set(text[window.start : window.end].casefold().split())


def _alike(some: set[str], others: set[str]) -> bool:
    return len(some & others) >= ALIKE * min(len(some), len(others))


def _shortened(text: str, start: int, end: int) -> int:
    """An end that keeps a lead within MAX_LENGTH, between words."""
    if end - start <= MAX_LENGTH:
        return end
    blanks = [at for at in range(start + 1, start + MAX_LENGTH) if text[at].isspace()]
    return blanks[-1] if blanks else start + MAX_LENGTH
