"""Entries in, a segment out: for each term the articles that hold it, turned around from each article's terms.

Every occurrence is one number (its term's) in an array; sorting these numbers is the inversion. One dictionary look-up an
occurrence is all that Python itself does.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from searcher import article as names
from searcher.engines.bm25 import LENGTHS
from searcher.engines.compressed import SAMPLE, Compressor, dictionary
from searcher.engines.postings import MAX_NUMBER
from searcher.engines.whoosh import files
from searcher.engines.whoosh.dictionary import utf8
from searcher.engines.whoosh.segment import (
    COLUMNS,
    FIRST_DAY,
    INSTANT,
    LAST_DAY,
    NORMS,
    POSITIONAL,
    SEQUENCE,
    SERIAL,
    VALUES,
)
from searcher.engines.whoosh.store import Postings, SegmentWriter, ordered, sealed

MAX_ARTICLES = 1_000_000  # a segment, so that numbers of postings stay below 0x110000


class _Field:
    """The occurrences of one field, in the order they came."""

    def __init__(self) -> None:
        self.numbers: defaultdict[str, int] = defaultdict()
        self.numbers.default_factory = self.numbers.__len__  # a term that is new gets the next number
        self.occurrences = array("I")
        self.lengths = array("I")  # an item an article

    def add(self, terms: list[str]) -> None:
        """The terms of the next article; those past the largest number of a posting are left out."""
        if len(terms) > MAX_NUMBER:
            terms = terms[:MAX_NUMBER]
        self.occurrences.extend(map(self.numbers.__getitem__, terms))
        self.lengths.append(len(terms))


class _Values:
    """What articles hold in a field of whole values: each different text once, and an item an article."""

    def __init__(self) -> None:
        self.ordinals: dict[str, int] = {}
        self.column = array("I")

    def add(self, text: str) -> None:
        self.column.append(self.ordinals.setdefault(text, len(self.ordinals)))


class Inverter:
    """Collects entries for one segment. `compressor`: that of an earlier segment; without one, the first articles make it."""

    def __init__(self, folder: Path, compressor: Compressor | None = None) -> None:
        self._folder = folder
        self.compressor = compressor
        self._waiting: list[tuple[bytes, int]] = []  # articles and their sequence numbers, until there is a compressor
        self._fields = {name: _Field() for name in sorted(names.FIELDS)}
        self._columns = {name: array(COLUMNS[name]) for name in (FIRST_DAY, LAST_DAY, INSTANT, SEQUENCE, SERIAL)}
        self._values = {name: _Values() for name in VALUES}
        self._stored: list[bytes] = []
        self.occurrences = 0

    def __len__(self) -> int:
        return len(self._stored) + len(self._waiting)

    def holds(self, occurrences: int) -> bool:
        """Whether it is time to write: there are so many occurrences, or as many articles as a segment may number."""
        return self.occurrences >= occurrences or len(self) >= MAX_ARTICLES

    def add(
        self, sequence: int, serial: int, stored: bytes, dates: tuple[int, int, int], terms: Mapping[str, str]
    ) -> None:
        """An article: its sequence number, its serial, its JSON, its dates as `stored.dated` gives them, its terms."""
        for name, field in self._fields.items():
            listed = terms.get(name, "").split()
            field.add(listed)
            self.occurrences += len(listed)
        for column, value in zip(self._columns.values(), (*dates, sequence, serial), strict=True):
            column.append(value)
        for name, values in self._values.items():
            values.add(terms.get(name, ""))
        if self.compressor is not None:
            self._stored.append(sealed(self.compressor, stored, sequence))
            return
        self._waiting.append((stored, sequence))
        if len(self._waiting) == SAMPLE:
            self.compressor = Compressor(dictionary([each for each, _ in self._waiting]))
            self._compress(self.compressor)

    def _compress(self, compressor: Compressor) -> None:
        self._stored += [sealed(compressor, *each) for each in self._waiting]
        self._waiting.clear()

    def write(self) -> files.Segment:
        """Writes the segment."""
        compressor = self.compressor or Compressor(b"")
        self._compress(compressor)
        writer = SegmentWriter(self._folder)
        columns = {name: np.array(column) for name, column in self._columns.items()}
        terms = {}
        try:
            for name, field in self._fields.items():
                columns[NORMS[name]] = np.searchsorted(LENGTHS, field.lengths, "right") - 1
                terms[name] = len(field.occurrences)
                if field.occurrences:
                    writer.add_postings(name, _inverted(field, positional=name in POSITIONAL))
                self._fields[name] = _Field()
            columns |= {VALUES[name]: np.array(values.column) for name, values in self._values.items()}
            writer.add_articles(compressor.dictionary, self._stored)
            return writer.finish(columns, terms, {name: list(values.ordinals) for name, values in self._values.items()})
        except BaseException:
            writer.abandon()
            raise


def _inverted(field: _Field, *, positional: bool) -> Postings:
    terms = sorted(field.numbers)  # by code point, which is the order of their UTF-8
    rank = np.empty(len(terms), np.uint32)
    rank[np.fromiter(map(field.numbers.__getitem__, terms), np.intp, len(terms))] = np.arange(len(terms))
    lengths = np.array(field.lengths)
    starts = np.cumsum(lengths) - lengths
    term = rank[np.frombuffer(field.occurrences, np.uint32)]
    at = ordered(term)  # by term; and as they stood, which is by article and position
    term = term[at]
    article = np.repeat(np.arange(len(lengths), dtype=np.uint32), lengths)[at]
    new = np.empty(len(at), bool)  # whether an occurrence is the first of its term in its article
    new[0] = True
    np.not_equal(term[1:], term[:-1], out=new[1:])
    new[1:] |= article[1:] != article[:-1]
    first = np.flatnonzero(new)
    gaps = None
    if positional:
        position = (at - starts[article]).astype(np.uint32)
        gaps = np.diff(position, prepend=np.uint32(0))
        gaps[first] = position[first]
    return Postings(
        keys=list(map(utf8, terms)),
        counts=np.bincount(term[first], minlength=len(terms)),
        articles=article[first],
        frequencies=np.diff(first, append=len(at)).astype(np.uint32),
        gaps=gaps,
    )
