"""Factiva's exports → the articles: pages, XML, Rich Text, Word and text, with field codes (`HD`, `LP`, `AN`) or without.

Field codes: two or three letters in the first cell of a row, or at the beginning of a line. Without codes, an article is a
headline, a by-line, `312 mots`, the date, the time, the source with its code, page, edition, language, a line about rights,
then the text; `Document LITTO00020210614eh6e0001x` ends it. That number (`AN`) is the identifier.

Not read: the edition, codes of companies, regions and subjects, captions (`ART`), contacts (`CT`); the summary of the search
and the table of contents are no articles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import IO, Any

from searcher.article import Article
from searcher.readers import datelines
from searcher.readers.encoding import declaration, decode_head
from searcher.readers.fields import line
from searcher.readers.press import blocks
from searcher.readers.press.record import COPYRIGHT, LANGUAGES, Record, articles, byline, is_byline, length
from searcher.readers.problems import Problem
from searcher.sources import Source
from searcher.sources.refusals import MissingExtra
from searcher.values import replace

NUMBER = re.compile(
    r"(?:Document|Dokument|Documento)\s+(?P<number>[A-Za-z0-9_]{2,}(?:19|20)[0-9]{6}[a-z0-9]{4,14})\s*$"
)
"""The line that ends an article without codes."""

CODES = (
    "CLM SE HD BY CR WC PD ET SN SC NGC GC ED PG VOL LA CY LP TD CX ART CT DLN RF CO IN NS RE IPC IPD PUB AN".split()
)
"""Codes in the order in which Factiva prints them."""

MAX_HEAD = 8  # lines at the beginning of an article, among which a date without a length is looked for
MAX_NAME = 80  # characters of a publication's name
MAX_UNKNOWN = 2  # lines about an article that say something else

_ORDER = {code: at for at, code in enumerate(CODES)}
_CODED = re.compile(rf"\s*(?P<code>{'|'.join(CODES)})(?P<gap>\s*[|\t:]\s*|\s{{2,}}|[ \u00a0]|\s*\Z)")
_FIRST = re.compile(r"^(?:(?:CLM|SE)\b.*\n+)?HD\b", re.M)  # of the codes of an article
_WORDS = frozenset(("IN", "CO", "ART", "CT", "RF", "CX", "DLN"))  # a lone blank after one of these proves nothing
_IS_XML = re.compile(r"\ufeff?\s*(?:<\?xml(?!.*<html\b)|<pps)", re.S | re.I)
_SUMMARY = re.compile(
    r"(?:search summary|résumé de la recherche|récapitulatif de la recherche|suchzusammenfassung)\s*$", re.I
)
_FOOTER = re.compile(r"(?:page\s+[0-9]+\s+(?:of|de|sur)\s+[0-9]+\b.*|©\s*[0-9]{4}\s+factiva,?\s+inc\..*)", re.I)
_CODE = re.compile(r"(?=[0-9_]*[A-Z])[A-Z0-9_]{1,10}")
_PAGE = re.compile(r"[A-Z]{0,4}[-. ]?[0-9]{1,4}[A-Z]?(?:\s*[-–,;&]\s*[A-Z]{0,3}[0-9]{1,4})*|[0-9]{1,3}[A-Z]")


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    head = stream.read(2048)
    if _IS_XML.match(decode_head(head, source.encoding or declaration(head))):
        yield from _xml(source, stream)
        return
    stream.seek(0)
    opened = blocks.opened(source, stream)
    if opened.tree is not None:
        yield from articles(source, _on_page(opened.tree), cut=opened.cut, signed=True)
        return
    found, rest = records(opened.blocks)
    yield from articles(source, found, cut=blocks.letters(rest) > 0, signed=True)


def _xml(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    try:
        from searcher.readers import xml  # here: an extra
        from searcher.readers.press import factiva_xml
    except ModuleNotFoundError:
        raise MissingExtra("xml", "an XML document") from None
    stream.seek(0)
    yield from articles(source, factiva_xml.records(xml.parse(stream, source.encoding)), signed=True)


def records(printed: Sequence[str]) -> tuple[list[Record | None], list[str]]:
    """What the blocks of a document say of each article, and the blocks after the last that was recognised as whole.

    An article that the end of the document cuts off is among the records all the same.
    """
    found: list[Record | None] = []
    article: list[str] = []
    for block in printed:
        if _SUMMARY.match(block.strip()):
            break
        held: list[str] = []
        for each in block.split("\n"):
            if _FOOTER.fullmatch(each.strip()):
                continue
            held.append(each)
            number = NUMBER.match(line(each)) or _accession(each) or _accession("\n".join(held[-2:]))
            if number is not None:
                found.extend(_ended([*article, "\n".join(held)], number["number"]))
                article, held = [], []
        if any(map(str.strip, held)):
            article.append("\n".join(held))
    if any(length(each) for block in article for each in block.split("\n")) or _is_coded(article):
        found.extend(_ended(article, ""))
        return found, article
    return found, []


def _accession(block: str) -> re.Match[str] | None:
    """The number in a line, or two lines, that `AN` begins."""
    coded = _CODED.match(block)
    return NUMBER.match(line(block[coded.end() :])) if coded is not None and coded["code"] == "AN" else None


def _ended(article: list[str], number: str) -> Iterator[Record | None]:
    """The article that a number ends. Those with codes before it had no number."""
    *before, last = _parted(article)
    for each in before:
        yield _of_codes(_coded(each))
    fields = _coded(last)
    yield _of_codes({**fields, **({"AN": number} if number else {})}) if fields else _of_lines(last, number)


def _parted(article: list[str]) -> list[list[str]]:
    """The blocks parted where the codes begin again; a line of the text that looks like a code parts nothing."""
    whole = "\n\n".join(article)
    starts = [found.start() for found in _FIRST.finditer(whole)][1:]
    parts: list[str] = []
    for start, end in zip((0, *starts), (*starts, len(whole)), strict=True):
        if start and not _coded([whole[start:end]]):
            parts[-1] += whole[start:end]
        else:
            parts.append(whole[start:end])
    return [part.split("\n\n") for part in parts] if all(_coded([each]) for each in parts) else [article]


def _is_coded(article: list[str]) -> bool:
    return len(_coded(article)) > 3


def _coded(article: list[str]) -> dict[str, str]:
    """Code → what stands beside it; empty for an article without codes. A code counts when it comes after the ones before
    it in Factiva's order, so that no word of the text is taken for one."""
    fields: dict[str, str] = {}
    last, code = -1, ""
    for block in article:
        for at, written in enumerate(block.split("\n")):
            found = _CODED.match(written)
            loose = found is not None and found["gap"] in (" ", "\u00a0") and found["code"] in _WORDS
            if found is not None and not loose and _ORDER[found["code"]] > last:
                code, last = found["code"], _ORDER[found["code"]]
                fields[code] = written[found.end() :].strip()
            elif code:
                fields[code] += ("\n" if at else "\n\n") + written
    return {code: text.strip() for code, text in fields.items()} if {"HD", "SN", "PD"} <= fields.keys() else {}


def _of_codes(fields: dict[str, str]) -> Record | None:
    said = {code: line(text) for code, text in fields.items()}
    text = [blocks.paragraphs(fields[code]) for code in ("LP", "TD", "CX") if fields.get(code)]
    if not said.get("HD") and not text:
        return None
    when = datelines.find(said.get("PD", ""))
    number = NUMBER.match(said.get("AN", ""))
    return Record(
        title=said.get("HD", ""),
        text="\n\n".join(text),
        date=datelines.with_time(when.iso, said.get("ET", "")) if when else said.get("PD", ""),
        source=said.get("SN", ""),
        author=byline(said.get("BY", "")),
        section=said.get("SE") or said.get("CLM", ""),
        pages=said.get("PG", ""),
        id=number["number"] if number else re.sub(r"^(?:Document|Dokument|Documento)\s+", "", said.get("AN", "")),
        language=said.get("LA", ""),
    )


def _of_lines(article: list[str], number: str) -> Record | None:
    """An article without codes, told by its lines: those before `312 mots` are its head, those after it are about it."""
    lines = [(each.strip(), at) for at, block in enumerate(article) for each in block.split("\n") if each.strip()]
    told_at = next((at for at, (each, _) in enumerate(lines) if length(each)), None)
    if told_at is None:  # no length: the date is the first line about the article
        told_at = next(
            (at for at, (each, _) in enumerate(lines[:MAX_HEAD]) if len(each) < 40 and datelines.begins(each)), None
        )
    if told_at is None:
        text = [line(each) for each in article if not NUMBER.match(line(each))]
        return Record(title=text[0], text="\n\n".join(text[1:]), id=number) if text else None
    section, title, author = _headline([each for each, _ in lines[:told_at]])
    told, count = _told([each for each, _ in lines[told_at:]])
    return Record(
        title=title,
        text="\n\n".join(_body(article, lines, told_at + count, told.get("rights", ""))),
        date=datelines.with_time(told.get("date", ""), told.get("time", "")),
        source=told.get("source", ""),
        author=author,
        section=section,
        pages=told.get("pages", ""),
        id=number,
        language=told.get("language", ""),
    )


def _headline(lines: list[str]) -> tuple[str, str, str]:
    """Section, headline and author from the lines above the length. A table of contents before them is passed over."""
    listed = [at for at, each in enumerate(lines) if blocks.listed(each)]
    lines = [each for each in lines[listed[-1] + 1 if listed else 0 :] if not blocks.cover(each)]
    author = byline(lines.pop()) if len(lines) > 1 and is_byline(lines[-1]) else ""
    section = (
        lines.pop(0)
        if len(lines) > 1 and len(lines[0].split()) <= 5 and not lines[0].endswith((".", ",", ":", ";"))
        else ""
    )
    return section, " ".join(lines[-3:]), author


def _told(lines: list[str]) -> tuple[dict[str, str], int]:
    """What the lines from the length on say, and how many of them there are: up to the last that is recognised, with at most
    two unknown ones between (an edition, a volume)."""
    told: dict[str, str] = {}
    count = 0
    for at, each in enumerate(lines):
        kind = _kind(each, told)
        if kind:
            told.setdefault(kind, each)
            count = at + 1
        elif at - count >= MAX_UNKNOWN or "rights" in told:
            break
    when = datelines.find(told.get("date", ""))
    return {**told, "date": when.iso if when else ""}, count


def _kind(each: str, told: dict[str, str]) -> str:
    """What a line about an article tells, after the lines before it; empty for a line that may be text."""
    if not told and length(each):
        return "length"
    if "date" not in told:
        return "date" if datelines.begins(each) else ""
    if "source" not in told:
        if datelines.is_time(each):
            return "time"
        return "source" if len(each) <= MAX_NAME and not re.search(r"[.!?…]$", each) else ""
    if COPYRIGHT.match(each):
        return "rights"
    if "rights" in told:
        return ""
    if each.lower() in LANGUAGES:
        return "language"
    if "code" not in told and _CODE.fullmatch(each):
        return "code"
    return "pages" if "language" not in told and "pages" not in told and _PAGE.fullmatch(each) else ""


def _body(article: list[str], lines: list[tuple[str, int]], start: int, rights: str) -> list[str]:
    """The paragraphs from line `start` on, without the number and the publisher's name at the end."""
    if start >= len(lines):
        return []
    first = lines[start][1]
    opening = "\n".join(each for each, block in lines[start:] if block == first)
    printed = [
        "\n".join(each for each in block.split("\n") if not NUMBER.match(line(each)))
        for block in (opening, *article[first + 1 :])
    ]
    kept = [each for block in printed if (each := blocks.paragraphs(block).strip())]
    if (
        len(kept) > 1
        and len(kept[-1]) < 80
        and not kept[-1].endswith((".", "!", "?", "»", "”", '"'))
        and kept[-1].lower() in rights.lower()
    ):
        del kept[-1]
    return kept


def _on_page(tree: Any) -> Iterator[Record | None]:
    """What a saved page says of each article."""
    from searcher.readers.press import pages

    found = [
        each
        for each in tree.iterfind(".//div[@class]")
        if "article" in (names := each.get("class", "").split()) and (len(names) > 1 or not _inner(each))
    ]
    for element in found:
        fields = {code: text for row in element.iter("tr") if (code := _row(row)[0]) for text in [_row(row)[1]]}
        if fields:
            yield _of_codes(fields)
        elif (record := _of_lines(*_printed(element, pages))) is not None:
            headline = next(
                (
                    pages.flat(each)
                    for each in element.iterfind(".//*[@class]")
                    if each.get("class", "").endswith("Headline")
                ),
                "",
            )
            author = byline(next(map(pages.flat, pages.having(element, "author")), ""))
            yield replace(record, title=headline or record.title, author=author or record.author)
        else:
            yield None


def _inner(element: Any) -> bool:
    return any("article" in each.get("class", "").split() for each in element.iterfind(".//div[@class]"))


def _row(row: Any) -> tuple[str, str]:
    """The code and the text of a row of a table; in Arabic and Hebrew the code stands on the right."""
    from searcher.readers.markup import text_of_tree

    cells = [each for each in row if each.tag in ("td", "th")]
    if len(cells) != 2:
        return "", ""
    for code, text in (cells, cells[::-1]):
        written = " ".join("".join(code.itertext()).split())
        if written in _ORDER:
            return written, text_of_tree(text)
    return "", ""


def _printed(element: Any, pages: Any) -> tuple[list[str], str]:
    """An article without codes as the blocks that a document would have, with its headline and author told by their classes."""
    from searcher.readers.markup import text_of_tree

    number = next(
        (
            found["number"]
            for each in reversed(list(element.iter("p", "div")))
            if (found := NUMBER.match(pages.flat(each)))
        ),
        "",
    )
    printed = [each for each in text_of_tree(element).split("\n\n") if each.strip()]
    return printed, number
