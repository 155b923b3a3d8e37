"""The numbers of articles found in a segment → how many of them hold each whole value."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Protocol

from searcher.article import as_value
from searcher.engines.whoosh.segment import COLUMNS, VALUES

MANY = 20_000
"""Articles of a segment from which on numpy counts them. Below it plain Python takes less time than the import of numpy."""


class Counted(Protocol):
    """What counting asks of a segment."""

    size: int

    def column(self, name: str) -> array[int]:
        """A column of numbers."""

    def column_bytes(self, name: str) -> Any:
        """The same as it is stored, the largest byte first."""

    def listed(self, field: str) -> list[str]:
        """What articles hold in a field of whole values: the list that its column points into."""


class Tallies:
    """How many articles hold each text of some fields of whole values, added up over segments."""

    def __init__(self, fields: Iterable[str]) -> None:
        self._texts: dict[str, Counter[str]] = {field: Counter() for field in fields}

    def add(self, segment: Counted, numbers: Collection[int]) -> None:
        """Counts these articles of a segment."""
        count = _with_arrays if len(numbers) >= MANY else _one_by_one
        for field, places in count(segment, list(self._texts), numbers):
            listed, texts = segment.listed(field), self._texts[field]
            for place, articles in places.items():
                texts[listed[place]] += articles

    def values(self, field: str) -> Mapping[str | None, int]:
        """How many articles have each value of a field; a text is the terms of one value or of several."""
        values: Counter[str | None] = Counter()
        for text, articles in self._texts[field].items():
            for term in text.split():
                values[as_value(term)] += articles
        return dict(values)


Places = Mapping[int, int]
"""Place in the list of a field → how many articles point to it."""


def _one_by_one(segment: Counted, fields: list[str], numbers: Collection[int]) -> Iterator[tuple[str, Places]]:
    for field in fields:
        yield field, Counter(map(segment.column(VALUES[field]).__getitem__, numbers))


def _with_arrays(segment: Counted, fields: list[str], numbers: Collection[int]) -> Iterator[tuple[str, Places]]:
    import numpy as np

    everything = len(numbers) == segment.size
    chosen = None if everything else np.fromiter(numbers, np.intp, len(numbers))
    for field in fields:
        name = VALUES[field]
        column = np.frombuffer(segment.column_bytes(name), np.dtype(COLUMNS[name]).newbyteorder(">"))
        counts = np.bincount(column if chosen is None else column[chosen])
        held = np.flatnonzero(counts)
        yield field, dict(zip(held.tolist(), counts[held].tolist(), strict=True))
