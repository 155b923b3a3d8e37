"""The printed lines of a PDF that Europresse or Eureka made → what it says of each article.

No public reader shows where this PDF puts things, only between which words its text stands. So an article is told by its lines:
a box (`Nom de la source`, `Type de source`, `Périodicité` …), a line `La Gazette • p. 7 • 212 mots` with the date above, the
headline in the largest letters, the author, the text, a line about rights (`©`), and its number (`news·20190302·GV·4821x12`).
Without boxes, the publication's name stands above that line, which has the date. The cover and the summary (`Sommaire`) are no
articles.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median

from searcher.readers import datelines
from searcher.readers.documents import layout
from searcher.readers.documents.layout import Printed
from searcher.readers.press.names import NUMBER, PAGES, day, publication
from searcher.readers.press.record import Record, byline, is_byline
from searcher.readers.scans import ocr

MAX_HEAD = 200  # characters of the line with the length or the page
MAX_DATE = 60  # characters of a line with nothing but the date

_Lines = list[tuple[int, Printed]]  # lines with the number of their page

_SERVICE = re.compile(r"CEDROM|Europresse|Eureka\b", re.I)
_SAVED = re.compile(r"Documents? sauvegardés?|Saved documents?|Nom de la source|Source name", re.I)
_BOX = re.compile(r"(?:Nom de la source|Source name)\b[ :]*", re.I)
_BOXED = re.compile(
    r"(?:Type de source|Source type|Périodicité|Periodicity|Couverture géographique|Geographic(?:al)? coverage|Provenance"
    r"|Origin)\b[ :]*",
    re.I,
)
_LENGTH = re.compile(r"(?<![0-9])[0-9][0-9.,\s\u00a0\u202f]*(?:mots|words)\b", re.I)
_BOILERPLATE = re.compile(
    r"Documents? sauvegardés?(?: par .*)?|Saved documents?.*|Ce document est (?:destiné|réservé) à l.usage exclusif.*"
    r"|et ne peut faire l.objet d.aucune autre utilisation.*|.*Service fourni par CEDROM.*|.*Tous droits réservés.*CEDROM.*"
    r"|[0-9]+ documents?|Page [0-9]+ (?:de|sur|of) [0-9]+|[0-9]{1,4}",
    re.I,
)
_RIGHTS = re.compile(r"\s*(?:©|\(c\)\s|copyright\b)", re.I)
_AFTER = re.compile(
    r"(?:le présent document est protégé|this document is protected|certificat émis|certificate issued|ce certificat est émis"
    r"|cet article est paru dans)\b",
    re.I,
)


def exported(lines: Sequence[str]) -> bool:
    """Whether the lines of the first pages are those of an export."""
    text = "\n".join(lines)
    if any(map(NUMBER.fullmatch, lines)) and any(map(_RIGHTS.match, lines)):
        return True
    return _SAVED.search(text) is not None and (_SERVICE.search(text) is not None or NUMBER.search(text) is not None)


def records(pages: Sequence[Sequence[Printed]]) -> tuple[list[Record | None], bool]:
    """What the pages say of each article, and whether the last article lacks its end."""
    found = _parted(pages)
    return [_record(article) for article in found], bool(found) and not _ended(found[-1])


def _parted(pages: Sequence[Sequence[Printed]]) -> list[_Lines]:
    """The lines of each article. A box begins an article and a number ends one; where there are no boxes, what follows a
    number begins the next. Lines before the first article are cover and summary; lines after a number, its certificate."""
    parts: list[_Lines] = [[]]
    for number, page in enumerate(pages):
        for line in page:
            if _BOX.match(line.text):
                parts.append([])
            parts[-1].append((number, line))
            if NUMBER.search(line.text):
                parts.append([])
    found: list[_Lines] = []
    held: _Lines = []  # lines without a head
    for part in filter(None, parts):
        if _is_boxed(part):
            if _is_boxed(held):
                found.append(held)
            elif found:
                found[-1] += held
            held = []
        if _headed(part) is not None:
            found.append([*held, *part])
            held = []
        elif _is_boxed(part) and found and not _ended(found[-1]):
            found[-1] += part  # the next page of an article
        else:
            held += part
    if _is_boxed(held):
        found.append(held)
    elif found:
        found[-1] += held
    return found


def _is_boxed(lines: _Lines) -> bool:
    return bool(lines) and _BOX.match(lines[0][1].text) is not None


def _ended(lines: _Lines) -> bool:
    return any(NUMBER.search(line.text) or _RIGHTS.match(line.text) for _, line in lines)


def _headed(lines: _Lines) -> int | None:
    """Where the line with the length or the page stands: the last that has a date too, else the first. Where there is none, a
    date alone in an article that ends: the one above larger letters, else the first."""
    told = [at for at, (_, line) in enumerate(lines) if _tells(line.text)]
    dated = [at for at in told if datelines.find(lines[at][1].text)]
    if told:
        return dated[-1] if dated else told[0]
    if not _ended(lines):
        return None
    alone = [at for at, (_, line) in enumerate(lines) if len(line.text) < MAX_DATE and datelines.begins(line.text)]
    above = [at for at in alone if at + 1 < len(lines) and lines[at + 1][1].size > lines[at][1].size]
    return next(iter((*above, *alone)), None)


def _tells(text: str) -> bool:
    pages = PAGES.search(text)
    return len(text) < MAX_HEAD and bool(
        _LENGTH.search(text) or (pages and ("•" in text or datelines.find(text[: pages.start()])))
    )


def _record(article: _Lines) -> Record | None:
    head = _headed(article)
    number = next((said.group() for _, line in reversed(article) if (said := NUMBER.search(line.text))), "")
    name, boxed = _boxed([line.text for _, line in article])
    told = article[head][1].text if head is not None else ""
    above = [line.text for _, line in article[: head or 0]]
    dated = next((each for each in reversed(above) if datelines.begins(each)), "")
    named = [each for each in above if not datelines.begins(each) and not _BOILERPLATE.fullmatch(each.strip())]
    when = datelines.find(told) or datelines.find(dated)
    printed = PAGES.search(told)
    end = next(
        (
            at
            for at, (_, line) in enumerate(article)
            if at > (head or 0) and (_RIGHTS.match(line.text) or _AFTER.match(line.text))
        ),
        len(article),
    )
    kept = [
        (page, line)
        for at, (page, line) in enumerate(article[:end])
        if at > (head if head is not None else -1)
        and at not in boxed
        and not _BOILERPLATE.fullmatch(line.text.strip())
        and not NUMBER.fullmatch(line.text.strip())
    ]
    title, rest = _title(kept)
    author = ""
    if len(rest) > 1 and is_byline(rest[0][1].text):
        author, rest = byline(rest[0][1].text), rest[1:]
    text = _text(rest)
    if not title and not text:
        return None
    parts = [part.strip() for part in told.split("•")]
    sections = [
        part
        for part in parts[1:]
        if not _LENGTH.search(part) and not PAGES.fullmatch(part) and datelines.find(part) is None
    ]
    return Record(
        title=title,
        text=text,
        date=when.iso if when else day(number),
        source=publication(name or (parts[0] if len(parts) > 1 else next(reversed(named), ""))),
        author=author,
        section=sections[0] if sections else told[: when.start].strip(" ,;–-") if when and len(parts) == 1 else "",
        pages=printed["pages"].strip() if printed else "",
        id=number,
    )


def _boxed(lines: list[str]) -> tuple[str, set[int]]:
    """The name in the box about a publication, and which lines the box has: each label with the lines of its value."""
    name = ""
    taken: set[int] = set()
    label = ""
    values = 0
    for at, each in enumerate(lines):
        first = _BOX.match(each)
        begins = first or _BOXED.match(each)
        if begins is not None:
            label, values = ("name" if first else "other"), 0
            taken.add(at)
            value = each[begins.end() :].strip()
        elif label and values < 1 and not _LENGTH.search(each) and not datelines.begins(each):
            taken.add(at)
            value = each.strip()
        else:
            label = ""
            continue
        if value:
            values += 1
            name = name or (value if label == "name" else "")
    return name, taken


def _title(lines: _Lines) -> tuple[str, _Lines]:
    """The headline, which stands first in larger letters than the text, and the lines after it."""
    if not lines:
        return "", []
    common = median(line.size for _, line in lines[1:] or lines)
    count = 0
    while count < min(len(lines), 6) and lines[count][1].size >= max(1.1 * common, 0.97 * lines[0][1].size):
        count += 1
    count = count or 1
    return ocr.joined(line.text for _, line in lines[:count]), lines[count:]


def _text(lines: _Lines) -> str:
    known = ocr.words([line.text for _, line in lines])
    paragraphs: list[str] = []
    for number in dict.fromkeys(page for page, _ in lines):
        page = [line for at, line in lines if at == number]
        paragraphs += (each for block in layout.blocks(page) for each in ocr.paragraphs(block, known))
    return "\n\n".join(ocr.stitched(paragraphs, known))
