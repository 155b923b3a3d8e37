"""Bytes → text: byte-order mark, then UTF-8, then Windows-1252; text that was decoded twice is repaired."""

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
# é è à ê ç œ ’ « as they look when their UTF-8 was read as Windows-1252.
_TWICE = re.compile(r"Ã[©¨ª«´®¯¢§¹»€‰‡Š]|Ã |Ã\xa0|â€[™œ“”¦˜]|Å“|Â[«»\xa0°]")


def decode(raw: bytes, name: str = "input") -> str:
    """The text of `raw`. Raises Unreadable when it is no text at all (`name` says whose)."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            try:
                return raw.decode(encoding)
            except UnicodeDecodeError as error:
                raise Unreadable(f"{name}: not the {encoding} its first bytes announce ({error.reason})") from error
    if b"\x00" in raw[:8192]:
        raise Unreadable(f"{name}: not text (it holds zero bytes)")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        try:
            return raw.decode("cp1252")
        except UnicodeDecodeError:
            return raw.decode("latin-1")
    return repair(text)


def repair(text: str) -> str:
    """Undoes UTF-8 that was read as Windows-1252 and written again (`sÃ©curitÃ©`), where all of the text is that way."""
    if len(_TWICE.findall(text[:65536])) < 2:
        return text
    try:
        return text.encode("cp1252").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text
