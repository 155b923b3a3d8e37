"""Articles as engines store them ↔ fewer bytes: zlib, begun with a dictionary made of other articles of the index.

An article is short, and most of what zlib could refer to stands in other articles: with a dictionary it takes a quarter fewer
bytes (963 and not 1,313 of 2,625). Level 5 takes 4 % fewer than level 3 in a third more time, level 6 takes 6 % fewer in
more than twice the time.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import cache, lru_cache
from unicodedata import normalize

_LEVEL = 5
_WINDOW = 32_768 - 262  # bytes that zlib looks back
SAMPLE = 512
"""Articles that a dictionary is made from; an index of fewer articles has none, for it would take more bytes than it saves."""

_PIECE = 128  # bytes of an article that are taken into a dictionary together
_GRAM = 6  # bytes that count as said again: zlib refers to three and more, and gains little by so few
_HASH = 20  # bits of a gram's hash
_LONGEST = 4_096  # bytes of an article that are looked at
_TOGETHER = 1 << 18  # grams that are hashed at a time: all of them would take 60 MB
_FRAME = 6  # bytes before a stream with a dictionary; the last four are the sum of the dictionary
_SUM = 4  # bytes behind a stream: the sum of what was compressed
_WITH_DICTIONARY = 0x20  # the bit of a frame's second byte that says so (RFC 1950)


def dictionary(articles: Sequence[bytes]) -> bytes:
    """What of some stored articles others are likely to say too, the likeliest last, where zlib refers to it at least cost.

    Of each stretch of the articles, the piece whose grams (runs of `_GRAM` bytes) stand most often in all of them, not counting
    grams that were taken before: FastCover, by which zstd trains its dictionaries. It takes 80 ms for 512 articles, and they
    come to 1,054 bytes each at level 3 where the beginnings of 31 articles as a dictionary leave 1,111.
    """
    import numpy as np  # here: a search makes no dictionary

    blob = b"".join(article[:_LONGEST] for article in articles)
    letters = np.frombuffer(blob, np.uint8)
    count = len(letters) - _GRAM + 1
    hashes = np.empty(max(count, 0), np.uint32)
    said = np.zeros(1 << _HASH, np.intp)
    for start in range(0, count, _TOGETHER):
        end = min(start + _TOGETHER, count)
        numbers = np.zeros(end - start, np.uint64)
        for at in range(_GRAM):
            numbers |= letters[start + at : end + at].astype(np.uint64) << np.uint64(8 * at)
        hashes[start:end] = numbers * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(64 - _HASH)
        said += np.bincount(hashes[start:end], minlength=1 << _HASH)
    said[said < 2] = 0
    chosen: list[tuple[int, bytes]] = []
    grams = _PIECE - _GRAM + 1
    pieces = _WINDOW // _PIECE
    for stretch in range(pieces):
        start, end = count * stretch // pieces, count * (stretch + 1) // pieces
        if end - start < grams:
            continue
        its = hashes[start:end].astype(np.intp)
        sums = np.concatenate(([0], np.cumsum(said[its])))
        worth = sums[grams:] - sums[:-grams]
        best = int(worth.argmax())
        chosen.append((int(worth[best]), blob[start + best : start + best + _PIECE]))
        said[its[best : best + grams]] = 0
    return b"".join(piece for _, piece in sorted(chosen))


class Compressor:
    """Compresses articles one by one."""

    def __init__(self, dictionary: bytes) -> None:
        self.dictionary = dictionary
        self._begun = _compressor(dictionary)

    def compress(self, raw: bytes) -> bytes:
        if not self.dictionary:
            return zlib.compress(raw, _LEVEL)
        compressor = self._begun.copy()
        return compressor.compress(raw) + compressor.flush()


def decompress(compressed: bytes, dictionary: bytes) -> bytes:
    """The inverse of `Compressor.compress`. Raises zlib.error, and ValueError for bytes that are cut off or go on."""
    if compressed[1:2] and compressed[1] & _WITH_DICTIONARY:
        # Read without the frame, for which zlib would sum the dictionary up each time (35 µs and not 47).
        begun, stamp = _begun(dictionary)
        decompressor = begun.copy()
        raw = decompressor.decompress(compressed[_FRAME:-_SUM])
        is_whole = compressed[2:_FRAME] == stamp and compressed[-_SUM:] == _sum(raw)
    else:
        decompressor, is_whole = zlib.decompressobj(), True
        raw = decompressor.decompress(compressed)
    if not (is_whole and decompressor.eof) or decompressor.unused_data:
        raise ValueError("not one compressed article")
    return raw


@lru_cache(16)
def _begun(dictionary: bytes) -> tuple[zlib._Decompress, bytes]:
    """What goes on with a stream that begins with a dictionary, and the sum of the dictionary."""
    return zlib.decompressobj(-zlib.MAX_WBITS, zdict=dictionary), _sum(dictionary)


def _sum(raw: bytes) -> bytes:
    """As the frame of a zlib stream has it."""
    return zlib.adler32(raw).to_bytes(_SUM, "big")


def compress_beside(texts: Sequence[str], terms: str) -> bytes:
    """Compresses the terms of an article beside its texts, which most of them stand in (2,074 bytes of terms come to 34)."""
    compressor = zlib.compressobj(_LEVEL, zlib.DEFLATED, -15, zdict=_plain(texts))
    return compressor.compress(terms.encode()) + compressor.flush()


def decompress_beside(texts: Sequence[str], compressed: bytes) -> str:
    """The inverse of `compress_beside`. Raises zlib.error, and ValueError for bytes that it never gave."""
    decompressor = zlib.decompressobj(-15, zdict=_plain(texts))
    raw = decompressor.decompress(compressed)
    if not decompressor.eof or decompressor.unused_data:
        raise ValueError("not the compressed terms of an article")
    return raw.decode()


def _plain(texts: Sequence[str]) -> bytes:
    """Texts roughly as their terms are spelt, a line each: small letters without accents, a blank between words, no *l'*."""
    lines = []
    for text in texts:
        plain = b" " + text.replace("’", "'").encode("latin-1", "replace").translate(_spelling())
        for elided in _ELIDED:
            plain = plain.replace(elided, b" ")
        lines.append(b" ".join(plain.replace(b"'", b" ").split()))
    return b"\n".join(lines)[-_WINDOW:]


_ELIDED = tuple(b" %b'" % word.encode() for word in ("l", "d", "qu", "n", "s", "c", "j", "m", "t"))


@cache
def _spelling() -> bytes:
    letters = (normalize("NFD", chr(code).lower())[0] for code in range(256))
    return bytes(ord(letter) if letter.isalnum() or letter == "'" else ord(" ") for letter in letters)


def _compressor(dictionary: bytes) -> zlib._Compress:
    return zlib.compressobj(_LEVEL, zdict=dictionary) if dictionary else zlib.compressobj(_LEVEL)
