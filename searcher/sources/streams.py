"""A binary stream → the same bytes with a second task: count them for a progress bar, show only a slice of them, or end where
they are damaged."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO, FileIO, RawIOBase
from typing import IO, Any, BinaryIO

from searcher.errors import Unreadable
from searcher.sources.refusals import CUT, CutShort, Damaged


def rewindable(stream: IO[bytes]) -> bool:
    """Whether going back in a stream that `Source.open` gave costs nothing: a file or bytes, not what is being unpacked."""
    raw = getattr(stream, "raw", stream)
    return isinstance(raw, BytesIO | FileIO | Watched)


class Slice(RawIOBase):
    """`length` bytes of a seekable stream, from `start`; several may be read in turns. `head` holds the first of them, so
    that looking at the beginning and then reading never goes back in the stream.

    Reading raises CutShort where the stream ends too early.
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
            raise CutShort(CUT)
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


class Forgiving(RawIOBase):
    """A stream that ends where the one below is damaged or cut short; `fault` is the error then, and `at` the place.

    Raises what is no damage: for a bomb, for memory, for time, and where the system cannot read a file.
    """

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.fault: Exception | None = None
        self.at = 0

    @property
    def is_cut(self) -> bool:
        """Whether the stream ends too early, and what was read of it is right."""
        return isinstance(self.fault, CutShort | EOFError)

    @property
    def left(self) -> str:
        """What was left out behind compressed data that is whole; empty for nothing."""
        return getattr(getattr(self._stream, "raw", None), "left", "")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return int(self._stream.tell())

    def seek(self, offset: int, whence: int = 0) -> int:
        try:
            return int(self._stream.seek(offset, whence))
        except Exception as error:
            self._end(error)
            return int(self._stream.seek(min(offset, self.at) if whence == 0 else self.at))

    def readinto(self, buffer: Any) -> int:
        try:
            read = self._stream.read1(len(buffer))
        except Exception as error:
            self._end(error)
            return 0
        buffer[: len(read)] = read
        return len(read)

    def close(self) -> None:
        self._stream.close()
        super().close()

    def _end(self, error: Exception) -> None:
        """Remembers damage; raises what is none."""
        of_system = isinstance(error, OSError) and error.errno is not None
        if of_system or isinstance(error, MemoryError | TimeoutError | RecursionError):
            raise error
        if isinstance(error, Unreadable) and not isinstance(error, Damaged):
            raise error
        self.fault, self.at = error, int(self._stream.tell())


def fault_of(stream: IO[bytes]) -> Forgiving | None:
    """The forgiving stream below a buffer, once it met damage."""
    raw = getattr(stream, "raw", None)
    return raw if isinstance(raw, Forgiving) and raw.fault is not None else None
