"""A passage of an article → the address that scrolls a browser to the passage: `…#:~:text=[prefix-,]start[,end][,-suffix]`.

Source: URL Fragment Text Directives, W3C Community Group draft (wicg.github.io/scroll-to-text-fragment).
"""

from __future__ import annotations

import re
from unicodedata import combining

ENDS = 4
"""Words that stand for the beginning and for the end of a long passage."""

AROUND = 3
"""Words before or after a passage that tell it from another one with the same words."""

_PLAIN = re.compile(r"[^A-Za-z0-9]")
_WEB = re.compile(r"https?://[^\s/?#]", re.IGNORECASE)


def text_fragment(url: str | None, text: str, start: int, end: int) -> str | None:
    """The address of the passage `text[start:end]` on the page `url` of the article with this text.

    A passage that is cut inside words is widened to whole words, since browsers look for these. A prefix and a suffix are given
    when the first words of the passage stand elsewhere in `text` too. None for a page that is not on the web, and for a
    passage without words.
    """
    start, end = _widened(text, start, end)
    rows = _rows(text[start:end])
    first = r"\s+".join(map(re.escape, rows[0][:ENDS])) if rows else ""
    if len(re.findall(rf"(?<!\w){first}(?!\w)", text, re.IGNORECASE)) > 1:
        return _address(url, rows, _rows(text[:start]), _rows(text[end:]))
    return _address(url, rows, [], [])


def fragment_in_context(url: str | None, before: str, passage: str, after: str) -> str | None:
    """The address of a passage of which only the context is known; a prefix and a suffix are always given."""
    text = before + passage + after
    start, end = _widened(text, len(before), len(before) + len(passage))
    return _address(url, _rows(text[start:end]), _rows(text[:start]), _rows(text[end:]))


Rows = list[list[str]]
"""The words of a text, by its lines that have any."""


def _address(url: str | None, passage: Rows, before: Rows, after: Rows) -> str | None:
    if not passage or url is None or not _WEB.match(url):
        return None
    first, last = passage[0], passage[-1]
    whole = len(passage) == 1 and len(first) <= 2 * ENDS  # what is one part must stand in one paragraph
    parts = [_encoded(first)] if whole else [_encoded(first[:ENDS]), _encoded(last[-ENDS:])]
    if before:
        parts.insert(0, f"{_encoded(before[-1][-AROUND:])}-")
    if after:
        parts.append(f"-{_encoded(after[0][:AROUND])}")
    page, mark, anchor = url.partition("#")
    return f"{page}#{anchor.partition(':~:')[0] if mark else ''}:~:text={','.join(parts)}"


def _rows(text: str) -> Rows:
    return [words for row in text.splitlines() if (words := row.split())]


def _widened(text: str, start: int, end: int) -> tuple[int, int]:
    """The range of the whole words that a passage touches."""
    while _is_inside(text, start):
        start -= 1
    while _is_inside(text, end):
        end += 1
    return start, end


def _is_inside(text: str, at: int) -> bool:
    """Whether a place is inside of a word: between letters, or beside a sign that joins two letters (`l’été`)."""
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    if before in _JOINING:
        return text[at - 2 : at - 1].isalnum() and after.isalnum()
    if after in _JOINING:
        return before.isalnum() and text[at + 1 : at + 2].isalnum()
    return (before.isalnum() or combining(before) > 0) and (after.isalnum() or combining(after) > 0)


_JOINING = frozenset("'’.")


def _encoded(words: list[str]) -> str:
    """Words with one blank between, everything but letters and digits of ASCII in percent."""
    return _PLAIN.sub(
        lambda found: "".join(f"%{byte:02X}" for byte in found.group().encode("utf-8", "replace")), " ".join(words)
    )
