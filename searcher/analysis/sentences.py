"""Text → the extents of its sentences.

A sentence ends at . ! ? … (with the quotes and brackets that close it) before a space and something that can begin a
sentence, or before a capital that is glued to it (*Syrie.Selon*), and at every line break. Titles (M., Mme), initials
(J. Chirac, U.R.S.S.) and numbers do not end one.
"""

from __future__ import annotations

import re

from searcher.analysis.pieces import DOMAINS, GLUED
from searcher.article import Range
from searcher.patterns import lazily

_ABBREVIATIONS = frozenset(
    """
    m mm mr me mme mmes mlle mlles dr pr prof st ste sts mgr gal col cdt cap lt sgt adj art av bd chap cf ex fig éd env hab
    ibid p pp vol no n tel tél janv févr avr juil sept oct nov déc jr sr vs
    """.split()
)
_CLOSING = "»”\"’')\\]"
_OPENING = "«“\"‘'(\\[—–\\-"
_END = lazily(
    rf"""
      (?P<stop>[.!?…]+) [{_CLOSING}]* (?:[ \u00a0\u202f]*[»”])*
      (?: [ \t\u00a0\u202f\u2009]+ (?=[{_OPENING}\s]*[A-ZÀ-ÞŒ0-9]) | (?=[«“]?[ \u00a0\u202f]?[A-ZÀ-ÞŒ«“]) | (?=\s*\Z) )
    | [»”] (?=[A-ZÀ-ÞŒ])                          # LIRE AUSSI > …»Le président
    | (?P<line>[ \t]*[\r\n\u2028\u2029]\s*)
    """,
    re.VERBOSE,
)
_GLUED = lazily(GLUED)  # Un gazoduc en TurquieLe président
# Each sign that an end can begin with, but for blanks before a line break, which are stripped, a sign right before a line
# break, which is an end itself, and all line breaks of several but the first; the capitals are GLUED's, and only those behind
# a small letter.
_SIGN = lazily("[.!?…»”\r\n\u2028\u2029ACDEILMOPSU](?<![^a-zà-ÿ][ACDEILMOPSU])(?<![.!?…»”](?=\n))(?<!\n\n)")
_BLANKS = ("", " ", "\n")
_LONGEST = max(map(len, _ABBREVIATIONS))
_CAPITALS = frozenset("ACDEILMOPSU")
_DOMAIN = lazily(rf"(?:[A-Za-z0-9-]{{1,64}}\.){{0,7}}(?:{DOMAINS}|{DOMAINS.upper()})(?![^\W_])")
_LAST_WORD = lazily(r"([^\W\d_]+(?:\.[^\W\d_]+)*)$")


def sentences(text: str) -> list[Range]:
    """The sentences of `text` as half-open ranges in code points: ascending, disjoint, without surrounding white space,
    covering every character that is not white space."""
    found: list[Range] = []
    start = read = 0
    for sign in _SIGN.finditer(text):
        at = sign.start()
        if at < read:
            continue
        kind = text[at]
        if kind == "\n":  # as the pattern has it, in a third of the time
            read = at + 1
            while text[read : read + 1].isspace():
                read += 1
        else:
            end = (_GLUED if kind in _CAPITALS else _END).match(text, at)
            if end is None:
                continue
            read = end.end()
            if end.lastgroup == "stop" and _is_inside(text, start, end):
                continue
        _append(found, text, start, read)
        start = read
    _append(found, text, start, len(text))
    return found


def is_parted(text: str, start: int, end: int) -> bool:
    """Whether a sentence ends between two places that stand in no sign of an end themselves."""
    for sign in _SIGN.finditer(text, start, end):
        found = (_GLUED if sign.group() in _CAPITALS else _END).match(text, sign.start())
        if found is not None and not (found.lastgroup == "stop" and _is_inside(text, 0, found)):
            return True
    return False


def _is_inside(text: str, start: int, end: re.Match[str]) -> bool:
    """Whether a stop is part of an abbreviation, an initial or a number rather than the end of a sentence."""
    if end.group("stop") != ".":
        return False
    at = end.start()
    if text[at + 1 : at + 2] not in _BLANKS and _DOMAIN.match(text, at + 1):  # LEMONDE.FR   www.Lemonde.fr
        return True
    if at - start > _LONGEST and text[at - _LONGEST - 1 : at].isalpha():
        return False
    near = text[max(start, at - 24) : at]
    last = near.rpartition(" ")[2]
    if len(last) > 1 and last.isalpha():  # as the pattern below finds it, in a quarter of the time
        return last.lower() in _ABBREVIATIONS
    before = _LAST_WORD.search(near)
    if before is None:
        return text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit()
    word = before.group(1)
    # An initial: J. Chirac, o.N.U., but not "plan B. Ensuite" (cannot be told).
    if len(word) == 1 and (word.isupper() or text[at + 2 : at + 3] == "."):
        return True
    if "." in word:  # U.R.S.S., but not lemonde.fr
        return all(len(label) == 1 for label in word.split("."))
    return word.lower() in _ABBREVIATIONS


def _append(found: list[Range], text: str, start: int, end: int) -> None:
    piece = text[start:end].rstrip()
    if piece:
        lead = len(piece) - len(piece.lstrip()) if piece[0].isspace() else 0
        found.append((start + lead, start + len(piece)))
