"""A walk over the archive beside the ledger: which files are new, changed, renamed, gone."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b

from searcher.indexing.ledger import File, Ledger
from searcher.sources import Missed, Source, sources


@dataclass(frozen=True, slots=True)
class Planned:
    """A source to be read, and what was known of the file before.

    `anew`: it has to be read though it did not change, because a file that it depends on did."""

    source: Source
    file: File | None
    anew: bool = False


class Scan:
    """What a walk over `paths` found, beside what `ledger` knows; a context manager. However many files there are, what is
    to be read is noted in a temporary file and not in memory."""

    def __init__(self, ledger: Ledger, paths: list[str]) -> None:
        self._todo = sqlite3.connect("", isolation_level=None)
        self._todo.execute(
            "CREATE TABLE todo (number INTEGER PRIMARY KEY, path, name, size, root, modified, file, anew)"
        )
        self._ledger = ledger
        self._met = bytearray()
        self._blind: list[str] = []
        self.missed: list[Missed] = []
        self.streams: list[Source] = []
        self.renamed: list[tuple[File, Source]] = []
        self.unchanged = 0
        self.planned = 0
        self.bytes = 0
        try:
            self.first = next(ledger.files(), None) is None
            self._look(paths)
        except BaseException:
            self._todo.close()
            raise

    def _look(self, paths: list[str]) -> None:
        """Walks over the paths, and holds what is met against what the ledger knows."""
        fresh: list[Source] = []
        self._todo.execute("BEGIN")
        for path in _outermost(paths):
            self._walk(path, fresh)
        for source in fresh:
            self._place(source)
        self._roots = [os.path.abspath(path) for path in paths if path != "-"]
        self.vanished = [] if self.first else list(self._vanished(self._roots))
        if not self.first and self._ledger.has_parts():
            self._follow_parts()

    def __enter__(self) -> Scan:
        return self

    def __exit__(self, *_: object) -> None:
        self._todo.close()

    @property
    def failed(self) -> list[Missed]:
        """What could not be looked into."""
        return [each for each in self.missed if each.failed]

    def plans(self) -> Iterator[Planned]:
        """The sources to be read, in the order met; changed files come before new ones."""
        after = 0
        query = "SELECT * FROM todo WHERE number > ? ORDER BY number LIMIT 500"
        while rows := self._todo.execute(query, (after,)).fetchall():
            for after, path, name, size, root, modified, file, anew in rows:  # noqa: B007 - where the next rows begin
                source = Source(os.fsdecode(path), os.fsdecode(name), size, root=os.fsdecode(root), modified=modified)
                known = self._ledger.file(_absolute(source.path)) if file else None
                yield Planned(source, known, bool(anew))

    def follow(self, ledger: Ledger) -> None:
        """From now on what is known of files is read from `ledger`."""
        self._ledger = ledger

    def _walk(self, path: str, fresh: list[Source]) -> None:
        seen = False
        for source in sources([path]):
            seen = True
            if isinstance(source, Missed):
                self._miss(source)
            elif source.content is not None:
                self.streams.append(source)
            else:
                self._meet(source, fresh)
        if not seen and self._ledger.holds_below(os.path.abspath(path)):
            self._miss(Missed(path, "it is empty now; its articles were kept, and a rebuild without it drops them"))

    def _miss(self, missed: Missed) -> None:
        self.missed.append(missed)
        if missed.failed:
            self._blind.append(os.path.abspath(missed.path))

    def _meet(self, source: Source, fresh: list[Source]) -> None:
        if self.first:
            self._plan(source, None)
            return
        path = _absolute(source.path)
        number = self._ledger.unchanged(path, source.size, source.modified)
        if number is not None:
            self._mark(number)
            self.unchanged += 1
        elif (file := self._ledger.file(path)) is not None:
            self._mark(file.number)
            self._plan(source, file)
        else:
            fresh.append(source)

    def _follow_parts(self) -> None:
        """Plans the files that depend on one that is new, changed, renamed or gone."""
        changed = [os.path.abspath(os.fsdecode(path)) for (path,) in self._todo.execute("SELECT path FROM todo")]
        changed += [file.path for file in self.vanished]
        changed += [path for file, source in self.renamed for path in (file.path, os.path.abspath(source.path))]
        planned = set(changed)
        for path in changed:
            for head in self._ledger.heads(path):
                if head.path in planned or not self._is_met(head.number):
                    continue
                planned.add(head.path)
                with suppress(OSError):
                    status = os.stat(head.path)
                    name = os.path.basename(head.path)
                    root, modified = self._root(head.path), status.st_mtime_ns
                    self.unchanged -= 1
                    self._plan(Source(head.shown, name, status.st_size, root=root, modified=modified), head, anew=True)

    def _root(self, path: str) -> str:
        """The folder given that a file lies below."""
        return next((root for root in self._roots if _below(path, [root])), os.path.dirname(path))

    def _plan(self, source: Source, file: File | None, *, anew: bool = False) -> None:
        self.planned += 1
        self.bytes += source.size
        self._todo.execute(
            "INSERT INTO todo (path, name, size, root, modified, file, anew) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                os.fsencode(source.path),
                os.fsencode(source.name),
                source.size,
                os.fsencode(source.root or ""),
                source.modified,
                file is not None,
                anew,
            ),
        )

    def _mark(self, number: int) -> None:
        if number >= len(self._met):
            self._met.extend(bytes(number + 4096 - len(self._met)))
        self._met[number] = 1

    def _is_met(self, number: int) -> bool:
        return number < len(self._met) and bool(self._met[number])

    def _place(self, source: Source) -> None:
        """A file that was not there before is a renamed one when its size, time and hash are those of one that is gone."""
        hashed = None
        for file in self._ledger.alike(source.size, source.modified):
            if self._is_met(file.number) or os.path.lexists(file.path):
                continue
            with suppress(OSError):
                hashed = hashed or hash_of(source)
                if file.hash == hashed:
                    self._mark(file.number)
                    self.renamed.append((file, source))
                    return
        self._plan(source, None)

    def _vanished(self, roots: list[str]) -> Iterator[File]:
        for number in self._ledger.numbers():
            if not self._is_met(number):
                file = self._ledger.numbered(number)
                if _below(file.path, roots) and not _below(file.path, self._blind):
                    yield file


def _outermost(paths: list[str]) -> list[str]:
    """The paths that lie below no other, each once."""
    whole = {path if path == "-" else os.path.abspath(path): path for path in reversed(paths)}
    within = [place for place in whole for other in whole if place != other and _below(place, [other])]
    return [path for place, path in reversed(whole.items()) if place not in within]


def _absolute(path: str) -> str:
    """`os.path.abspath`, which takes its time, where it is needed."""
    return (
        path
        if path.startswith("/") and not any(part in path for part in ("//", "/./", "/../"))
        else os.path.abspath(path)
    )


def _below(path: str, roots: list[str]) -> bool:
    return any(path == root or path.startswith(os.path.join(root, "")) for root in roots)


def hash_of(source: Source, watch: Callable[[int], None] | None = None) -> bytes:
    """The hash of a file's bytes, as the ledger has it; `watch` is told now and then that work goes on. Raises OSError."""
    if isinstance(source.content, bytes):
        return blake2b(source.content, digest_size=16).digest()
    hashed = blake2b(digest_size=16)
    with open(source.path, "rb", buffering=0) as stream:
        for number, block in enumerate(iter(lambda: stream.read(1 << 18), b"")):
            hashed.update(block)
            if watch is not None and number % 1024 == 1023:  # every 256 MB
                watch(0)
    return hashed.digest()
