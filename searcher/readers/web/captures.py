"""A WARC or ARC file, already unpacked → its records, one at a time (ISO 28500; ARC File Format 1.0 and 2.0, Burner & Kahle).

The package warcio is not used: it stops at the first damaged record, wants gzip cut at records, and writes to stderr.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from searcher.readers.web.http import fields, text_of

MAX_LINE = 64 << 10
MAX_HEADERS = 1 << 20
MISCOUNT = 16  # bytes between records that are not damage yet: the length before them was a little wrong

_NOT_IN_URLS = re.compile("[\x00-\x20\x7f-\xa0]")
_VERSION = re.compile(rb"WARC/[0-9]+\.[0-9]+\s*$")
# address, IP, date, type and length; ARC 2 has a status, a checksum, a location, an offset and a file name before the length
_ARC = re.compile(
    rb"(?P<url>[A-Za-z][\w+.-]{0,30}:.*?) (?P<ip>[0-9A-Fa-f.:]+) (?P<date>[0-9]{4,20}) (?P<media>\S*)"
    rb"(?: [0-9-]{1,4} \S+ \S+ \S+ .*?)? (?P<length>-?\w+)\s*$"
)


@dataclass(slots=True)
class Record:
    """One record: the `number`th of its file, its type as WARC calls it, the address it is about; `body` reads it."""

    number: int
    type: str
    url: str
    headers: dict[str, str]
    length: int
    stream: Any  # IO[bytes] with read1
    left: int
    failure: str | None = None  # why the file could not be read on

    @property
    def media(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def body(self, limit: int) -> bytes:
        """At most `limit` bytes of what is left of the record; less where the file is cut short."""
        parts: list[bytes] = []
        while limit > 0 and (part := self._some(limit)):
            parts.append(part)
            limit -= len(part)
        return b"".join(parts)

    def skip(self) -> None:
        while self._some(1 << 15):
            pass

    def _some(self, size: int) -> bytes:
        # read1, because read would lose what stands before the place where the stream fails.
        try:
            part = self.stream.read1(min(size, self.left, 1 << 15)) if self.failure is None and self.left else b""
        except (EOFError, OSError, zlib.error) as error:
            self.failure, part = str(error), b""
        self.left -= len(part)
        if not part and self.left and self.failure is None:
            self.failure = "the last record is not whole"
        return part


class Captures:
    """The records of a file. `read` is how many there were so far, `damaged` the places where something else stood;
    `cut` says why the file ended early."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.read = 0
        self.damaged = 0
        self.cut: str | None = None

    def __iter__(self) -> Iterator[Record]:
        while True:
            try:
                record = self._next()
            except (EOFError, OSError, zlib.error) as error:
                self.cut = str(error)
                return
            if record is None:
                return
            self.read += 1
            yield record
            record.skip()
            if record.failure is not None:
                self.cut = record.failure
                return

    def _next(self) -> Record | None:
        lost = 0
        record = None
        while record is None and (line := self._stream.readline(MAX_LINE)):
            if _VERSION.match(line):
                record = self._warc()
                lost += MISCOUNT if record is None else 0
            elif (found := _ARC.match(line)) is not None:
                record = self._arc(found)
                lost += MISCOUNT if record is None else 0
            elif line.strip():
                lost += len(line)
        self.damaged += lost >= MISCOUNT
        return record

    def _warc(self) -> Record | None:
        """The record whose version line was read; None when it does not say how long it is."""
        head: list[bytes] = []
        size = 0
        while (line := self._stream.readline(MAX_LINE)).strip() and size < MAX_HEADERS:
            head.append(line.rstrip() + b"\n")
            size += len(line)
        headers, _ = fields(b"".join(head))
        length = headers.get("content-length", "")
        if not length.isdecimal() or len(length) > 18:
            return None
        kind = headers.get("warc-type", "").lower()
        return self._record(kind, headers.get("warc-target-uri", ""), headers, int(length))

    def _arc(self, found: re.Match[bytes]) -> Record | None:
        length, url = found["length"], text_of(found["url"])
        if url.startswith("filedesc:"):
            return self._record("warcinfo", url, {}, int(length) if length.isdigit() else 0)
        if not length.isdigit() or len(length) > 18:
            return None
        return self._record("response", url, {"content-type": text_of(found["media"]), "arc": "1"}, int(length))

    def _record(self, kind: str, url: str, headers: dict[str, str], length: int) -> Record:
        url = url.strip().removeprefix("<").removesuffix(">").strip()
        url = _NOT_IN_URLS.sub(lambda found: f"%{ord(found.group()):02X}", url)
        return Record(self.read + 1, kind, url, headers, length, self._stream, length)
