"""The numbers of articles found in a segment → how many of them have each whole value."""

from __future__ import annotations

import sys
from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from searcher.article import as_value
from searcher.engines.whoosh.segment import COLUMNS, VALUES

MANY, IMPORTED = 20_000, 1_000
"""Articles of a segment from which on numpy counts them: the import takes as long as plain Python does for MANY, and once it
is imported numpy is quicker from IMPORTED on."""

Value = str | None


class Counted(Protocol):
    """What counting asks of a segment."""

    size: int

    def column(self, name: str) -> array[int]:
        """A column of numbers."""

    def column_bytes(self, name: str) -> Any:
        """The same as it is stored, the largest byte first."""

    def listed(self, field: str) -> Sequence[str]:
        """What articles hold in a field of whole values, as terms with blanks between: the list that its column points into."""


class Tallies:
    """How many articles have each value of some fields of whole values, added up over segments."""

    def __init__(self, fields: Iterable[str]) -> None:
        self._terms: dict[str, dict[str, int]] = {field: {} for field in fields}

    @property
    def values(self) -> dict[str, dict[Value, int]]:
        """Field → each value and how many articles have it."""
        return {field: {as_value(term): count for term, count in held.items()} for field, held in self._terms.items()}

    def add(self, segment: Counted, numbers: Collection[int]) -> None:
        """Counts these articles of a segment."""
        if not numbers:
            return
        alike = {field for field in self._terms if len(segment.listed(field)) == 1}
        self._add(segment, ((field, {0: len(numbers)}) for field in alike))
        many = IMPORTED if "numpy" in sys.modules else MANY
        count = _with_arrays if len(numbers) >= many else _one_by_one
        self._add(segment, count(segment, [field for field in self._terms if field not in alike], numbers))

    def _add(self, segment: Counted, counted: Iterable[tuple[str, Places]]) -> None:
        for field, ordinals in counted:
            values, listed = self._terms[field], segment.listed(field)
            for place, articles in ordinals.items():
                for term in listed[place].split():
                    values[term] = values.get(term, 0) + articles


Places = Mapping[int, int]
"""Place in the list of a field → how many articles point to it."""


def _one_by_one(segment: Counted, fields: list[str], numbers: Collection[int]) -> Iterator[tuple[str, Places]]:
    for field in fields:
        yield field, Counter(map(segment.column(VALUES[field]).__getitem__, numbers))


def _with_arrays(segment: Counted, fields: list[str], numbers: Collection[int]) -> Iterator[tuple[str, Places]]:
    import numpy as np

    chosen = None if len(numbers) == segment.size else np.fromiter(numbers, np.intp, len(numbers))
    for field in fields:
        name = VALUES[field]
        column = np.frombuffer(segment.column_bytes(name), np.dtype(COLUMNS[name]).newbyteorder(">"))
        counts = np.bincount(column if chosen is None else column[chosen])
        held = np.flatnonzero(counts)
        yield field, dict(zip(held.tolist(), counts[held].tolist(), strict=True))
