"""Lines of text → whether they are written in letters that somebody chose: fonts without a map to Unicode give nonsense."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

ENOUGH = 200  # characters below which only what is surely no text is refused

_GLYPH_NAMES = re.compile(r"/(?:g|G|cid|glyph|c|f)\d{2,5}|\(cid:\d+\)")
_VOWEL = re.compile(r"[aeiouyàâäéèêëîïôöùûüœæáíóúãõåøAEIOUYÀÂÄÉÈÊËÎÏÔÖÙÛÜŒÆ]")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]")
_LETTERS = re.compile(r"[^\W\d_]{2,}")


def legible(lines: Sequence[str]) -> bool:
    """Whether a page reads as a language: no glyph names, few private or control characters, letters for the most
    part, words with
    vowels, and no signs inside them."""
    text = " ".join(lines)
    if not text.strip():
        return True
    strange = sum(
        1
        for character in text
        if unicodedata.category(character) in ("Co", "Cn", "Cc", "Cs") and character not in "\x02\t\n"
    )
    strange += text.count("\ufffd") + sum(map(len, _GLYPH_NAMES.findall(text)))
    if strange > len(text) * 0.2:
        return False
    solid = re.sub(r"\s+|[.·…_=\-–—]{3,}", "", text)
    letters = sum(map(str.isalpha, solid))
    digits = sum(map(str.isdigit, solid))
    if len(solid) < ENOUGH:
        return letters + digits >= len(solid) * 0.6 or len(solid) < 4
    if letters + digits < len(solid) * 0.6:
        return False
    latin = _LATIN.findall(text)
    if len(latin) < letters * 0.7:
        return True  # another script, of which only the share of letters is judged
    words = _LETTERS.findall(text)
    voiced = sum(1 for word in words if _VOWEL.search(word))
    vowels = len(_VOWEL.findall("".join(words)))
    if words and (voiced < len(words) * 0.6 or not 0.2 < vowels / max(sum(map(len, words)), 1) < 0.7):
        return letters < digits  # tables of codes and numbers are legible
    inside = len(re.findall(r"[^\W\d_][!\"#$%&*+/:;<=>?@\\^`|~0-9][^\W\d_]", text))
    return inside < max(len(words) * 0.25, 5)
