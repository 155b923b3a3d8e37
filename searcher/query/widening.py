"""One written word → the indexed words it may stand for: other accents, a wildcard's, a misspelling's.

Everything here asks the index about its own words; nothing is guessed that the index could know.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Protocol

from searcher.analysis import Word, fold, latin, stem, surface
from searcher.article import FORMS

MAX_SPELLINGS = 64
"""Printed spellings that an unaccented word may be short for."""

KEPT = 1 << 18
"""Words with the same beginning that are remembered for the next part of a query, some 20 MB."""

_FIRST, _MOST = 256, 8_192  # words listed at a time: few at first, as that may be enough
_LAST = "\U0010ffff"


class Vocabulary(Protocol):
    """What analysis asks an index about its words."""

    def terms(self, field: str, prefix: str) -> Iterator[str]:
        """The terms of a field that begin with `prefix`, ascending."""

    def frequency(self, field: str, text: str) -> int:
        """How many articles hold a term."""


def stems(word: Word, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The stems a word stands for: its own first, then those of the printed spellings it may be short for."""
    found = dict.fromkeys((word.stem,))
    if word.form is None:
        for spelling in spellings(word.word, vocabulary):
            found[fold(stem(latin(spelling)))] = None
    return tuple(found)


def spellings(word: str, vocabulary: Vocabulary) -> list[str]:
    """The printed spellings an unaccented word may stand for: those of the index, then those of its inflections
    (*abandonnee* after *abandonnées*)."""
    found: list[str] = []
    for form in vocabulary.terms(FORMS, f"{word}|"):
        found.append(form.partition("|")[2])
        if len(found) == MAX_SPELLINGS:
            break
    if not found and len(word) > 3:
        root = word.rstrip("s") if word.endswith(("es", "s")) else word
        root = root.removesuffix("e") if root.endswith("ee") else root
        for form in vocabulary.terms(FORMS, root):
            folded, _, printed = form.partition("|")
            if len(printed) == len(folded) <= len(word) + 2:
                found.append(printed[: len(word)] + word[len(printed) :])
            if len(found) == MAX_SPELLINGS:
                break
        if word.endswith(("ee", "ees")):
            cut = word.rindex("ee")
            found.append(f"{word[:cut]}é{word[cut + 1 :]}")
    return found


class Words:
    """A vocabulary that is listed until the time is up: `over` says when."""

    def __init__(self, vocabulary: Vocabulary, over: Callable[[], bool]) -> None:
        self._vocabulary = vocabulary
        self._over = over
        self._kept: dict[str, tuple[str, list[str]]] = {}  # of each field: the beginning listed last, and its words
        self.frequency = vocabulary.frequency

    def terms(self, field: str, prefix: str) -> Iterator[str]:
        """The terms of a field that begin with `prefix`, ascending, as far as there is time."""
        if self._over():
            return
        for text in self._vocabulary.terms(field, prefix):
            yield text
            if self._over():
                return

    def listed(self, field: str, prefix: str) -> Iterator[list[str]]:
        """The same, many at a time."""
        beginning, words = self._kept.get(field, ("", []))
        if words and beginning == prefix:
            yield words
            return
        if self._over():
            return
        terms, size = self._vocabulary.terms(field, prefix), _FIRST
        words = []
        while some := list(islice(terms, size)):
            yield some
            if self._over():
                return
            size = min(2 * size, _MOST)
            if len(words) <= KEPT:
                words += some
        if len(words) <= KEPT:
            self._kept[field] = prefix, words


def shape(written: str) -> tuple[str, re.Pattern[str]]:
    """A word with wildcards → the letters before the first one, and what finds the lines that have its shape.

    What a star skips is never tried again (as in `fnmatch`), so that any number of stars takes time in proportion.
    """
    parts = [
        "".join("." * len(each) if each[:1] == "?" else re.escape(fold(each)) for each in _SIGNS.findall(part))
        for part in re.split(r"\*+", surface(written))
    ]
    first, *middle = parts
    end = f".*{middle.pop()}" if middle else ""
    pattern = re.compile(f"^{first}{''.join(f'(?>.*?{each})' for each in middle)}{end}$", re.MULTILINE)
    return fold(re.split(r"[*?]", surface(written))[0]), pattern


_SIGNS = re.compile(r"\?+|[^?]+")


def shaped(words: Sequence[str], pattern: re.Pattern[str]) -> Iterator[str]:
    """The words that have a shape."""
    return (found.group() for found in pattern.finditer("\n".join(words)))


class Reach:
    """The words within `edits` of a target, by the distance that `distance` has.

    The rows of its table are the states of an automaton, which is made as far as words lead into it: most letters cost one
    look-up. Rows with no cell within reach are none, and all words that begin with what led there are passed over.
    """

    def __init__(self, target: str, edits: int) -> None:
        self._target, self._edits = target, edits
        self._known: dict[tuple[object, ...], _Row] = {}
        first = tuple(min(at, edits + 1) for at in range(len(target) + 1))
        self._start = _Row(first, (), "")

    def among(self, words: Sequence[str]) -> Iterator[str]:
        """Those of ascending words that are within reach."""
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
        """The row that follows when a word goes on with a letter."""
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
    """A row of the table, the one above it, the letter it stands for, and what follows each letter that was met."""

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
