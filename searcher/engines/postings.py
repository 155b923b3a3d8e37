"""Postings as bytes: which articles hold a term, how often, and where. Numbers in, bytes out, and back.

A block is the postings of one term in one segment, two strings of code points in UTF-8, a variable-length code that Python
reads and writes at the speed of C. The documents: for each article the distance from the one before; then the frequencies,
either those above one (for each the distance of its article in the list from the one before, then for each the frequency) or,
where half of them are above one or more, all of them. The gaps (positional fields only): for each article its positions, each
as the distance from the one before. All numbers stay below 0x110000. Documents of many bytes are stored deflated.
"""

from __future__ import annotations

import zlib
from bisect import bisect_left
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from itertools import accumulate

MAX_NUMBER = 0x10FFFF


def encode(numbers: list[int]) -> bytes:
    """Numbers below 0x110000 → bytes; small ones take one byte."""
    return "".join(map(chr, numbers)).encode("utf-8", "surrogatepass")


def decode(encoded: bytes) -> list[int]:
    """The inverse of `encode`."""
    return list(map(ord, encoded.decode("utf-8", "surrogatepass")))


LARGE = 128
"""Bytes of documents from which on they are deflated: of fewer, the table of the code takes what the code saves."""

DEFLATED = 0xFF
"""The byte before deflated documents; no byte of UTF-8."""


def deflated(documents: bytes) -> bytes:
    """Encoded documents as they are stored: by a Huffman code where that takes fewer bytes. It takes a third off an index's
    documents; matches, which zlib would look for too, are rare among distances and take off nothing more."""
    size = len(documents)
    if size < LARGE:
        return documents
    window = min(max(size.bit_length(), 9), zlib.MAX_WBITS)  # the largest one takes 60 µs to begin, the smallest 4
    compressor = zlib.compressobj(1, zlib.DEFLATED, -window, 8, zlib.Z_HUFFMAN_ONLY)
    stored = bytes((DEFLATED,)) + compressor.compress(documents) + compressor.flush()
    return stored if len(stored) < size else documents


def inflated(stored: bytes) -> bytes:
    """The inverse of `deflated`. Raises ValueError for bytes that it never gave."""
    if not stored or stored[0] != DEFLATED:
        return stored
    decompressor = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        documents = decompressor.decompress(stored[1:])
    except zlib.error as error:
        raise ValueError("not the documents of a term") from error
    if not decompressor.eof or decompressor.unused_data:
        raise ValueError("not the documents of a term")
    return documents


def summed(raw: bytes) -> int:
    """A number below SUMS that tells bytes from the same bytes with one bit changed, always, and with more changed, nearly
    always: the sum of the bytes as Adler-32 has it. A bit changes that by a power of two, which SUMS never divides."""
    return (zlib.adler32(raw) & 0xFFFF) % SUMS


SUMS = 2047
"""So that a sum takes two bytes at most."""


def distances(ascending: list[int]) -> list[int]:
    """Ascending numbers → the first, then each one's distance from the one before."""
    return [after - before for before, after in zip([0, *ascending], ascending, strict=False)]


class Block:
    """The postings of a term in `count` articles, decoded as far as they are asked for.

    `gaps` reads the distances of so many positions, decoded; it raises what it likes when there are not so many.
    `occurrences` is the sum of the frequencies that the dictionary has: another sum is a ValueError under `decoding`.
    """

    def __init__(
        self,
        count: int,
        documents: bytes,
        gaps: Callable[[int], str] = lambda _: "",
        *,
        occurrences: int | None = None,
        decoding: AbstractContextManager[object] | None = None,
    ) -> None:
        self._count = count
        self._occurrences = occurrences
        self._decoding = decoding or nullcontext()
        self._documents = documents.decode("utf-8", "surrogatepass")
        self._read_gaps = gaps
        behind = len(self._documents) - count
        if behind != count and (behind < 0 or behind > count or behind % 2):
            raise ValueError(f"{len(self._documents)} numbers for the postings of {count} articles")

    def __len__(self) -> int:
        return self._count

    @cached_property
    def ids(self) -> list[int]:
        """The articles, ascending."""
        return list(accumulate(map(ord, self._documents[: self._count])))

    @cached_property
    def frequencies(self) -> list[int]:
        """How often each of `ids` holds the term."""
        behind = list(map(ord, self._documents[self._count :]))
        found = behind
        with self._decoding:
            if len(behind) != self._count:
                found = [1] * self._count
                above = len(behind) // 2
                for at, frequency in zip(accumulate(behind[:above]), behind[above:], strict=True):
                    found[at] = frequency
            if self._occurrences is not None and sum(found) != self._occurrences:
                raise ValueError("the frequencies of a term are not those that were stored")
        return found

    @cached_property
    def _gaps(self) -> str:
        return self._read_gaps(sum(self.frequencies))

    @cached_property
    def _offsets(self) -> list[int]:
        return [0, *accumulate(self.frequencies)]

    def gaps(self, first: int, last: int) -> str:
        """The distances of the positions in `ids[first:last]`, an article after the other."""
        return self._gaps[self._offsets[first] : self._offsets[last]]

    def positions(self, article: int) -> list[int]:
        """Where the term stands in an article of `ids`: word positions, ascending."""
        at = bisect_left(self.ids, article)
        return list(accumulate(map(ord, self._gaps[self._offsets[at] : self._offsets[at + 1]])))
