"""Entries in, a segment out: for each term the articles that hold it, turned around from each article's terms.

Every occurrence is one number, its term's, in an array; sorting these numbers is the inversion. Titles and texts come as the
numbers of their pieces (`article.Numbered`), from which numpy makes the numbers of their terms, a field at a time. The terms of
other fields come as strings, of which Python looks up each.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from searcher import article as names
from searcher.article import Numbered, Table
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
from searcher.engines.whoosh.store import Indexes, Numbers, Postings, SegmentWriter, ordered, sealed

STRETCH = 512  # articles whose terms are made of their pieces at a time
SLICE = 1 << 18  # occurrences whose postings are made at a time
MAX_ARTICLES = 1_000_000  # a segment, so that numbers of postings stay below 0x110000


class _Field:
    """The occurrences of one field that came as strings, in the order they came."""

    def __init__(self) -> None:
        self.numbers: defaultdict[str, int] = defaultdict()
        self.numbers.default_factory = self.numbers.__len__  # a term that is new gets the next number
        self.occurrences = array("I")
        self.lengths = array("I")  # an item an article

    def add(self, terms: list[str]) -> None:
        """The terms of the next article."""
        self.occurrences.extend(map(self.numbers.__getitem__, terms))
        self.lengths.append(len(terms))


class _Values:
    """What articles hold in a field of whole values: each different text once, and an item an article."""

    def __init__(self) -> None:
        self.ordinals: dict[str, int] = {}
        self.column = array("I")

    def add(self, text: str) -> None:
        self.column.append(self.ordinals.setdefault(text, len(self.ordinals)))


class _Pieces:
    """The numbers of the pieces of titles and texts, in the order they came. `lengths` has for each article how many there are
    in its title and its text; `apart` whether the title counts besides the text, `tables` where the numbers are from."""

    def __init__(self) -> None:
        self.numbers = array("I")
        self.lengths = array("I")
        self.apart = bytearray()
        self.tables = array("I")
        self._known: list[Table] = []

    def add(self, held: Numbered | None) -> None:
        """The pieces of the next article; None when its terms came as strings."""
        if held is None:
            self.lengths.extend((0, 0))
            self.apart.append(0)
            self.tables.append(0)
            return
        self.numbers += held.title
        self.numbers += held.text
        self.lengths.extend((len(held.title), len(held.text)))
        self.apart.append(held.apart)
        if not self._known or self._known[-1] is not held.table:
            at = next((at for at, table in enumerate(self._known) if table is held.table), len(self._known))
            if at == len(self._known):
                self._known.append(held.table)
            self.tables.append(at)
        else:
            self.tables.append(len(self._known) - 1)

    def arranged(self) -> _Arranged:
        """All of this as arrays, the pieces that occur numbered anew."""
        sizes = np.array([len(table) for table in self._known] or [1])
        lengths = np.array(self.lengths, np.intp).reshape(-1, 2)
        bases = (np.cumsum(sizes) - sizes)[np.array(self.tables, np.intp)]
        pieces = np.frombuffer(self.numbers, np.uint32) + np.repeat(bases.astype(np.uint32), lengths.sum(1))
        held = np.zeros(int(sizes.sum()), bool)
        held[pieces] = True
        renumbered = (np.cumsum(held) - 1).astype(np.uint32)[pieces]
        wanted = np.flatnonzero(held)
        bounds = np.searchsorted(wanted, np.concatenate(([0], np.cumsum(sizes))))
        chosen = [
            (table, (wanted[start:end] - base).tolist())
            for table, base, start, end in zip(
                self._known, np.cumsum(sizes) - sizes, bounds[:-1], bounds[1:], strict=False
            )
        ]
        return _Arranged(renumbered, lengths, np.frombuffer(self.apart, bool), chosen)


@dataclass(frozen=True, slots=True)
class _Arranged:
    """Pieces of titles and texts: `pieces` article by article, the title first; `lengths` of both; whether the title counts
    besides the text; and for each table the numbers in it of pieces that occur, which number them here."""

    pieces: Numbers
    lengths: Indexes
    apart: npt.NDArray[np.bool_]
    chosen: list[tuple[Table, list[int]]]

    def column(self, name: str, more: Iterable[str]) -> _Column:
        """What the pieces give to the fields of one column, and `more` terms that stand in these fields."""
        texts = [text for table, its in self.chosen for text in map(table.columns[name].__getitem__, its)]
        counts = np.array([text.count(" ") + 1 if text else 0 for text in texts], np.intp)
        every = " ".join(filter(None, texts)).split(" ") if counts.any() else []
        terms = sorted({*every, *more})
        ranks = {text: at for at, text in enumerate(terms)}
        return _Column(terms, ranks, np.fromiter(map(ranks.__getitem__, every), np.uint32, len(every)), counts)

    def of(self, field: str) -> tuple[Numbers, Indexes]:
        """The pieces that give a field its terms, article by article, and how many there are of each article."""
        kept = np.empty(self.lengths.shape, bool)  # whether the title counts, and the text
        kept[:, 0] = True if field in names.TITLED else False if field == names.WORDS else self.apart
        kept[:, 1] = field not in names.TITLED
        lengths = np.where(kept, self.lengths, 0).sum(1)
        return self.pieces[np.repeat(kept.ravel(), self.lengths.ravel())], lengths


@dataclass(frozen=True, slots=True)
class _Column:
    """The terms that pieces give to a field, ascending; the rank of each; the ranks of the terms of all pieces, one piece after
    the other, and how many each piece has."""

    terms: list[str]
    ranks: dict[str, int]
    of_pieces: Numbers
    counts: Indexes


@dataclass(frozen=True, slots=True)
class _Occurrences:
    """Every occurrence in a field, article by article: the number of its term in `terms`, which ascend; and how many there
    are of each article."""

    terms: list[str]
    numbers: Numbers
    lengths: Indexes


class Inverter:
    """Collects entries for one segment. `compressor`: that of an earlier segment; without one, the first articles make it."""

    def __init__(self, folder: Path, compressor: Compressor | None = None) -> None:
        self._folder = folder
        self.compressor = compressor
        self._waiting: list[tuple[bytes, int]] = []  # articles and their sequence numbers, until there is a compressor
        self._fields = {name: _Field() for name in sorted(names.FIELDS)}
        self._pieces = _Pieces()
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

    def _every_field(self) -> Iterator[tuple[str, _Occurrences]]:
        """Each field, ascending by name, with its occurrences; those past the largest number of a posting are left out."""
        arranged = self._pieces.arranged()
        columns: dict[str, _Column] = {}
        for name, field in self._fields.items():
            if name in names.NUMBERED and len(arranged.pieces):
                base = names.TITLED.get(name, name)
                if base not in columns:
                    titled = next(each for each, its in names.TITLED.items() if its == base)
                    more = chain(self._fields[base].numbers, self._fields[titled].numbers)
                    columns[base] = arranged.column(base, more)
                found = _of_pieces(name, field, arranged, columns[base])
            else:
                found = _of_strings(field)
            yield name, found if not len(self) or int(found.lengths.max()) <= MAX_NUMBER else _cut(found)

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


def _of_strings(field: _Field) -> _Occurrences:
    """The occurrences of a field whose terms came as strings."""
    terms = sorted(field.numbers)  # by code point, which is the order of their UTF-8
    return _Occurrences(terms, _ranked(field, {text: at for at, text in enumerate(terms)}), _lengths(field))


def _of_pieces(name: str, field: _Field, arranged: _Arranged, column: _Column) -> _Occurrences:
    """The occurrences of a field whose terms pieces give, and some came as strings."""
    numbers, sizes = _expanded(*arranged.of(name), column.of_pieces, column.counts)
    if len(field.occurrences):
        lengths = _lengths(field)
        holders = np.concatenate([np.repeat(np.arange(len(each)), each) for each in (sizes, lengths)])
        numbers = np.concatenate((numbers, _ranked(field, column.ranks)))[ordered(holders.astype(np.uint32))]
        sizes = sizes + lengths
    return _present(_Occurrences(column.terms, numbers, sizes))


def _lengths(field: _Field) -> Indexes:
    return np.array(field.lengths, np.intp)


def _ranked(field: _Field, ranks: Mapping[str, int]) -> Numbers:
    """The occurrences of a field as the ranks of their terms."""
    by_number = np.fromiter(map(ranks.__getitem__, field.numbers), np.uint32, len(field.numbers))
    return by_number[np.frombuffer(field.occurrences, np.uint32)]


def _expanded(pieces: Numbers, sizes: Indexes, terms: Numbers, counts: Indexes) -> tuple[Numbers, Indexes]:
    """The terms of pieces, in their order, and how many there are of each article. `sizes`: how many pieces an article has;
    `counts`: how many of `terms` each piece gives. Some articles at a time, so that memory stays bounded."""
    bounds = np.concatenate(([0], np.cumsum(sizes)))
    numbers, lengths = [], []
    for start in range(0, len(sizes), STRETCH):
        some = sizes[start : start + STRETCH]
        made = _expand(pieces[bounds[start] : bounds[start] + int(some.sum())], some, terms, counts)
        numbers.append(made[0])
        lengths.append(made[1])
    return np.concatenate(numbers), np.concatenate(lengths)


def _expand(pieces: Numbers, sizes: Indexes, terms: Numbers, counts: Indexes) -> tuple[Numbers, Indexes]:
    lengths = counts[pieces]
    ends = np.concatenate(([0], np.cumsum(lengths)))
    bounds = np.concatenate(([0], np.cumsum(sizes)))
    starts = (np.cumsum(counts) - counts)[pieces]
    if len(lengths) and int(lengths.max()) > 1:
        numbers = terms[np.arange(ends[-1]) + np.repeat(starts - ends[:-1], lengths)]
    else:
        numbers = terms[starts[lengths > 0]]
    return numbers, np.diff(ends[bounds])


def _present(found: _Occurrences) -> _Occurrences:
    """The same without the terms that do not occur."""
    held = np.zeros(len(found.terms), bool)
    held[found.numbers] = True
    if held.all():
        return found
    terms = [found.terms[at] for at in np.flatnonzero(held).tolist()]
    return _Occurrences(terms, (np.cumsum(held) - 1).astype(np.uint32)[found.numbers], found.lengths)


def _cut(found: _Occurrences) -> _Occurrences:
    """The same without the occurrences whose place no posting can say."""
    starts = np.cumsum(found.lengths) - found.lengths
    places = np.arange(len(found.numbers)) - np.repeat(starts, found.lengths)
    kept = found.numbers[places < MAX_NUMBER]
    return _present(_Occurrences(found.terms, kept, np.minimum(found.lengths, MAX_NUMBER)))


def _inverted(found: _Occurrences, *, positional: bool) -> Iterator[Postings]:
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
            gaps=gaps,
        )
