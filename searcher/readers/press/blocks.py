"""A document that a press database exported (page, Rich Text, Word, plain text) → its tree, or its blocks of lines.

A block is what stands between empty lines, or a paragraph of a word processor; its lines are parted by `\\n`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import IO, Any

from searcher.errors import Unreadable
from searcher.readers.agencies import wire
from searcher.readers.encoding import declaration, decode
from searcher.sources import Source
from searcher.sources.refusals import MissingExtra
from searcher.values import Value

MAX_BYTES = 64 << 20

_LISTED = re.compile(r".*(?:\.\s?){4,}\s*[0-9]{1,4}|.*\t\s*[0-9]{1,4}|[0-9]{1,4}\s*[.)]\s+\S.*|[–—•-]\s+\S.*")
_COVER = re.compile(
    r"(?:user name|date and time|job number|documents?\s*\([0-9]+\)|client/matter|search terms|search type|narrowed by"
    r"|content type|download request|time of request|send to|terms|source|project id|print request|combined source"
    r"|nom d.utilisateur|date et heure|num[ée]ro de (?:la )?t[âa]che|n[o°º] de (?:la )?t[âa]che|client/dossier"
    r"|termes? de (?:la )?recherche|type de recherche|filtr[ée]s? par|limit[ée]s? par|type de contenu"
    r"|demande de t[ée]l[ée]chargement|heure de la demande|envoyer [àa]|number of documents"
    r"|table of contents|table des mati[èe]res|sommaire|contents|documents? s[ée]lectionn[ée]s?)\b\s*(?::.*|\([0-9]+\)|)",
    re.I | re.S,
)


class Opened(Value):
    """A document: the root element of a page (None when it is none), or the blocks of another document."""

    tree: Any = None
    blocks: tuple[str, ...] = ()
    cut: bool = False


def opened(source: Source, stream: IO[bytes]) -> Opened:
    """The document in a stream. Raises Unreadable for more than 64 MB, MissingExtra for a page or Word without lxml."""
    head = stream.read(4)
    stream.seek(0)
    if head.startswith(b"PK"):
        return Opened(None, tuple(_word(stream)))
    raw = stream.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise Unreadable(f"larger than {MAX_BYTES >> 20} MB as one document; export fewer articles at a time")
    if raw.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{\\rt"):
        from searcher.readers.documents import rtf  # here: its package needs lxml

        return Opened(None, tuple(rtf.text_of(raw).split("\n\n")))
    text = decode(raw, source.encoding or declaration(raw)).lstrip("\ufeff")
    if not is_page(text):
        return Opened(None, tuple(parted(text)))
    try:
        from searcher.readers.press import pages  # here: an extra
    except ModuleNotFoundError:
        raise MissingExtra("html", "an HTML page") from None
    return Opened(pages.parsed(text), (), re.search(r"</(?:body|html)\s*>", text[-4096:], re.I) is None)


def is_page(text: str) -> bool:
    return re.match(r"\s*<(?:!doctype\s+html|html|head|body|\?xml|!--|meta|div|style)\b", text, re.I) is not None


def parted(text: str) -> list[str]:
    """The blocks of a plain text."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n")
    return [each for each in re.split(r"\n[^\S\n]*\n", plain) if each.strip()]


def paragraphs(text: str) -> str:
    """A text whose lines a fixed width broke → its paragraphs whole. Lines that all end as sentences do are paragraphs."""
    return "\n\n".join(
        "\n\n".join(map(str.strip, lines)) if _ended(lines := block.split("\n")) else wire.rejoined(block)
        for block in text.split("\n\n")
    )


def _ended(lines: list[str]) -> bool:
    return all(re.search(r"[.!?…:»”\"]\s*$", each) for each in lines)


def listed(line: str) -> bool:
    """Whether a line is one of a table of contents (`Titre ..... 3`, `2. Titre`)."""
    return _LISTED.fullmatch(line.strip()) is not None


def cover(line: str) -> bool:
    """Whether a line belongs to the cover of an export (`Job Number: 146200001`)."""
    return _COVER.fullmatch(line.strip()) is not None


def letters(blocks: Iterable[str]) -> int:
    return sum(each.isalpha() for block in blocks for each in block)


def _word(stream: IO[bytes]) -> list[str]:
    try:
        from searcher.readers.documents import docx  # here: an extra
    except ModuleNotFoundError:
        raise MissingExtra("office", "a Word document") from None
    return docx.paragraphs(stream)
