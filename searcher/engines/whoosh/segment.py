"""A segment's files → its terms, postings and columns, without a byte read that was not asked for.

The term dictionary (an ordered hash, `whoosh.filedb.filetables`) and the columns (`whoosh.columns`) are in Whoosh's formats.
They are read here because importing Whoosh takes longer than a search does, and because Whoosh unpickles parts of them.
"""

from __future__ import annotations

import json
import mmap
import sys
import zlib
from array import array
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from struct import Struct
from typing import Any

from searcher import article as names
from searcher.article import Article
from searcher.engines.postings import Block
from searcher.engines.stored import SEAL, check_seal, from_json, unpacked
from searcher.engines.whoosh import files
from searcher.values import Value

# The value of a term: as W3TermInfo of Whoosh (not inlined, weight, articles, lengths (unused), largest weight, first and
# last article), then offset and size of its documents in the postings and of its gaps in the positions.
INFO = Struct("!BfIBBfIIqiqi")

FIRST_DAY, LAST_DAY, INSTANT = "first_day", "last_day", "instant"
SEQUENCE, SERIAL = "sequence", "serial"
NORMS = {name: f"{name}_norm" for name in names.FIELDS}
"""Field → the column of its lengths, in the bytes of `bm25.LENGTHS`."""

VALUES = {name: f"{name}_value" for name in names.WHOLE.values()}
"""Field of whole values → the column of what each article holds there: a place in the segment's list for that field."""

COLUMNS = {
    **{FIRST_DAY: "I", LAST_DAY: "I", INSTANT: "Q", SEQUENCE: "Q", SERIAL: "I"},
    **dict.fromkeys(NORMS.values(), "B"),
    **dict.fromkeys(VALUES.values(), "I"),
}
"""The columns of numbers, in the order they are stored: an array of one number an article each, the largest byte first.

Days are Gregorian ordinals, both included; an instant is that of `article.instant`; 0 without a date."""

POSITIONAL = frozenset(names.POSITIONAL)

_HEADER = Struct("!4sBii")
_LENGTHS = Struct("!ii")
_POINTER = Struct("!Iq")
_TABLE = Struct("!qi")
_INT = Struct("!i")
_LENGTH, _OFFSET = Struct("!I"), Struct("!Q")
_CRC32 = 1
_EXACT = 1 << 24  # the dictionary keeps occurrences in 32 bits of a floating-point number


class Info(Value):
    """What the dictionary says of a term: in how many articles it is, how often in all, in which article last, and where its
    block is."""

    count: int
    occurrences: int
    last: int
    documents: slice
    positions: slice


class Terms:
    """The term dictionary of a segment."""

    def __init__(self, raw: Any, decoding: files.Decoding) -> None:
        self._raw = raw
        self._decoding = decoding
        magic, hash_type, _, _ = _HEADER.unpack_from(raw)
        if magic != b"HSH3" or hash_type != _CRC32:
            raise ValueError("not a term dictionary")
        (size,) = _INT.unpack_from(raw, len(raw) - _INT.size)
        extras = len(raw) - _INT.size - size
        self._tables = extras - 256 * _TABLE.size
        (length,) = _INT.unpack_from(raw, extras)
        start = extras + _INT.size
        described = json.loads(bytes(raw[start : start + length]))
        self._fields = {str(name): int(number).to_bytes(2, "big") for name, number in described["fieldmap"].items()}
        self._index = start + length
        self._entry = Struct("!" + described["indextype"])
        self.size = int(described["indexlen"])

    @property
    def fields(self) -> dict[str, bytes]:
        """Field → what its keys begin with."""
        return self._fields

    def info(self, field: str, text: str) -> Info | None:
        """What there is to know of a term; None when no article holds it."""
        prefix = self._fields.get(field)
        if prefix is None:
            return None
        raw, key = self._raw, prefix + utf8(text)
        hashed = zlib.crc32(key)
        with self._decoding:
            table, slots = _TABLE.unpack_from(raw, self._tables + (hashed & 255) * _TABLE.size)
            for step in range(slots):
                slot = (hashed >> 8) + step
                held, at = _POINTER.unpack_from(raw, table + slot % slots * _POINTER.size)
                if not at:
                    return None
                if held == hashed and self._key(at) == key:
                    return self._info(at + _LENGTHS.size + len(key))
        return None

    def _key(self, at: int) -> bytes:
        length, _ = _LENGTHS.unpack_from(self._raw, at)
        return bytes(self._raw[at + _LENGTHS.size : at + _LENGTHS.size + length])

    def _info(self, at: int) -> Info:
        _, occurrences, count, _, _, _, _, last, documents, size, positions, length = INFO.unpack_from(self._raw, at)
        return Info(
            count, int(occurrences), last, slice(documents, documents + size), slice(positions, positions + length)
        )

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Every term: its field and its text."""
        return ((name, text) for name in self._fields for text in self.beginning(name, ""))

    def values(self, field: str) -> Iterator[tuple[bytes, bytes]]:
        """The terms of a field, ascending: UTF-8, and the bytes of an INFO."""
        for key, at in self._from(field):
            yield key, self._raw[at : at + INFO.size]

    def _from(self, field: str) -> Iterator[tuple[bytes, int]]:
        """The terms of a field, ascending: UTF-8, and where their value is."""
        number = self._fields.get(field)
        if number is None:
            return
        with self._decoding:
            first = self._first(number)
            at = self._position(first) if first < self.size else 0
            for _ in range(first, self.size):
                length, size = _LENGTHS.unpack_from(self._raw, at)
                start = at + _LENGTHS.size
                key = self._raw[start : start + length]
                if key[:2] != number:
                    return
                yield key[2:], start + length
                at = start + length + size

    def beginning(self, field: str, prefix: str) -> Iterator[str]:
        """The terms of a field that begin with `prefix`, ascending by code point."""
        number = self._fields.get(field)
        if number is None:
            return
        raw, lengths, header, wanted = self._raw, _LENGTHS.unpack_from, _LENGTHS.size, number + utf8(prefix)
        with self._decoding:
            first = self._first(wanted)
            at = self._position(first) if first < self.size else 0
            for _ in range(first, self.size):  # one after the other, as they are written
                length, size = lengths(raw, at)
                start = at + header
                key = raw[start : start + length]
                if not key.startswith(wanted):
                    return
                yield key[2:].decode("utf-8", "surrogatepass")
                at = start + length + size

    def _first(self, wanted: bytes) -> int:
        """How many keys come before `wanted`."""
        raw, index, lengths = self._raw, self._index, _LENGTHS.unpack_from
        position, step, header = self._entry.unpack_from, self._entry.size, _LENGTHS.size
        low, high = 0, self.size
        while low < high:
            middle = (low + high) // 2
            (at,) = position(raw, index + middle * step)
            if raw[at + header : at + header + lengths(raw, at)[0]] < wanted:
                low = middle + 1
            else:
                high = middle
        return low

    def _position(self, at: int) -> int:
        (position,) = self._entry.unpack_from(self._raw, self._index + at * self._entry.size)
        return int(position)


class OpenSegment:
    """A segment whose files are open: they stay readable when a merge has removed their names.

    Opening it and each of its methods raises IndexDamaged, ReadFailed, and IndexClosed once it is closed.
    """

    def __init__(self, folder: Path, segment: files.Segment) -> None:
        self.size = segment.articles
        self.deleted = segment.deleted
        self.occurrences = segment.terms
        self.decoding = files.Decoding(folder)
        self._maps: dict[str, mmap.mmap | bytes] = {}
        try:
            with self.decoding:
                for suffix in segment.files:
                    self._maps[suffix] = _mapped(folder / f"{segment.name}{suffix}")
                if len(self._maps[files.NUMBERS]) != sum(array(code).itemsize for code in COLUMNS.values()) * self.size:
                    raise ValueError("the columns are for another number of articles")
                self.terms = Terms(self._maps[files.TERMS], self.decoding)
        except BaseException:
            self.close()
            raise

    def block(self, field: str, text: str) -> Block | None:
        """The postings of a term, deleted articles among them; None when it has none."""
        info = self.terms.info(field, text)
        if info is None:
            return None
        with self.decoding:
            gaps = (partial(self._gaps, info.positions),) if field in POSITIONAL else ()
            block = Block(
                info.count,
                self._maps[files.POSTINGS][info.documents],
                *gaps,
                occurrences=info.occurrences if info.occurrences < _EXACT else None,
                decoding=self.decoding,
            )
            if block.ids[-1] != info.last or info.last >= self.size:  # a changed distance moves the last article too
                raise ValueError("the articles of a term are not those that were stored")
            return block

    def _gaps(self, extent: slice, occurrences: int) -> str:
        with self.decoding:
            gaps = self._maps[files.POSITIONS][extent].decode("utf-8", "surrogatepass")
            if len(gaps) != occurrences:
                raise ValueError(f"{len(gaps)} positions of {occurrences} occurrences")
            return gaps

    def raw(self, suffix: str) -> Any:
        """The bytes of a file, as a map of it."""
        return self._maps[suffix]

    def numbers(self, name: str) -> array[int]:
        """A column of numbers."""
        start = 0
        for column, code in COLUMNS.items():
            size = array(code).itemsize * self.size
            if column == name:
                with self.decoding:
                    return _swapped(array(code, self._maps[files.NUMBERS][start : start + size]))
            start += size
        raise KeyError(name)

    def column_bytes(self, name: str) -> Any:
        """A column of numbers as it is stored."""
        start = 0
        for column, code in COLUMNS.items():
            size = array(code).itemsize * self.size
            if column == name:
                with self.decoding:
                    return memoryview(self._maps[files.NUMBERS])[start : start + size]
            start += size
        raise KeyError(name)

    def values(self, field: str) -> list[str]:
        """What the articles of the segment hold in a field of whole values, each different text of an entry once."""
        with self.decoding:
            raw = self._maps[files.VALUES]
            sought = b"\n%b\t" % field.encode()
            start = raw.find(sought) + len(sought)
            end = raw.find(b"\n", start)
            if start < len(sought) or end < 0:
                raise ValueError("no list of values")
            listed: list[str] = from_json(raw[start:end])
            return listed

    def stored(self, number: int) -> bytes:
        """An article as it is stored: compressed JSON and its seal, behind the end that zlib knows.

        Whoosh's VarBytesColumn: the values, their lengths, their offsets, the codes of both arrays, and an X.
        """
        raw = self._maps[files.ARTICLES]
        with self.decoding:
            if raw[-3:] != b"IQX":
                raise ValueError("not a column of articles")
            offsets = len(raw) - 3 - _OFFSET.size * self.size
            (start,) = _OFFSET.unpack_from(raw, offsets + _OFFSET.size * number)
            (length,) = _LENGTH.unpack_from(raw, offsets - _LENGTH.size * (self.size - number))
            return raw[start : start + length]

    def article(self, number: int) -> tuple[Article, str]:
        """An article and its annotations."""
        stored = self.stored(number)
        with self.decoding:
            compressed = stored[:-SEAL]
            check_seal(compressed, self._sequence(number), stored[-SEAL:])
            return unpacked(zlib.decompress(compressed))

    def _sequence(self, number: int) -> int:
        """The place of one article in the order added, without reading that column."""
        return int.from_bytes(self.column_bytes(SEQUENCE)[8 * number : 8 * number + 8], "big")

    def close(self) -> None:
        """Closes the files. Another thread that is reading them meets IndexClosed."""
        self.decoding.closed = True
        for mapped in self._maps.values():
            if isinstance(mapped, mmap.mmap):
                with suppress(BufferError):  # an array looks into it: it is closed when that is forgotten
                    mapped.close()


def _mapped(path: Path) -> mmap.mmap | bytes:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""


def _swapped(numbers: array[int]) -> array[int]:
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers


def utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
