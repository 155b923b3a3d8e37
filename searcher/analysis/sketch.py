"""The words of a text → its sketch, a small sample of its shingles; sketches and words → how much two texts share.

A shingle is four consecutive folded words. The first words are left out, because outlets write leads of their own. Shingles
are sampled by their hash ("mod p"; Broder, "On the resemblance and containment of documents", 1997), so equal passages give
equal samples wherever they stand, and the share of hashes that two sketches have in common estimates the share of shingles.
"""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import numpy as np
import numpy.typing as npt

from searcher.values import Value

WIDTH = 4
"""Words of a shingle."""

LEAD = 12
"""Words at the beginning of a text that no shingle is made of."""

PASSAGE = 8
"""Words of the shortest passage that counts as copied."""

SAMPLE, SHORT_SAMPLE = 8, 2
"""One shingle in so many is kept; of a short text more, so that there is enough to compare."""

SHORT = 120
"""Words below which a text is short."""

MOST = 65_535
"""Hashes that a sketch holds at most: those of a text of half a million words."""

BITS = 24
"""Bits of a hash that are kept. Which shingles are sampled is decided by other bits."""

_MIX = np.uint64(0x9E3779B97F4A7C15)
_TURN = np.uint64(0xBF58476D1CE4E5B9)
_HIGH = np.uint64(32)


Shingles = npt.NDArray[np.uint64]
"""The hashes of the shingles of a text, in order."""


class Sketch(Value):
    """`hashes`: the sampled shingles, ascending, each once, below 2**24. `is_short`: one shingle in `SHORT_SAMPLE` was kept,
    not one in `SAMPLE`. `common`: how many hashes one in `SAMPLE` gives; a short text is compared with a long one by these."""

    hashes: Sequence[int] = ()
    is_short: bool = False
    common: int = 0


def sketch(words: Sequence[str]) -> Sketch:
    """The sketch of a text with these folded words, in order. The same on every machine: no hash here is salted."""
    hashes = shingles(words)
    common = _sampled(hashes, SAMPLE)
    if len(words) >= SHORT:
        return Sketch(common, False, len(common))
    return Sketch(_sampled(hashes, SHORT_SAMPLE), True, len(common))


def as_terms(sketch: Sketch) -> str:
    """A sketch as one string, as an entry carries it."""
    if not sketch.hashes:
        return ""
    return f"{sketch.common}{'s' if sketch.is_short else ''} {' '.join(map(hex, sketch.hashes))}"


def from_terms(terms: str) -> Sketch:
    """The sketch that `as_terms` wrote; a sketch without hashes for an empty string."""
    common, *hashes = terms.split() or ("0",)
    return Sketch(tuple([int(each, 16) for each in hashes]), common.endswith("s"), int(common.removesuffix("s")))


def shingles(words: Sequence[str]) -> Shingles:
    """All shingles of a text with these folded words."""
    codes = np.array(list(map(_codes.__getitem__, words[LEAD:])), np.uint64)
    if len(codes) < WIDTH:
        return np.empty(0, np.uint64)
    count = len(codes) - WIDTH + 1
    hashes = codes[:count]
    for at in range(1, WIDTH):
        hashes = hashes * _MIX + codes[at : at + count]
    hashes = (hashes ^ hashes >> _HIGH) * _TURN
    return hashes ^ hashes >> _HIGH


def containment(one: Shingles, other: Shingles) -> float:
    """The share of the shingles of the shorter of two texts that the other one has too; 0 without shingles."""
    shared = _shared(one, other)
    return float(shared.mean()) if len(shared) else 0.0


def coverage(one: Shingles, other: Shingles) -> float:
    """The share of the words of the shorter of two texts that stand in passages which the other one has too. Leads aside.

    A passage is `PASSAGE` words or more, all of their shingles shared: what templates have in common is shorter. A word that
    was changed takes four shingles with it, but is one word, so this says better than `containment` how much was copied.
    """
    shared = _shared(one, other)
    if not len(shared):
        return 0.0
    edges = np.flatnonzero(np.diff(shared, prepend=False, append=False))
    lengths = edges[1::2] - edges[::2] + WIDTH - 1
    return float(lengths[lengths >= PASSAGE].sum()) / (len(shared) + WIDTH - 1)


def _shared(one: Shingles, other: Shingles) -> npt.NDArray[np.bool_]:
    """For each shingle of the shorter of two texts, whether the other one has it."""
    fewer, more = sorted((one, other), key=len)
    return np.isin(fewer, more)


def _sampled(hashes: Shingles, sample: int) -> tuple[int, ...]:
    """One hash in `sample`. Low bits decide which hashes are taken, high bits are what is kept of these."""
    taken = hashes[hashes & np.uint64(sample - 1) == 0] >> np.uint64(64 - BITS)
    return tuple(sorted(set(taken.tolist()))[:MOST])


class _Codes(dict[str, int]):
    """Word → the number that stands for it; kept for the words met lately."""

    LIMIT = 1 << 15

    def __missing__(self, word: str) -> int:
        if len(self) >= self.LIMIT:
            self.clear()
        raw = word.encode("utf-8", "surrogatepass")
        code = self[word] = crc32(raw) << 32 | crc32(raw, 0x5EED)
        return code


_codes = _Codes()
