"""Bytes → text: byte-order mark, what is declared, UTF-8, Windows-1252; text that was decoded twice is repaired."""

from __future__ import annotations

import codecs
import re

from searcher.errors import Unreadable

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# How "<" or "<?xm" looks in encodings whose declaration can only be read once they are known (XML 1.0, appendix F).
_UNMARKED = (
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0<", "utf-16-be"),
    (b"<\0", "utf-16-le"),
    (b"Lo\xa7\x94", "cp037"),
)
# é è à ê ç ã ó á ñ ü ö ä œ ’ « as they look when their UTF-8 was read as Windows-1252.
_TWICE = re.compile(r"Ã[©¨ª«´®¯¢§¹»€‰‡Š£³¡±¼¶¤]|Ã |Ã\xa0|â€[™œ“”¦˜]|Å“|Â[«»\xa0°]")
_TWICE_FIRST = ("Ã", "â€", "Å“", "Â")  # one of them is in whatever that finds

# <meta charset="…">, <meta http-equiv … content="text/html; charset=…">, <?xml … encoding="…"?>
_DECLARED = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)|<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]+)[\"']", re.I
)


def decode(raw: bytes, declared: str | None = None) -> str:
    """The text of `raw`; `declared` is the encoding its envelope names. Raises Unreadable when it is no text at all.

    What is declared counts only as far as it is true: as everywhere on the web, `iso-8859-1` means Windows-1252, and a
    declared UTF-8 that is not falls through to Windows-1252.
    """
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            try:
                return raw.decode(encoding)
            except UnicodeDecodeError as error:
                raise Unreadable(f"not the {encoding} its first bytes announce ({error.reason})") from error
    named = _codec(declared) or next((encoding for head, encoding in _UNMARKED if raw.startswith(head)), None)
    if b"\x00" in raw[:8192] and not (named or "").startswith(("utf-16", "utf-32")):
        raise Unreadable("not text (it holds zero bytes)")
    for encoding in dict.fromkeys(filter(None, (named, "utf-8", "cp1252"))):
        try:
            return repair(raw.decode(encoding))
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def declaration(raw: bytes) -> str | None:
    """The encoding that the head of an HTML or XML document declares, as it is written there."""
    found = _DECLARED.search(raw[:4096])
    return next(filter(None, found.groups())).decode("ascii", "replace") if found else None


def _codec(declared: str | None) -> str | None:
    """The codec that a declared encoding stands for; None when there is no such text encoding."""
    if not declared:
        return None
    try:
        info = codecs.lookup(declared.strip().strip("\"'"))
    except (LookupError, ValueError):
        return None
    if not getattr(info, "_is_text_encoding", True) or info.name in ("utf-7", "punycode", "idna", "undefined"):
        return None
    return "cp1252" if info.name in ("iso8859-1", "ascii") else info.name


def repair(text: str) -> str:
    """Undoes UTF-8 that was read as Windows-1252 and written again (`sÃ©curitÃ©`), where all of the text is that way."""
    if not any(first in text for first in _TWICE_FIRST) or len(_TWICE.findall(text[:65536])) < 2:
        return text
    try:
        return text.encode("cp1252").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text
