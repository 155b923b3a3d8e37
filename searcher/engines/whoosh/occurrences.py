"""The terms of articles, as they came, in; every occurrence as the number of its term out, a field at a time.

Titles and texts come as the numbers of their pieces (`article.Numbered`), from which numpy makes the numbers of their terms.
The terms of other fields come as strings, of which Python looks up each.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import count

import numpy as np
import numpy.typing as npt

from searcher import article as names
from searcher.article import Numbered, Table
from searcher.engines.postings import MAX_NUMBER
from searcher.engines.whoosh.store import Indexes, Numbers, ordered

STRETCH = 512  # articles whose terms are made of their pieces at a time


class Strings:
    """The occurrences of one field that came as strings, in the order they came."""

    def __init__(self) -> None:
        self.numbers: defaultdict[str, int] = defaultdict(count().__next__)  # a term that is new gets the next number
        self.occurrences = array("I")
        self.lengths = array("I")  # an item an article

    def add(self, terms: list[str]) -> None:
        """The terms of the next article."""
        self.occurrences.extend(map(self.numbers.__getitem__, terms))
        self.lengths.append(len(terms))


class Pieces:
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

    def arranged(self) -> Arranged:
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
        return Arranged(renumbered, lengths, np.frombuffer(self.apart, bool), chosen)


@dataclass(frozen=True, slots=True)
class Arranged:
    """Pieces of titles and texts: `pieces` article by article, the title first; `lengths` of both; whether the title counts
    besides the text; and for each table the numbers in it of pieces that occur, which number them here."""

    pieces: Numbers
    lengths: Indexes
    apart: npt.NDArray[np.bool_]
    chosen: list[tuple[Table, list[int]]]

    def column(self, name: str, more: Iterable[str]) -> Column:
        """What the pieces give to the fields of one column, and `more` terms that stand in these fields."""
        texts = [text for table, its in self.chosen for text in map(table.columns[name].__getitem__, its)]
        counts = np.array([text.count(" ") + 1 if text else 0 for text in texts], np.intp)
        every = " ".join(filter(None, texts)).split(" ") if counts.any() else []
        terms = sorted({*every, *more})
        ranks = {text: at for at, text in enumerate(terms)}
        return Column(terms, ranks, np.fromiter(map(ranks.__getitem__, every), np.uint32, len(every)), counts)

    def of(self, field: str) -> tuple[Numbers, Indexes]:
        """The pieces that give a field its terms, article by article, and how many there are of each article."""
        kept = np.empty(self.lengths.shape, bool)  # whether the title counts, and the text
        kept[:, 0] = True if field in names.TITLED else False if field == names.WORDS else self.apart
        kept[:, 1] = field not in names.TITLED
        lengths = np.where(kept, self.lengths, 0).sum(1)
        return self.pieces[np.repeat(kept.ravel(), self.lengths.ravel())], lengths


@dataclass(frozen=True, slots=True)
class Column:
    """The terms that pieces give to a field, ascending; the rank of each; the ranks of the terms of all pieces, one piece after
    the other, and how many each piece has."""

    terms: list[str]
    ranks: dict[str, int]
    of_pieces: Numbers
    counts: Indexes


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Every occurrence in a field, article by article: the number of its term in `terms`, which ascend; and how many there
    are of each article."""

    terms: list[str]
    numbers: Numbers
    lengths: Indexes


def of_strings(field: Strings) -> Occurrences:
    """The occurrences of a field whose terms came as strings."""
    terms = sorted(field.numbers)  # by code point, which is the order of their UTF-8
    return Occurrences(terms, _ranked(field, {text: at for at, text in enumerate(terms)}), _lengths(field))


def of_pieces(name: str, field: Strings, arranged: Arranged, column: Column) -> Occurrences:
    """The occurrences of a field whose terms pieces give, and some came as strings."""
    numbers, sizes = _expanded(*arranged.of(name), column.of_pieces, column.counts)
    if len(field.occurrences):
        lengths = _lengths(field)
        holders = np.concatenate([np.repeat(np.arange(len(each)), each) for each in (sizes, lengths)])
        numbers = np.concatenate((numbers, _ranked(field, column.ranks)))[ordered(holders.astype(np.uint32))]
        sizes = sizes + lengths
    return _present(Occurrences(column.terms, numbers, sizes))


def _lengths(field: Strings) -> Indexes:
    return np.array(field.lengths, np.intp)


def _ranked(field: Strings, ranks: Mapping[str, int]) -> Numbers:
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


def _present(found: Occurrences) -> Occurrences:
    """The same without the terms that do not occur."""
    held = np.zeros(len(found.terms), bool)
    held[found.numbers] = True
    if held.all():
        return found
    terms = [found.terms[at] for at in np.flatnonzero(held).tolist()]
    return Occurrences(terms, (np.cumsum(held) - 1).astype(np.uint32)[found.numbers], found.lengths)


def cut(found: Occurrences) -> Occurrences:
    """The same without the occurrences whose place no posting can say."""
    starts = np.cumsum(found.lengths) - found.lengths
    places = np.arange(len(found.numbers)) - np.repeat(starts, found.lengths)
    kept = found.numbers[places < MAX_NUMBER]
    return _present(Occurrences(found.terms, kept, np.minimum(found.lengths, MAX_NUMBER)))
