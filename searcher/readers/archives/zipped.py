"""A Zip archive → its members in the order of its table of contents, none of them held (PKWARE APPNOTE 6.3.10).

The module `zipfile` is not used: it makes an object for every member before the first can be read (a million empty members
take 0.8 GB), and it unpacks bzip2 and LZMA without a limit.
"""

from __future__ import annotations

import bz2
import lzma
import re
import struct
import zlib
from collections.abc import Iterator
from io import BufferedReader, BytesIO, RawIOBase
from typing import IO, Any, NamedTuple, cast

from searcher.errors import Unreadable
from searcher.sources import Meter, Slice, refuse_bomb, rewindable
from searcher.sources.refusals import CUT, CutShort, Damaged

MAX_HELD = 64 << 20  # of an archive inside of something packed: its table of contents stands at its end
MAX_DICTIONARY = 128 << 20  # bytes that LZMA may ask for
_CHUNK = 1 << 20
_TAIL = 22 + 0xFFFF  # the end record and the longest comment
_ENTRY = struct.Struct("<4xH2xHH4xIIIHHH4xII")
_LOCAL = struct.Struct("<6xHH4xIIIHH")
_DESCRIPTOR, _DESCRIPTOR_64, _BARE = struct.Struct("<4xIII"), struct.Struct("<4xIQQ"), struct.Struct("<III")
_STORED, _DEFLATED, _BZIP2, _LZMA = 0, 8, 12, 14
_UNREAD = {1: "Shrink", 6: "Implode", 9: "Deflate64", 93: "Zstandard", 95: "XZ", 97: "WavPack", 98: "PPMd"}
_ODD = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


class Member(NamedTuple):
    """One entry of the table of contents; `size` is what it claims to unpack to, `offset` that of its local header. `crc` is
    None, and `packed` all that follows, of a member without an end.

    A tuple, because a frozen dataclass takes four times as long to make and there may be a million.
    """

    name: str
    size: int
    packed: int
    offset: int
    method: int
    flags: int
    crc: int | None
    link: bool


def seekable(stream: IO[bytes]) -> IO[bytes]:
    """A Zip archive in a stream in which going back costs nothing."""
    stream.seek(0)
    if rewindable(stream):
        return stream
    held = stream.read(MAX_HELD + 1)
    if len(held) > MAX_HELD:
        raise Unreadable(f"a Zip archive of more than {MAX_HELD >> 20} MB inside another file; unpack it first")
    return BytesIO(held)


def members(stream: IO[bytes]) -> Iterator[Member]:
    """The members of an archive in a seekable stream, which may be used between two of them.

    Where the table of contents is damaged or missing, those that it does not name are found by their own headers, and
    CutShort is raised behind the last. Raises Unreadable when there is more in the table than the file can hold.
    """
    behind = 0  # the end of the furthest member that the table names
    try:
        for member in _listed(stream):
            yield member
            behind = max(behind, member.offset + 30 + member.packed)
        return
    except Damaged as damage:
        count = 0
        for member in _found(stream, behind):
            yield member
            count += 1
        if not behind and not count:
            raise
        raise CutShort(f"{damage}; members found by their own headers: {count}") from damage


def _listed(stream: IO[bytes]) -> Iterator[Member]:
    """The members that the table of contents names. Raises Damaged where the table is damaged."""
    start, end, shift = _contents(stream)
    block, at, taken = b"", 0, 0
    read = start
    while read < end or at < len(block):
        if len(block) - at < 1 << 18 and read < end:
            stream.seek(read)
            more = stream.read(min(_CHUNK, end - read))
            if not more:
                raise Damaged("a damaged Zip archive (its table of contents is cut short)")
            block, at, read = block[at:] + more, 0, read + len(more)
        member, length = _entry(block, at, shift)
        at += length
        taken += 30 + member.packed
        if taken > start + 30:
            raise Unreadable("its members overlap; taken for a bomb")
        yield member


def content(stream: IO[bytes], member: Member, meter: Meter | None = None) -> IO[bytes]:
    """What a member holds, seekable. Raises Unreadable when that cannot be unpacked; so does reading, when it is damaged."""
    if member.flags & 0x2001 or member.method == 99:
        raise Unreadable("encrypted")
    if member.method not in (_STORED, _DEFLATED, _BZIP2, _LZMA):
        raise Unreadable(f"packed with {_UNREAD.get(member.method, f'method {member.method}')}, which is not read")
    stream.seek(member.offset)
    header = stream.read(30)
    if len(header) < 30 or not header.startswith(b"PK\3\4"):
        raise Damaged("damaged (it is not where the table of contents says)")
    skipped = sum(struct.unpack_from("<HH", header, 26))
    packed = Slice(stream, member.offset + 30 + skipped, member.packed)
    return cast(IO[bytes], BufferedReader(_Content(packed, member, meter), 1 << 16))


def name_of(raw: bytes) -> str:
    """A member's name: UTF-8 where it is that; else as Windows wrote it (its accented letters are above 0xDF), or DOS.

    Control characters are replaced, and `/` stands between folders.
    """
    try:
        name = raw.decode("utf-8")
    except UnicodeDecodeError:
        windows = any(byte >= 0xE0 for byte in raw) and not any(0x80 <= byte <= 0x9F for byte in raw)
        name = raw.decode("cp1252" if windows else "cp850", "replace")
    if not name.isprintable():
        name = _ODD.sub("\ufffd", name)
    return name.replace("\\", "/") if "/" not in name else name


def _contents(stream: IO[bytes]) -> tuple[int, int, int]:
    """Where the table of contents begins and ends, and how many bytes stand before the archive."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - _TAIL))
    tail = stream.read(_TAIL)
    found = tail.rfind(b"PK\5\6")
    if found < 0 or len(tail) - found < 22:
        raise Damaged("a damaged Zip archive (cut short: its table of contents is missing)")
    end = size - len(tail) + found
    length, offset = struct.unpack_from("<II", tail, found + 12)
    locator = tail[max(0, found - 20) : found]
    if locator.startswith(b"PK\6\7"):
        (at,) = struct.unpack_from("<Q", locator, 8)
        for place in (at, end - 20 - 56):  # the second when something stands before the archive
            stream.seek(max(0, min(place, size)))
            record = stream.read(56)
            if len(record) == 56 and record.startswith(b"PK\6\6"):
                length, offset = struct.unpack_from("<QQ", record, 40)
                end = max(0, min(place, size))
                break
    start = end - length
    if start < 0 or start < offset:
        raise Damaged("a damaged Zip archive (its table of contents is not where it should be)")
    return start, end, start - offset


def _found(stream: IO[bytes], at: int) -> Iterator[Member]:
    """The members whose own headers stand from `at` on; the last may be without an end."""
    end = stream.seek(0, 2)
    while (at := _next(stream, b"PK\3\4", at, end)) < end:
        stream.seek(at)
        header = stream.read(30 + 2 * 0xFFFF)
        if len(header) < 30:
            return
        flags, method, crc, packed, size, named, extra = _LOCAL.unpack_from(header)
        start = at + 30 + named + extra
        name = header[30 : 30 + named]
        if start > end or not name or method not in (_STORED, _DEFLATED, _BZIP2, _LZMA, *_UNREAD, 99):
            at += 4  # not a header, or one that is cut
            continue
        name, size, packed, _ = _extra(header[30 + named : 30 + named + extra], name, size, packed, 0)
        whole: int | None = crc
        if flags & 8 and not packed:
            packed, whole, size, behind = _described(stream, start, end)
        else:
            behind = start + packed
        yield Member(name_of(name), size, packed, at, method, flags, whole, link=False)
        at = behind


def _described(stream: IO[bytes], start: int, end: int) -> tuple[int, int | None, int, int]:
    """How long the data of a member is whose sizes stand behind it, its checksum, its size unpacked, and where it ends with
    its descriptor (APPNOTE 4.3.9). Without one the data goes up to the next header, or beyond the end."""
    at, following = start, end
    while (at := _next(stream, b"PK", at, end)) < end:
        stream.seek(max(at - 12, start))
        before = stream.read(at - max(at - 12, start))
        mark = stream.read(24)
        if mark.startswith((b"PK\3\4", b"PK\1\2")):
            following = min(following, at)
            forms: tuple[tuple[bytes, struct.Struct, int], ...] = ((before, _BARE, at),)  # its own mark may be missing
        elif mark.startswith(b"PK\7\10"):
            forms = ((mark, _DESCRIPTOR, at + 16), (mark, _DESCRIPTOR_64, at + 24))
        else:
            forms = ()
        for held, form, behind in forms:
            if len(held) >= form.size:
                crc, packed, size = form.unpack_from(held)
                if packed == behind - form.size - start:
                    return packed, crc, size, behind
        at += 2
    return following - start + (following == end), None, 0, following


def _next(stream: IO[bytes], mark: bytes, at: int, end: int) -> int:
    """Where a mark stands from `at` on; `end` for nowhere."""
    while at < end:
        stream.seek(at)
        block = stream.read(_CHUNK)
        if (found := block.find(mark)) >= 0:
            return at + found
        if len(block) < len(mark):
            break
        at += len(block) - len(mark) + 1
    return end


def _entry(block: bytes, at: int, shift: int) -> tuple[Member, int]:
    """The entry at `at` in the table of contents, and how many bytes it takes there."""
    if not block.startswith(b"PK\1\2", at) or len(block) - at < 46:
        raise Damaged("a damaged Zip archive (its table of contents is)")
    made_by, flags, method, crc, packed, size, named, extra, comment, outer, offset = _ENTRY.unpack_from(block, at)
    name = block[at + 46 : at + 46 + named]
    if extra:
        fields = block[at + 46 + named : at + 46 + named + extra]
        name, size, packed, offset = _extra(fields, name, size, packed, offset)
    link = made_by >> 8 == 3 and (outer >> 28) not in (0, 4, 8)  # Unix: neither a file nor a folder
    return (
        Member(name_of(name), size, packed, offset + shift, method, flags, crc, link),
        46 + named + extra + comment,
    )


def _extra(fields: bytes, name: bytes, size: int, packed: int, offset: int) -> tuple[bytes, int, int, int]:
    """What the extra fields of an entry put in the place of these: sizes beyond 4 GB, the name in UTF-8."""
    while len(fields) >= 4:
        kind, length = struct.unpack_from("<HH", fields)
        field, fields = fields[4 : 4 + length], fields[4 + length :]
        if kind == 0x7075 and field[5:] and int.from_bytes(field[1:5], "little") == zlib.crc32(name):
            name = field[5:]
        elif kind == 0x0001:
            wide = iter([int.from_bytes(field[i : i + 8], "little") for i in range(0, len(field) - 7, 8)])
            size, packed, offset = (
                next(wide, value) if value == 0xFFFFFFFF else value for value in (size, packed, offset)
            )
    return name, size, packed, offset


class _Deflate:
    """zlib's decompressor, used as those of bzip2 and LZMA are."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(-15)

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def needs_input(self) -> bool:
        return not self._zlib.unconsumed_tail

    def decompress(self, packed: bytes, size: int) -> bytes:
        return self._zlib.decompress(self._zlib.unconsumed_tail + packed, size)


class _Content(RawIOBase):
    """The bytes of a member, unpacked a buffer at a time, as long as they are believable; going back starts again."""

    def __init__(self, packed: Slice, member: Member, meter: Meter | None) -> None:
        self._packed, self._member, self._meter = packed, member, meter
        self._start()

    def _start(self) -> None:
        self._packed.seek(0)
        self._at, self._crc = 0, 0
        self._unpack: Any = None
        match self._member.method:
            case 8:
                self._unpack = _Deflate()
            case 12:
                self._unpack = bz2.BZ2Decompressor()
            case 14:
                self._unpack = _lzma(self._packed)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = 0) -> int:
        if whence == 2:
            while self.read(_CHUNK):
                pass
        target = max(0, offset + (self._at if whence else 0))
        if target < self._at:
            self._start()
        while (ahead := target - self._at) and self.read(min(ahead, _CHUNK)):
            pass
        return self._at

    def readinto(self, buffer: Any) -> int:
        read = self._next(min(len(buffer), 1 << 18))
        if not read:
            if self._member.crc is not None and self._crc != self._member.crc:
                raise Damaged("damaged (its checksum differs)")
            return 0
        buffer[: len(read)] = read
        self._at += len(read)
        self._crc = zlib.crc32(read, self._crc)
        refuse_bomb(self._at, max(self._member.packed, 1))
        if self._meter is not None:
            self._meter.add(len(read))
        return len(read)

    def _next(self, size: int) -> bytes:
        if self._unpack is None:
            return self._packed.read(size) or b""
        while not self._unpack.eof:
            packed = (self._packed.read(1 << 14) or b"") if self._unpack.needs_input else b""
            starved = self._unpack.needs_input and not packed
            try:
                read = self._unpack.decompress(packed, size)
            except (zlib.error, OSError, lzma.LZMAError, EOFError) as error:
                raise Damaged(f"damaged compressed data ({error})") from error
            if read:
                return bytes(read)
            if starved:
                if self._member.method == _LZMA:
                    return b""  # may end without a mark
                raise CutShort(CUT)
        return b""


def _lzma(packed: Slice) -> lzma.LZMADecompressor:
    """The decompressor for what follows, after the properties that stand before it."""
    head = packed.read(9) or b""
    if len(head) < 9 or head[2:4] != b"\5\0" or head[4] >= 9 * 5 * 5:
        raise Unreadable("damaged compressed data (LZMA)")
    (dictionary,) = struct.unpack_from("<I", head, 5)
    if dictionary > MAX_DICTIONARY:
        raise Unreadable(f"needs {dictionary >> 20} MB to be unpacked")
    rest, lc = divmod(head[4], 9)
    pb, lp = divmod(rest, 5)
    return lzma.LZMADecompressor(
        lzma.FORMAT_RAW, filters=[{"id": lzma.FILTER_LZMA1, "dict_size": dictionary, "lc": lc, "lp": lp, "pb": pb}]
    )
