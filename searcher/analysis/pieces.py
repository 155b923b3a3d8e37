"""Text → pieces → units: the one cutter of index, queries and passages.

    text ──cut──► pieces ──units──► units

A *piece* is what stands between two blanks: `(l’ex-président),`. Nothing that belongs together reaches over a cut, so the
units of a piece depend on nothing around the piece, and a plain dictionary may remember what a piece gives.
A *unit* is what is written as one: `l’ex-président`, `U.R.S.S.`, `12 000`, `lemonde.fr`. Two sentences that are glued
together (`Syrie.Selon`) are one piece and two units. `words.py` makes words of units.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from searcher.analysis.elision import is_elided

_MARK = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0903\u093a-\u094f"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f\u00ad\u200c\u200d\u2060"
)
APOSTROPHES = "'’ʼ‘＇′`´"
HYPHENS = r"\-\u2010\u2011"  # as they stand in a character class
SPACE = " \u00a0\u202f\u2009\u2007"  # what may stand inside a number
_LETTER = r"[^\W\d_\u02bc]"  # ʼ is a letter to Unicode and an apostrophe to everybody else
RUN = rf"[^\W_\u02bc]+(?:[{_MARK}]+[^\W_\u02bc]*)*"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}[A-Za-z0-9])?"
DOMAINS = "com|org|net|edu|gov|gouv|info|fr|be|ch|eu|uk|ru|ua|tr|sy|ir|cn|jp|br|tv"

# One fast pattern finds what may belong together …
CHUNK = re.compile(
    rf"{RUN}(?:[{APOSTROPHES}{HYPHENS}&.,]{RUN}|(?<=\d)[{SPACE}]\d{{3}}(?![^\W_]))*+"
    rf"(?:(?:(?<=(?:[^\W_]|[{_MARK}])\.{_LETTER})|(?<=(?:[^\W_]|[{_MARK}])\.{_LETTER}[{_MARK}]))\.|[{APOSTROPHES}]|(?<=[A-Za-z])(?:\+\+|\#)(?![^\W_]))?"
)
"""A stretch of text that may be one unit or several: what a query takes for one written word."""

# … and slow ones, run once for each different piece, say what does.
_NUMBER = (
    rf"\d{{1,3}}(?:[{SPACE}.]\d{{3}})+(?:,\d+)?(?![^\W_])|(?<!\d[.,])\d+[.,]\d+(?![.,]?\d)(?:{_LETTER}[{_MARK}]*)*+"
)
_DOTTED = (
    rf"(?:{_LETTER}[{_MARK}]*\.){{2,}}(?:{_LETTER}[{_MARK}]*+(?![^\W_]|[{HYPHENS}{APOSTROPHES}]))?"
    rf"|(?:{_LABEL}\.){{1,8}}(?:{DOMAINS}|{DOMAINS.upper()})(?![^\W_])"
)
_START = rf"(?<![^\W_\u02bc])(?<![{_MARK}])"
_UNIT = re.compile(
    rf"""
      {_START} (?:
          {_NUMBER}                  # 12 000   12.000   1 234,5   3.5   3,5   2,5km
        | {_DOTTED}                  # U.R.S.S.   lemonde.fr
        | [A-Za-z] (?:\+\+|\#)       # C++   C#
      )
    # l’ex-président, and of l’ex-U.R.S.S. what stands before one of these
    | {RUN} (?:[{APOSTROPHES}{HYPHENS}&](?!{_NUMBER}|{_DOTTED}){RUN})* [{APOSTROPHES}]?
    """,
    re.VERBOSE,
)
# A line that ends without a stop and the capital glued to it: TurquieLe, but not YouTube.
_OPENERS = (
    "Le|La|Les|Un|Une|Des|Du|Il|Elle|Ils|Elles|On|Ce|Cet|Cette|Ces|En|Dans|Pour|Selon|Mais|Après|Avec|Au|Aux|Depuis"
)
GLUED = rf"(?<=[a-zà-ÿ][a-zà-ÿ][a-zà-ÿ])(?=(?:{_OPENERS})(?![^\W_]|[{_MARK}]))"
_GLUED = re.compile(GLUED)
THOUSANDS = re.compile(rf"\d{{1,3}}(?:[{SPACE}.]\d{{3}})+(?:,\d+)?")

# A blank that may stand inside a number (12 000): a digit before, three behind. What is taken for a digit here is 0–9, and
# all from \u0660 on but punctuation, where other digits begin: holding a blank too many does no harm, a set of `\d` would be
# tested five times as slowly, and a set that is written up to \U0010ffff takes 8 ms to compile.
_INSIDE_NUMBER = re.compile(r"([^\x00-/:-\u065f\u2000-\u206f]) (?=\d{3})")
_HELD = "\u00a0"


OPENING = "\x02"
"""Stands before a piece that may begin a sentence; see `opened`."""


def cut(text: str) -> list[str]:
    """The pieces of a text, some of them empty. Exactly one character, of no unit, lies between one piece and the next.

    A piece is the text as it stands there, but that a blank inside a number is a no-break space and `OPENING` a null.
    """
    held = _INSIDE_NUMBER.sub(rf"\1{_HELD}", text.replace(OPENING, "\0").replace("\u00a0", " ").replace("\u202f", " "))
    return held.replace("\n", " ").replace('"', " ").replace(", ", "  ").split(" ")


_ENDS = frozenset(".!?…:»«“”—–•*")


def opened(pieces: list[str]) -> list[str]:
    """The same pieces, those with a capital where a sentence may begin behind `OPENING`: there a capital says nothing.

    A sentence may begin a text, and after a stop, a colon, a quotation mark, a dash; not after `M.` or an initial.
    """
    marked = pieces.copy()
    may_begin = True
    for at, piece in enumerate(pieces):
        if not piece:
            continue
        if may_begin and (core := piece.lstrip(_BEFORE)):
            may_begin = False
            if core[0].isupper():
                marked[at] = OPENING + piece
        if piece[-1] in _ENDS:
            may_begin = len(piece) > 2 or piece[-1] != "."
    return marked


# What stands before or after the units of a piece and says nothing of them; a stop or an apostrophe behind a word may.
_BEFORE = " «»“”„()[]{}<>…–—-'’‘.,;:!?*/_&|•·"
_AFTER = " «»“”„()[]{}<>…–—-,;:!?*/_&|•·"
_APOSTROPHE = re.compile(f"[{APOSTROPHES}]")


def bare(piece: str) -> tuple[int, str]:
    """Where the words of a piece begin, and the piece without what surrounds the words: `«l’avocat»,` gives 3, `avocat`.

    What is left gives the words that the piece gives. Most pieces that are new to an index come down to a known word so.
    """
    core = piece.lstrip(_BEFORE)
    start = len(piece) - len(core)
    core = core.rstrip(_AFTER)
    if core.isalnum():
        return start, core
    if core.endswith("."):
        unstopped = core.rstrip(".")
        if "." not in unstopped:  # else the stop may belong to an abbreviation
            core = unstopped.rstrip(_AFTER)
    apostrophe = _APOSTROPHE.search(core)
    if apostrophe is not None:
        after = core[apostrophe.end() :]
        parts = after.split("-")
        if all(map(is_plain, parts)) and is_elided(core[: apostrophe.start()], parts[0]):
            return start + apostrophe.end(), after
    return start, core


def is_plain(raw: str) -> bool:
    """Whether a piece is nothing but the letters of one word, or digits."""
    if raw.isalpha():
        return "ʼ" not in raw and (raw[1:].islower() or not _GLUED.search(raw))
    return raw.isdigit() and raw.isascii()


def units(piece: str) -> Iterator[tuple[int, str]]:
    """The units of a piece, and where each begins."""
    for found in CHUNK.finditer(piece):
        base, raw = found.start(), found.group()
        starts = [0, *(glued.start() for glued in _GLUED.finditer(raw)), len(raw)]
        for start, end in pairwise(starts):
            for unit in _UNIT.finditer(raw[start:end]):
                yield base + start + unit.start(), unit.group()
