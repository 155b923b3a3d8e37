"""A binary stream → the same bytes with a second task: count them for a progress bar, or show only a slice of them."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO, FileIO, RawIOBase
from typing import IO, Any, BinaryIO

from searcher.errors import Unreadable


def rewindable(stream: IO[bytes]) -> bool:
    """Whether going back in a stream that `Source.open` gave costs nothing: a file or bytes, not what is being unpacked."""
    raw = getattr(stream, "raw", stream)
    return isinstance(raw, BytesIO | FileIO | Watched)


class Slice(RawIOBase):
    """`length` bytes of a seekable stream, from `start`; several may be read in turns. `head` holds the first of them, so
    that looking at the beginning and then reading never goes back in the stream.

    Reading raises Unreadable where the stream ends too early.
    """

    def __init__(self, stream: IO[bytes], start: int, length: int, head: bytes = b"") -> None:
        self._stream, self._start, self._length, self._head = stream, start, length, head
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = max(0, offset + (0, self._at, self._length)[whence])
        return self._at

    def readinto(self, buffer: Any) -> int:
        count = min(len(buffer), self._length - self._at)
        if count <= 0:
            return 0
        if self._at < len(self._head):
            read = self._head[self._at : self._at + count]
        else:
            self._stream.seek(self._start + self._at)
            read = self._stream.read(count)
        if not read:
            raise Unreadable("cut short")
        buffer[: len(read)] = read
        self._at += len(read)
        return len(read)


class Watched(RawIOBase):
    """A binary stream that tells how far it has been read."""

    def __init__(self, stream: BinaryIO, watch: Callable[[int], None]) -> None:
        self._stream = stream
        self._watch = watch

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._stream.seek(offset, whence)

    def readinto(self, buffer: Any) -> int:
        read = self._stream.read(len(buffer))
        buffer[: len(read)] = read
        self._watch(self._stream.tell())
        return len(read)

    def close(self) -> None:
        self._stream.close()
        super().close()
