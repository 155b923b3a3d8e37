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
from dataclasses import dataclass, field, replace
from io import BufferedReader, BytesIO, FileIO, RawIOBase
from pathlib import Path
from typing import IO, Any, BinaryIO, Protocol, cast

from searcher.errors import Unreadable, UsageError, reason
from searcher.extras import install_command

MAX_RATIO = 200  # bytes unpacked for a byte packed, beyond which a file is taken for a bomb …
MAX_UNPACKED = 2 << 30  # … and bytes unpacked in all, where packing gained more than TIGHT times
TIGHT = 10
GRACE = 16 << 20  # a small file may unpack to this whatever its ratio: empty pages pack very well
MAX_DEPTH = 2  # archives in archives

_FURNITURE = ("readme", "license", "licence", "copying", "changelog")  # of a folder, not articles of an archive
_PACKED_SUFFIXES = (".gz", ".bz2", ".xz", ".zst")


_DICTIONARY = b"\x5d\x2a\x4d\x18"  # begins a frame of Zstandard that holds the dictionary for the others
MAX_DICTIONARY = 16 << 20


def _zstd(raw: BinaryIO) -> IO[bytes]:
    try:
        import zstandard  # here: an extra
    except ImportError:
        raise MissingExtra("zst", "compressed with Zstandard") from None
    decompressor = zstandard.ZstdDecompressor()
    if (
        raw.read(4) == _DICTIONARY
    ):  # as .warc.zst has it: https://iipc.github.io/warc-specifications/specifications/warc-zstd/
        size = int.from_bytes(raw.read(4), "little")
        if size > MAX_DICTIONARY:
            raise Unreadable(f"needs a dictionary of {size >> 20} MB to be unpacked")
        held = raw.read(size)
        if held.startswith(b"\x28\xb5\x2f\xfd"):
            held = decompressor.decompress(held, max_output_size=MAX_DICTIONARY)
        decompressor = zstandard.ZstdDecompressor(dict_data=zstandard.ZstdCompressionDict(held))
    else:
        raw.seek(0)
    return cast(IO[bytes], decompressor.stream_reader(raw, read_across_frames=True))


_PACKED: dict[bytes, Callable[[BinaryIO], IO[bytes]]] = {
    b"\x1f\x8b": lambda raw: cast(IO[bytes], gzip.GzipFile(fileobj=raw)),
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ\x00": lzma.LZMAFile,
    b"\x28\xb5\x2f\xfd": _zstd,
    _DICTIONARY: _zstd,
}


class MissingExtra(Unreadable):
    """A file that can be read once an optional part of the program is installed."""

    def __init__(self, extra: str, what: str) -> None:
        super().__init__(f"{what}; to read it: {install_command(extra)}")


@dataclass(frozen=True, slots=True)
class Source:
    """One input: a file, standard input, or something inside a file.

    `path` is the file as it was given and `place` where in it (`2020/a.html`, `record 12`; None for the file itself).
    `name` says what it claims to be: the file's name without the suffix of compression, or the member's.
    What an envelope declares about its content: `url`, `encoding` and `media` (a type such as `text/html`).
    """

    path: str
    name: str
    size: int = 0
    place: str | None = None
    content: bytes | Callable[[], IO[bytes]] | None = None  # of what is not a file on disk
    depth: int = 0
    url: str | None = None
    encoding: str | None = None
    media: str | None = None
    root: str | None = None  # the folder that `beside` stays in
    modified: int = 0  # nanoseconds, of a file on disk
    meter: Meter | None = field(default=None, compare=False, repr=False)  # of the file that all this is packed in
    siblings: Siblings | None = field(default=None, compare=False, repr=False)  # of a member of an archive
    consulted: list[str] = field(
        default_factory=list, compare=False, repr=False
    )  # absolute paths `beside` was asked for

    @property
    def suffix(self) -> str:
        """The format it claims, in lower case: `.jsonl` for `a.jsonl.gz`."""
        return os.path.splitext(os.path.basename(self.name))[1].lower()

    @property
    def stem(self) -> str:
        return os.path.splitext(os.path.basename(self.name))[0]

    def open(self, watch: Callable[[int], None] | None = None) -> IO[bytes]:
        """The bytes, unpacked; seekable. `watch` is told how far reading has come, in bytes of the file.

        Raises Unreadable; reading the stream raises it too, when there is more than an honest file unpacks to.
        """
        try:
            stream = self._raw()
            if watch is not None:
                stream = cast(BinaryIO, BufferedReader(_Watched(stream, watch), 1 << 18))
            head = stream.read(6)
            stream.seek(0)
        except OSError as error:
            raise Unreadable(reason(error)) from error
        for magic, unpack in _PACKED.items():
            if head.startswith(magic):
                return cast(IO[bytes], BufferedReader(_Unpacked(unpack, stream, self.size, self.meter), 1 << 16))
        return stream

    def metered(self) -> Source:
        """This source with a meter, which all its parts share: for what holds things that are packed themselves."""
        return self if self.meter is not None else replace(self, meter=Meter(max(self.size, 1)))

    def _raw(self) -> BinaryIO:
        match self.content:
            case None:
                return Path(self.path).open("rb")
            case bytes():
                return BytesIO(self.content)
            case _:
                return cast(BinaryIO, self.content())

    def part(
        self,
        name: str,
        content: bytes | Callable[[], IO[bytes]],
        *,
        place: str | None = None,
        size: int = 0,
        url: str | None = None,
        encoding: str | None = None,
        media: str | None = None,
    ) -> Source:
        """Something inside this source; `place` (its name, without one) is added to where this source is."""
        return Source(
            self.path,
            name,
            size or (len(content) if isinstance(content, bytes) else 0),
            joined(self.place, place or name),
            content,
            self.depth + 1,
            url,
            encoding,
            media,
            meter=self.meter,
        )

    def beside(self, relative: str) -> Source | None:
        """The regular file at `relative`, seen from this file's folder; None when there is none, or when it lies outside of
        the folder that was given to be indexed, or behind a link. For a member of an archive: another member."""
        if self.siblings is not None:
            return self.siblings.member(within(self.name, relative))
        if self.content is not None or self.root is None:
            return None
        try:
            path = os.path.normpath(os.path.join(os.path.dirname(self.path), relative))
            root, full = Path(os.path.abspath(self.root)), Path(os.path.abspath(path))
            self.consulted.append(str(full))
            if not full.is_relative_to(root) or full.resolve() != root.resolve() / full.relative_to(root):
                return None
            status = full.lstat()
            return _source(path, full.name, status, self.root) if stat.S_ISREG(status.st_mode) else None
        except (OSError, ValueError, RuntimeError):  # a zero byte in a name, a loop of links
            return None

    def names(self, relative: str = ".") -> list[str]:
        """The names in a folder seen from this file's (`..` is the one above), sorted; none outside of the folder given, nor
        behind a link. For a member of an archive: the names of its folder there."""
        if self.siblings is not None:
            return self.siblings.names(within(self.name, relative))
        if self.content is not None or self.root is None:
            return []
        try:
            root = Path(os.path.abspath(self.root))
            folder = Path(os.path.abspath(os.path.join(os.path.dirname(self.path), relative)))
            if not folder.is_relative_to(root) or folder.resolve() != root.resolve() / folder.relative_to(root):
                return []
            return sorted(os.listdir(folder))
        except (OSError, ValueError, RuntimeError):
            return []


def rewindable(stream: IO[bytes]) -> bool:
    """Whether going back in a stream that `Source.open` gave costs nothing: a file or bytes, not what is being unpacked."""
    raw = getattr(stream, "raw", stream)
    return isinstance(raw, BytesIO | FileIO | _Watched)


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


class Siblings(Protocol):
    """The members of an archive, by name; `.` is its top, and what begins with `..` is nowhere."""

    def member(self, name: str) -> Source | None: ...
    def names(self, folder: str) -> list[str]: ...


def within(name: str, relative: str) -> str:
    """The name in an archive of what `relative` means beside the member `name`."""
    return os.path.normpath(os.path.join(os.path.dirname(name), relative))


def furniture(name: str) -> bool:
    """Whether a name is that of a hidden file, or of a README or a LICENSE: no article of an archive."""
    return name.startswith(".") or name.partition(".")[0].lower() in _FURNITURE


def joined(*places: str | None) -> str | None:
    """Places from the outside in as one: `a.zip` holds `b.jsonl` which holds `line 3` → `b.jsonl, line 3`."""
    return ", ".join(place for place in places if place) or None


class _Unpacked(RawIOBase):
    """What a compressed stream unpacks to, as long as that is believable; closes the packed stream too."""

    def __init__(
        self, unpack: Callable[[BinaryIO], IO[bytes]], packed: BinaryIO, size: int, meter: Meter | None
    ) -> None:
        self._unpack, self._unpacked = unpack, unpack(packed)
        self._packed, self._size, self._meter = packed, max(size, 1), meter

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        if whence == 2:
            while self.read(1 << 20):
                pass
            return self._unpacked.seek(offset, 1) if offset else self._unpacked.tell()
        target = offset if whence == 0 else offset + self._unpacked.tell()
        if target < self._unpacked.tell():
            self._packed.seek(0)
            self._unpacked = self._unpack(self._packed)
        while (ahead := target - self._unpacked.tell()) and self.read(min(ahead, 1 << 20)):
            pass  # by reading, so that it is counted
        return self._unpacked.tell()

    def tell(self) -> int:
        return self._unpacked.tell()

    def readinto(self, buffer: Any) -> int:
        # read1 gives what stands before a damaged place first, and fails the next time.
        read = self._unpacked.read1(min(len(buffer), 1 << 18))  # type: ignore[attr-defined]
        buffer[: len(read)] = read
        believable(self._unpacked.tell(), self._size)
        if self._meter is not None:
            self._meter.add(len(read))
        return len(read)

    def close(self) -> None:
        self._unpacked.close()
        self._packed.close()
        super().close()


@dataclass(slots=True)
class Meter:
    """Counts what all the packed things in one file of `packed` bytes unpack to, each as often as it is read."""

    packed: int
    unpacked: int = 0

    def add(self, count: int) -> None:
        """Raises Unreadable beyond what an honest file unpacks to; so does every call after that."""
        self.unpacked += count
        if self.unpacked > max(4 * GRACE, self.packed * MAX_RATIO):
            raise _bomb(self.unpacked, self.packed)


def believable(unpacked: int, packed: int) -> None:
    """Raises Unreadable when `packed` bytes that hold `unpacked` bytes, or more, are a bomb."""
    if unpacked > GRACE and (unpacked > packed * MAX_RATIO or unpacked > max(MAX_UNPACKED, packed * TIGHT)):
        raise _bomb(unpacked, packed)


def _bomb(unpacked: int, packed: int) -> Unreadable:
    return Unreadable(f"unpacks to more than {unpacked >> 20} MB from {max(packed >> 10, 1)} KB; taken for a bomb")


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


@dataclass(frozen=True, slots=True)
class Missed:
    """A path that could not be looked into, and why; what an index holds from below it is left as it is."""

    path: str
    reason: str


def sources(paths: Iterable[str | os.PathLike[str]]) -> Iterator[Source | Missed]:
    """Every file that `paths` name, folders walked in alphabetical order; `-` is standard input.

    Inside folders, hidden files, links, devices, and the README or LICENSE of the folder are passed over; so is an index.
    What cannot be looked into comes out as a Missed in its place, so that the others are read.
    """
    given = [os.fspath(path) for path in paths]
    seen: set[tuple[int, int]] | None = set() if len(given) > 1 else None
    for path in given:
        if path == "-":
            if sys.stdin is None:
                raise UsageError("standard input is closed, and - reads it; give it something to read")
            standard = sys.stdin.buffer.read()
            yield Source("-", "stdin", len(standard), content=standard)
            continue
        yield from _named(str(Path(path)), seen)


def _named(path: str, seen: set[tuple[int, int]] | None) -> Iterator[Source | Missed]:
    """What a path given names; `seen` are the files met before (None: it is the only path)."""
    try:
        status = os.stat(path)
    except (OSError, ValueError) as error:
        yield Missed(path, reason(error))
        return
    if stat.S_ISDIR(status.st_mode):
        yield from _walk(path, seen)
    elif not stat.S_ISREG(status.st_mode):
        yield Missed(path, "not a file or folder")
    elif seen is None or (status.st_dev, status.st_ino) not in seen:
        if seen is not None:
            seen.add((status.st_dev, status.st_ino))
        yield _source(path, os.path.basename(path), status, os.path.dirname(path) or ".")


def _walk(root: str, seen: set[tuple[int, int]] | None) -> Iterator[Source | Missed]:
    """The files below a folder. A stack, not a recursion: folders may be nested deeper than Python calls."""
    links: set[tuple[int, int]] = set() if seen is None else seen
    stack = [(root, _children(root))]
    while stack:
        folder, children = stack[-1]
        if isinstance(children, Missed):
            stack.pop()
            yield children
            continue
        if not children:
            stack.pop()
            continue
        name = children.pop()
        path = name if folder == "." else os.path.join(folder, name)
        try:
            status = os.lstat(path)
        except OSError as error:
            yield Missed(path, reason(error))
            continue
        if stat.S_ISDIR(status.st_mode):
            stack.append((path, _children(path)))
        elif stat.S_ISREG(status.st_mode) and not furniture(name):
            if seen is not None or status.st_nlink > 1:  # else there is no second way to the same file
                key = (status.st_dev, status.st_ino)
                if key in links:
                    continue
                links.add(key)
            yield _source(path, name, status, root)


def _children(folder: str) -> list[str] | Missed:
    """The names in a folder that are looked at, last first; none when the folder is an index, because
    `searcher index .` does not read what it wrote."""
    try:
        names = os.listdir(
            folder
        )  # not scandir: a million entries of that take four times the memory of a million names
    except OSError as error:
        return Missed(folder, reason(error))
    if ("manifest.json" in names or ".lock" in names) and any(re.fullmatch(r"g\d{6,}", name) for name in names):
        return []
    return sorted((name for name in names if not name.startswith(".")), reverse=True)


def _source(path: str, name: str, status: os.stat_result, root: str) -> Source:
    bare, dot, suffix = name.rpartition(".")
    claimed = bare if bare and dot + suffix.lower() in _PACKED_SUFFIXES else name
    return Source(path, claimed, status.st_size, root=root, modified=status.st_mtime_ns)
