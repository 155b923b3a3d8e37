"""A tar archive → its files in the order they stand, none of them held (POSIX ustar and pax, GNU tar, the tar of 1979).

The module `tarfile` is not used because it reads extended headers whole, whatever size they claim, and cannot give a member
of a compressed archive twice without unpacking from the beginning.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, NamedTuple

from searcher.errors import Unreadable
from searcher.readers.archives.zipped import name_of

MAX_HEADER = 1 << 20  # bytes of an extended header: a name
BLOCK = 512


class Member(NamedTuple):
    """A regular file in the archive: its bytes are `stream[offset : offset + size]`; `sparse` ones have holes left out."""

    name: str
    offset: int
    size: int
    sparse: bool


def is_header(block: bytes) -> bool:
    """Whether 512 bytes are the head of a member, by their checksum."""
    if len(block) < BLOCK or not block[0]:
        return False
    try:
        written = _number(block[148:156])
    except ValueError:
        return False
    return written == sum(block[:148]) + sum(block[156:BLOCK]) + 8 * 32


def members(stream: IO[bytes]) -> Iterator[Member | None]:
    """The regular files of an archive in a seekable stream, which may be used between two of them; forward only. At last None,
    when the archive ends where a member does, without the zero bytes that mark its end.

    Raises Unreadable where it is damaged.
    """
    at, number = 0, 0
    extended: dict[str, bytes] = {}
    while True:
        stream.seek(at)
        block = stream.read(BLOCK)
        if not block and stream.seek(0, 2) == at:
            yield None
        if not block.strip(b"\0"):
            return
        if not is_header(block):
            raise Unreadable(f"a damaged tar archive (after {number} members)")
        try:
            size = int(extended["size"]) if "size" in extended else _number(block[124:136])
            if size < 0:
                raise ValueError("negative")
        except ValueError:
            raise Unreadable(f"a damaged tar archive (after {number} members)") from None
        kind, at = block[156:157], at + BLOCK
        end = at + -(-size // BLOCK) * BLOCK
        if kind in (b"x", b"L", b"K"):
            if size > MAX_HEADER:
                raise Unreadable(f"a name of {size >> 20} MB in a tar archive")
            held = stream.read(size)
            extended |= _pax(held) if kind == b"x" else {"path": held.rstrip(b"\0")} if kind == b"L" else {}
            at = end
            continue
        number += 1
        sparse = kind == b"S" or any(key.startswith("GNU.sparse") for key in extended)
        if kind == b"S" and block[482]:
            while (more := stream.read(BLOCK)) and len(more) == BLOCK:
                at, end = at + BLOCK, end + BLOCK
                if not more[504]:
                    break
        if kind in (b"0", b"\0", b"7", b"S"):
            yield Member(_name(block, extended), at, size, sparse)
        extended = {}
        at = at if kind in (b"1", b"2", b"3", b"4", b"5", b"6") else end


def _name(block: bytes, extended: dict[str, bytes]) -> str:
    name = extended.get("GNU.sparse.name") or extended.get("path")
    if name is None:
        name = block[:100].partition(b"\0")[0]
        prefix = block[345:500].partition(b"\0")[0] if block[257:263] == b"ustar\0" else b""
        name = prefix + b"/" + name if prefix else name
    return name_of(name)


def _number(field: bytes) -> int:
    """A number in octal, or in base 256 when its first bit is set."""
    if field[0] & 0x80:
        if field[0] & 0x40:
            raise ValueError("negative")
        return int.from_bytes(bytes([field[0] & 0x7F]) + field[1:], "big")
    return int(field.strip(b" \0") or b"0", 8)


def _pax(held: bytes) -> dict[str, bytes]:
    """The records of an extended header (`27 path=été.txt\\n`), as far as they are well formed."""
    found: dict[str, bytes] = {}
    while held:
        length, space, _ = held[:20].partition(b" ")
        if not space or not length.isdigit() or not len(length) < int(length) <= len(held):
            break
        key, equals, value = held[len(length) + 1 : int(length) - 1].partition(b"=")
        if equals:
            found[key.decode("utf-8", "replace")] = value
        held = held[int(length) :]
    return found
