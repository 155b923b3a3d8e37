"""A text, and letters → the pieces of the text that hold these letters, whatever their case and accents.

    text ──one byte a character──► plain ──bytes.find──► places ──► pieces

Cutting a text into pieces and looking each of them up takes several times as long.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from searcher.analysis.pieces import OPENING

SOUGHT = 3
"""How many letters are sought together: fewer stand in too many pieces."""

_UNSURE = b"?"  # a character that may stand for letters in another way: its piece is always given
_JOINTS = b",-"  # what `plain` has for characters that are no letters and no blanks
_ACCENTED = dict(zip("àâäáãåçéèêëíìîïñóòôöõøúùûüýÿ", "aaaaaaceeeeiiiinoooooouuuuyy", strict=True))


def can_seek(letters: Iterable[str]) -> bool:
    """Whether `pieces_with` can seek these letters."""
    return all(len(each) == SOUGHT and each.isascii() and each.isalpha() for each in letters)


def pieces_with(letters: Iterable[bytes], text: str) -> list[tuple[int, str]] | None:
    """Where pieces of `cut` begin, and the pieces, ascending: all that hold one of the `letters` side by side once their other
    characters are left out (*U.R.S.S.* holds *rss*), and few more.

    None when they cannot be told quickly: letters with a sign between them, a blank inside a number beside a piece.
    """
    if OPENING in text:
        return None
    plain = _plain(text)
    joined = plain.translate(None, _JOINTS)
    found: dict[int, int] = {}
    for sought in (*letters, _UNSURE):
        count = joined.count(sought)
        if not count:
            continue
        if count != plain.count(sought):
            return None
        at = plain.find(sought)
        while at >= 0:
            end = plain.find(b" ", at)
            if end < 0:
                end = len(plain)
            start = plain.rfind(b" ", 0, at) + 1
            if _is_in_number(plain, start - 1) or _is_in_number(plain, end):
                return None
            found[start] = end
            at = plain.find(sought, end)
    return [(start, text[start : found[start]]) for start in sorted(found)]


def _plain(text: str) -> bytes:
    """A byte for each character: a small letter without accents, a digit, a blank between pieces, a sign."""
    spelt = text.replace("’", "'").replace("\u202f", " ").encode("latin-1", "replace").translate(_table())
    return spelt.replace(b", ", b"  ")


def _is_in_number(plain: bytes, blank: int) -> bool:
    """Whether the blank at a place may stand inside a number, and so in a piece (12 000)."""
    return plain[blank + 1 : blank + 2] in _NUMERAL and blank > 0 and plain[blank - 1 : blank] in _NUMERAL


_NUMERAL = frozenset(bytes([each]) for each in b"0123456789?")


@cache
def _table() -> bytes:
    """Byte of Latin-1 → byte of `plain`."""
    return bytes(map(ord, (_plain_character(chr(code)) for code in range(256))))


def _plain_character(character: str) -> str:
    small = character.lower()
    match small:
        case " " | "\u00a0" | "\n" | '"':
            return " "
        case ",":
            return ","
        case _ if small in _ACCENTED:
            return _ACCENTED[small]
        case _ if character.isascii():
            return small if character.isalnum() or character == "?" else "-"
        case "«" | "»" | "·" | "\u00ad":
            return "-"
        case _:
            return "?"
