"""ALTO (versions 1 to 4, any namespace) → the text of a page, block by block; a page that no issue covers → an article.

Specification: https://www.loc.gov/standards/alto/. A TextBlock gives paragraphs. A word broken at a line end is
written once, from SUBS_CONTENT where it is given. Blocks come in the order of ReadingOrder (4.3) where there is one,
else of the file, which is the order that the OCR read in. What lies in the margins (running heads, page numbers)
counts only on a page without a print space. A page which a METS file lists is read with its issue, and gives nothing
by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers.fields import make
from searcher.readers.problems import Problem
from searcher.readers.scans import delpher, heads, ocr
from searcher.readers.xml import name, parse
from searcher.sources import Source
from searcher.sources.refusals import NotAnArticle

_MARGINS = ("TopMargin", "LeftMargin", "RightMargin", "BottomMargin")
_MAX_DEPTH = 64  # blocks in blocks


@dataclass(frozen=True, slots=True)
class Block:
    """A text block: its lines, and whether it stands in a margin. Its id, and those of the blocks and page it lies in."""

    id: str
    within: tuple[str, ...]
    lines: tuple[ocr.Line, ...]
    margin: bool
    language: str | None


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    if heads.covered(source):
        return
    if delpher.told_by_articles(source):
        raise NotAnArticle("no article: a page of an issue whose articles are files of their own")
    found = blocks(parse(stream, source.encoding))
    if not found:
        raise NotAnArticle("no article: a page without text")
    known = ocr.words(line.text for block in found for line in block.lines)
    yield make(source, text="\n\n".join(page(found, known)), language=language(found))


def page(found: list[Block], known: set[str]) -> list[str]:
    """The paragraphs of a page's blocks, without running heads and page numbers."""
    body = [block for block in found if not block.margin] or found
    if len(body) > 1 and ocr.is_page_number(" ".join(line.text for line in body[0].lines)):
        body = body[1:]
    return ocr.stitched((text for block in body for text in ocr.paragraphs(block.lines, known)), known)


def language(found: list[Block]) -> str | None:
    """The language that most of the lines declare."""
    counts: dict[str | None, int] = {}
    for block in found:
        counts[block.language] = counts.get(block.language, 0) + len(block.lines)
    return max(counts, key=lambda each: counts[each]) if counts else None


def blocks(root: Any) -> list[Block]:
    """The text blocks of an ALTO document in reading order."""
    if name(root) != "alto":
        raise Unreadable("not an ALTO document")
    _settle(root)
    found: list[Block] = []
    for page in root.iterfind(".//{*}Layout/{*}Page"):
        for part in page:
            _descend(part, (page.get("ID", ""),), name(part) in _MARGINS, found, 0)
    order = [each.get("REF", "") for each in root.iterfind(".//{*}ReadingOrder//{*}ElementRef")]
    if order:
        rank = {identifier: at for at, identifier in enumerate(order)}
        found.sort(key=lambda block: min(rank.get(each, len(rank)) for each in (block.id, *block.within)))
    return found


def _descend(element: Any, within: tuple[str, ...], margin: bool, found: list[Block], depth: int) -> None:
    if name(element) == "TextBlock":
        lines = tuple(line for each in element if name(each) == "TextLine" and (line := _line(each)).text)
        if lines:
            declared = element.get("LANG") or element.get("language") or element.get("lang")
            found.append(Block(element.get("ID", ""), within, lines, margin, declared))
    elif depth < _MAX_DEPTH:
        inside = (*within, element.get("ID", ""))
        for child in element:
            if isinstance(child.tag, str):
                _descend(child, inside, margin, found, depth + 1)


def _settle(root: Any) -> None:
    """Moves what ends the second part of a broken word (a comma) to the word that stands for both, and empties that part."""
    first = None
    known = {str(each).lower() for each in root.xpath("//*[local-name()='String'][not(@SUBS_TYPE)]/@CONTENT")}
    for each in root.iterfind(".//{*}String[@SUBS_TYPE]"):
        whole, part = each.get("SUBS_CONTENT"), each.get("SUBS_TYPE")
        if part == "HypPart1":
            first = each if whole else None
        elif part == "HypPart2" and first is not None and whole in (first.get("SUBS_CONTENT"), None):
            content, word = each.get("CONTENT") or "", first.get("SUBS_CONTENT")
            start = (first.get("CONTENT") or "").rstrip(ocr.HARD + ocr.SOFT)
            if word == f"{start}-{content}":  # BnF writes the parts side by side, whatever the word
                word = ocr.joined((f"{start}-", content), known)
            end = content[len(content.rstrip(".,;:!?»)")) :]
            first.set("CONTENT", word if word.endswith(end) else word + end)
            first.set("SUBS_TYPE", "whole")
            each.set("CONTENT", "")
            first = None


def _line(element: Any) -> ocr.Line:
    pieces: list[str] = []
    strings = [each for each in element if name(each) in ("String", "SP", "HYP")]
    spaces = any(name(each) == "SP" for each in strings)
    spaced = whole = False
    for each in strings:
        content = each.get("CONTENT") or ""
        match name(each):
            case "SP":
                spaced = True
            case "HYP" if not whole and pieces and pieces[-1][-1] not in ocr.HARD + ocr.SOFT:
                pieces.append(content[:1] if content[:1] in tuple(ocr.HARD + ocr.SOFT) else "-")
            case "String" if content:
                if pieces and (spaced or not _glued(pieces[-1], content, spaces)):
                    pieces.append(" ")
                pieces.append(content)
                spaced, whole = False, each.get("SUBS_TYPE") == "whole"
    left, top = _number(element, "HPOS"), _number(element, "VPOS")
    right, bottom = left + _number(element, "WIDTH"), top + _number(element, "HEIGHT")
    return ocr.Line("".join(pieces).strip(), left, top, right, bottom)


def _glued(before: str, after: str, spaces: bool) -> bool:
    """Whether no space stands between two strings without SP: between words there is one that was not written down,
    and so it is
    before French punctuation where the producer writes no spaces at all."""
    if spaces:
        return not after[0].isalnum() or not before[-1].isalnum()
    return after[0] in ".,)]" or before[-1] in "([’'"


def _number(element: Any, key: str) -> float:
    try:
        return float(element.get(key) or 0)
    except ValueError:
        return 0.0
