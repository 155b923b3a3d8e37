"""One written word → the indexed words it may stand for: other accents, a wildcard's, a misspelling's.

Everything here asks the index about its own words; nothing is guessed that the index could know.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Protocol

from searcher.analysis import Word, fold, latin, stem, surface
from searcher.article import FORMS

MAX_SPELLINGS = 64
"""Printed spellings that an unaccented word may be short for."""


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


def shape(written: str) -> tuple[str, Callable[[str], bool]]:
    """A word with wildcards → the letters before the first one, and whether a folded word has its shape."""
    pieces = re.split(r"([*?]+)", surface(written))
    pattern = re.compile(
        "".join(
            re.escape(fold(piece)) if not index % 2 else "".join("." if sign == "?" else ".*" for sign in piece)
            for index, piece in enumerate(pieces)
        )
    )
    return fold(pieces[0]), lambda word: pattern.fullmatch(word) is not None


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
