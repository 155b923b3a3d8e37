"""A printed word → its folded form: lower case, no accents, letters and digits only.

Folding is lossy on purpose: it is what makes `Choigou` meet `Choïgou`. It is applied alike to text and query, word by
word, after tokenising, because Unidecode turns some characters into several words (`№5` → `No. 5`).
"""

from __future__ import annotations

import unicodedata

from unidecode import unidecode

from searcher.analysis.cyrillic import is_cyrillic, romanise

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "ﬃ": "ffi", "ﬄ": "ffl", "ß": "ss"})
_IGNORABLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))  # soft hyphens, joiners


def surface(raw: str) -> str:
    """The word as printed, made comparable: composed (NFC), lower case, without soft hyphens."""
    if raw.isascii():
        return raw.lower()
    composed = unicodedata.normalize("NFC", raw.translate(_IGNORABLE).casefold())
    return unicodedata.normalize("NFC", composed.replace("i\u0307", "i"))


def latin(printed: str) -> str:
    """A surface in Latin letters that still carries French accents: what a stemmer can read."""
    if printed.isascii():
        return printed
    if is_cyrillic(printed):
        printed = romanise(printed)
    return printed.translate(_LIGATURES)


def fold(printed: str) -> str:
    """Letters and digits of a surface, without accents; the surface itself when it has no Latin form at all."""
    if printed.isascii():
        return printed
    folded = "".join(filter(str.isalnum, unidecode(latin(printed)).lower()))
    return folded or "".join(printed.split())
