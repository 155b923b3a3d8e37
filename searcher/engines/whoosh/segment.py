"""A segment's files → its terms, postings and columns, without a byte read that was not asked for.

The columns are in Whoosh's formats (`whoosh.columns`). They are read here because importing Whoosh takes longer than a search
does.
"""

from __future__ import annotations

import mmap
import sys
import zlib
from array import array
from contextlib import suppress
from functools import cached_property, lru_cache, partial
from pathlib import Path
from struct import Struct
from typing import Any

from searcher import article as names
from searcher.article import Article
from searcher.engines.compressed import decompress
from searcher.engines.postings import Block, inflated, summed
from searcher.engines.stored import SEAL, check_seal, from_json, unpacked
from searcher.engines.whoosh import files
from searcher.engines.whoosh.dictionary import Terms

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
"""The columns of numbers, in the order they are stored: an array of one number an article each, the largest byte first,
and its CRC-32.

Days are Gregorian ordinals, both included; an instant is that of `article.instant`; 0 without a date."""

POSITIONAL = frozenset(names.POSITIONAL)

_LENGTH, _OFFSET = Struct("!I"), Struct("!Q")


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
        self._sound: set[str] = set()  # columns that are what was written
        try:
            with self.decoding:
                for suffix in segment.files:
                    self._maps[suffix] = _mapped(folder / f"{segment.name}{suffix}")
                *_, size = bounds_of(self.size).values()
                if len(self._maps[files.NUMBERS]) != size.stop + files.CRC.size:
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
            gaps = (partial(self._gaps, info.positions, info.sums[1]),) if field in POSITIONAL else ()
            stored = self._maps[files.POSTINGS][info.documents]
            if summed(stored) != info.sums[0]:
                raise ValueError("the articles of a term are not those that were stored")
            block = Block(
                info.count,
                inflated(stored),
                *gaps,
                occurrences=info.occurrences,
                decoding=self.decoding,
            )
            if block.ids[-1] >= self.size:
                raise ValueError("the articles of a term are not those that were stored")
            return block

    def _gaps(self, extent: slice, expected: int, occurrences: int) -> str:
        with self.decoding:
            raw = self._maps[files.POSITIONS][extent]
            gaps: str = raw.decode("utf-8", "surrogatepass")
            if len(gaps) != occurrences or summed(raw) != expected:
                raise ValueError("the positions of a term are not those that were stored")
            return gaps

    def raw(self, suffix: str) -> Any:
        """The bytes of a file, as a map of it."""
        return self._maps[suffix]

    def numbers(self, name: str) -> array[int]:
        """A column of numbers."""
        stored = self.column_bytes(name)
        with self.decoding:
            return _swapped(array(COLUMNS[name], bytes(stored)))

    def column_bytes(self, name: str) -> Any:
        """A column of numbers as it is stored."""
        with self.decoding:
            raw, bounds = memoryview(self._maps[files.NUMBERS]), bounds_of(self.size)[name]
            column = raw[bounds]
            if name not in self._sound:
                (crc,) = files.CRC.unpack_from(raw, bounds.stop)
                if zlib.crc32(column) != crc:
                    raise ValueError(f"the column {name} is not what was stored")
                self._sound.add(name)
            return column

    def values(self, field: str) -> list[str]:
        """What the articles of the segment hold in a field of whole values, each different text of an entry once."""
        with self.decoding:
            raw = self._maps[files.VALUES]
            sought = b"\n%b\t" % field.encode()
            start = raw.find(sought) + len(sought)
            end = raw.find(b"\n", start)
            crc, _, written = raw[start:end].partition(b"\t")
            if start < len(sought) or end < 0 or int(crc) != zlib.crc32(written):
                raise ValueError("the values of a field are not those that were stored")
            listed: list[str] = from_json(written)
            return listed

    def stored(self, number: int) -> bytes:
        """An article as it is stored: JSON, compressed with `dictionary`, and its seal.

        Whoosh's VarBytesColumn, but that the dictionary stands before the first value: the values, their lengths, their
        offsets, the codes of both arrays, and an X.
        """
        raw = self._maps[files.ARTICLES]
        with self.decoding:
            (length,) = _LENGTH.unpack_from(raw, self._offsets - _LENGTH.size * (self.size - number))
            start = self._start(number)
            return raw[start : start + length]

    @cached_property
    def dictionary(self) -> bytes:
        """What the articles are compressed with (`compressed`)."""
        with self.decoding:
            return self._maps[files.ARTICLES][: self._start(0)] if self.size else b""

    @property
    def _offsets(self) -> int:
        """Where the offsets of the articles stand."""
        raw = self._maps[files.ARTICLES]
        if raw[-3:] != b"IQX":
            raise ValueError("not a column of articles")
        return len(raw) - 3 - _OFFSET.size * self.size

    def _start(self, number: int) -> int:
        (start,) = _OFFSET.unpack_from(self._maps[files.ARTICLES], self._offsets + _OFFSET.size * number)
        return int(start)

    def article(self, number: int) -> tuple[Article, str]:
        """An article and its annotations."""
        raw = self.opened(number)
        with self.decoding:
            return unpacked(raw)

    def opened(self, number: int) -> bytes:
        """An article as JSON."""
        stored = self.stored(number)
        with self.decoding:
            compressed = stored[:-SEAL]
            check_seal(compressed, self._sequence(number), stored[-SEAL:])
            return decompress(compressed, self.dictionary)

    def _sequence(self, number: int) -> int:
        """The place of one article in the order added, without reading that column: the seal of an article says whether it
        is right."""
        start = bounds_of(self.size)[SEQUENCE].start + 8 * number
        return int.from_bytes(self._maps[files.NUMBERS][start : start + 8], "big")

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


@lru_cache(256)
def bounds_of(size: int) -> dict[str, slice]:
    """Where each column of a segment of so many articles stands among the numbers; its CRC-32 stands behind."""
    bounds, start = {}, 0
    for column, code in COLUMNS.items():
        bounds[column] = slice(start, start + array(code).itemsize * size)
        start = bounds[column].stop + files.CRC.size
    return bounds


def _swapped(numbers: array[int]) -> array[int]:
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers
