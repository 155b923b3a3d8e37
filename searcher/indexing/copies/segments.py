"""Sketches ↔ segments: immutable files that say which articles hold a hash.

A segment of n articles and m hashes is a header in JSON, then arrays: the columns of the articles, which stand by identifier,
and the hashes. A large segment has these as postings (`starts` of each bucket of hashes with the same high bits, the `lows` of
the hashes, the `holders`), which are found without reading the others. A small one has `hashes` article by article, which are
turned around when it is opened, since the starts of buckets would take more room than they save time. Either way a hash takes
three bytes, so a sketch of 43 hashes takes some 130. Segments are files of a generation: an update links them, adds one, and
merges small ones.
"""

from __future__ import annotations

import json
import mmap
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from searcher.analysis.sketch import BITS, Sketch
from searcher.engines.folders import FILES
from searcher.engines.stored import from_json
from searcher.errors import IndexDamaged, not_read
from searcher.messages import Message

MOST = 1 << 16
"""Articles that a segment can hold: their numbers take two bytes."""

MANY = 1 << 20
"""Hashes from which a segment is large: turning fewer around takes less than a tenth of a second."""

_HOLDER_BITS = 16
_PARTS = 16  # in which all postings of a segment are looked through: so much less memory is taken

Numbers = npt.NDArray[np.int64]
Array = npt.NDArray[Any]

UNDATED = (1 << 31) - 1
"""The first day of an article without a date."""


@dataclass(frozen=True, slots=True)
class Sketched:
    """An article for what is known of its copies.

    `serial`: `Entry.serial`. `first`: the first day it may be of, as an ordinal (UNDATED without a date); `more`: how many days
    after that it may be of too; `minute`: when it begins, in minutes from the beginning of `first`. `length`: characters of its
    text. `digest`: 32 bits of the digest of its content.
    """

    id: str
    serial: int
    first: int
    more: int
    minute: int
    length: int
    digest: int
    sketch: Sketch


_COLUMNS: dict[str, np.dtype[Any]] = {
    "serial": np.dtype("<u4"),
    "first": np.dtype("<i4"),
    "more": np.dtype("<u2"),
    "minute": np.dtype("<i2"),
    "length": np.dtype("<u4"),
    "digest": np.dtype("<u4"),
    "size": np.dtype("<u2"),
    "common": np.dtype("<u2"),
    "short": np.dtype("u1"),
}


class Segment:
    """One segment, opened or just made: `ids` ascending, `columns` by name, postings to be found by hash."""

    def __init__(self, arrays: dict[str, Array], bucket_bits: int) -> None:
        self._arrays = arrays
        self._low_bits = BITS - bucket_bits
        self._bucket_bits = bucket_bits
        ends = arrays["ends"]
        self.size = len(ends)
        self.columns = {name: arrays[name] for name in _COLUMNS}
        self._ends = ends
        self._ids: bytes = arrays["ids"].tobytes()

    @classmethod
    def of(cls, articles: Iterable[Sketched]) -> Segment:
        """The segment of some articles, MOST at most."""
        ordered = sorted(articles, key=lambda each: _key(each.id))
        packed = array("I")
        for article in ordered:
            packed.extend(article.sketch.hashes)
        hashes = np.frombuffer(packed, np.uint32)
        sizes = [len(article.sketch.hashes) for article in ordered]
        rows: dict[str, list[int]] = {
            "serial": [each.serial for each in ordered],
            "first": [each.first for each in ordered],
            "more": [each.more for each in ordered],
            "minute": [each.minute for each in ordered],
            "length": [each.length for each in ordered],
            "digest": [each.digest for each in ordered],
            "size": sizes,
            "common": [each.sketch.common for each in ordered],
            "short": [int(each.sketch.is_short) for each in ordered],
        }
        columns = {name: np.minimum(rows[name], np.iinfo(dtype).max).astype(dtype) for name, dtype in _COLUMNS.items()}
        return cls._made([_key(each.id) for each in ordered], columns, hashes, _repeated(sizes))

    @classmethod
    def _made(
        cls,
        ids: list[bytes],
        columns: dict[str, Array],
        hashes: Array,
        holders: Array,
    ) -> Segment:
        assert len(ids) <= MOST
        bucket_bits = 16 if len(hashes) >= MANY else 8
        low_bits = BITS - bucket_bits
        postings = hashes.astype(np.int64)  # one array, sorted in its place: there are millions of them
        postings <<= _HOLDER_BITS
        postings |= holders
        postings.sort()
        starts = np.searchsorted(postings, np.arange((1 << bucket_bits) + 1) << low_bits + _HOLDER_BITS)
        held = (postings & (1 << _HOLDER_BITS) - 1).astype("<u2")
        postings >>= _HOLDER_BITS
        postings &= (1 << low_bits) - 1
        arrays: dict[str, Array] = {
            "starts": starts.astype("<u4"),
            "lows": postings.astype("u1" if low_bits == 8 else "<u2"),
            "holders": held,
            "ends": np.cumsum([len(each) for each in ids], dtype="<u4"),
            "ids": np.frombuffer(b"".join(ids), "u1"),
            **columns,
        }
        return cls(arrays, bucket_bits)

    @classmethod
    def merged(cls, parts: Sequence[tuple[Segment, frozenset[int]]]) -> Segment:
        """The segment of what several hold, each without the articles that are dead in it."""
        ids: list[bytes] = []
        hashes, holders, at = [], [], 0
        columns: dict[str, list[Array]] = {name: [] for name in _COLUMNS}
        for segment, dead in parts:
            alive = np.ones(segment.size, bool)
            alive[list(dead)] = False
            its_hashes, its_holders = segment.postings()
            kept = alive[its_holders]
            hashes.append(its_hashes[kept])
            holders.append((np.cumsum(alive) - 1)[its_holders[kept]] + at)
            ids += [segment._id(number) for number in np.flatnonzero(alive).tolist()]
            for name in _COLUMNS:
                columns[name].append(segment.columns[name][alive])
            at = len(ids)
        order = sorted(range(len(ids)), key=ids.__getitem__)
        places = np.empty(len(ids), np.int64)
        places[order] = np.arange(len(ids))
        return cls._made(
            [ids[each] for each in order],
            {name: np.concatenate(columns[name])[order] for name in _COLUMNS},
            np.concatenate(hashes),
            places[np.concatenate(holders)],
        )

    def id(self, number: int) -> str:
        return self._id(number).decode("utf-8", "surrogatepass")

    def _id(self, number: int) -> bytes:
        start = int(self._ends[number - 1]) if number else 0
        return self._ids[start : int(self._ends[number])]

    def number(self, identifier: str) -> int | None:
        """The number of the article with this identifier."""
        wanted, low, high = _key(identifier), 0, self.size
        while low < high:
            middle = (low + high) // 2
            if self._id(middle) < wanted:
                low = middle + 1
            else:
                high = middle
        return low if low < self.size and self._id(low) == wanted else None

    def postings(self) -> tuple[Numbers, Numbers]:
        """Every hash, ascending, with an article that holds it."""
        return self._held(np.arange(1 << self._bucket_bits))

    def holding(self, hashes: Numbers) -> tuple[Numbers, Numbers]:
        """The postings of some hashes, which ascend, each once. In time that grows with what is asked for."""
        held, holders = self._held(distinct(hashes >> self._low_bits))
        if not len(hashes):
            return held, holders
        at = np.minimum(np.searchsorted(hashes, held), len(hashes) - 1)
        wanted = hashes[at] == held
        return held[wanted], holders[wanted]

    def _held(self, buckets: Numbers) -> tuple[Numbers, Numbers]:
        """The postings of all hashes in some buckets, which ascend."""
        starts = self._arrays["starts"]
        first, last = starts[buckets].astype(np.int64), starts[buckets + 1].astype(np.int64)
        places = ranges(first, last)
        held = (np.repeat(buckets << self._low_bits, last - first) | self._arrays["lows"][places]).astype(np.int64)
        return held, self._arrays["holders"][places].astype(np.int64)

    def hashes_of(self, numbers: Iterable[int]) -> Numbers:
        """The hashes that these articles hold, ascending, each once. Looks through all postings, some buckets at a time."""
        wanted = np.zeros(self.size, bool)
        wanted[list(numbers)] = True
        found = []
        for buckets in np.array_split(np.arange(1 << self._bucket_bits), _PARTS):
            hashes, holders = self._held(buckets)
            found.append(distinct(hashes[wanted[holders]]))
        return np.concatenate(found)

    def write(self, path: Path) -> None:
        arrays = self._arrays
        if self._bucket_bits == 8:
            arrays = {name: array for name, array in arrays.items() if name not in ("starts", "lows", "holders")}
            arrays["hashes"] = self._by_article()
        header = {
            "buckets": self._bucket_bits,
            "arrays": [[name, array.dtype.str, len(array)] for name, array in arrays.items()],
        }
        with open(path, "xb") as stream:
            stream.write(json.dumps(header).encode() + b"\n")
            for array in arrays.values():
                stream.write(np.ascontiguousarray(array).tobytes())
        path.chmod(FILES & path.stat().st_mode | 0o400)

    def _by_article(self) -> Array:
        """The hashes of each article, article by article, in three bytes each."""
        hashes, holders = self.postings()
        ordered = hashes[np.lexsort((hashes, holders))].astype("<u4")
        return ordered.view("u1").reshape(-1, 4)[:, : BITS // 8].ravel()

    @classmethod
    def open(cls, path: Path) -> Segment:
        """Raises IndexDamaged, ReadFailed."""
        try:
            with open(path, "rb") as stream:
                line = stream.readline(1 << 16)
                header = from_json(line)
                held = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
            at, arrays = len(line), {}
            for name, dtype, length in header["arrays"]:
                arrays[str(name)] = np.frombuffer(held, np.dtype(dtype), length, at)
                at += arrays[str(name)].nbytes
            if "hashes" in arrays:
                columns = {name: arrays[name] for name in _COLUMNS}
                return cls._made(_parted(arrays), columns, *_turned(arrays))
            return cls(arrays, int(header["buckets"]))
        except OSError as error:
            raise not_read(path, error) from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise IndexDamaged(Message("copies.sketches", path=path)) from error


def _parted(arrays: dict[str, Array]) -> list[bytes]:
    ids, ends = arrays["ids"].tobytes(), arrays["ends"].tolist()
    return [ids[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def _turned(arrays: dict[str, Array]) -> tuple[Array, Array]:
    """The hashes that stand article by article, and the holder of each. Raises ValueError when they are not so many."""
    sizes = arrays["size"].astype(np.int64)
    packed = arrays["hashes"].reshape(-1, BITS // 8).astype(np.int64)
    if len(packed) != sizes.sum():
        raise ValueError("hashes without holders")
    return packed @ (1 << np.arange(0, BITS, 8)), _repeated(sizes)


def _repeated(sizes: Sequence[int] | Numbers) -> Array:
    """The numbers of articles, each as often as it holds hashes."""
    return np.repeat(np.arange(len(sizes), dtype=np.uint16), sizes)


def ranges(first: Numbers, last: Numbers) -> Numbers:
    """The numbers of half-open ranges, one range after the other."""
    sizes = last - first
    return np.repeat(first - np.concatenate(([0], np.cumsum(sizes)[:-1])) if len(sizes) else first, sizes) + np.arange(
        int(sizes.sum())
    )


def distinct(numbers: Numbers) -> Numbers:
    """Numbers ascending, each once. `numpy.unique` hashes before it sorts, and takes ten times as long for as many as these."""
    ordered = np.sort(numbers)
    return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))] if len(ordered) else ordered


def _key(identifier: str) -> bytes:
    return identifier.encode("utf-8", "surrogatepass")
