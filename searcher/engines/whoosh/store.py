"""Postings and columns in, the files of a segment out. Whoosh writes the term dictionary; the rest is arrays."""

from __future__ import annotations

import json
import secrets
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.filedb.filetables import HashWriter, OrderedHashWriter, _lengths, _pointer
from whoosh.filedb.structfile import StructFile

from searcher.engines.stored import as_json
from searcher.engines.whoosh import files
from searcher.engines.whoosh.segment import COLUMNS, INFO

Numbers = npt.NDArray[np.uint32]

_CRC32 = 1
_NULL = _pointer.pack(0, 0)
INFOS = np.dtype(
    [
        *(("inlined", "u1"), ("weight", ">f4"), ("articles", ">u4"), ("lengths", "u1", 2), ("largest", ">f4")),
        *(("first", ">u4"), ("last", ">u4"), ("documents", ">i8"), ("documents_size", ">i4"), ("positions", ">i8")),
        ("positions_size", ">i4"),
    ]
)
"""`segment.INFO`, many at a time."""

assert INFOS.itemsize == INFO.size


@dataclass(frozen=True, slots=True)
class Postings:
    """The postings of consecutive terms of one field.

    `keys` are the terms as UTF-8, ascending, and `counts` in how many articles each is; `articles` (ascending for each
    term) and `frequencies` have an item a posting; `gaps` one an occurrence, as the distance from the one before.
    """

    keys: list[bytes]
    counts: npt.NDArray[np.intp]
    articles: Numbers
    frequencies: Numbers
    gaps: Numbers | None


class SegmentWriter:
    """Writes a segment: fields ascending by name, each in one or more stretches of its terms, then the articles."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.name = f"{files.NAME}_{secrets.token_hex(8)}"
        self._open = {
            suffix: self.path(suffix).open("wb") for suffix in (files.POSTINGS, files.POSITIONS, files.ARTICLES)
        }
        self._terms = _Dictionary(StructFile(self.path(files.TERMS).open("wb")))
        self._sizes: list[int] = []

    def path(self, suffix: str) -> Path:
        return self._folder / f"{self.name}{suffix}"

    def add_postings(self, field: str, postings: Postings) -> None:
        counts = postings.counts
        starts = np.concatenate(([0], np.cumsum(counts)))
        first, last = starts[:-1], starts[1:] - 1
        info = np.zeros(len(counts), INFOS)
        info["weight"] = np.add.reduceat(postings.frequencies, first)
        info["articles"] = counts
        info["largest"] = np.maximum.reduceat(postings.frequencies, first)
        info["first"], info["last"] = postings.articles[first], postings.articles[last]
        # The documents of a term: all distances, then all frequencies.
        gaps = np.diff(postings.articles, prepend=np.uint32(0))
        gaps[first] = postings.articles[first]
        at = np.arange(len(gaps)) + np.repeat(first, counts)
        documents = np.empty(2 * len(gaps), np.uint32)
        documents[at] = gaps
        documents[at + np.repeat(counts, counts)] = postings.frequencies
        info["documents"], info["documents_size"] = self._write(files.POSTINGS, documents, 2 * starts)
        if postings.gaps is not None:
            ends = np.concatenate(([0], np.cumsum(postings.frequencies, dtype=np.int64)))[starts]
            info["positions"], info["positions_size"] = self._write(files.POSITIONS, postings.gaps, ends)
        self._terms.add_field(field, postings.keys, info.tobytes())

    def _write(self, suffix: str, numbers: Numbers, bounds: npt.NDArray[Any]) -> tuple[Any, Any]:
        """Appends numbers to a file; where each stretch between `bounds` begins there, and its size, in bytes."""
        file = self._open[suffix]
        widths = 1 + (numbers >= 0x80).astype(np.int8) + (numbers >= 0x800) + (numbers >= 0x10000)
        ends = np.concatenate(([0], np.cumsum(widths, dtype=np.int64)))[bounds]
        start = file.tell()
        file.write(pack(numbers))
        return start + ends[:-1], np.diff(ends)

    def add_articles(self, stored: Iterable[bytes]) -> None:
        """The next articles, compressed."""
        for each in stored:
            self._open[files.ARTICLES].write(each)
            self._sizes.append(len(each))

    def finish(
        self, columns: dict[str, npt.NDArray[Any]], terms: dict[str, int], values: dict[str, list[str]]
    ) -> files.Segment:
        """Closes the segment. `columns` are those of numbers, an item an article; `terms` says how many each field holds;
        `values` are the lists that the columns of whole values point into."""
        lengths = np.array(self._sizes, ">u4")
        offsets = np.cumsum(lengths, dtype=np.uint64) - lengths
        articles = self._open[files.ARTICLES]
        articles.write(lengths.tobytes() + offsets.astype(">u8").tobytes() + b"IQX")
        self._open[files.NUMBERS] = self.path(files.NUMBERS).open("wb")
        for name, code in COLUMNS.items():
            self._open[files.NUMBERS].write(columns[name].astype(np.dtype(code).newbyteorder(">")).tobytes())
        self._open[files.VALUES] = self.path(files.VALUES).open("wb")
        lines = (b"\n%b\t%b" % (name.encode(), as_json(listed)) for name, listed in values.items())
        self._open[files.VALUES].write(b"".join(lines) + b"\n")
        self._terms.close()
        for file in self._open.values():
            file.close()
        sizes = {suffix: self.path(suffix).stat().st_size for suffix in files.SUFFIXES}
        return files.Segment(self.name, len(lengths), terms, sizes)

    def abandon(self) -> None:
        """Closes and removes what was written."""
        for file in (*self._open.values(), self._terms.dbfile.file):
            file.close()
        for suffix in files.SUFFIXES:
            self.path(suffix).unlink(missing_ok=True)


class _Dictionary(OrderedHashWriter):  # type: ignore[misc]
    """Whoosh's ordered hash, filled field by field, its description in JSON where Whoosh has a pickle."""

    def __init__(self, file: StructFile) -> None:
        HashWriter.__init__(self, file, hashtype=_CRC32)
        self._positions = array("Q")
        self._field_numbers: dict[str, int] = {}

    def add_field(self, name: str, keys: list[bytes], values: bytes) -> None:
        """Terms of a field, ascending; `values` has INFO.size bytes for each."""
        prefix = self._field_numbers.setdefault(name, len(self._field_numbers)).to_bytes(2, "big")
        at, size, hashed, lengths, buckets = self.dbfile.tell(), INFO.size, self.hashfn, _lengths.pack, self.buckets
        written: list[bytes] = []
        for number, key in enumerate(keys):
            key = prefix + key
            written += (lengths(len(key), size), key, values[number * size : (number + 1) * size])
            self._positions.append(at)
            code = hashed(key)
            buckets[code & 255].append((code, at))
            at += _lengths.size + len(key) + size
        self.dbfile.write(b"".join(written))

    def _write_hashes(self) -> None:
        for entries in self.buckets:
            slots = 2 * len(entries)
            self.directory.append((self.dbfile.tell(), slots))
            table = [_NULL] * slots
            for code, at in entries:
                slot = (code >> 8) % slots
                while table[slot] is not _NULL:
                    slot = (slot + 1) % slots
                table[slot] = _pointer.pack(code, at)
            self.dbfile.write(b"".join(table))

    def _write_extras(self) -> None:
        described = {"fieldmap": self._field_numbers, "indextype": "Q", "indexlen": len(self._positions)}
        self.dbfile.write_string4(json.dumps(described).encode())
        self.dbfile.write_array(self._positions)


def pack(numbers: Numbers) -> bytes:
    """`postings.encode`, of an array."""
    return numbers.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass").encode("utf-8", "surrogatepass")


def unpack(raw: bytes) -> Numbers:
    """`postings.decode`, to an array."""
    return np.frombuffer(raw.decode("utf-8", "surrogatepass").encode("utf-32-le", "surrogatepass"), "<u4")
