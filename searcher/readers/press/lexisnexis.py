"""The documents of a LexisNexis export, as text or page → what it says of each article.

`1 of 3 DOCUMENTS` begins an article; then come the publication and the date with its edition (centred in a text), the headline
before or after them, labels in capitals, the text, more labels, and rights.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from searcher.readers import datelines
from searcher.readers.fields import line
from searcher.readers.press import blocks, labels
from searcher.readers.press.record import COPYRIGHT, Record, byline, is_byline, length
from searcher.values import Value

HEAD = 10  # blocks in which the head of a document is looked for
MAX_HEADLINES = 4  # blocks of headline, deck and by-line; more before the first label are text
MAX_RIGHTS = 300  # characters of a line about rights

COUNT = re.compile(
    r"\s*(?:(?:FOCUS\s+-\s+)?[0-9]+ (?:of|de|sur|von|van) [0-9]+ DOCUMENT[SE]?N?"
    r"|(?:Document|Dokument|Documento) [0-9]+ (?:de|sur|von|van) [0-9]+)\s*",
    re.I,
)
_RIGHTS = re.compile(r"(?:all |, )?rights reserved\.?|tous droits réservés\.?|alle rechte vorbehalten\.?", re.I)
_YEAR = re.compile(r"\b(?:1[6-9]|20)[0-9]{2}$")
_TIME = re.compile(r"[0-9]{1,2}[:h][0-9]{2}(?:\s?[AP]M)?(?:\s+[A-Z]{3,4}\b)?", re.I)
_SORRY = re.compile(r"We are sorry but there is an error in this document", re.I)
_ADDRESS = re.compile(r"https?://\S")


def parted(printed: Sequence[str]) -> list[list[str]]:
    """The blocks of each document: those after `1 of 3 DOCUMENTS`. What stands before the first is the cover."""
    documents: list[list[str]] = []
    for block in printed:
        rest: list[str] = []
        for each in [*block.split("\n"), None]:
            if each is not None and COUNT.fullmatch(each) is None:
                rest.append(each)
                continue
            if documents and any(map(str.strip, rest)):
                documents[-1].append("\n".join(rest))
            rest = []
            if each is not None:
                documents.append([])
    return documents


def on_page(tree: Any) -> Iterator[list[str]]:
    """The blocks of each document of a page: its innermost `div` elements, from one anchor or count to the next."""
    from searcher.readers.markup import text_of_tree  # here: pages need lxml

    document: list[str] | None = None
    for element in tree.iter("div", "a"):
        anchor = element.tag == "a" and (element.get("name") or "").upper().startswith("DOC")
        if element.tag == "a" or element.find(".//div") is not None or element.find(".//a[@name]") is not None:
            block = ""
        else:
            block = text_of_tree(element)
        if anchor or COUNT.fullmatch(line(block)):
            if document:
                yield document
            document = []
        elif document is not None and block.strip():
            document.append(block)
    if document:
        yield document


def record(document: Sequence[str], *, wrapped: bool = False) -> Record | None:
    """What the blocks of a document say; `wrapped` when a fixed width broke their lines."""
    printed = [each for each in document if each.strip()]
    if not printed or any(_SORRY.search(each) for each in printed):
        return None
    first = next((at for at, each in enumerate(printed) if labels.labelled(line(each), capitals=True)), len(printed))
    head = _head(_pieces(printed[: min(first, HEAD)]))
    headline, body = _parts(head, printed[min(first, HEAD) : first], labelled=first < len(printed))
    said: dict[str, str] = {}
    for block in printed[first:]:
        label = labels.labelled(block.strip(), capitals=True)
        if label is None or (body and label[0] == "author"):
            if not COPYRIGHT.match(line(block)) or len(line(block)) > MAX_RIGHTS:
                body.append(block)
        elif label[0] in ("text", "note"):
            body += [label[1]] if label[1] else []
        else:
            said.setdefault(label[0], line(label[1]))
    title, standfirst, author = _headline(headline)
    told = {"title": title, "standfirst": standfirst, "author": author, "source": head.source, "date": head.date}
    said |= {key: value for key, value in {**told, "url": head.url}.items() if value}
    if wrapped:
        return labels.record(said, [blocks.paragraphs(each) for each in body])
    return labels.record(said, [each for block in body for each in block.split("\n\n")])


class _Piece(Value):
    """A line of a head, or lines that belong together; `centred` is None where the layout does not show it."""

    text: str
    centred: bool | None


class _Head(Value):
    """What a head says, and its pieces that are neither publication nor date. `ahead` is true when the first of them is the
    headline and stands before the date, so that the pieces after the date are text."""

    source: str = ""
    date: str = ""
    url: str = ""
    loose: tuple[str, ...] = ()
    ahead: bool = False


def _pieces(printed: Sequence[str]) -> list[_Piece]:
    """The pieces of the blocks before the first label, without rights and lengths."""
    shown = any(re.match(r"\s{4}", each) for block in printed for each in block.split("\n"))
    pieces: list[_Piece] = []
    for block in printed:
        centred = re.search(r"^\s{4}|^\s+\S.{60}", block, re.M) is not None if shown else None
        fresh = True
        for each in block.split("\n") if shown else [block]:
            text = each.strip()
            if not text:
                continue
            if centred is False and not fresh and pieces and pieces[-1].centred is False:
                pieces[-1] = _Piece(f"{pieces[-1].text}\n{text}", False)
            elif not (COPYRIGHT.match(line(text)) or _RIGHTS.fullmatch(line(text)) or length(text)):
                pieces.append(_Piece(text, centred))
            fresh = False
    return pieces


def _head(pieces: list[_Piece]) -> _Head:
    url = next((re.sub(r"\s+", "", each.text) for each in pieces if _ADDRESS.match(each.text)), "")
    pieces = [each for each in pieces if not _ADDRESS.match(each.text)]
    dated = next((at for at, each in enumerate(pieces) if each.centred is not False and _is_date(each)), None)
    if dated is None:  # `Summer, 2008`
        dated = next((at for at, each in enumerate(pieces) if each.centred and _YEAR.search(each.text)), None)
    named = next((at for at, each in enumerate(pieces) if each.centred is not False and at != dated), None)
    loose = [(at, each) for at, each in enumerate(pieces) if at not in (dated, named) and not each.centred]
    loose = [(at, each) for at, each in loose if each.centred is False or not _is_date(each)]  # a second date
    source = line(pieces[named].text) if named is not None else ""
    texts = tuple(each.text for _, each in loose)
    if dated is None:
        return _Head(source, url=url, loose=texts)
    below = pieces[dated + 1].text if dated + 1 < len(pieces) else ""
    ahead = bool(loose) and loose[0][0] < dated and loose[0][1].centred is False
    return _Head(source, _date(pieces[dated].text, below), url, texts, ahead)


def _is_date(piece: _Piece) -> bool:
    return datelines.begins(piece.text.partition("\n")[0].removeprefix("Le "))


def _date(written: str, below: str) -> str:
    """The date in a piece, with the time that stands in its second line or in the next piece."""
    first, _, edition = written.partition("\n")
    when, year = datelines.find(first), _YEAR.search(first)
    date = when.iso if when else year[0] if year else ""
    clock = _TIME.match(edition) or _TIME.match(below)
    return datelines.with_time(date, clock.group()) if clock is not None else date


def _parts(head: _Head, rest: list[str], *, labelled: bool) -> tuple[Sequence[str], list[str]]:
    """The pieces that are headline, deck and by-line, and the blocks that are text already, before the first label."""
    loose = head.loose
    if not labelled or rest or (not head.ahead and len(loose) > MAX_HEADLINES):
        return loose[:1], [*loose[1:], *rest]
    if head.ahead and not all(map(is_byline, loose[1:])):
        return loose[:1], list(loose[1:])
    return loose, []


def _headline(pieces: Sequence[str]) -> tuple[str, str, str]:
    """Headline, deck and by-line. A headline that ends with `;` goes on with a deck, or with the author."""
    parts = [line(part) for each in pieces for part in re.split(r";\s*\n", each) if line(part)]
    if not parts:
        return "", "", ""
    author = byline(parts.pop()) if len(parts) > 1 and is_byline(parts[-1]) else ""
    return parts[0], " ".join(parts[1:]), author
