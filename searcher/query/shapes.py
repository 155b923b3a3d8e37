"""Sorted terms in, those of a shape or near a word out: what wildcards and misspellings find."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from searcher.patterns import lazily

_LAST = "\U0010ffff"
_SIGNS = lazily(r"\?+|[^?]+")


def shape(pattern: str) -> tuple[str, re.Pattern[str]]:
    """A pattern → the characters before its first wildcard, and an expression that finds the lines with its shape.

    The expression never tries again what a star has skipped (as in `fnmatch`): time is linear in the number of stars.
    """
    parts = [
        "".join("." * len(each) if each[:1] == "?" else re.escape(each) for each in _SIGNS.findall(part))
        for part in re.split(r"\*+", pattern)
    ]
    first, *middle = parts
    end = f".*{middle.pop()}" if middle else ""
    lines = re.compile(f"^{first}{''.join(f'(?>.*?{each})' for each in middle)}{end}$", re.MULTILINE)
    return re.split(r"[*?]", pattern)[0], lines


def shaped(words: Sequence[str], lines: re.Pattern[str]) -> Iterator[str]:
    """The words that have a shape, as `shape` gives it."""
    return (found.group() for found in lines.finditer("\n".join(words)) if words)


class Reach:
    """An automaton that accepts the words at most `edits` edits from a target, as `distance` counts edits.

    Its states are the rows of the table that `distance` computes; a state is made when a word first leads to it, so that most
    letters cost one look-up. A row without a cell within reach is a dead state: all words with that beginning are skipped.
    """

    def __init__(self, target: str, edits: int) -> None:
        self._target, self._edits = target, edits
        self._known: dict[tuple[object, ...], _Row] = {}
        first = tuple(min(at, edits + 1) for at in range(len(target) + 1))
        self._start = _Row(first, (), "")

    def among(self, words: Sequence[str]) -> Iterator[str]:
        """The words accepted, of words in ascending order."""
        size, edits = len(self._target), self._edits
        words = [word for word in words if -edits <= len(word) - size <= edits]
        rows: list[_Row] = [self._start]
        path, at = "", 0
        while at < len(words):
            word = words[at]
            shared = 0
            while path[shared : shared + 1] == word[shared : shared + 1] != "":
                shared += 1
            del rows[shared + 1 :]
            path, row = word, rows[-1]
            for letter in word[shared:]:
                after = row.after.get(letter) or self._after(row, letter)
                rows.append(after)
                row = after
                if not row.alive:
                    path = word[: len(rows) - 1]
                    at = bisect_left(words, path + _LAST, at + 1)
                    break
            else:
                if row.cells[-1] <= edits:
                    yield word
                at += 1

    def _after(self, row: _Row, letter: str) -> _Row:
        """The state after one more letter."""
        target, far = self._target, self._edits + 1
        cells = [min(row.cells[0] + 1, far)]
        for j, other in enumerate(target, 1):
            cost = min(row.cells[j] + 1, cells[j - 1] + 1, row.cells[j - 1] + (letter != other), far)
            if row.above and j > 1 and letter == target[j - 2] and row.letter == other:
                cost = min(cost, row.above[j - 2] + 1)
            cells.append(cost)
        key = (tuple(cells), row.cells, letter if letter in target else "")
        after = self._known.get(key)
        if after is None:
            after = self._known[key] = _Row(*key)
            after.alive = min(cells) < far
        row.after[letter] = after
        return after


class _Row:
    """A state: a row of the table, the row above, the letter of the row, and the next state for each letter met so far."""

    __slots__ = ("above", "after", "alive", "cells", "letter")

    def __init__(self, cells: tuple[int, ...], above: tuple[int, ...], letter: str) -> None:
        self.cells, self.above, self.letter = cells, above, letter
        self.after: dict[str, _Row] = {}
        self.alive = True


def distance(target: str, word: str, edits: int) -> int | None:
    """The edit distance (insert, delete, replace, swap of neighbours) of two words; None when it is more than `edits`.

    Optimal string alignment (Boytsov, Indexing methods for approximate dictionary searching, 2011), a row at a time, given
    up as soon as no cell is within reach.
    """
    if abs(len(target) - len(word)) > edits:
        return None
    before: list[int] = []
    row = list(range(len(word) + 1))
    for i, letter in enumerate(target, 1):
        current = [i]
        for j, other in enumerate(word, 1):
            cost = min(row[j] + 1, current[j - 1] + 1, row[j - 1] + (letter != other))
            if before and j > 1 and letter == word[j - 2] and target[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            current.append(cost)
        if min(current) > edits:
            return None
        before, row = row, current
    return row[-1] if row[-1] <= edits else None
