"""A text whose UTF-8 somebody read as another encoding and saved (`sÃ©curitÃ©`) → the text as it was."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import cache

from searcher.readers import repairs
from searcher.readers.frequencies import USED

# Letters whose UTF-8 is found read as another encoding, and those encodings.
_TWICE = "".join(map(chr, range(0xA0, 0x100))) + "œŒ’‘“”–—…€\u202f"
_READ_AS = ("cp1252", "latin-1", "mac_roman", "cp850")
_TWICE_FIRST = tuple("Ã Â Å“ â€ â‚ â\x80 â\x82 √ ¬† ≈ì ‚Ä ‚Ç ├ ÔÇ Ôé".split())  # one of them is in whatever was


def repair(text: str) -> str:
    """Undoes UTF-8 that was read as Windows-1252, Mac Roman or CP850 and written again (`sÃ©curitÃ©`, `s√©curit√©`): in all of
    a text, or in passages of it."""
    if not any(first in text for first in _TWICE_FIRST):
        return text
    for encoding in _READ_AS:
        text = _undone(text, encoding, *_twice(encoding))
    return text


def _undone(text: str, encoding: str, pattern: re.Pattern[str], letters: dict[str, str]) -> str:
    first = pattern.search(text)
    count = len(pattern.findall(text)) - text.count("Ã ")
    if first is None or count < 2:
        return text
    repaired = pattern.sub(lambda part: letters[part.group()], text)
    with suppress(UnicodeError):
        repaired, count = text.encode(encoding).decode("utf-8"), 1
    at = len(pattern.sub("?", text[: first.start()]))
    repairs.mended("twice", count, shown=repaired[max(at - repairs.AROUND, 0) : at + repairs.AROUND])
    return repaired


@cache
def _twice(encoding: str) -> tuple[re.Pattern[str], dict[str, str]]:
    """What finds letters that were read in an encoding though they are UTF-8, and what each stands for."""
    letters = {}
    for letter in _TWICE:
        read = "".join(_one_byte(byte, encoding) for byte in letter.encode())
        if letter in USED or encoding in ("cp1252", "latin-1"):
            letters[read] = letter
    letters |= {"Ã ": "à "} if encoding == "cp1252" else {}  # where a no-break space became a space
    return re.compile("|".join(map(re.escape, sorted(letters, key=len, reverse=True)))), letters


def _one_byte(byte: int, encoding: str) -> str:
    try:
        return bytes((byte,)).decode(encoding)
    except UnicodeDecodeError:
        return chr(byte)
