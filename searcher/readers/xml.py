"""An XML document → its tree (lxml), read so that nothing is fetched, expanded or followed."""

from __future__ import annotations

import re
from html import escape
from html.entities import html5
from typing import IO, Any

from lxml import etree

from searcher.errors import Unreadable
from searcher.readers.encoding import declaration, decode

MAX_MESSAGE = 8 << 20  # bytes of what an agency sends at a time
MAX_BYTES = 32 << 20  # of one document, whose tree takes about eight times as much memory
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
SAFE: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "dtd_validation": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}
"""Options of every parser in this package: entities stay what they are, DTDs beside the file stay unread."""

_XML_ONLY = {"amp", "lt", "gt", "quot", "apos"}
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_NUMBER = re.compile(r"&#(?:x([0-9A-Fa-f]{1,8})|([0-9]{1,9}));")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]+")


def parse(stream: IO[bytes], encoding: str | None = None, *, limit: int = MAX_BYTES, cut: bool = False) -> Any:
    """The root element of the XML document in `stream` (an lxml element without comments and processing instructions).

    `encoding` is what an envelope declares (`Source.encoding`); then the XML declaration counts, both as far as they are
    true. What agencies get wrong is put right: HTML's entities (`&eacute;`) without a DTD, control characters, white space
    before the declaration. Entities of the document's own DTD are left out. One that is known to be `cut` short is read as far
    as it goes.
    Raises Unreadable for more than `limit` bytes, and for malformed XML with the reason and its line.
    """
    raw = stream.read(limit + 1)
    if len(raw) > limit:
        raise Unreadable(f"larger than {limit >> 20} MB as one XML document")
    if not raw.strip(b"\0 \t\r\n"):
        raise Unreadable("empty")
    text = decoded(raw, encoding)
    text = _FORBIDDEN.sub("", _NUMBER.sub(_numbered, _ENTITY.sub(_named, text))).strip()
    try:
        root = etree.fromstring(text.encode("utf-8"), etree.XMLParser(encoding="utf-8", recover=cut, **SAFE))
    except etree.XMLSyntaxError as error:
        raise malformed(error) from error
    if root is None:
        raise Unreadable("malformed XML (no element)")
    for entity in list(root.iter(etree.Entity)):
        _drop(entity)
    return root


def decoded(raw: bytes, encoding: str | None = None) -> str:
    """The text of an XML document: byte-order mark, well-formed UTF-8, what is declared, Windows-1252."""
    if _is_utf8(raw):
        return decode(raw).lstrip("\ufeff")
    return decode(raw, encoding or _declared(raw)).lstrip("\ufeff")


def malformed(error: Any) -> Unreadable:
    """What is wrong with XML, in our words, from lxml's error."""
    message = " ".join(str(error.msg or "no element").split())[:200]
    message = re.sub(r", line [0-9]+, column [0-9]+$", "", message)
    if "Excessive depth" in message:
        return Unreadable("nested too deeply")
    if "Text node too long" in message:
        return Unreadable("a single text in it is larger than 10 MB")
    if "amplification" in message:
        return Unreadable("its entities unfold to far more than is written; taken for a bomb")
    return Unreadable(f"malformed XML ({message[:1].lower()}{message[1:]}, line {error.lineno or 1})")


def name(element: Any) -> str:
    """The name of an element without its namespace; empty for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def flat(element: Any) -> str:
    """All the text in an element on one line; empty for None."""
    return "" if element is None else " ".join("".join(element.itertext()).split())


def first(element: Any, *paths: str) -> str:
    """The text of the first element that one of the paths (lxml's, `.//{*}headline`) leads to and that is not empty."""
    for path in paths:
        for found in element.iterfind(path):
            if text := flat(found):
                return text
    return ""


def _declared(raw: bytes) -> str | None:
    """The encoding an XML declaration names; one that can be read as ASCII is not in UTF-16, whatever it says."""
    written = declaration(raw)
    return None if (written or "").lower().startswith(("utf-16", "utf-32", "ucs")) else written


def _is_utf8(raw: bytes) -> bool:
    """Letters beyond ASCII that are all well-formed UTF-8 are UTF-8, under a declared `iso-8859-1` too."""
    try:
        return not raw.isascii() and bool(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def _drop(element: Any) -> None:
    """Takes an element out of its tree; the text after it stays."""
    parent, before, tail = element.getparent(), element.getprevious(), element.tail or ""
    parent.remove(element)
    if before is None:
        parent.text = (parent.text or "") + tail
    else:
        before.tail = (before.tail or "") + tail


def _named(found: re.Match[str]) -> str:
    written = found.group(1)
    return found.group() if written in _XML_ONLY else escape(html5.get(f"{written};", "")) or found.group()


def _numbered(found: re.Match[str]) -> str:
    number = int(found.group(1), 16) if found.group(1) else int(found.group(2))
    return "" if number > 0x10FFFF or _FORBIDDEN.match(chr(number)) else found.group()
