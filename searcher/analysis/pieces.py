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
from searcher.patterns import lazily
from searcher.values import Value

_MARK = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0903\u093a-\u094f"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f\u00ad\u200c\u200d\u2060"
)
APOSTROPHES = "'’ʼ‘＇′`´"
HYPHENS = r"\-\u2010\u2011"  # as they stand in a character class
SPACE = " \u00a0\u202f\u2009\u2007"  # what may stand inside a number
# ʼ is a letter to Unicode and an apostrophe to everybody else; º (nº 1) is a letter to Unicode and printed for °.
_LETTER = r"[^\W\d_\u02bcº]"
_RUN = rf"[^\W_\u02bcº]+(?:[{_MARK}]+[^\W_\u02bcº]*)*"
_DOTS = "·•‧⋅∙"
# The feminine ending of inclusive writing, behind the letters it follows: étudiant·e·s, citoyen.ne.s, salarié-e-s, élu(e)s.
_GENDERED = (
    rf"(?:(?<={_LETTER}{_LETTER})|(?<={_LETTER}[\u0300-\u036f]))[{_DOTS}./({HYPHENS}]"
    rf"(?i:e|(?<=l.)le|(?<=n.)ne|(?<=t.)te|(?<=tou.)te|(?<=f.)[fv]e|(?<=[xr].)se|(?<=e.)sse|(?<=er.)(?:è|e\u0300)re"
    rf"|(?<=eur.)(?:euse|t?rice|ice|esse)|(?<=ien.)i?enne|(?<=eau.)elle|(?<=aux.)ales|(?<=e.)esse)"
    rf"(?i:s\)|[{_DOTS}./){HYPHENS}]?s|\))?(?![^\W_]|[\u0300-\u036f])"
)
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}[A-Za-z0-9])?"
DOMAINS = "com|org|net|edu|gov|gouv|info|fr|be|ch|eu|uk|ru|ua|tr|sy|ir|cn|jp|br|tv"

# Atomic groups, (?>…), and not (?:…)*+: before 3.11.5 (Debian 12 has 3.11.2) Python forgets what such a repeat has taken.

# One fast pattern finds what may belong together …
CHUNK = lazily(
    rf"{_RUN}(?>(?:(?:[{APOSTROPHES}{HYPHENS}{_DOTS}&.,]|\.[{HYPHENS}]){_RUN}|(?<=\d)[{SPACE}]\d{{3}}(?![^\W_])|{_GENDERED})*)"
    rf"(?:(?:(?<=(?:[^\W_]|[{_MARK}])\.{_LETTER})|(?<=(?:[^\W_]|[{_MARK}])\.{_LETTER}[{_MARK}])|(?<=\.[{HYPHENS}]{_LETTER}))\.|[{APOSTROPHES}]|(?<=[A-Za-z])(?:\+\+|\#)(?![^\W_]))?"
)
"""A stretch of text that may be one unit or several: what a query takes for one written word."""

# … and slower ones, run once for each different piece, say what does.
_NUMBER = (
    rf"\d{{1,3}}(?:[{SPACE}.]\d{{3}})+(?:,\d+)?(?![^\W_])|(?<!\d[.,])\d+[.,]\d+(?![.,]?\d)(?>(?:{_LETTER}[{_MARK}]*)*)"
)
_DOTTED = (
    rf"(?:{_LETTER}[{_MARK}]*\.(?:[{HYPHENS}](?={_LETTER})(?!{_LETTER}{_LETTER}))?){{2,}}(?:{_LETTER}[{_MARK}]*+(?![^\W_]|[{HYPHENS}{APOSTROPHES}]))?"
    rf"|(?:{_LABEL}\.){{1,8}}(?:{DOMAINS}|{DOMAINS.upper()})(?![^\W_])"
)
_START = rf"(?<![^\W_\u02bcº])(?<![{_MARK}])"
# 12 000   12.000   1 234,5   3.5   3,5   2,5km · U.R.S.S.   P.-D.G.   lemonde.fr · C++   C#
_SPECIAL = lazily(rf"{_START}(?:{_NUMBER}|{_DOTTED}|[A-Za-z](?:\+\+|\#))")
_WORD = lazily(rf"({_RUN})({_GENDERED})?")
_HYPHENS = frozenset("-\u2010\u2011")
_JOINERS = _HYPHENS.union(APOSTROPHES, "&")
# A line that ends without a stop and the capital glued to it: TurquieLe, but not YouTube.
_OPENERS = (
    "Le|La|Les|Un|Une|Des|Du|Il|Elle|Ils|Elles|On|Ce|Cet|Cette|Ces|En|Dans|Pour|Selon|Mais|Après|Avec|Au|Aux|Depuis"
)
GLUED = rf"(?<=[a-zà-ÿ][a-zà-ÿ][a-zà-ÿ])(?=(?:{_OPENERS})(?![^\W_]|[{_MARK}]))"
_GLUED = lazily(GLUED)
THOUSANDS = lazily(rf"\d{{1,3}}(?:[{SPACE}.]\d{{3}})+(?:,\d+)?")

# A blank that may stand inside a number (12 000): a digit before, three behind. What is taken for a digit here is 0–9, and
# all from \u0660 on but punctuation, where other digits begin: holding a blank too many does no harm, a set of `\d` would be
# tested five times as slowly, and a set that is written up to \U0010ffff takes 8 ms to compile.
_INSIDE_NUMBER = lazily(r"([^\x00-/:-\u065f\u2000-\u206f]) (?=\d{3})")
_HELD = "\u00a0"


OPENING = "\x02"
"""Stands before a piece that may begin a sentence; see `opened`."""


def cut(text: str) -> list[str]:
    """The pieces of a text, some of them empty. Exactly one character, of no unit, lies between one piece and the next.

    A piece is the text as it stands there, but that a blank inside a number is a no-break space and `OPENING` a null.
    """
    return _blanked(text).split(" ")


_OTHER_BLANKS = '\n\u00a0\u202f"'  # what `_blanked` makes blanks of


def piece_start(text: str, at: int) -> int:
    """Where a piece of `cut` begins, at a place or not far before."""
    while at > 0:
        blank = text.rfind(" ", 0, at)
        for other in _OTHER_BLANKS:
            blank = max(blank, text.rfind(other, blank + 1, at))
        if not text[blank + 1 : blank + 4].isdigit():  # else the blank may stand inside a number
            return blank + 1
        at = blank
    return 0


def piece_end(text: str, at: int) -> int:
    """Where a piece of `cut` ends, at a place or not far behind."""
    while at < len(text):
        blank = text.find(" ", at)
        for other in _OTHER_BLANKS:
            sooner = text.find(other, at, blank if blank >= 0 else len(text))
            blank = sooner if sooner >= 0 else blank
        if blank < 0:
            break
        if not text[blank + 1 : blank + 4].isdigit():
            return blank - (text[blank - 1 : blank] == ",")
        at = blank + 1
    return len(text)


def opened(text: str) -> list[str]:
    """The pieces of `cut`, those with a capital where a sentence may begin behind `OPENING`: there a capital says nothing.

    A sentence may begin a text, and after a stop, a colon, a quotation mark, a dash; not after `M.` or an initial.
    """
    blanked = _blanked(text)
    pieces = blanked.split(" ")
    begun = f"! {blanked}"  # as if a sentence ended before the text
    at, last = -1, 0
    for found in _BEGINS.finditer(begun):
        end, capital = found.start(), found.start(1)
        if not begun[capital].isupper() or (begun[end] == "." and begun[end - 2] == " "):
            continue
        at += begun.count(" ", last, capital)
        last = capital
        pieces[at] = OPENING + pieces[at]
    return pieces


def is_opening(text: str, at: int, piece: str) -> bool:
    """Whether `opened` puts `OPENING` before the piece of `cut` that begins at a place of the text: for a few pieces in less
    time than `opened` takes for all."""
    capital = at + len(piece) - len(piece.lstrip(_BEFORE))
    if not text[capital : capital + 1].isupper() or text[max(capital - 2, 0) : max(capital - 1, 0)].isalnum():
        return False
    start = max(capital - _REACH, 0)
    begun = f"{'' if start else '! '}{_blanked(text[start : capital + 1])}"
    found = next((each for each in _BEGINS.finditer(begun) if each.start(1) == len(begun) - 1), None)
    return found is not None and (begun[found.start()] != "." or begun[found.start() - 2] != " ")


def _blanked(text: str) -> str:
    """A text with a blank between one piece and the next, and no other blanks."""
    held = text.replace(OPENING, "\0").replace("\u00a0", " ").replace("\u202f", " ")
    return _INSIDE_NUMBER.sub(rf"\1{_HELD}", held).replace("\n", " ").replace('"', " ").replace(", ", "  ")


# What stands before or after the units of a piece and says nothing of them; a stop or an apostrophe behind a word may.
_BEFORE = " «»“”„()[]{}<>…–—-'’‘.,;:!?*/_&|•·"
_AFTER = " «»“”„()[]{}<>…–—-,;:!?*/_&|•·"
_APOSTROPHE = lazily(f"[{APOSTROPHES}]")
_BEGINS = lazily(rf"[.!?…:»«“”—–•*] [{re.escape(_BEFORE)}]{{0,16}}+([^\W\d_a-z])")
_REACH = 20  # characters before a capital that decide about it: those of _BEGINS, and two before a stop


def bare(piece: str) -> tuple[int, str]:
    """Where the words of a piece begin, and the piece without what surrounds the words: `«l’avocat»,` gives 3, `avocat`.

    What is left gives the words that the piece gives. Most pieces that are new to an index come down to a known word so.
    """
    core = piece.lstrip(_BEFORE)
    start = len(piece) - len(core)
    core = _without_after(core)
    if core.isalnum():
        return start, core
    if core.endswith("."):
        unstopped = core.rstrip(".")
        if "." not in unstopped:  # else the stop may belong to an abbreviation
            core = _without_after(unstopped)
    apostrophe = _APOSTROPHE.search(core)
    if apostrophe is not None:
        after = core[apostrophe.end() :]
        parts = after.split("-")
        if all(map(is_plain, parts)) and is_elided(core[: apostrophe.start()], parts[0]):
            return start + apostrophe.end(), after
    return start, core


def _without_after(text: str) -> str:
    """A piece without what stands after its words; a bracket that was opened within them belongs to them: *élu(e)*."""
    core = text.rstrip(_AFTER)
    return f"{core})" if "(" in core and text.startswith(")", len(core)) else core


def is_plain(raw: str) -> bool:
    """Whether a piece is nothing but the letters of one word, or digits."""
    if raw.isalpha():
        return (
            "ʼ" not in raw
            and "º" not in raw
            and (raw[1:] == raw[1:].lower() or raw.isupper() or not _GLUED.search(raw))
        )
    return raw.isdigit() and raw.isascii()


class Unit(Value):
    """What is written as one, and where it begins in a piece. `parts` are the words that hyphens, apostrophes and & join in
    it, each with its place in the piece and the sign behind it; a number, an abbreviation or a domain has none."""

    start: int
    raw: str
    parts: tuple[tuple[int, str, str], ...]


def units(piece: str) -> Iterator[Unit]:
    """The units of a piece."""
    for found in CHUNK.finditer(piece):
        raw = found.group()
        starts = [0, *(glued.start() for glued in _GLUED.finditer(raw)), len(raw)]
        for start, end in pairwise(starts):
            yield from _units(raw[start:end], found.start() + start)


def _units(raw: str, base: int) -> Iterator[Unit]:
    at = 0
    while at < len(raw):
        special = _SPECIAL.match(raw, at)
        if special is not None:
            yield Unit(base + at, special.group(), ())
            at = special.end()
            continue
        end = _word_end(raw, at)
        if end == at:
            at += 1
            continue
        start = at
        parts: list[tuple[int, str, str]] = []
        while end > at:  # l’ex-président; of l’ex-U.R.S.S. the words before the abbreviation
            joiner = raw[end : end + 1]
            following = 0
            if joiner in _JOINERS and not _SPECIAL.match(raw, end + 1):
                following = _word_end(raw, end + 1)
            goes_on = following > end + 1
            joined = goes_on or (joiner != "" and joiner in APOSTROPHES)
            parts.append((base + at, raw[at:end], joiner if joined else ""))
            at = end + joined
            end = following if goes_on else at
        yield Unit(base + start, raw[start:at], tuple(parts))


def _word_end(raw: str, at: int) -> int:
    """Where the word ends that begins at a place; the place itself when no word begins there."""
    found = _WORD.match(raw, at)
    if found is None:
        return at
    root, ending = found.groups()
    if ending is None:
        return found.end()
    alike = ending.islower() or (root.isupper() and ending.isupper())  # avril.Les, RTL/Le
    if alike and ending[0] in _HYPHENS:  # Mach-E, Bandar-e Abbas, Maréchal-Le Pen; Nueil-les-Aubiers
        follows = raw[found.end() : found.end() + 2]
        alike = (
            ending[-1] in "sS"
            and ending[1:].lower() != "les"
            and not (follows[:1] in _HYPHENS and follows[1:].isalnum())
        )
    return found.end() if alike else found.end(1)
