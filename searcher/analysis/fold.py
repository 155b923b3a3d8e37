"""A printed word → its folded form: lower case, no accents, letters and digits only.

Folding is lossy on purpose: it is what makes `Choigou` meet `Choïgou`. It is applied alike to text and query, word by
word, after tokenising, because Unidecode turns some characters into several words (`№5` → `No. 5`).
"""

from __future__ import annotations

import unicodedata

from unidecode import unidecode

from searcher.analysis.cyrillic import is_cyrillic, romanise

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "ﬃ": "ffi", "ﬄ": "ffl", "ß": "ss"})
_LIGATED = frozenset(map(chr, _LIGATURES))  # `translate` takes its time over letters that it leaves alone
_IGNORABLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))  # soft hyphens, joiners


def surface(raw: str) -> str:
    """The word as printed, made comparable: composed (NFC), lower case, without soft hyphens."""
    if raw.isascii():
        return raw.lower()
    if not raw.isalpha():
        raw = raw.translate(_IGNORABLE)
    composed = unicodedata.normalize("NFC", raw.casefold())
    return unicodedata.normalize("NFC", composed.replace("i\u0307", "i")) if "i\u0307" in composed else composed


def latin(printed: str) -> str:
    """A surface in Latin letters that still carries French accents: what a stemmer can read."""
    if printed.isascii():
        return printed
    if is_cyrillic(printed):
        printed = romanise(printed)
    return printed if _LIGATED.isdisjoint(printed) else printed.translate(_LIGATURES)


def fold(printed: str) -> str:
    """Letters and digits of a surface, without accents; the surface itself when it has no Latin form at all."""
    if printed.isascii():
        return printed
    folded = latin(printed).translate(_folded)
    return folded or "".join(printed.split())


class _Folded(dict[int, str]):
    """Code point → what is left of its character: Unidecode goes letter by letter, and ten times as slowly."""

    LIMIT = 1 << 14

    def __missing__(self, point: int) -> str:
        surrogate = 0xD800 <= point < 0xE000  # Unidecode drops those too, with a warning
        found = "" if surrogate else "".join(filter(str.isalnum, unidecode(chr(point)).lower()))
        if len(self) >= self.LIMIT:
            self.clear()
        self[point] = found
        return found


_folded = _Folded()
