"""A word before an apostrophe, and the word behind → whether the first is elided (*l’avocat*) or a word (*prud’homme*).

The one list of elided words: index, queries and passages all ask here, so a word added to `ELIDED` is elided everywhere.
"""

from __future__ import annotations

from searcher.analysis.fold import fold, surface
from searcher.patterns import lazily

ELIDED = frozenset("l d j m t s n c ç qu jusqu lorsqu puisqu quoiqu presqu quelqu".split())
"""What French writes before an apostrophe for *le, de, je, me, que…*, in small letters."""

# Words written with an apostrophe that begin like an elision; folded, without the apostrophe.
_WHOLE = lazily(r"(?:quelqu(?:un|une|uns|unes)|presquiles?)$")
_VOWELS = frozenset("aeiouyh0123456789")


def is_elided(before: str, after: str | None) -> bool:
    """Whether `before`, printed before an apostrophe, is an elided word; `after` is the word behind, None at the end.

    French elides only before a vowel, *h* or a number: *N’Djamena* has no elision. A word in letters that do not fold to
    Latin ones may begin with a vowel.
    """
    piece = before.lower() if before.isascii() else fold(surface(before))
    if piece not in ELIDED:
        return False
    if after is None:  # l’ before « or at the end of a line
        return True
    following = after.lower() if after.isascii() else fold(surface(after))
    if len(piece) > 5 and _WHOLE.match(piece + following):
        return False
    return following[:1] in _VOWELS or not following[:1].isascii()
