"""Lines of a printed page → paragraphs: words broken at a line end are joined, paragraphs are told apart by their shape.

What a compositor put at the end of a line is a hyphen whether the word has one or not. `joined` decides in this order:

1. the page itself: a word that stands elsewhere inside a line, with its hyphen or without, is spelled that way here;
2. a capital after the hyphen: a name (`Saint-\\nDenis`), unless the whole line is in capitals (`GOUVERNE-\\nMENT`);
3. the grammar of hyphens (`_compound`): what follows cannot be the end of a broken word, because French breaks words
   before a consonant (`dit-\\nil`), or is one of the closed lists of pronouns, numbers and first members
   (`celui-\\nci`, `dix-\\nneuf`, `vice-\\nroi`);
4. otherwise the hyphen belongs to the line, and goes.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from searcher.calendar import MONTHS

SOFT = "\u00ad\u00ac\x02\ufffe"  # hyphens that say of themselves that the word has none; ABBYY writes ¬, PDFium \x02
HARD = "-\u2010\u2011\u2e17"

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_HEAD = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)*)$")
_ENDED = re.compile(r"[.!?…:;»\"”)\]—*]$")
_PAGE_NUMBER = re.compile(
    r"[\W_]*(?:pages?|p\.|seite|n[°o]\.?)?[\s.]*(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:/|sur|of|de|von)\s*\d{1,4})?[\W_]*",
    re.I,
)

# Never the end of a broken word: they begin with a vowel, or no French word ends in them.
_TAILS = frozenset(
    "il ils elle elles on en y un une uns unes je vous nous moi toi même mêmes là être ici "
    "dessus dessous delà dedans dehors".split()
)
_BROKEN = frozenset("voi-là é-moi ge-nous".split())
_PAIRS = {
    "ci": "celui celle ceux celles jour jours fois mois homme hommes temps ville".split(),
    "ce": "est était sera serait fut fût soit étaient sont".split(),
    "tu": "es as vas dis veux peux sais vois crois fais".split(),
    "lieu": ["chef"],
    "devant": "au ci par".split(),
    "après": "ci là".split(),
    "dire": ["à"],
}
_LINKS = frozenset("à t en de la le les sur sous lès lez ès et aux du des d".split())  # arc-en-ciel, vis-à-vis
_FIRSTS = frozenset(
    "vice demi demie semi saint sainte arrière avant après quasi grand petit petite beau belle quelques nouveau "
    "franco anglo austro russo gréco italo germano américano hispano israélo judéo sino turco serbo gallo social sociale "
    "procès c'est".split()
)
_MIDDLES = frozenset(
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre carême temps voix côte chemin "
    "hauteur corps nuit clos".split()
)
_ENDINGS = frozenset("ment té tés coup".split())  # of ordinary words that begin as such a member: beau-coup, nouveau-té
_MAYBE = frozenset("ex contre sous non entre haut haute bas basse mal bien porte garde sans".split())
_TENS = frozenset("dix vingt trente quarante cinquante soixante septante huitante nonante quatre".split())
_NUMBERS = frozenset(
    "deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt vingts deuxième troisième "
    "quatrième cinquième sixième septième huitième neuvième dixième onzième douzième vingtième".split()
)
_SUSPENDED = frozenset("und oder bzw et ou and or".split())


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line and its box; y grows downwards. Without a box (all zero) only its text counts."""

    text: str
    left: float = 0
    top: float = 0
    right: float = 0
    bottom: float = 0

    @property
    def height(self) -> float:
        return self.bottom - self.top


def words(lines: Iterable[str]) -> set[str]:
    """The words that stand whole inside the lines, in lower case: what `joined` takes for `known`."""
    found: set[str] = set()
    broken = False
    for line in lines:
        tokens = _WORD.findall(line.lower())
        if broken:
            tokens = tokens[1:]
        broken = line.rstrip()[-1:] in HARD + SOFT and bool(line.strip())
        found.update(tokens[:-1] if broken else tokens)
    return found


def joined(lines: Iterable[str], known: Container[str] = frozenset()) -> str:
    """The lines of one paragraph as running text; `known` holds the words of the document (`words`)."""
    pieces: list[str] = []
    for line in lines:
        text = " ".join(line.split())
        if not text:
            continue
        if pieces:
            pieces[-1], glue = _seam(pieces[-1], text, known)
            pieces.append(glue)
        pieces.append(text)
    text = "".join(pieces)
    for mark in SOFT:
        text = text.replace(mark, "-" if mark == "¬" and text.endswith(mark) else "")
    return text


def _seam(before: str, after: str, known: Container[str]) -> tuple[str, str]:
    """The end of a line as it is to stand, and what comes between it and the next line."""
    if re.match(r"[.,)](?:\s|$)", after):
        return before, ""
    mark = before[-1]
    if mark not in SOFT and mark not in HARD:
        return before, " "
    stem = before[:-1].rstrip(SOFT)
    if not stem or not stem[-1].isalnum():
        return before, " "
    if not stem[-1].isalpha() or not after[0].isalpha():
        return (stem + "-", "") if after[0].isalnum() else (before, " ")
    found, following = _HEAD.search(stem), _WORD.match(after)
    if found is None or following is None:
        return before, " "
    head, tail = found.group(), following.group()
    if tail.lower() in _SUSPENDED and mark in HARD:
        return before, " "
    capitals = head.isupper() and tail.isupper()
    if after[0].isupper() and not capitals:
        return stem + "-", ""
    return (stem + "-", "") if _compound(head.lower(), tail.lower(), known) else (stem, "")


def _compound(head: str, tail: str, known: Container[str]) -> bool:
    """Whether a word has the hyphen that stands between its two parts at a line end."""
    if head + tail in known or f"{head}-{tail}" in _BROKEN:
        return False
    if f"{head}-{tail}" in known:
        return True
    tail = re.split("['’-]", tail)[0]
    if tail in _TAILS or head in _PAIRS.get(tail, ()):
        return True
    last = head.rpartition("-")[2]
    if last != head and (last in _LINKS or last in _PAIRS.get(tail, ())):
        return True
    if last in _TENS and tail in _NUMBERS:
        return True
    if head in _FIRSTS:
        return tail not in _ENDINGS
    if head == "mi":
        return tail in _MIDDLES
    return head in _MAYBE and len(tail) > 3 and tail in known


def paragraphs(lines: Sequence[Line], known: Container[str] = frozenset()) -> list[str]:
    """The paragraphs of lines that follow each other in one column.

    A new one begins at an indented line, or at a gap, or after a short line, each time only where the line before
    ends a sentence or falls short of the margin: a skewed scan indents lines that go on.
    """
    if len(lines) < 3 or not any(line.right for line in lines):
        text = joined((line.text for line in lines), known)
        return [text] if text else []
    high = median(line.height for line in lines) or 1
    step = median(max(after.top - before.top, 0) for before, after in pairwise(lines))
    groups: list[list[str]] = [[lines[0].text]]
    for at in range(1, len(lines)):
        before, line = lines[at - 1], lines[at]
        near = lines[max(at - 2, 0) : at + 3]
        indent = line.left - min(each.left for each in near)
        short = max(each.right for each in near) - before.right > 1.5 * high
        ended = _ENDED.search(before.text.rstrip()) is not None
        gap = line.top - before.top > step + 0.6 * high > 0
        indented = 0.6 * high < indent and (ended or short) and before.right > line.left
        if (indented or gap or (short and ended)) and before.text.rstrip()[-1:] not in HARD + SOFT:
            groups.append([line.text])
        else:
            groups[-1].append(line.text)
    return [text for group in groups if (text := joined(group, known))]


def stitched(parts: Iterable[str], known: Container[str] = frozenset()) -> list[str]:
    """Paragraphs, with those put together again that a column or page end cut in two: the first part ends in a hyphen
    or within
    a sentence, and the second goes on in lower case."""
    whole: list[str] = []
    for part in parts:
        if whole and part and part[0].islower() and re.search(r"[\w,’'\-¬]$", whole[-1]) and len(whole[-1]) > 40:
            whole[-1] = joined((whole[-1], part), known)
        elif part:
            whole.append(part)
    return whole


def is_page_number(text: str) -> bool:
    """Whether a line holds nothing but a page number (`— 2 —`, `Page 3 sur 12`, `xiv`)."""
    return len(text) <= 20 and _PAGE_NUMBER.fullmatch(text.strip()) is not None


_YEAR = r"(?P<year>1[5-9]\d\d|20\d\d)"
_MONTH = rf"(?P<month>{'|'.join(MONTHS)})"
_DATES = (
    re.compile(rf"(?<!\d){_YEAR}[-/.](?P<number>0?[1-9]|1[0-2])[-/.](?P<day>[0-3]?\d)(?!\d)"),
    re.compile(rf"(?<!\d)(?P<day>[0-3]?\d)[./-](?P<number>0?[1-9]|1[0-2])[./-]{_YEAR}(?!\d)"),
    re.compile(rf"(?<!\d)(?P<day>[0-3]?\d)(?:\s?er|\.|º|°)?\s+(?:de\s+)?{_MONTH},?\s+(?:de\s+)?{_YEAR}(?!\d)", re.I),
    re.compile(rf"\b{_MONTH}\s+(?P<day>[0-3]?\d)(?:st|nd|rd|th)?,?\s+{_YEAR}(?!\d)", re.I),
    re.compile(rf"\b{_MONTH},?\s+(?:de\s+)?{_YEAR}(?!\d)", re.I),
)


def dated(label: str) -> str | None:
    """The date that a label holds (`Journal de la ville, mercredi 1er août 1821`), as ISO 8601 in its precision; None
    for none.

    The day comes before the month where both are numbers. A year alone is not taken for a date: it may be a title's.
    """
    text = " ".join(label.split())[:1000]
    for pattern in _DATES:
        found = pattern.search(text)
        if found is not None:
            parts = found.groupdict()
            month = int(parts.get("number") or MONTHS[parts["month"].lower()])
            day = parts.get("day")
            return f"{parts['year']}-{month:02d}" + (f"-{int(day):02d}" if day else "")
    return None
