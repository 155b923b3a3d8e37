"""An Outlook message (.msg: MS-OXMSG in a compound file) → its article, and those of its attachments."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import IO, Any

import olefile

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers import fields
from searcher.readers.documents import rtf
from searcher.readers.letters import attachments, mail, parts
from searcher.readers.letters.mime import characters, decoded, header, sender
from searcher.readers.markup import text_of
from searcher.readers.problems import Problem, problem
from searcher.sources import Source, refuse_bomb
from searcher.sources.refusals import NotAnArticle

MAX_BYTES = 128 << 20

# Properties (MS-OXPROPS), as they are named in a file.
_CLASS, _SUBJECT, _TOPIC, _HEADERS = "001A", "0037", "0070", "007D"
_AUTHOR, _AUTHOR_ADDRESS, _SENDER, _SENDER_ADDRESS = "0042", "5D02", "0C1A", "5D01"
_BODY, _HTML, _RTF, _ID = "1000", "1013", "1009", "1035"
_SUBMITTED, _DELIVERED, _CODEPAGE, _BODY_CODEPAGE = 0x0039, 0x0E06, 0x3FFD, 0x3FDE
_FILE, _SHORT_FILE, _DISPLAYED, _MEDIA, _DATA = "3707", "3704", "3001", "370E", "3701"
_CODEPAGES = {
    **{
        20127: "ascii",
        28591: "iso-8859-1",
        28592: "iso-8859-2",
        28595: "iso-8859-5",
        28605: "iso-8859-15",
        20866: "koi8-r",
    },
    **{65001: "utf-8", 50220: "iso2022_jp", 51932: "euc_jp", 51949: "euc_kr", 936: "gb18030", 54936: "gb18030"},
}
_NO_MESSAGE = {"IPM.Contact": "a contact", "IPM.DistList": "a list of addresses"}


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    raw = stream.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise Unreadable(f"larger than {MAX_BYTES >> 20} MB as one message")
    try:
        with olefile.OleFileIO(BytesIO(raw)) as file:
            yield from _articles(source, _Storage(file, []))
    except (OSError, ValueError) as error:
        raise Unreadable(f"a damaged Outlook message ({error})") from error


class _Storage:
    """A message or an attachment: its properties by their numbers, and the storages in it."""

    def __init__(self, file: Any, path: list[str], codepage: str = "cp1252") -> None:
        self.file, self.path = file, path
        self.names: list[str] = sorted(
            {
                entry[len(path)]
                for entry in file.listdir(True, True)
                if entry[: len(path)] == path and len(entry) > len(path)
            }
        )
        self._fixed = self._properties()
        self.codepage = _codec(self._number(_CODEPAGE) or self._number(_BODY_CODEPAGE)) or codepage

    def inner(self, name: str) -> _Storage:
        return _Storage(self.file, [*self.path, name], self.codepage)

    def binary(self, identifier: str, kind: str = "0102") -> bytes:
        name = f"__substg1.0_{identifier}{kind}"
        if name not in self.names:
            return b""
        with self.file.openstream([*self.path, name]) as stream:
            return bytes(stream.read())

    def text(self, identifier: str) -> str:
        wide = self.binary(identifier, "001F")
        if wide:
            return wide.decode("utf-16-le", "searcher-half").rstrip("\0")
        return characters(self.binary(identifier, "001E"), self.codepage)

    def html(self) -> str:
        raw = self.binary(_HTML)
        return characters(raw, _codec(self._number(_BODY_CODEPAGE)) or self.codepage) if raw else self.text(_HTML)

    def date(self) -> str:
        """When it was sent, or else delivered: 100 nanoseconds since 1601, in UTC."""
        for number in (_SUBMITTED, _DELIVERED):
            ticks = struct.unpack("<Q", self._fixed.get(number, bytes(8)))[0]
            if 0 < ticks < 1 << 59:
                return (datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=ticks // 10)).isoformat(
                    timespec="seconds"
                )
        return ""

    def _number(self, number: int) -> int:
        return int(struct.unpack("<I4x", self._fixed.get(number, bytes(8)))[0])

    def _properties(self) -> dict[int, bytes]:
        """The values of fixed size: 16 bytes each, behind a header whose length depends on what this is of."""
        if "__properties_version1.0" not in self.names:
            return {}
        with self.file.openstream([*self.path, "__properties_version1.0"]) as stream:
            raw = stream.read()
        header = 32 if not self.path else 8 if self.path[-1].startswith(("__attach", "__recip")) else 24
        return {
            struct.unpack_from("<H", raw, at + 2)[0]: raw[at + 8 : at + 16] for at in range(header, len(raw) - 15, 16)
        }


def _codec(codepage: int) -> str:
    """The name of a Windows codepage; empty for none."""
    return _CODEPAGES.get(codepage, f"cp{codepage}" if codepage else "")


def _articles(source: Source, message: _Storage) -> Iterator[Article | Problem]:
    kind = message.text(_CLASS)
    for name, what in _NO_MESSAGE.items():
        if kind.startswith(name):
            raise NotAnArticle(f"no article: {what}")
    headers = parts.parse(message.text(_HEADERS).encode("utf-8", "surrogatepass"))
    name, address = sender(header(headers, "From"))
    text = _text(message)
    title = decoded(message.text(_SUBJECT) or message.text(_TOPIC))
    attached = list(_attached(message))
    if text or (title and kind.startswith("IPM.Note")):
        yield fields.make(
            source,
            id=(header(headers, "Message-ID") or message.text(_ID)).strip("<> ") or None,
            title=title,
            text=text,
            author=name
            or decoded(message.text(_AUTHOR) or message.text(_SENDER))
            or address
            or message.text(_SENDER_ADDRESS),
            date=header(headers, "Date") or message.date(),
            language=header(headers, "Content-Language"),
        )
    elif not attached:
        raise NotAnArticle("no article: an Outlook item without a text")
    yield from attachments.attachments(
        source, [each for each in attached if not isinstance(each[2], _Storage)], mail.articles
    )
    for label, _, inner in attached:
        if isinstance(inner, _Storage):
            yield from _nested(source, label, inner)


def _text(message: _Storage) -> str:
    """The body as plain text, unless that is a stub beside the HTML or the Rich Text."""
    plain = parts.tidy(message.text(_BODY)).strip()
    html = message.html()
    rich = text_of(html) if html else ""
    if not plain and not rich and (packed := message.binary(_RTF)):
        return rtf.text_of(unpacked(packed)).strip()
    return parts.fuller(plain, rich)


def _attached(message: _Storage) -> Iterator[tuple[str, str, Any]]:
    for name in message.names:
        if name.startswith("__attach_version1.0_"):
            part = message.inner(name)
            label = fields.line(part.text(_FILE) or part.text(_DISPLAYED) or part.text(_SHORT_FILE))
            inner = f"__substg1.0_{_DATA}000D"
            if inner in part.names:
                inside = part.inner(inner)
                if "__properties_version1.0" in inside.names:  # a message; other objects are drawings and the like
                    yield label or fields.line(inside.text(_SUBJECT)) or "message", "message/rfc822", inside
            else:
                yield label, part.text(_MEDIA), part.binary(_DATA)


def _nested(source: Source, label: str, message: _Storage) -> Iterator[Article | Problem]:
    part = source.part(f"{label}.msg", b"", place=f"attachment {label}")
    try:
        if part.depth > attachments.MAX_DEPTH:
            raise Unreadable(f"a message in more than {attachments.MAX_DEPTH} others")
        yield from _articles(part, message)
    except NotAnArticle as error:
        yield problem(part, str(error), "skipped")
    except Unreadable as error:
        yield problem(part, str(error))


# ── Rich Text, packed ─────────────────────────────────────────────────────────────────────────────────────────────────

_DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbolArial"
    rb"Times New RomanCourier{\colortbl\red0\green0\blue0" + b"\r\n" + rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)


def unpacked(packed: bytes) -> bytes:
    """Compressed Rich Text (MS-OXRTFCP): runs of bytes, or copies from the last 4 KB. Raises Unreadable when it is none."""
    if len(packed) < 16:
        raise Unreadable("damaged Rich Text")
    _, size, magic = struct.unpack_from("<III", packed)
    if magic == 0x414C454D:  # "MELA": stored as it is
        return packed[16 : 16 + size]
    if magic != 0x75465A4C:  # "LZFu"
        raise Unreadable("damaged Rich Text")
    refuse_bomb(size, len(packed))
    made = bytearray(_DICTIONARY)
    base, at = len(made), 16
    while at < len(packed) and len(made) - base < size:
        flags = packed[at]
        at += 1
        for bit in range(8):
            if not flags >> bit & 1:
                made += packed[at : at + 1]
                at += 1
                continue
            if at + 1 >= len(packed):
                break
            word = packed[at] << 8 | packed[at + 1]
            at += 2
            offset, length = word >> 4, (word & 15) + 2
            back = (len(made) - offset) % 4096 or 4096
            if offset == len(made) % 4096:  # the end
                return bytes(made[base:])
            if back > len(made):
                raise Unreadable("damaged Rich Text")
            for _ in range(length):
                made.append(made[-back])
    return bytes(made[base:])
