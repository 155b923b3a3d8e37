"""The term dictionary of a segment: a term → its frequency and where its postings are; a prefix → the terms that begin with it.

    block, block … | the offset of each block and of the end | the fields, in JSON | footer

Terms stand in blocks of `BLOCK`, ascending, each block of one field. A block is a header, its terms in UTF-8 with `BETWEEN`
before and behind each, and then one column of numbers after the other, in the code of `postings.encode`: in how many articles
a term is, how often it occurs besides, the bytes of its documents and their sum (`postings.summed`), and (positional fields)
the bytes and the sum of its gaps. Numbers of MAX_NUMBER and above follow behind the columns, as two numbers each. A block has a
CRC-32, and so have the fields. A term takes about seven bytes besides its letters, where Whoosh's hash of every term took 85,
and a look-up reads two blocks.
"""

from __future__ import annotations

import json
import zlib
from bisect import bisect_left
from collections.abc import Iterator
from itertools import takewhile
from struct import Struct
from typing import Any

from searcher.engines.postings import MAX_NUMBER, decode
from searcher.engines.whoosh import files
from searcher.values import Value

BLOCK = 32
"""Terms of a block; the last block of a stretch of terms has fewer."""

BETWEEN = b"\xff"
"""No byte of UTF-8."""

HEADER = Struct("<QQIB")
"""Of a block, behind its CRC-32: where its documents begin in the postings, where its gaps begin in the positions,
the bytes and number of its terms."""

OFFSET = Struct("<Q")
FOOTER = Struct("<IQI4s")
"""The CRC-32 of the fields, where the offsets begin, how many blocks there are, `MAGIC`."""

MAGIC = b"TRM2"
HIGH = 20
"""A number behind the columns is two: its bits from this one on, and the bits below."""

REMEMBERED = 1_024
"""Terms that a dictionary remembers: a search asks for each of its terms three times."""

PLAIN, POSITIONED = 4, 6
"""Columns of a block, of a field without positions and of one with them."""


class Info(Value):
    """What the dictionary says of a term: in how many articles it is, how often in all, where its documents and gaps are,
    and the sums of both."""

    count: int
    occurrences: int
    documents: slice
    positions: slice
    sums: tuple[int, int]


class Listed(Value):
    """The terms of one block in UTF-8, and their columns; where the documents and the gaps of the first begin."""

    keys: list[bytes]
    columns: list[list[int]]
    documents: int
    positions: int


class Terms:
    """The term dictionary of a segment. Raises ValueError for bytes that are none."""

    def __init__(self, raw: Any, decoding: files.Decoding) -> None:
        self._raw = raw
        self._decoding = decoding
        self._remembered: dict[tuple[str, str], Info | None] = {}
        end = len(raw) - FOOTER.size
        if end < 0:
            raise ValueError("not a term dictionary")
        crc, self._offsets, blocks, magic = FOOTER.unpack(raw[end:])
        described = self._offsets + OFFSET.size * (blocks + 1)
        if magic != MAGIC or described > end or zlib.crc32(raw[described:end]) != crc:
            raise ValueError("not a term dictionary")
        self._fields: dict[str, tuple[int, int, int]] = {
            str(name): (int(first), int(last), int(columns))
            for name, (first, last, columns) in json.loads(bytes(raw[described:end])).items()
        }
        self._sound: set[int] = set()  # blocks that are what was written
        if any(not 0 <= first < last <= blocks for first, last, _ in self._fields.values()):
            raise ValueError("fields without blocks")

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that have terms."""
        return tuple(self._fields)

    def info(self, field: str, text: str) -> Info | None:
        """What there is to know of a term; None when no article holds it."""
        try:
            return self._remembered[field, text]
        except KeyError:
            pass
        found = self._info(field, text)
        if len(self._remembered) >= REMEMBERED:
            self._remembered.clear()
        self._remembered[field, text] = found
        return found

    def _info(self, field: str, text: str) -> Info | None:
        if field not in self._fields:
            return None
        key = utf8(text)
        with self._decoding:
            at = self._before(field, key)
            start, end = self._extent(at)
            documents, positions, size, count = HEADER.unpack_from(self._raw, start)
            start += HEADER.size
            found = self._raw.find(b"%b%b%b" % (BETWEEN, key, BETWEEN), start, start + size)
            if found < 0:
                return None
            nth = self._raw[start:found].count(BETWEEN)
            columns = self._columns(field, start + size, end, count)
            documents += sum(columns[2][:nth])
            length = summed = 0
            if len(columns) == POSITIONED:
                positions += sum(columns[4][:nth])
                length, summed = columns[4][nth], columns[5][nth]
            return Info(
                columns[0][nth],
                columns[0][nth] + columns[1][nth],
                slice(documents, documents + columns[2][nth]),
                slice(positions, positions + length),
                (columns[3][nth], summed),
            )

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Every term: its field and its text."""
        return ((name, text) for name in self._fields for text in self.beginning(name, ""))

    def beginning(self, field: str, prefix: str) -> Iterator[str]:
        """The terms of a field that begin with `prefix`, ascending by code point."""
        return takewhile(lambda text: text.startswith(prefix), self.since(field, prefix))

    def since(self, field: str, text: str) -> Iterator[str]:
        """The terms of a field from `text` on, ascending by code point."""
        if field not in self._fields:
            return
        wanted = utf8(text)
        with self._decoding:
            first = self._before(field, wanted)
            for at in range(first, self._fields[field][1]):
                keys = self._keys(at)
                for key in keys[bisect_left(keys, wanted) :] if at == first else keys:
                    yield key.decode("utf-8", "surrogatepass")

    def listed(self, field: str) -> Iterator[Listed]:
        """The terms of a field with all that is known of them, block by block."""
        first, last, _ = self._fields.get(field, (0, 0, 0))
        with self._decoding:
            for at in range(first, last):
                start, end = self._extent(at)
                documents, positions, size, count = HEADER.unpack_from(self._raw, start)
                columns = self._columns(field, start + HEADER.size + size, end, count)
                yield Listed(self._keys(at), columns, documents, positions)

    def _before(self, field: str, wanted: bytes) -> int:
        """The last block whose first term is not above `wanted`; the field's first where there is none.

        A damaged block that the search met and went wrong by is the one given or the one behind: both are looked at.
        """
        raw = self._raw
        low, high, _ = self._fields[field]
        end = high
        while high - low > 1:
            middle = (low + high) // 2
            (start,) = OFFSET.unpack_from(raw, self._offsets + OFFSET.size * middle)
            start += files.CRC.size + HEADER.size + 1
            if raw[start : raw.find(BETWEEN, start)] <= wanted:
                low = middle
            else:
                high = middle
        if low + 1 < end:
            self._extent(low + 1)
        return low

    def _extent(self, at: int) -> tuple[int, int]:
        """Where a block begins, behind its sum, and ends. Raises ValueError when it is not what was written."""
        place = self._offsets + OFFSET.size * at
        (start,), (end,) = OFFSET.unpack_from(self._raw, place), OFFSET.unpack_from(self._raw, place + OFFSET.size)
        begin = start + files.CRC.size
        if at not in self._sound:
            if files.CRC.unpack_from(self._raw, start) != (zlib.crc32(self._raw[begin:end]),):
                raise ValueError("terms are not those that were stored")
            self._sound.add(at)
        return begin, end

    def _keys(self, at: int) -> list[bytes]:
        start, _ = self._extent(at)
        _, _, size, count = HEADER.unpack_from(self._raw, start)
        start += HEADER.size
        keys: list[bytes] = self._raw[start : start + size].split(BETWEEN)[1:-1]
        if len(keys) != count:
            raise ValueError(f"{len(keys)} terms in a block of {count}")
        return keys

    def _columns(self, field: str, start: int, end: int, count: int) -> list[list[int]]:
        """The columns of a block, whose bytes are given."""
        width = self._fields[field][2]
        numbers = decode(bytes(self._raw[start:end]))
        size = width * count
        if len(numbers) != size:
            behind = iter(numbers[size:])
            large = [high << HIGH | low for high, low in zip(behind, behind, strict=True)]
            places = [at for at in range(size) if numbers[at] == MAX_NUMBER]
            for at, number in zip(places, large, strict=True):
                numbers[at] = number
        return [numbers[at : at + count] for at in range(0, size, count)]


def utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
