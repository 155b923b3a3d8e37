"""Runs of characters with their boxes → lines in reading order, blocks, a heading, and what is a running head."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from searcher.readers.scans import ocr

_COLUMN_GAP = 1.2  # of the line's height: more than the widest space between justified words of one column
_EDGE = 0.12  # of the page's height, where running heads and page numbers stand
_MAX_TITLE = 250


@dataclass(frozen=True, slots=True)
class Printed(ocr.Line):
    """A line of a page, with the size of its letters and where on the page it stands (0 at the top, 1 at the foot)."""

    size: float = 0
    at: float = 0


class Run:
    """Gathers the words of a line."""

    def __init__(self, height: float) -> None:
        self._page = height
        self._clear()

    def _clear(self) -> None:
        self._text: list[str] = []
        self._left = self._right = self._bottom = self._top = self._size = 0.0
        self._last = 0.0

    @property
    def empty(self) -> bool:
        return not self._text

    def apart(self, left: float, bottom: float, top: float) -> bool:
        """Whether a word stands so far from the last one that it belongs to another column, or line."""
        if self.empty:
            return False
        high = max(self._top - self._bottom, self._size * 0.5, 1.0)
        if left < self._last - 3 * high:
            return True
        if left - self._last > 2.5 * max(high, self._size):
            return True
        return bottom > self._top + high or top < self._bottom - high

    def add(self, word: str, left: float, right: float, bottom: float, top: float, size: float) -> None:
        if self.empty:
            self._left, self._right, self._bottom, self._top, self._size = left, right, bottom, top, size
        else:
            self._left, self._right = min(self._left, left), max(self._right, right)
            self._bottom, self._top = min(self._bottom, bottom), max(self._top, top)
        self._text.append(word)
        self._last = right

    def end(self) -> Printed | None:
        """The line, its y turned to grow downwards; None when there is none."""
        text = " ".join(self._text)
        if not text.isascii():
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        left, right, bottom, top, size = self._left, self._right, self._bottom, self._top, self._size
        self._clear()
        if not text:
            return None
        height = max(top - bottom, 0.1)
        shown = self._page - (top + bottom) / 2
        where = min(max(shown / (self._page or 1), 0.0), 1.0)
        return Printed(
            text, left, self._page - top, right, self._page - top + height, size if size > 1.5 else height, where
        )


def ordered(runs: list[Printed]) -> list[Printed]:
    """Runs in reading order: as they come, runs of one line put together; when columns come line by line, by columns."""
    lines = _together(runs)
    if _interleaved(lines):
        return list(_by_columns(lines, 0))
    return lines


def _beside(one: Printed, other: Printed) -> bool:
    """Whether two runs stand on the same line."""
    overlap = min(one.bottom, other.bottom) - max(one.top, other.top)
    return overlap > 0.5 * min(one.height, other.height)


def _together(runs: list[Printed]) -> list[Printed]:
    """Joins a run to the one before it, when it goes on to the right of it on the same line without a column's gap."""
    lines: list[Printed] = []
    for run in runs:
        if lines:
            last = lines[-1]
            gap = run.left - last.right
            if _beside(last, run) and -0.3 * last.height <= gap <= _COLUMN_GAP * max(last.size, run.size):
                lines[-1] = Printed(
                    f"{last.text} {run.text}",
                    last.left,
                    min(last.top, run.top),
                    run.right,
                    max(last.bottom, run.bottom),
                    max(last.size, run.size),
                    last.at,
                )
                continue
        lines.append(run)
    return lines


def _interleaved(lines: Sequence[Printed]) -> bool:
    """Whether the columns of a page come line by line: most lines have their neighbour in the next column right after them."""
    if len(lines) < 12:
        return False
    long = [each for each in lines if len(each.text) > 12]
    pairs = sum(1 for one, other in pairwise(long) if _beside(one, other) and other.left - one.right > 0.5 * one.height)
    return pairs > 0.3 * len(long) and len(long) > 0.6 * len(lines)


def _by_columns(lines: list[Printed], depth: int) -> Iterator[Printed]:
    """Columns from left to right, each from top to bottom; lines across all columns keep their height (XY cut)."""
    if len(lines) < 4 or depth > 12:
        yield from sorted(lines, key=lambda each: (round(each.top), each.left))
        return
    across = _cut(lines, lambda each: (each.left, each.right), 0.5)
    if across:
        for part in across:
            yield from _by_columns(part, depth + 1)
        return
    down = _cut(lines, lambda each: (each.top, each.bottom), 0.6)
    if down:
        for part in down:
            yield from _by_columns(part, depth + 1)
        return
    yield from sorted(lines, key=lambda each: (round(each.top), each.left))


def _cut(lines: list[Printed], span: Callable[[Printed], tuple[float, float]], least: float) -> list[list[Printed]]:
    """The groups that the widest white strip divides the lines into; none when no strip is `least` line heights wide."""
    high = median(each.height for each in lines)
    ordered_lines = sorted(lines, key=span)
    end = span(ordered_lines[0])[1]
    best, at = least * high, 0
    for number, each in enumerate(ordered_lines[1:], 1):
        start, stop = span(each)
        if start - end > best:
            best, at = start - end, number
        end = max(end, stop)
    return [ordered_lines[:at], ordered_lines[at:]] if at else []


def blocks(lines: Sequence[Printed]) -> Iterator[list[Printed]]:
    """Lines that follow each other in one column and size of letters."""
    block: list[Printed] = []
    for each in lines:
        if block and not _follows(block[-1], each):
            yield block
            block = []
        block.append(each)
    if block:
        yield block


def _follows(before: Printed, after: Printed) -> bool:
    high = max(before.size, after.size, 1.0)
    if min(before.size, after.size) < 0.8 * high and abs(before.height - after.height) > 0.25 * high:
        return False
    if not -0.5 * high <= after.top - before.top <= 3 * high:
        return False
    return (
        min(before.right, after.right) - max(before.left, after.left) > 0 or abs(after.left - before.right) < 3 * high
    )


def heading(lines: Sequence[Printed]) -> str:
    """The largest lines in the upper half of a page, when they are larger than its text; empty for none."""
    if len(lines) < 4:
        return ""
    common = median(each.size for each in lines)
    upper = [each for each in lines if each.at < 0.5 and len(re.findall(r"[^\W\d_]", each.text)) >= 4]
    largest = max((each.size for each in upper), default=0.0)
    if largest < 1.15 * common:
        return ""
    found: list[Printed] = []
    for each in upper:
        if each.size >= 0.97 * largest:
            if found and not -1 < each.top - found[-1].top < 2.5 * largest:
                break
            found.append(each)
        elif found:
            break
    title = ocr.joined(each.text for each in found)
    return title if 4 <= len(title) <= _MAX_TITLE else ""


def printed_title(paragraphs: Sequence[str], title: str) -> int:
    """How many paragraphs at the beginning are the title."""
    for count in range(1, 5):
        if _letters("".join(paragraphs[:count])) == _letters(title):
            return count
    return 0


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text).lower()


class RunningHeads:
    """Running heads and feet: lines at the edge of several pages that differ in their numbers only."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()
        self._pages = 0

    def see(self, lines: Sequence[Printed]) -> None:
        self._pages += 1
        self._seen.update({_key(each) for each in _edges(lines)})

    def without(self, lines: list[Printed]) -> list[Printed]:
        """The lines of a page without those that stand on a fifth of the pages seen, and at least three."""
        least = max(3, self._pages * 0.2)
        gone = {
            id(each)
            for each in _edges(lines)
            if self._seen[_key(each)] >= least or (self._pages > 1 and ocr.is_page_number(each.text))
        }
        return [each for each in lines if id(each) not in gone]


def _edges(lines: Sequence[Printed]) -> list[Printed]:
    return [each for each in lines if each.at < _EDGE or each.at > 1 - _EDGE]


def _key(each: Printed) -> str:
    words = re.sub(r"\W+", " ", re.sub(r"\d+|\b[ivxlc]+\b", "#", each.text.lower()))
    return f"{round(each.at * 50)}:{words}"
