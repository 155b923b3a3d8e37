"""A compressed stream → what it unpacks to; a stream that unpacks to more than an honest file does is refused as a bomb."""

from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Callable
from dataclasses import dataclass
from io import RawIOBase
from typing import IO, Any, BinaryIO, cast

from searcher.errors import Unreadable
from searcher.sources.refusals import MissingExtra

MAX_RATIO = 200  # unpacked bytes for one packed byte, beyond which a file is taken for a bomb …
MAX_UNPACKED = 2 << 30  # … or unpacked bytes in all, once packing gained more than TIGHT times
TIGHT = 10
GRACE = 16 << 20  # a small file may unpack to this whatever its ratio: empty pages pack very well
MAX_DICTIONARY = 16 << 20  # bytes of a Zstandard dictionary
HEADER = 12  # bytes of a stream that hold none of its data
JUNK = "something that is not compressed stands behind the compressed data; it was left out"
CUT_HEAD = "it ends within the head of another compressed part; what stands before that was read"
NO_END = "Compressed file ended before the end-of-stream marker was reached"  # as the module gzip says it
SUFFIXES = (".gz", ".bz2", ".xz", ".zst")


def unpacker(head: bytes) -> Callable[[BinaryIO], IO[bytes]] | None:
    """What unpacks a stream that begins with `head` (six bytes); None for a stream that is not compressed."""
    return next((unpack for magic, unpack in _PACKED.items() if head.startswith(magic)), None)


class Unpacked(RawIOBase):
    """What a compressed stream unpacks to. Reading raises Unreadable for a bomb; closing closes the packed stream too."""

    def __init__(
        self, unpack: Callable[[BinaryIO], IO[bytes]], packed: BinaryIO, size: int, meter: Meter | None
    ) -> None:
        self._unpack: Callable[[BinaryIO], Any] = unpack
        self._unpacked: Any = unpack(packed)
        self._packed, self._size, self._meter = packed, max(size, 1), meter

    @property
    def left(self) -> str:
        """What was left out behind compressed data that is whole (see `_Members`); empty for nothing."""
        return self._unpacked.left if isinstance(self._unpacked, _Members | _Streams) else ""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        if whence == 2:
            while self.read(1 << 20):
                pass
        target = offset if whence == 0 else offset + self._unpacked.tell()
        if target < self._unpacked.tell():
            self._packed.seek(0)
            self._unpacked = self._unpack(self._packed)
        while (ahead := target - self._unpacked.tell()) and self.read(min(ahead, 1 << 20)):
            pass  # by reading, so that it is counted
        return self.tell()

    def tell(self) -> int:
        return int(self._unpacked.tell())

    def readinto(self, buffer: Any) -> int:
        # read1 gives what stands before a damaged place first, and fails the next time.
        read = self._unpacked.read1(min(len(buffer), 1 << 18))
        buffer[: len(read)] = read
        refuse_bomb(self._unpacked.tell(), self._size)
        if self._meter is not None:
            self._meter.add(len(read))
        return len(read)

    def close(self) -> None:
        self._unpacked.close()
        self._packed.close()
        super().close()


@dataclass(slots=True)
class Meter:
    """Counts the bytes that everything packed in one file of `packed` bytes unpacks to, each part as often as it is read."""

    packed: int
    unpacked: int = 0

    def add(self, count: int) -> None:
        """Adds `count` unpacked bytes. Raises Unreadable, then and later, once there are more than in an honest file."""
        self.unpacked += count
        if self.unpacked > max(4 * GRACE, self.packed * MAX_RATIO):
            raise _bomb(self.unpacked, self.packed)


def refuse_bomb(unpacked: int, packed: int) -> None:
    """Raises Unreadable when `packed` bytes that unpack to `unpacked` bytes or more are a bomb."""
    if unpacked > GRACE and (unpacked > packed * MAX_RATIO or unpacked > max(MAX_UNPACKED, packed * TIGHT)):
        raise _bomb(unpacked, packed)


def _bomb(unpacked: int, packed: int) -> Unreadable:
    return Unreadable(f"unpacks to more than {unpacked >> 20} MB from {max(packed >> 10, 1)} KB; taken for a bomb")


class _Members(gzip.GzipFile):
    """A gzip file that may end in something else, which is left out: so does `gzip -d`, for tapes and some copies pad files.

    Whatever comes before is complete: its checksum was right. So does a file whose last member ends within its header.
    """

    left = ""

    def read1(self, size: int = -1) -> bytes:
        if self.left:
            return b""
        try:
            return super().read1(size)
        except gzip.BadGzipFile as error:
            if not str(error).startswith("Not a gzipped file"):
                raise
            self.left = JUNK
            return b""
        except EOFError:
            member: Any = getattr(getattr(self, "_buffer", None), "raw", None)
            if not getattr(member, "_new_member", False) or not self.tell():
                raise
            self.left = CUT_HEAD
            return b""


class _Streams:
    """Streams of bzip2 or XZ one behind the other. Zero bytes between and behind them count for nothing (XZ 1.2, section 2.2);
    what is no stream behind the last, or ends within its header, is left out: what comes before is complete."""

    def __init__(self, raw: BinaryIO, magic: bytes, decompressor: Callable[[], Any]) -> None:
        self._raw, self._magic, self._new = raw, magic, decompressor
        self._stream: Any = None
        self._held = b""
        self._at = self._fed = self._given = 0  # bytes given in all; bytes taken and given of the current stream
        self.left = ""

    def tell(self) -> int:
        return self._at

    def close(self) -> None:
        """Nothing is open here: the packed stream is closed by its owner."""

    def read1(self, size: int) -> bytes:
        """At most `size` bytes; none at the end. Raises EOFError where a stream is cut short."""
        while self._stream is not None or self._begin():
            if self._stream.needs_input and not self._held:
                self._held = self._raw.read(1 << 16)
                if not self._held:
                    if not self._at or self._given or self._fed > HEADER:
                        raise EOFError(NO_END)
                    self._stream, self.left = None, CUT_HEAD
                    return b""
            self._fed += len(self._held)
            read: bytes = self._stream.decompress(self._held, size)
            self._held = b""
            if self._stream.eof:
                self._held, self._stream = self._stream.unused_data, None
            if read:
                self._at, self._given = self._at + len(read), self._given + len(read)
                return read
        return b""

    def _begin(self) -> bool:
        """Goes to the next stream; False when there is none."""
        while not self.left:
            self._held = (self._held or self._raw.read(1 << 16)).lstrip(b"\0" if self._at else b"")
            if self._held and len(self._held) < len(self._magic):
                self._held += self._raw.read(1 << 16)
            if self._held.startswith(self._magic):
                self._stream, self._fed, self._given = self._new(), 0, 0
                return True
            if self._held:
                self.left = CUT_HEAD if self._magic.startswith(self._held) else JUNK
            elif not (more := self._raw.read(1 << 16)):
                return False
            else:
                self._held = more
        return False


_DICTIONARY = b"\x5d\x2a\x4d\x18"  # begins a frame of Zstandard that holds the dictionary for the others


def _zstd(raw: BinaryIO) -> IO[bytes]:
    try:
        import zstandard  # here: an extra
    except ImportError:
        raise MissingExtra("zst", "compressed with Zstandard") from None
    decompressor = zstandard.ZstdDecompressor()
    frames = _Frames(raw)
    # A .warc.zst begins with its dictionary: https://iipc.github.io/warc-specifications/specifications/warc-zstd/
    if raw.read(4) == _DICTIONARY:
        size = int.from_bytes(raw.read(4), "little")
        if size > MAX_DICTIONARY:
            raise Unreadable(f"needs a dictionary of {size >> 20} MB to be unpacked")
        held = raw.read(size)
        if held.startswith(b"\x28\xb5\x2f\xfd"):
            held = decompressor.decompress(held, max_output_size=MAX_DICTIONARY)
        decompressor = zstandard.ZstdDecompressor(dict_data=zstandard.ZstdCompressionDict(held))
    else:
        raw.seek(0)
    return cast(
        IO[bytes], _Zstandard(decompressor.stream_reader(cast(IO[bytes], frames), read_across_frames=True), frames)
    )


class _Frames:
    """The bytes of a Zstandard stream as they are; it knows whether those read so far end with a whole frame (RFC 8878, 3.1),
    which the decompressor does not say of a stream that is cut short."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self._held = b""  # the beginning of a header
        self._passing = 0  # bytes before the next header
        self._read = self._of_frame  # reads the next header: its length, and what stands behind it
        self._checksum = 0

    @property
    def whole(self) -> bool:
        return not self._held and not self._passing and self._read == self._of_frame

    def read(self, size: int = -1) -> bytes:
        taken = self._raw.read(size)
        at = min(self._passing, len(taken))
        self._passing -= at
        while not self._passing and at < len(taken):
            begun = len(self._held)
            header = self._held + taken[at : at + 18 - begun]
            length, behind = self._read(header)
            if not length:
                self._held = header
                break
            at, self._held = at + length - begun, b""
            step = min(behind, len(taken) - at)
            at, self._passing = at + step, behind - step
        return taken

    def _of_frame(self, header: bytes) -> tuple[int, int]:
        if len(header) < 8:
            return 0, 0
        if not header.startswith(b"\x28\xb5\x2f\xfd"):  # one to be skipped, or what the decompressor refuses
            return 8, int.from_bytes(header[4:8], "little")
        described = header[4]
        single = described >> 5 & 1
        length = 5 + (not single) + (0, 1, 2, 4)[described & 3] + (single, 2, 4, 8)[described >> 6]
        if len(header) < length:
            return 0, 0
        self._checksum = 4 * (described >> 2 & 1)
        self._read = self._of_block
        return length, 0

    def _of_block(self, header: bytes) -> tuple[int, int]:
        if len(header) < 3:
            return 0, 0
        described = int.from_bytes(header[:3], "little")
        behind = 1 if described >> 1 & 3 == 1 else described >> 3  # a byte that is repeated, or so many bytes
        if described & 1:
            self._read = self._of_frame
            behind += self._checksum
        return 3, behind


class _Zstandard:
    """What a Zstandard stream unpacks to. Raises EOFError where the stream ends within a frame."""

    def __init__(self, reader: Any, frames: _Frames) -> None:
        self._reader, self._frames = reader, frames

    def tell(self) -> int:
        return int(self._reader.tell())

    def close(self) -> None:
        self._reader.close()

    def read1(self, size: int) -> bytes:
        read: bytes = self._reader.read1(size)
        if not read and size and not self._frames.whole:
            raise EOFError(NO_END)
        return read


_PACKED: dict[bytes, Callable[[BinaryIO], IO[bytes]]] = {
    b"\x1f\x8b": lambda raw: cast(IO[bytes], _Members(fileobj=raw)),
    b"BZh": lambda raw: cast(IO[bytes], _Streams(raw, b"BZh", bz2.BZ2Decompressor)),
    b"\xfd7zXZ\x00": lambda raw: cast(
        IO[bytes], _Streams(raw, b"\xfd7zXZ\x00", lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ))
    ),
    b"\x28\xb5\x2f\xfd": _zstd,
    _DICTIONARY: _zstd,
}
