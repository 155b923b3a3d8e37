"""The files of an index ↔ what is known about them: the table of contents, in JSON.

Whoosh keeps its table of contents as a pickle, and opening a pickle can run code. One stands beside ours, for stock Whoosh
(`codec.write`); nothing of ours ever reads it.
"""

from __future__ import annotations

import json
import struct
import zlib
from itertools import accumulate
from pathlib import Path
from types import TracebackType
from typing import Any

from searcher import article as names
from searcher.engines.postings import distances
from searcher.errors import IndexClosed, IndexDamaged, SearcherError, not_read
from searcher.messages import Message
from searcher.patterns import lazily
from searcher.values import Value, replace

NAME = "MAIN"
"""The name of the index, which its files begin with: the one that `whoosh.index.open_dir` looks for."""

TERMS, POSTINGS, POSITIONS, ARTICLES, NUMBERS = ".trm", ".pst", ".pos", ".article.col", ".numbers.col"
VALUES = ".values.json"
SUFFIXES = (TERMS, POSTINGS, POSITIONS, ARTICLES, NUMBERS, VALUES)
"""The files of a segment: its name and one of these."""

CRC = struct.Struct("<I")
"""A CRC-32 behind a column of numbers and before a block of terms."""

_CONTENTS = lazily(r"contents_([0-9]+)\.json")
_TOC = lazily(rf"_{NAME}_([0-9]+)\.toc")
_SEGMENT = lazily(rf"{NAME}_[0-9a-z]+")


class Segment(Value):
    """A segment: its name, how many articles it holds, how many terms each field, the sizes of its files, which are deleted."""

    name: str
    articles: int
    terms: dict[str, int]
    files: dict[str, int]
    deleted: frozenset[int] = frozenset()

    @property
    def alive(self) -> int:
        return self.articles - len(self.deleted)

    def without(self, numbers: set[int]) -> Segment:
        """This segment with more of its articles deleted."""
        return replace(self, deleted=self.deleted | numbers)


class Contents(Value):
    """The segments of one commit; `next` is the sequence number that the next article gets."""

    commit: int = 0
    next: int = 0
    segments: tuple[Segment, ...] = ()


def read(folder: Path) -> Contents:
    """The contents as of the last commit. Raises IndexDamaged, ReadFailed."""
    with Decoding(folder):
        return _read(folder)


def _read(folder: Path) -> Contents:
    found = [int(match[1]) for path in folder.iterdir() if (match := _CONTENTS.fullmatch(path.name))]
    if not found:
        raise ValueError("no table of contents")
    raw = json.loads((folder / _named(max(found))).read_bytes())
    contents = Contents(max(found), int(raw["next"]), tuple(map(_segment, raw["segments"])))
    for segment in contents.segments:
        for suffix, size in segment.files.items():
            if (folder / f"{segment.name}{suffix}").stat().st_size != size:
                raise ValueError(f"{segment.name}{suffix} has another size")
    return contents


def _segment(raw: dict[str, Any]) -> Segment:
    files = {suffix: int(raw["files"][suffix]) for suffix in SUFFIXES}
    deleted = frozenset(accumulate(map(int, raw["deleted"])))
    terms = {name: int(raw["terms"][name]) for name in names.FIELDS}
    segment = Segment(str(raw["name"]), int(raw["articles"]), terms, files, deleted)
    if not _SEGMENT.fullmatch(segment.name) or any(not 0 <= number < segment.articles for number in deleted):
        raise ValueError(f"not a segment: {segment.name!r}")
    return segment


def write(folder: Path, contents: Contents) -> None:
    """Makes these contents the live ones, in one rename."""
    listed = [
        {
            "name": segment.name,
            "articles": segment.articles,
            "terms": segment.terms,
            "files": segment.files,
            "deleted": distances(sorted(segment.deleted)),
        }
        for segment in contents.segments
    ]
    temporary = folder / f"{_named(contents.commit)}.new"
    temporary.write_text(json.dumps({"next": contents.next, "segments": listed}, separators=(",", ":")), "utf-8")
    temporary.replace(folder / _named(contents.commit))


def tidy(folder: Path, contents: Contents) -> None:
    """Removes what is not of these contents: older ones, and segments that were merged or never finished."""
    live = {segment.name for segment in contents.segments}
    tables = {_named(contents.commit), f"_{NAME}_{contents.commit}.toc"}
    for path in folder.iterdir():
        table = _CONTENTS.match(path.name) or _TOC.match(path.name)
        if (table and path.name not in tables) or (
            _SEGMENT.match(path.name) and "." in path.name and path.name.partition(".")[0] not in live
        ):
            path.unlink(missing_ok=True)


def _named(commit: int) -> str:
    return f"contents_{commit}.json"


_DAMAGE = (
    *(ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError),
    *(struct.error, zlib.error),
)
"""What bytes that nobody wrote make struct, zlib, JSON, numpy and our own decoding raise. They have no class in common."""


class Decoding:
    """A context manager around what turns stored bytes into values, and around nothing else: its errors → ours.

    Raises IndexClosed once `closed` is set, whatever a file that was closed underneath led to; IndexDamaged for bytes that
    cannot be decoded and files that are missing; ReadFailed for what else the system says. A MemoryError and a mistake of
    the program outside of decoding are neither, and pass.
    """

    __slots__ = ("_folder", "closed")

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.closed = False

    def __enter__(self) -> None:
        if self.closed:
            raise closed(self._folder)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None or isinstance(error, SearcherError):
            return
        if self.closed and isinstance(error, Exception):
            raise closed(self._folder) from error
        if isinstance(error, OSError):
            raise not_read(self._folder, error) from error
        if isinstance(error, _DAMAGE):
            what = f"{type(error).__name__}: {error}".partition("\n")[0]
            raise IndexDamaged(Message("index.unreadable", path=self._folder, what=what)) from error


def closed(folder: Path) -> IndexClosed:
    return IndexClosed(Message("index.closed", folder=folder))
