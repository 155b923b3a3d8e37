"""A Word document of 1997 to 2003 (.doc, MS-DOC) → its article: the main text by the table of pieces, without codes of fields.

Headers, footnotes, text boxes and comments stand behind the main text in such a file and are not read. Word 95 and older, and
encrypted documents, are refused.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from io import BytesIO
from typing import IO

import olefile

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers.documents.office import described, named
from searcher.readers.fields import make
from searcher.readers.problems import Problem
from searcher.sources import Source

MAX_BYTES = 128 << 20
WORD_97 = 0x00C1  # nFib of the first version whose pieces are read

_COMPRESSED = 0x40000000  # of an offset: the piece is Windows-1252, and the offset twice what it is
_FIELD = re.compile("\x13[^\x13\x14\x15]*(?:\x14([^\x13\x15]*))?\x15")  # code, and what it shows
_PARAGRAPH = re.compile("[\r\x0c\x07]+")
_DROPPED = re.compile("[\x00-\x08\x0e-\x1d\x1f]")


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    """The article of a document. Raises Unreadable for a document that is encrypted, damaged or older than Word 97."""
    raw = stream.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise Unreadable(f"a document of more than {MAX_BYTES >> 20} MB")
    with olefile.OleFileIO(BytesIO(raw)) as file:
        word = file.openstream("WordDocument").read()
        tables = {name: file.openstream(name).read() for name in ("0Table", "1Table") if file.exists(name)}
        about = file.get_metadata()
    found, paragraphs = described(_said(about.title), "", text_of(word, tables).split("\n\n"))
    found.setdefault("author", named(_said(about.author).split(";")))
    yield make(source, text="\n\n".join(paragraphs), **found)  # type: ignore[arg-type]


def text_of(word: bytes, tables: dict[str, bytes]) -> str:
    """The main text of a `WordDocument` stream, whose pieces one of the `tables` lists; an empty line between paragraphs."""
    if len(word) < 0x1AA or struct.unpack_from("<H", word, 0)[0] != 0xA5EC:
        raise Unreadable("not a Word document, though its container says so")
    version, flags = struct.unpack_from("<H", word, 2)[0], struct.unpack_from("<H", word, 0x0A)[0]
    if version < WORD_97:
        raise Unreadable("a Word file from before 1997; save it as .docx or PDF")
    if flags & 0x0100:
        raise Unreadable("encrypted")
    table = tables.get("1Table" if flags & 0x0200 else "0Table", b"")
    length = struct.unpack_from("<i", word, 0x4C)[0]
    start, size = struct.unpack_from("<II", word, 0x1A2)
    pieces = "".join(_pieces(word, table[start : start + size]))[: max(length, 0)]
    return _plain(pieces)


def _pieces(word: bytes, clx: bytes) -> Iterator[str]:
    """The pieces in the order of the text (MS-DOC 2.9.38, 2.9.177)."""
    at = 0
    while at < len(clx) and clx[at] == 1:  # properties, before the table
        at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
    if at + 5 > len(clx) or clx[at] != 2:
        raise Unreadable("damaged (its table of pieces is missing)")
    size = struct.unpack_from("<I", clx, at + 1)[0]
    table = clx[at + 5 : at + 5 + size]
    count = (len(table) - 4) // 12
    places = struct.unpack_from(f"<{count + 1}I", table, 0)
    for number in range(count):
        offset = struct.unpack_from("<I", table, 4 * (count + 1) + 8 * number + 2)[0]
        length = places[number + 1] - places[number]
        if length < 0:
            raise Unreadable("damaged (its table of pieces is out of order)")
        if offset & _COMPRESSED:
            start = (offset & ~_COMPRESSED) // 2
            yield word[start : start + length].decode("cp1252", "replace")
        else:
            yield word[offset : offset + 2 * length].decode("utf-16-le", "replace")


def _plain(text: str) -> str:
    """A text without what Word writes as characters: ends of paragraphs and cells, fields, pictures, special hyphens."""
    before = None
    while before != text:  # fields stand in fields
        before, text = text, _FIELD.sub(lambda found: found[1] or "", text)
    text = text.replace("\x1e", "-").replace("\x0b", "\n")
    return "\n\n".join(_DROPPED.sub("", each).strip() for each in _PARAGRAPH.split(text) if each.strip())


def _said(value: object) -> str:
    """A property as text: olefile gives bytes in the document's encoding, mostly Windows-1252."""
    return value.decode("cp1252", "replace").strip("\0 ") if isinstance(value, bytes) else ""
