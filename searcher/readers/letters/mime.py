"""Headers (RFC 5322) and characters of MIME → text: encoded words, and charsets as far as they are true."""

from __future__ import annotations

import binascii
import quopri
import re
from email.message import Message
from email.utils import getaddresses

from searcher.readers import fields
from searcher.readers.encoding import decode

_WORD = re.compile(rb"=\?([^?\s]+)\?([bBqQ])\?([^?]*)\?=")
_CHARSETS = {
    "utf8": "utf-8",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
    "gb2312": "gb18030",
    "iso-8859-8-i": "iso-8859-8",
}


def header(message: Message, name: str) -> str:
    """A header on one line, its encoded words (RFC 2047) read; empty when it is missing."""
    for key, value in message.raw_items():
        if key.lower() == name.lower():
            return fields.line(decoded(str(value)))
    return ""


def decoded(written: str) -> str:
    """Text with encoded words in it, raw 8-bit characters included, and words that were cut within a character."""
    raw = written.encode("utf-8", "surrogateescape")
    pieces: list[tuple[str | None, bytes]] = []  # charset, or None for what stands between
    at = 0
    for word in _WORD.finditer(raw):
        between = raw[at : word.start()]
        if between.strip() or not pieces:
            pieces.append((None, between))
        charset = word.group(1).decode("ascii", "replace").partition("*")[0].lower()
        content = _word(word.group(2), word.group(3))
        if pieces[-1][0] == charset:
            pieces[-1] = (charset, pieces[-1][1] + content)
        else:
            pieces.append((charset, content))
        at = word.end()
    pieces.append((None, raw[at:]))
    return "".join(
        characters(content, None if charset and re.search(rb"[\x80-\xff]", raw) else charset)
        for charset, content in pieces
    )


def _word(coding: bytes, content: bytes) -> bytes:
    if coding in b"qQ":
        return quopri.decodestring(content, header=True)
    try:
        return binascii.a2b_base64(content + b"=" * (-len(content) % 4)) or content
    except binascii.Error:
        return content


def sender(written: str) -> tuple[str, str]:
    """The first name and the first address of a From header."""
    for name, address in getaddresses([written.replace("\n", " ")]):
        if name or address:
            name = re.sub(r"\s+(?:via|par l'intermédiaire de)\s.+", "", name).strip(" '\"")
            return ("" if name == address else name), address
    return "", ""


def characters(raw: bytes, charset: str | None) -> str:
    """The text of bytes whose charset is declared, as far as that is true; zero bytes are left out."""
    charset = _CHARSETS.get((charset or "").lower(), charset or "")
    if charset.lower() == "utf-7":
        return raw.decode("utf-7", "replace")
    if charset.lower() in ("us-ascii", "ascii", "iso-8859-1", "latin1"):
        try:
            return raw.decode("utf-8")  # a program that declares the default and writes another
        except UnicodeDecodeError:
            pass
    return decode(
        raw if charset.lower().startswith(("utf-16", "utf-32")) else raw.replace(b"\0", b""), charset or None, part=True
    )
