"""Keys → whether one was surely never added: a Bloom filter with one hash."""

from __future__ import annotations


class BloomFilter:
    """A set of keys that may claim a key too many and never forgets one: false positives are possible, false negatives never.

    On a first build a "no" saves the ledger an SQL query, and almost every answer is "no". It takes 8 MB.
    """

    BITS = 26

    def __init__(self) -> None:
        self._bits = bytearray(1 << (self.BITS - 3))

    def add(self, key: str | bytes) -> None:
        at = hash(key) & ((1 << self.BITS) - 1)
        self._bits[at >> 3] |= 1 << (at & 7)

    def __contains__(self, key: str | bytes) -> bool:
        at = hash(key) & ((1 << self.BITS) - 1)
        return bool(self._bits[at >> 3] & 1 << (at & 7))
