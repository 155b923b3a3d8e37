"""A text → how many columns of a terminal it takes, and its parts that fit into some columns: wide and combining characters.

Widths are those of UAX #11: wide and fullwidth characters take two columns, marks none. A sequence joined by U+200D, an emoji
with a skin tone and one made wide by U+FE0F are printed as one character of two columns.
"""

from __future__ import annotations

from unicodedata import category, east_asian_width

_JOINER, _AS_EMOJI, _KEYCAP = "\u200d", "\ufe0f", "\u20e3"
_TONES = range(0x1F3FB, 0x1F400)
_JAMO = range(0x1160, 0x1200)  # vowels and finals, which join the syllable begun


def width(text: str) -> int:
    """The columns that a text takes; it holds no line break, tab or other control character."""
    return len(text) if text.isascii() else sum(size for _, size in _characters(text))


def start(text: str, columns: int) -> str:
    """The longest beginning of a text that fits into so many columns."""
    if text.isascii():
        return text[:columns]
    at = taken = 0
    for shown, size in _characters(text):
        if taken + size > columns:
            break
        at, taken = at + len(shown), taken + size
    return text[:at]


def end(text: str, columns: int) -> str:
    """The longest end of a text that fits into so many columns."""
    if text.isascii():
        return text[max(len(text) - columns, 0) :]
    at, taken = len(text), 0
    for shown, size in reversed(_characters(text)):
        if taken + size > columns:
            break
        at, taken = at - len(shown), taken + size
    return text[at:]


def left(text: str, columns: int) -> str:
    """The beginning of a text, filled with blanks up to so many columns."""
    shown = start(text, columns)
    return shown + " " * (columns - width(shown))


def right(text: str, columns: int) -> str:
    """The end of a text behind blanks, together so many columns."""
    shown = end(text, columns)
    return " " * (columns - width(shown)) + shown


def _characters(text: str) -> list[tuple[str, int]]:
    """What is printed as one character, with the columns it takes."""
    found: list[tuple[str, int]] = []
    for char in text:
        joins = _joins(char)
        wide = not joins and east_asian_width(char) in "WF"
        if found and (joins or (wide and found[-1][0][-1] == _JOINER)):
            before, size = found[-1]
            found[-1] = before + char, 2 if char in (_AS_EMOJI, _KEYCAP) else size
        else:
            found.append((char, 0 if joins else 2 if wide else 1))
    return found


def _joins(char: str) -> bool:
    """Whether a character is printed within the one before it."""
    if char.isascii():
        return False
    point = ord(char)
    return category(char) in ("Mn", "Me", "Cf") or point in _TONES or point in _JAMO
