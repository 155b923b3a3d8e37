"""Text → what stands in quotation marks, paragraph by paragraph: `Marked` ranges, outermost marks only.

Marks are paired by direction: « », “ ”, „ “, ‹ › by their shape, the straight mark by what stands on its two sides. A paragraph
is a line. A mark that nobody closes ends with its paragraph, or goes on into the next paragraph when that closes it first.
Where a paragraph has no such mark, single straight marks count, and in an interview what stands behind a name and a colon.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

_APOSTROPHES = "’‘ʼ′`´"
_BLANKS = "\u00a0\u202f\u2009\u2007\u2002\u2003\u200a\t\u1680\u2000\u2001\u2004\u2005\u2006\u2008\u205f\u3000"
_BREAKS = "\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\u2028\u2029"
_COMBINED = re.compile(r"[^\u0300-\u036f][\u0300-\u036f]+")


LEAST = 4
"""Words of a quote without a verb beside it: fewer are titles, names, and words that an author distances himself from."""


class Plain(NamedTuple):
    """A text in NFC with one apostrophe and one blank, and how its offsets come from those of the text as it stands."""

    text: str
    moved: (
        tuple[tuple[int, ...], tuple[int, ...]] | None
    )  # ends of composed clusters here → characters missing up to there

    def origin(self, at: int) -> int:
        """The offset in the text as it stands."""
        if self.moved is None:
            return at
        here, missing = self.moved
        found = bisect_right(here, at)
        return at + (missing[found - 1] if found else 0)


def plain(text: str) -> Plain:
    """The text that rules read: marks of accents composed, apostrophes and blanks of one kind."""
    if unicodedata.is_normalized("NFC", text):
        return Plain(_alike(text), None)
    parts: list[str] = []
    here: list[int] = []
    missing: list[int] = []
    read = length = lost = 0
    for found in _COMBINED.finditer(text):
        composed = unicodedata.normalize("NFC", found.group())
        parts += text[read : found.start()], composed
        length += found.start() - read + len(composed)
        read = found.end()
        lost += len(found.group()) - len(composed)
        here.append(length)
        missing.append(lost)
    parts.append(text[read:])
    return Plain(_alike("".join(parts)), (tuple(here), tuple(missing)))


def _alike(text: str) -> str:
    """One apostrophe, one blank, one line break. `replace` of signs that are absent is 50 times as fast as `translate`."""
    for sign in _APOSTROPHES:
        text = text.replace(sign, "'")
    for sign in _BLANKS:
        text = text.replace(sign, " ")
    for sign in _BREAKS:
        text = text.replace(sign, "\n")
    return text


class Marked(NamedTuple):
    """What stands between `start` and `end`, blanks left out; `left` and `right` are where its marks begin and end."""

    start: int
    end: int
    left: int
    right: int
    closed: bool
    chained: bool = False  # the paragraph goes on with the quote of the paragraph before
    dashed: bool = False  # a line of dialogue, which begins with a dash


_SIGN = re.compile('[«»“”„‹›"]')
_CLOSERS = {"«": "»", "“": "”", "„": "“", "‹": "›", '"': '"'}
_BEFORE_OPENING = frozenset(" \n([{«“„'-–—/:\x00")
_AFTER_CLOSING = frozenset(" \n.,;:!?)]}»”…-–—'/\x00")
_NO_OPENING = frozenset(" \n\x00,.;:!?)»”")
_DASH = re.compile(r"\s*[—–] *(?=\S)")
_SINGLE = re.compile(r"(?<![^\s(:])'(?=[^\W\d_])")
_SINGLE_CLOSING = re.compile(r"(?:(?<=[^\W\d_]{4})|(?<=[.!?…,]))'(?![^\s.,;:!?…)])")  # not d' une, qu' il
_UPPER = "A-ZÀ-ÖØ-ÞŒ"
_ANSWER = re.compile(
    rf" *(?:(?:M|MM|Dr|Pr)\. |Mme |Mlle )?[{_UPPER}][\w'-]+(?: (?:(?:de|du|van|von|ben|el) |d')?[{_UPPER}][\w'-]*\.?){{1,3}}"
    rf"(?: \([^()]{{1,60}}\)|, [^:.]{{1,60}}?)?(?: ?:|\. ?[—–-]) +(?=[{_UPPER}])"
)  # Anne Roussel : Je pense …   Jean Vial (maire) : Nous …
_ADDRESSED = re.compile(r"\b(?:[JjMm]'|[JjMm]e |[Nn]ous |[Mm](?:on|a|es|oi) |[Nn]o(?:tre|s) |[Vv]ous )")


def marked(text: str) -> list[Marked]:
    """The quoted ranges of a plain text, ascending and disjoint."""
    found: list[Marked] = []
    pending: tuple[int, str] | None = None  # an opening mark that its paragraph left open
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        if line and not line.isspace():
            ranges, pending = _paragraph(text, start, end, pending, found)
            found += ranges
        start = end + 1
    return [each for each in found if each.end > each.start]


def _paragraph(
    text: str, begin: int, end: int, pending: tuple[int, str] | None, before: list[Marked]
) -> tuple[list[Marked], tuple[int, str] | None]:
    found: list[Marked] = []
    stack: list[tuple[int, str]] = []
    last = begin  # behind the last closing mark
    chained = False
    for at, sign, opens in _directed(text, begin, end, stack):
        if not stack and not opens:
            if pending is not None and not found and sign == _CLOSERS[pending[1]]:
                before[:] = [each for each in before if each.left != pending[0]]
                found.append(_range(text, pending[0], at, closed=True))
                pending = None
                last = at + 1
            elif sign == "»" and at == _first(text, begin, end) and pending is not None:
                chained = True
                stack.append((at, "«"))
            continue
        if opens:
            if stack and stack[-1][1] == sign == '"':  # straight marks are not nested in each other: the first is open
                opened, _ = stack.pop()
                if not stack:
                    found.append(_range(text, opened, at, closed=False))
            if not stack and pending is not None and at == _first(text, begin, end):
                chained = True
            stack.append((at, sign))
            continue
        while len(stack) > 1 and _CLOSERS[stack[-1][1]] != sign:
            stack.pop()
        mixed = len(stack) == 1 and stack[0][1] == '"' and sign in "»”"  # "… »
        if mixed or _CLOSERS[stack[-1][1]] == sign:
            opened, _ = stack.pop()
            last = at + 1
            if not stack:
                found.append(_range(text, opened, at, closed=True, chained=chained and not found))
    if stack:
        opened, sign = stack[0]
        if last > opened and sign != '"':  # « … « … »: one closing mark is printed for both
            found.append(_range(text, opened, last - 1, closed=True, chained=chained and not found))
            return found, None
        found.append(_range(text, opened, end, closed=False, chained=chained and not found))
        return found, (opened, sign)
    if not found:
        found = _unmarked(text, begin, end)
    return found, None


def _unmarked(text: str, begin: int, end: int) -> list[Marked]:
    """The quotes of a paragraph without quotation marks of the usual kinds."""
    if (dash := _DASH.match(text, begin, end)) and text[end - 1] not in "—–-":
        return [Marked(dash.end(), end, begin, end, closed=False, dashed=True)]
    found: list[Marked] = []
    if text[begin] == "'" or text.find(" '", begin, end) >= 0:
        last = begin
        for mark in _SINGLE.finditer(text, begin, end):
            closing = _SINGLE_CLOSING.search(text, mark.end(), end) if mark.start() >= last else None
            if closing is not None and text.count(" ", mark.end(), closing.start()) >= LEAST - 1:
                last = closing.end()
                found.append(Marked(mark.end(), closing.start(), mark.start(), last, closed=True))
    elif (
        text[end - 1] in ".!…"
        and (name := _ANSWER.match(text, begin, end)) is not None
        and _ADDRESSED.search(text, name.end(), end)
    ):
        found.append(Marked(name.end(), end, name.end(), end, closed=True))
    return found


def _directed(text: str, begin: int, end: int, stack: list[tuple[int, str]]) -> Iterator[tuple[int, str, bool]]:
    """The marks of a paragraph, and whether each opens; the caller keeps `stack`, the marks that are open."""
    for found in _SIGN.finditer(text, begin, end):
        at, sign = found.start(), found.group()
        if sign in "«„‹":
            yield at, sign, True
        elif sign in "»”›":
            yield at, sign, False
        elif sign == "“":
            yield at, sign, not (stack and stack[-1][1] == "„")
        else:
            before = text[at - 1] if at > begin else "\x00"
            after = text[at + 1] if at + 1 < end else "\x00"
            opens = before in _BEFORE_OPENING and after not in _NO_OPENING
            closes = after in _AFTER_CLOSING and before not in " \n\x00"
            is_open = any(each == '"' for _, each in stack)
            if opens is closes:
                if before.isalpha() and after.isalpha():
                    continue  # l"hôpital: printed for an apostrophe
                opens = not is_open
            elif closes and not is_open and before.isdigit():
                continue  # 27": inches
            yield at, sign, opens


def _first(text: str, begin: int, end: int) -> int:
    """Where the first sign of a paragraph stands that is no blank."""
    while begin < end and text[begin] in " -–—":
        begin += 1
    return begin


def _range(text: str, opened: int, closing: int, *, closed: bool, chained: bool = False) -> Marked:
    start, end = opened + 1, closing
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Marked(start, end, opened, closing + 1 if closed else closing, closed, chained)
