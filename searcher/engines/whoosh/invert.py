"""Entries in, a segment out: for each term the articles that hold it, turned around from each article's terms.

Every occurrence is one number, its term's, in an array (`occurrences`); sorting these numbers is the inversion.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from itertools import chain, pairwise
from pathlib import Path

import numpy as np

from searcher import article as names
from searcher.article import Numbered
from searcher.engines.bm25 import LENGTHS
from searcher.engines.compressed import SAMPLE, Compressor, dictionary
from searcher.engines.postings import MAX_NUMBER
from searcher.engines.whoosh import files
from searcher.engines.whoosh.dictionary import utf8
from searcher.engines.whoosh.occurrences import Column, Occurrences, Pieces, Strings, cut, of_pieces, of_strings
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

SLICE = 1 << 18  # occurrences whose postings are made at a time
MAX_ARTICLES = 1_000_000  # a segment, so that numbers of postings stay below 0x110000


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
        self._fields = {name: Strings() for name in sorted(names.FIELDS)}
        self._pieces = Pieces()
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
        self,
        sequence: int,
        serial: int,
        stored: bytes,
        dates: tuple[int, int, int],
        terms: Mapping[str, str],
        numbered: Numbered | None = None,
    ) -> None:
        """An article: its sequence number, its serial, its JSON, its dates as `stored.dated` gives them, its terms."""
        for name, field in self._fields.items():
            listed = terms.get(name, "").split()
            field.add(listed)
            self.occurrences += len(listed)
        self._pieces.add(numbered)
        if numbered is not None:
            self.occurrences += len(names.TITLED) * (len(numbered.title) + len(numbered.text))
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

    def _every_field(self) -> Iterator[tuple[str, Occurrences]]:
        """Each field, ascending by name, with its occurrences; those past the largest number of a posting are left out."""
        arranged = self._pieces.arranged()
        columns: dict[str, Column] = {}
        for name, field in self._fields.items():
            if name in names.NUMBERED and len(arranged.pieces):
                base = names.TITLED.get(name, name)
                if base not in columns:
                    titled = next(each for each, its in names.TITLED.items() if its == base)
                    more = chain(self._fields[base].numbers, self._fields[titled].numbers)
                    columns[base] = arranged.column(base, more)
                found = of_pieces(name, field, arranged, columns[base])
            else:
                found = of_strings(field)
            yield name, found if not len(self) or int(found.lengths.max()) <= MAX_NUMBER else cut(found)

    def write(self) -> files.Segment:
        """Writes the segment."""
        compressor = self.compressor or Compressor(b"")
        self._compress(compressor)
        writer = SegmentWriter(self._folder)
        columns = {name: np.array(column) for name, column in self._columns.items()}
        terms = {}
        try:
            for name, found in self._every_field():
                columns[NORMS[name]] = np.searchsorted(LENGTHS, found.lengths, "right") - 1
                terms[name] = len(found.numbers)
                if len(found.numbers):
                    for postings in _inverted(found, positional=name in POSITIONAL):
                        writer.add_postings(name, postings)
            columns |= {VALUES[name]: np.array(values.column) for name, values in self._values.items()}
            writer.add_articles(compressor.dictionary, self._stored)
            return writer.finish(columns, terms, {name: list(values.ordinals) for name, values in self._values.items()})
        except BaseException:
            writer.abandon()
            raise


def _inverted(found: Occurrences, *, positional: bool) -> Iterator[Postings]:
    """The postings of a field, so many terms at a time that they occur some SLICE times, which bounds the memory."""
    starts = (np.cumsum(found.lengths) - found.lengths).astype(np.uint32)
    holders = np.repeat(np.arange(len(starts), dtype=np.uint32), found.lengths)
    order = ordered(found.numbers).astype(np.uint32)  # by term; and as they stood, which is by article and position
    ends = np.cumsum(np.bincount(found.numbers, minlength=len(found.terms)))
    cuts = np.flatnonzero(np.diff(ends // SLICE)) + 1
    for first_term, last_term in pairwise([0, *cuts.tolist(), len(found.terms)]):
        at = order[ends[first_term - 1] if first_term else 0 : ends[last_term - 1]]
        term = found.numbers[at]
        article = holders[at]
        new = np.empty(len(at), bool)  # whether an occurrence is the first of its term in its article
        new[0] = True
        np.not_equal(term[1:], term[:-1], out=new[1:])
        new[1:] |= article[1:] != article[:-1]
        first = np.flatnonzero(new)
        gaps = None
        if positional:
            position = at - starts[article]
            gaps = np.diff(position, prepend=np.uint32(0))
            gaps[first] = position[first]
        yield Postings(
            keys=list(map(utf8, found.terms[first_term:last_term])),
            counts=np.bincount(term[first] - np.uint32(first_term), minlength=last_term - first_term),
            articles=article[first],
            frequencies=np.diff(first, append=len(at)).astype(np.uint32),
            gaps=None if gaps is None else (gaps,),
        )
