"""Postings and columns in, the files of a segment out."""

from __future__ import annotations

import json
import secrets
import zlib
from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from searcher.engines.compressed import Compressor
from searcher.engines.postings import LARGE, MAX_NUMBER, SUMS, deflated
from searcher.engines.stored import as_json, seal
from searcher.engines.whoosh import files
from searcher.engines.whoosh.dictionary import BETWEEN, BLOCK, FOOTER, HEADER, HIGH, MAGIC, OFFSET
from searcher.engines.whoosh.segment import COLUMNS

PACKED = 1 << 20  # numbers that are packed at a time

Numbers = npt.NDArray[np.uint32]
Indexes = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Postings:
    """The postings of consecutive terms of one field.

    `keys` are the terms as UTF-8, ascending, and `counts` in how many articles each is; `articles` (ascending for each
    term) and `frequencies` have an item a posting; `gaps` one an occurrence, as the distance from the one before, some of them
    at a time; None for a field without positions.
    """

    keys: list[bytes]
    counts: npt.NDArray[np.intp]
    articles: Numbers
    frequencies: Numbers
    gaps: Iterable[Numbers] | None


class SegmentWriter:
    """Writes a segment: fields ascending by name, each in one or more stretches of its terms, then the articles."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.name = f"{files.NAME}_{secrets.token_hex(8)}"
        self._open = {
            suffix: self.path(suffix).open("wb") for suffix in (files.POSTINGS, files.POSITIONS, files.ARTICLES)
        }
        self._terms = _Dictionary(self.path(files.TERMS).open("wb"))
        self._sizes = array("I")  # of the articles as they are stored, in bytes
        self._dictionary = 0  # bytes before the first article

    def path(self, suffix: str) -> Path:
        return self._folder / f"{self.name}{suffix}"

    def add_postings(self, field: str, postings: Postings) -> None:
        counts = postings.counts
        starts = np.concatenate(([0], np.cumsum(counts)))
        documents, bounds = _documents(postings, starts)
        packed, ends = _deflated(pack(documents), packed_ends(documents, bounds))
        file = self._open[files.POSTINGS]
        begins = file.tell() + ends[:-1]
        file.write(packed)
        occurrences = np.add.reduceat(postings.frequencies, starts[:-1], dtype=np.int64)
        columns = [counts, occurrences - counts, np.diff(ends), sums(packed, ends)]
        gaps_begin = np.zeros_like(begins)
        if postings.gaps is not None:
            start = self._open[files.POSITIONS].tell()
            sizes, its_sums = self._write_gaps(postings.gaps, np.concatenate(([0], np.cumsum(occurrences))))
            gaps_begin = start + np.cumsum(sizes) - sizes
            columns += sizes, its_sums
        self._terms.add(field, postings.keys, columns, begins, gaps_begin)

    def _write_gaps(self, parts: Iterable[Numbers], ends: Indexes) -> tuple[Indexes, Indexes]:
        """Writes the gaps of consecutive terms, which are those between `ends`; the size of each term's in bytes, and its sum.

        A part may begin and end amid a term: what is held does not grow with the most frequent term.
        """
        sizes, added = np.zeros(len(ends) - 1, np.intp), np.zeros(len(ends) - 1, np.intp)
        start = 0
        for gaps in parts:
            end = start + len(gaps)
            first, last = np.searchsorted(ends, start, "right") - 1, np.searchsorted(ends, end, "left")
            packed, bounds = pack(gaps), packed_ends(gaps, np.clip(ends[first : last + 1], start, end) - start)
            self._open[files.POSITIONS].write(packed)
            sizes[first:last] += np.diff(bounds)
            added[first:last] += _added(packed, bounds)
            start = end
        return sizes, _summed(added)

    def add_articles(self, dictionary: bytes, stored: Iterable[bytes]) -> None:
        """All articles as they are stored, and the dictionary that they were compressed with."""
        self._dictionary = len(dictionary)
        self._open[files.ARTICLES].write(dictionary)
        for each in stored:
            self._open[files.ARTICLES].write(each)
            self._sizes.append(len(each))

    def finish(
        self, columns: dict[str, npt.NDArray[Any]], terms: dict[str, int], values: dict[str, list[str]]
    ) -> files.Segment:
        """Closes the segment. `columns` are those of numbers, an item an article; `terms` says how many each field holds;
        `values` are the lists that the columns of whole values point into."""
        lengths = np.array(self._sizes, ">u4")
        offsets = np.uint64(self._dictionary) + np.cumsum(lengths, dtype=np.uint64) - lengths
        articles = self._open[files.ARTICLES]
        articles.write(lengths.tobytes() + offsets.astype(">u8").tobytes() + b"IQX")
        self._open[files.NUMBERS] = self.path(files.NUMBERS).open("wb")
        for name, code in COLUMNS.items():
            column = columns[name].astype(np.dtype(code).newbyteorder(">")).tobytes()
            self._open[files.NUMBERS].write(column + files.CRC.pack(zlib.crc32(column)))
        self._open[files.VALUES] = self.path(files.VALUES).open("wb")
        lines = ((name.encode(), as_json(listed)) for name, listed in values.items())
        written = (b"\n%b\t%d\t%b" % (name, zlib.crc32(listed), listed) for name, listed in lines)
        self._open[files.VALUES].write(b"".join(written) + b"\n")
        self._terms.close()
        for file in self._open.values():
            file.close()
        sizes = {suffix: self.path(suffix).stat().st_size for suffix in files.SUFFIXES}
        return files.Segment(self.name, len(lengths), terms, sizes)

    def abandon(self) -> None:
        """Closes and removes what was written."""
        for file in (*self._open.values(), self._terms.file):
            file.close()
        for suffix in files.SUFFIXES:
            self.path(suffix).unlink(missing_ok=True)


def _documents(postings: Postings, starts: Indexes) -> tuple[Numbers, Indexes]:
    """The documents of all terms, as `postings` describes them, and where those of each term begin and end among them."""
    counts, first, frequencies = postings.counts, starts[:-1], postings.frequencies
    many = frequencies > 1
    above = np.add.reduceat(many, first, dtype=np.intp)
    dense = (above > 0) & (2 * above >= counts)
    bounds = np.concatenate(([0], np.cumsum(counts + np.where(dense, counts, 2 * above))))
    documents = np.empty(bounds[-1], np.uint32)
    gaps = np.diff(postings.articles, prepend=np.uint32(0))
    gaps[first] = postings.articles[first]
    at = np.arange(len(gaps)) + np.repeat(bounds[:-1] - first, counts)
    documents[at] = gaps
    all_of_them = np.repeat(dense, counts)
    documents[(at + np.repeat(counts, counts))[all_of_them]] = frequencies[all_of_them]
    chosen = np.flatnonzero(many & ~all_of_them)
    if len(chosen):
        above[dense] = 0
        ends = np.cumsum(above)
        term = np.repeat(np.arange(len(counts)), above)
        places = chosen - first[term]
        steps = np.diff(places, prepend=0)
        begun = (ends - above)[above > 0]
        steps[begun] = places[begun]
        to = bounds[term] + counts[term] + np.arange(len(chosen)) - (ends - above)[term]
        documents[to] = steps
        documents[to + above[term]] = frequencies[chosen]
    return documents, bounds


def changed(
    raw: bytes, ends: Indexes, chosen: npt.NDArray[np.bool_], change: Callable[[bytes], bytes]
) -> tuple[bytes, Indexes]:
    """Stretches of bytes between `ends`, the chosen ones changed, and where each begins and ends then."""
    sizes = np.diff(ends)
    parts: list[bytes] = []
    done = 0
    for at in np.flatnonzero(chosen).tolist():
        stretch = change(raw[ends[at] : ends[at + 1]])
        parts += (raw[done : ends[at]], stretch)
        done, sizes[at] = int(ends[at + 1]), len(stretch)
    return b"".join((*parts, raw[done:])), np.concatenate(([0], np.cumsum(sizes)))


def _deflated(packed: bytes, ends: Indexes) -> tuple[bytes, Indexes]:
    """Packed documents of terms as they are stored, and where those of each term begin and end."""
    return changed(packed, ends, np.diff(ends) >= LARGE, deflated)


class _Dictionary:
    """Writes a term dictionary, field by field, each in one or more stretches of its terms (`dictionary.Terms` reads it)."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self._offsets = [0]
        self._fields: dict[str, tuple[int, int, int]] = {}

    def add(
        self, field: str, keys: list[bytes], columns: list[npt.NDArray[Any]], documents: Indexes, positions: Indexes
    ) -> None:
        """The next terms of a field, ascending, their columns, and where the documents and the gaps of each begin."""
        numbers = np.stack(columns).astype(np.int64)
        width, whole = len(columns), len(keys) // BLOCK * BLOCK
        large = numbers >= MAX_NUMBER
        held = np.minimum(numbers, MAX_NUMBER).astype(np.uint32)
        blocks = held[:, :whole].reshape(width, -1, BLOCK).transpose(1, 0, 2)
        flat = np.concatenate((blocks.ravel(), held[:, whole:].ravel()))
        packed, sizes = pack(flat), packed_ends(flat, np.arange(len(flat) + 1))
        written: list[bytes] = []
        at = self._offsets[-1]
        for start in range(0, len(keys), BLOCK):
            some = BETWEEN + BETWEEN.join(keys[start : start + BLOCK]) + BETWEEN
            count = min(BLOCK, len(keys) - start)
            block = packed[sizes[start * width] : sizes[(start + count) * width]]
            if large[:, start : start + count].any():
                above = numbers[:, start : start + count][large[:, start : start + count]]
                low = (1 << HIGH) - 1
                block += pack(np.stack((above >> HIGH, above & low), axis=1).ravel().astype(np.uint32))
            header = HEADER.pack(int(documents[start]), int(positions[start]), len(some), count)
            sealed_part = b"".join((header, some, block))
            written += (files.CRC.pack(zlib.crc32(sealed_part)), sealed_part)
            at += files.CRC.size + len(sealed_part)
            self._offsets.append(at)
        self.file.write(b"".join(written))
        last = len(self._offsets) - 1
        first = self._fields[field][0] if field in self._fields else last - -(-len(keys) // BLOCK)
        self._fields[field] = (first, last, width)

    def close(self) -> None:
        offsets = np.array(self._offsets, OFFSET.format)
        described = json.dumps(self._fields).encode()
        self.file.write(offsets.tobytes() + described)
        self.file.write(FOOTER.pack(zlib.crc32(described), self._offsets[-1], len(self._offsets) - 1, MAGIC))
        self.file.close()


def packed_ends(numbers: Numbers, bounds: npt.NDArray[Any]) -> Indexes:
    """Where the stretches of numbers between `bounds` begin and end once they are packed, in bytes; none of them is empty."""
    widths = (numbers >= 0x80).astype(np.int8)
    widths += numbers >= 0x800
    widths += numbers >= 0x10000
    widths += np.int8(1)
    return np.concatenate(([0], np.cumsum(np.add.reduceat(widths, bounds[:-1], dtype=np.intp))))


def sums(raw: bytes, ends: Indexes) -> Indexes:
    """`postings.summed` of each stretch of bytes between `ends`; none of them is empty."""
    return _summed(_added(raw, ends))


def _added(raw: bytes, ends: Indexes) -> Indexes:
    """The bytes of each stretch, added up."""
    added: Indexes = np.add.reduceat(np.frombuffer(raw, np.uint8), ends[:-1], dtype=np.intp)
    return added


def _summed(added: Indexes) -> Indexes:
    return (1 + added) % 65_521 % SUMS


def sealed(compressor: Compressor, raw: bytes, sequence: int) -> bytes:
    """An article as it is stored: compressed, and its seal."""
    compressed = compressor.compress(raw)
    return compressed + seal(compressed, sequence)


def ordered(keys: Numbers) -> Indexes:
    """The order that sorts keys; equal ones stay as they stand. Sixteen bits at a time, for which numpy counts (22 ns a key)
    and does not compare (63 ns)."""
    order: Indexes = np.argsort(keys.astype(np.uint16), kind="stable")
    if len(keys) and int(keys.max()) >= 1 << 16:
        order = order[np.argsort((keys >> np.uint32(16)).astype(np.uint16)[order], kind="stable")]
    return order


def pack(numbers: Numbers) -> bytes:
    """`postings.encode`, of an array; some numbers at a time, for a text of them takes up to four times as much."""
    parts = (numbers[at : at + PACKED].astype("<u4", copy=False).tobytes() for at in range(0, len(numbers), PACKED))
    return b"".join([part.decode("utf-32-le", "surrogatepass").encode("utf-8", "surrogatepass") for part in parts])


def unpack(raw: bytes) -> Numbers:
    """`postings.decode`, to an array."""
    return np.frombuffer(raw.decode("utf-8", "surrogatepass").encode("utf-32-le", "surrogatepass"), "<u4")
