"""Files, folders and standard input → named streams of bytes, unpacked when they are compressed."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import re
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from io import BufferedReader, BytesIO, RawIOBase
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from searcher.errors import Unreadable

_FURNITURE = ("readme", "license", "licence", "copying", "changelog")  # of a folder, not articles of an archive
_PACKED: dict[bytes, Callable[[BinaryIO], IO[bytes]]] = {
    b"\x1f\x8b": lambda raw: cast(IO[bytes], gzip.GzipFile(fileobj=raw)),
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ\x00": lzma.LZMAFile,
}
_PACKED_SUFFIXES = (".gz", ".bz2", ".xz")


@dataclass(frozen=True, slots=True)
class Source:
    """One input. `name` is its path as it was given; `suffix` is the format it claims (`.jsonl` for `a.jsonl.gz`)."""

    name: str
    suffix: str
    stem: str
    size: int
    raw: Callable[[], BinaryIO]

    def open(self, watch: Callable[[int], None] | None = None) -> IO[bytes]:
        """The bytes, unpacked. `watch` is told how far reading has come, in bytes of the file. Raises Unreadable."""
        try:
            stream = self.raw()
            if watch is not None:
                stream = cast(BinaryIO, BufferedReader(_Watched(stream, watch), 1 << 18))
            head = stream.read(6)
            stream.seek(0)
        except OSError as error:
            raise Unreadable(f"{self.name}: {_reason(error)}") from error
        for magic, unpack in _PACKED.items():
            if head.startswith(magic):
                unpacked = unpack(stream)
                return cast(IO[bytes], _Closing(unpacked, stream))
        return stream


class _Closing(BufferedReader):
    """An unpacked stream that closes the packed one, which GzipFile and its like leave open."""

    def __init__(self, unpacked: IO[bytes], packed: BinaryIO) -> None:
        super().__init__(cast(Any, unpacked))
        self._packed = packed

    def close(self) -> None:
        super().close()
        self._packed.close()


class _Watched(RawIOBase):
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


def sources(paths: Iterable[str | os.PathLike[str]]) -> Iterator[Source | Unreadable]:
    """Every file that `paths` name, folders walked in alphabetical order; `-` is standard input.

    Inside folders, hidden files, links, devices, and the README or LICENSE of the folder are passed over; so is an index.
    What cannot be read comes out as an Unreadable in its place, so that the others are.
    """
    seen: set[tuple[int, int]] = set()
    for path in paths:
        if str(path) == "-":
            standard = sys.stdin.buffer.read()
            yield Source("-", "", "stdin", len(standard), lambda data=standard: BytesIO(data))  # type: ignore[misc]
            continue
        yield from _walk(Path(path), seen, named=True)


def _walk(path: Path, seen: set[tuple[int, int]], *, named: bool) -> Iterator[Source | Unreadable]:
    try:
        status = path.stat() if named else path.lstat()
        if stat.S_ISDIR(status.st_mode):
            children = sorted(path.iterdir(), key=lambda each: each.name)
            if (path / "manifest.json").is_file() and any(re.fullmatch(r"g\d{6,}", each.name) for each in children):
                return  # an index: `searcher index .` does not read what it wrote
            for child in children:
                if not child.name.startswith("."):
                    yield from _walk(child, seen, named=False)
        elif stat.S_ISREG(status.st_mode):
            if not named and path.stem.lower() in _FURNITURE:
                return
            if (status.st_dev, status.st_ino) not in seen:  # the same file named twice is read once
                seen.add((status.st_dev, status.st_ino))
                yield _source(path, status.st_size)
        elif named:
            yield Unreadable(f"{path}: not a file or folder")
    except OSError as error:
        yield Unreadable(f"{path}: {_reason(error)}")


def _reason(error: OSError) -> str:
    reason = os.strerror(error.errno) if error.errno else str(error)
    return f"{reason[:1].lower()}{reason[1:]}"


def _source(path: Path, size: int) -> Source:
    name = path.name
    if path.suffix.lower() in _PACKED_SUFFIXES:
        name = name[: -len(path.suffix)]
    inner = Path(name)
    return Source(str(path), inner.suffix.lower(), inner.stem, size, lambda: path.open("rb"))
