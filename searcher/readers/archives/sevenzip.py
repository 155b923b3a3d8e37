"""A 7-Zip archive → what its members give, in order; the place is the member's name (py7zr reads the archive).

The members of a 7-Zip archive are packed one behind the other as one stream, so each is unpacked once, in the order they
stand, and held while it is read; nothing is written to disk. py7zr hands members out by calling us: it runs in a thread that
works only while this one waits for the next member.
"""

from __future__ import annotations

import struct
import threading
from collections.abc import Iterator
from typing import IO

import py7zr
from py7zr.exceptions import ArchiveError
from py7zr.io import Py7zIO, WriterFactory

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers.archives import archive
from searcher.readers.problems import Problem, problem
from searcher.sources import Source
from searcher.sources.refusals import CUT, CutShort

MAX_MEMBER = 64 << 20  # bytes of a member


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    """What the members give. Raises CutShort for an archive that is cut short: what its members are stands at its end."""
    if _is_cut(stream):
        raise CutShort(f"{CUT}: the table of contents at its end is missing, so no member can be read; copy it again")
    yield from archive.read_parts(source, lambda whole, tally: _parts(whole, stream))


def _is_cut(stream: IO[bytes]) -> bool:
    """Whether an archive ends before its table of contents does, whose place its first 32 bytes tell (7zFormat.txt)."""
    size = stream.seek(0, 2)
    stream.seek(0)
    head = stream.read(32)
    stream.seek(0)
    return len(head) < 32 or sum(struct.unpack_from("<QQ", head, 12)) + 32 > size


def _parts(source: Source, stream: IO[bytes]) -> Iterator[Source | Problem]:
    """The members that may hold articles, as sources; a Problem for what cannot be unpacked."""
    unpacking = _Unpacking(source, stream)
    try:
        for name, content in unpacking.members():
            part = source.part(name, content or b"")
            yield problem(part, f"larger than {MAX_MEMBER >> 20} MB; unpack it first") if content is None else part
    finally:
        unpacking.stop()


class _Stopped(Exception):
    """Nobody waits for members any more."""


class _Unpacking(WriterFactory):  # type: ignore[misc, unused-ignore]  # also where py7zr is not installed
    """Unpacks an archive in a thread, a member at a time."""

    def __init__(self, source: Source, stream: IO[bytes]) -> None:
        self.source, self._stream = source, stream
        self._go, self._there = threading.Semaphore(0), threading.Semaphore(0)
        self._ready: list[tuple[str, bytes | None]] = []
        self._fault: Exception | None = None
        self._over = self._stopped = False
        self._thread = threading.Thread(target=self._run, daemon=True)

    def members(self) -> Iterator[tuple[str, bytes | None]]:
        """The name and the bytes of each member, None for one that is too large. Raises Unreadable where it is damaged."""
        self._thread.start()
        while not self._over:
            self._go.release()
            self._there.acquire()
            yield from self._ready
            self._ready.clear()
        if isinstance(self._fault, Unreadable | MemoryError):
            raise self._fault
        if self._fault is not None:
            raise Unreadable(_told(self._fault)) from self._fault

    def stop(self) -> None:
        """Ends the thread."""
        self._stopped = True
        if self._thread.is_alive():
            self._go.release()
            self._thread.join()

    def _run(self) -> None:
        self._wait()
        try:
            with py7zr.SevenZipFile(self._stream) as packed:
                if packed.needs_password():
                    raise Unreadable("encrypted; remove its password first")
                packed.extractall(factory=self)
        except _Stopped:
            pass
        except Exception as error:
            self._fault = error
        self._over = True
        self._there.release()

    def _wait(self) -> None:
        self._go.acquire()
        if self._stopped:
            raise _Stopped

    # ── what py7zr calls ──

    def create(self, filename: str) -> _Member:
        return _Member(self, filename)

    def give(self, name: str, content: bytes | None) -> None:
        """Gives a member that is unpacked, and waits until another is asked for."""
        self._ready.append((name, content))
        self._there.release()
        self._wait()


class _Member(Py7zIO):  # type: ignore[misc, unused-ignore]
    """Where py7zr writes a member."""

    def __init__(self, unpacking: _Unpacking, name: str) -> None:
        self._unpacking, self._name = unpacking, name
        self._wanted = not archive.passed_over(name)
        self._content = bytearray()
        self._size = 0

    def write(self, s: bytes | bytearray) -> int:
        meter = self._unpacking.source.meter
        assert meter is not None
        meter.add(len(s))
        self._size += len(s)
        if self._wanted and self._size <= MAX_MEMBER:
            self._content += s
        return len(s)

    def read(self, size: int | None = None) -> bytes:
        return b""

    def seek(self, offset: int, whence: int = 0) -> int:
        return 0

    def flush(self) -> None:
        """Nothing waits to be written."""

    def size(self) -> int:
        return self._size

    def close(self) -> None:
        """Called when the member is unpacked and its checksum right."""
        if self._wanted and self._size:
            self._unpacking.give(self._name, bytes(self._content) if self._size <= MAX_MEMBER else None)


def _told(error: Exception) -> str:
    """What an error of py7zr says of an archive."""
    if isinstance(error, py7zr.exceptions.PasswordRequired):
        return "encrypted; remove its password first"
    if isinstance(error, py7zr.exceptions.UnsupportedCompressionMethodError):
        return "packed with a method that is not read; unpack it first"
    if isinstance(error, ArchiveError | EOFError | OSError):
        return "a damaged 7-Zip archive"
    return f"a damaged 7-Zip archive ({type(error).__name__})"
