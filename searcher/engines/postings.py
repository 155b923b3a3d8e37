"""Postings as bytes: which articles hold a term, how often, and where. Numbers in, bytes out, and back.

A block is the postings of one term in one segment. It is a string of code points in UTF-8, a variable-length code that
Python reads and writes at the speed of C: for each article the distance from the one before and the frequency, then
(positional fields only) for each occurrence the distance from the one before. All numbers stay below 0x110000.
"""

from __future__ import annotations

import struct
from bisect import bisect_left
from itertools import accumulate

MAX_NUMBER = 0x10FFFF
_LENGTH = struct.Struct("!I")


def encode(numbers: list[int]) -> bytes:
    """Numbers below 0x110000 → bytes; small ones take one byte."""
    return "".join(map(chr, numbers)).encode("utf-8", "surrogatepass")


def decode(encoded: bytes) -> list[int]:
    """The inverse of `encode`."""
    return list(map(ord, encoded.decode("utf-8", "surrogatepass")))


def distances(ascending: list[int]) -> list[int]:
    """Ascending numbers → the first, then each one's distance from the one before."""
    return [after - before for before, after in zip([0, *ascending], ascending, strict=False)]


class Block:
    """The postings of a term: `ids` ascending, `frequencies` beside them, positions when the field has them."""

    __slots__ = ("_offsets", "_places", "_raw_places", "_tfs", "frequencies", "ids")

    def __init__(self, ids: list[int], frequencies: list[int], places: bytes | None = None) -> None:
        self.ids = ids
        self.frequencies = frequencies
        self._raw_places = places
        self._places: str | None = None
        self._offsets: list[int] = []
        self._tfs: dict[int, int] | None = None

    @classmethod
    def read(cls, raw: bytes, *, positional: bool) -> Block:
        """A block from its bytes."""
        places = None
        if positional:
            (length,) = _LENGTH.unpack_from(raw)
            places = raw[_LENGTH.size + length :]
            raw = raw[_LENGTH.size : _LENGTH.size + length]
        numbers = decode(raw)
        return cls(list(accumulate(numbers[0::2])), numbers[1::2], places)

    def write(self) -> bytes:
        """The block as bytes, positions and all."""
        numbers = [0] * (2 * len(self.ids))
        numbers[0::2] = distances(self.ids)
        numbers[1::2] = self.frequencies
        head = encode(numbers)
        if self._raw_places is None:
            return head
        return _LENGTH.pack(len(head)) + head + self._raw_places

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def tfs(self) -> dict[int, int]:
        """Article → frequency."""
        if self._tfs is None:
            self._tfs = dict(zip(self.ids, self.frequencies, strict=True))
        return self._tfs

    def positions(self, article: int) -> list[int]:
        """Where the term stands in an article of `ids`: word positions, ascending."""
        if self._places is None:
            assert self._raw_places is not None, "the field has no positions"
            self._places = self._raw_places.decode("utf-8", "surrogatepass")
            self._offsets = [0, *accumulate(self.frequencies)]
        at = bisect_left(self.ids, article)
        return list(accumulate(map(ord, self._places[self._offsets[at] : self._offsets[at + 1]])))

    def encoded_positions(self, at: int) -> bytes:
        """The positions of the `at`-th article, as `encode(distances(positions))`."""
        self.positions(self.ids[at])
        assert self._places is not None
        return self._places[self._offsets[at] : self._offsets[at + 1]].encode("utf-8", "surrogatepass")
