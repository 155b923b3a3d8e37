"""Zip and tar archives, and archives in them → what their members give, in order; the place is the member's name.

Nothing is extracted: a member is read where it stands. Links, devices and folders are passed over, so are hidden files and
the README or LICENSE of a folder, as `sources` does with folders.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from io import BufferedReader, BytesIO
from typing import IO, cast

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers import read as read_source
from searcher.readers.archives import tarred, zipped
from searcher.readers.problems import Problem, note, problem
from searcher.sources import MAX_DEPTH, Slice, Source, fault_of, is_housekeeping, rewindable
from searcher.sources.refusals import Damaged

MAX_COPIED = 8 << 20  # of a member of a compressed tar archive: larger ones are read from the stream
MAX_HEAD = 1 << 16  # … of which this much is held, for finding out the format
MAX_PROBLEMS = 100
MAX_LISTED = 250_000  # members that `Source.beside` looks among

_LITTER = ("__macosx", "thumbs.db", "desktop.ini")


Parts = Callable[[Source, "Budget"], Iterator[Source | Problem]]
"""The members of a metered source that may hold articles; what goes wrong is counted in the budget."""


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    yield from read_parts(source, lambda whole, tally: _parts(whole, stream, tally))


def read_parts(source: Source, parts: Parts) -> Iterator[Article | Problem]:
    """What the members of an archive give. Raises Unreadable for one that is too deep in others, or a bomb."""
    if source.depth > MAX_DEPTH:
        raise Unreadable(f"more than {MAX_DEPTH} archives deep; unpack it first")
    source = source.metered()
    assert source.meter is not None
    tally = Budget(source)
    for part in parts(source, tally):
        for found in [part] if isinstance(part, Problem) else read_source(part):
            if isinstance(found, Article):
                yield found
            else:
                source.meter.add(0)  # raises when all of it is a bomb, for what one member complains of too
                yield from tally.add(found)
    yield from tally.rest()


def _parts(source: Source, stream: IO[bytes], tally: Budget) -> Iterator[Source | Problem]:
    """The members that may hold articles, as sources; a Problem for one that cannot be unpacked."""
    if tarred.is_header(stream.read(tarred.BLOCK)):
        yield from _tar(source, stream)
        return
    archive = zipped.seekable(stream)
    siblings = _Siblings(source, archive)
    for member in zipped.members(archive):
        empty = not member.size and not member.packed  # not opened, and hardly looked at: there may be a million
        if empty and (member.name.endswith("/") or tally.count()):
            continue
        if member.link or passed_over(member.name):
            continue
        if empty:
            yield problem(source.part(member.name, b""), "empty")
            continue
        try:
            yield siblings.part(member)
        except Unreadable as error:
            yield problem(source.part(member.name, b""), str(error))


def passed_over(name: str) -> bool:
    """Whether a member is a folder, hidden, or is_housekeeping."""
    *folders, last = name.split("/")
    if not last or is_housekeeping(last) or last.lower() in _LITTER:
        return True
    return any((folder.startswith(".") and folder.strip(".")) or folder.lower() in _LITTER for folder in folders)


class Budget:
    """Counts what goes wrong in an archive: the first problems pass, those beyond MAX_PROBLEMS and what holds no article
    are summed up at the end."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._passed = 0
        self._failed = 0
        self._skipped: list[Problem] = []
        self._kinds: Counter[str] = Counter()

    def add(self, found: Problem) -> Iterator[Problem]:
        if found.kind == "skipped":
            self._skipped = self._skipped or [found]
            self._kinds[found.reason.removeprefix("no article: ").partition(";")[0]] += 1
        elif not self.count():
            self._passed += 1
            yield found

    def count(self) -> bool:
        """Counts one more failure when enough of them were reported; says whether that is so."""
        enough = self._passed >= MAX_PROBLEMS
        self._failed += enough
        return enough

    def rest(self) -> Iterator[Problem]:
        if self._failed:
            yield problem(
                self._source, f"{self._failed:,} more member{'s' if self._failed > 1 else ''} could not be read"
            )
        count = self._kinds.total()
        if count == 1:
            yield from self._skipped
        elif count:
            named = ", ".join(f"{what} {number:,}" for what, number in self._kinds.most_common(6))
            yield problem(self._source, f"{count:,} members hold no article ({named})", "skipped")


class _Siblings:
    """The members of a Zip archive, for those that are read together (an issue and its pages)."""

    def __init__(self, source: Source, archive: IO[bytes]) -> None:
        self._source, self._archive = source, archive
        self._members: dict[str, zipped.Member] | None = None

    def part(self, member: zipped.Member) -> Source:
        """A member as a source. Raises Unreadable when it cannot be unpacked."""
        zipped.content(self._archive, member).close()
        part = self._source.part(
            member.name,
            lambda: zipped.content(self._archive, member, self._source.meter),
            size=member.packed,
        )
        return replace(part, siblings=self)

    def member(self, name: str) -> Source | None:
        found = self._listed().get(name)
        try:
            return None if found is None or found.link else self.part(found)
        except Unreadable:
            return None

    def names(self, folder: str) -> list[str]:
        start = "" if folder == "." else f"{folder}/"
        return sorted(
            {name[len(start) :].partition("/")[0] for name in self._listed() if name.startswith(start)} - {""}
        )

    def _listed(self) -> dict[str, zipped.Member]:
        if self._members is None:
            self._members = {}
            with suppress(Damaged):  # told of where the members are read
                for member in zipped.members(self._archive):
                    self._members[os.path.normpath(member.name)] = member
                    if len(self._members) > MAX_LISTED:
                        self._members = {}
                        break
        return self._members


def _tar(source: Source, stream: IO[bytes]) -> Iterator[Source | Problem]:
    back = rewindable(stream)
    for member in tarred.members(stream):
        if member is None:
            if fault_of(stream) is None:
                yield note(source, "it has no mark at its end: members that followed may be missing")
            return
        if passed_over(member.name):
            continue
        part = source.part(member.name, b"")
        if member.sparse:
            yield problem(part, "a sparse file in a tar archive")
        elif not back and member.size <= MAX_COPIED:
            stream.seek(member.offset)
            yield replace(part, content=_held(stream.read(member.size), member.size), size=member.size)
        else:
            yield replace(part, content=_streamed(stream, member, back), size=member.size)


def _held(content: bytes, size: int) -> bytes | Callable[[], IO[bytes]]:
    """A member that was read, as the content of a source: one that the archive ends in is cut short."""
    if len(content) == size:
        return content
    return lambda: cast(IO[bytes], BufferedReader(Slice(BytesIO(content), 0, size), 1 << 15))


def _streamed(stream: IO[bytes], member: tarred.Member, back: bool) -> Callable[[], IO[bytes]]:
    """What opens a member that is too large to be held."""
    head = b""
    if not back:
        stream.seek(member.offset)
        head = stream.read(min(MAX_HEAD, member.size))
    return lambda: cast(
        IO[bytes], BufferedReader(Slice(stream, member.offset, member.size, head), min(MAX_HEAD, 1 << 15))
    )
