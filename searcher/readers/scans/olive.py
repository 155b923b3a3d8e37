"""Olive XML (PRXML) → the articles of a newspaper issue, from its table of contents (`TOC.xml`) or from one entity at
a time.

The layout: `2 Jan 1900` stands in `GDL/1900/01/02/` as `TOC.xml` and `Document/<page>/Ar00100.xml`. The table of
contents is read for all: its articles and advertisements in their order, a continued one with what it goes on in
(CONTINUATION_TO), pictures left out; an entity that it lists gives nothing by itself. The title is the headline, else
the name when it is one ("Untitled Article" is not); the source is PUBLICATION_DESCRIPTION, else the code PUBLICATION;
the section is the page's (`Front page`). The date is BASE_HREF's `1900/01/02`, since ISSUE_DATE (`02/01/1900`) does
not say which number is the month; without it, the day comes first. A word in pieces (Q, q) is written once, as its QW
says; words are spaced by their boxes, because the flag NS ("no space") is set on many that are.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import IO, Any

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers.fields import line, make
from searcher.readers.problems import Problem, problem
from searcher.readers.scans import ocr
from searcher.readers.xml import name, parse
from searcher.sources import Source
from searcher.sources.refusals import NotAnArticle

_CONTENTS = ("TOC.xml", "../TOC.xml", "../../TOC.xml")
_UNTITLED = re.compile(r"untitled\b.*|no ?title|ad\s*\d*|\W*", re.I)
_DATE = re.compile(r"(?:^|/)(1[5-9]\d\d|20\d\d)/(0[1-9]|1[0-2])/([0-3]\d)(?:/|$)")
_LEFT_OUT = re.compile(r"caption|cutline|credit|copyright|photo|picture|image|folio", re.I)
MAX_CONTINUATIONS = 50


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    root = parse(stream, source.encoding)
    match name(root).lower():
        case "xmd_toc" | "xmd-toc":
            if source.content is not None:
                raise NotAnArticle("no article: a table of contents apart from its articles, which are read one by one")
            yield from _issue(source, root)
        case "xmd-entity" | "xmd_entity":
            if not _listed(source):
                yield _article(source, [root], None)
        case _ if not _listed(source):
            raise NotAnArticle("no article: a page layout, whose articles are files of their own")


def _issue(source: Source, contents: Any) -> Iterator[Article | Problem]:
    entries = {each.get("ID", ""): each for each in contents.iter("{*}Entity")}
    continued = {each.get("CONTINUATION_TO") for each in entries.values()} & set(entries)
    missing: list[str] = []
    pictures = found = 0
    for identifier, entry in entries.items():
        if re.search("picture|image|photo|graphic", entry.get("ENTITY_TYPE") or "", re.I):
            pictures += 1
            continue
        if identifier in continued or entry.get("CONTINUATION_FROM") in entries:
            continue
        parts = []
        following: str | None = identifier
        for _ in range(MAX_CONTINUATIONS):
            if following not in entries:
                break
            part = _entity(source, entries[following], missing)
            if part is not None:
                parts.append(part)
            following = entries[following].get("CONTINUATION_TO")
        try:
            if parts:
                yield _article(source, parts, f"page {_page(parts[0], entry)}")
                found += 1
        except Unreadable as error:
            yield problem(source, f"{identifier}: {error}")
    if not entries or (pictures == len(entries)):
        raise NotAnArticle("no article: a table of contents without articles")
    if missing:
        reason = f"{len(missing)} of the {len(entries) - pictures} articles it lists cannot be read ({missing[0]})"
        if not found:
            raise Unreadable(reason)
        yield problem(source, reason)


def _entity(source: Source, entry: Any, missing: list[str]) -> Any:
    """The document of an entry of the table of contents; None, and a line in `missing`, when there is none."""
    place = (entry.get("HREF") or "").strip("/")
    for path in (f"Document/{place}.xml", f"{place}.xml"):
        beside = source.beside(path) if place else None
        if beside is not None:
            try:
                with beside.open() as stream:
                    return parse(stream)
            except (Unreadable, OSError) as error:
                missing.append(f"{path}: {error}")
                return None
    missing.append(f"{place}.xml: not there")
    return None


def _page(entity: Any, entry: Any) -> str:
    meta = entity.find("{*}Meta")
    labelled = meta.get("PAGE_LABEL") if meta is not None else None
    return labelled or entry.get("PAGE_NO") or "?"


def _article(source: Source, parts: list[Any], place: str | None) -> Article:
    meta = parts[0].find("{*}Meta")
    declared = dict(parts[0].attrib) | (dict(meta.attrib) if meta is not None else {})
    printed = list(_lines(parts))
    known = ocr.words(text for _, lines in printed for text in lines)
    title = " ".join(ocr.joined(lines, known) for kind, lines in printed if kind == "HedLine_hl1")
    byline = " ".join(ocr.joined(lines, known) for kind, lines in printed if kind.lower().startswith("byline"))
    if not title and not _UNTITLED.fullmatch(declared.get("NAME", "")):
        title = declared.get("NAME", "")
    rest = [lines for kind, lines in printed if kind != "HedLine_hl1" and not kind.lower().startswith("byline")]
    body = [ocr.joined(lines, known) for lines in rest]
    dated = _DATE.search(declared.get("BASE_HREF", "").replace("\\", "/"))
    identifier = "-".join(filter(None, (declared.get("RELEASE_NO"), parts[0].get("ID"))))
    return make(
        source,
        id=identifier or None,
        place=place,
        title=title,
        text="\n\n".join(ocr.stitched(body, known)),
        date="-".join(dated.groups()) if dated else ocr.dated(declared.get("ISSUE_DATE", "")),
        source=declared.get("PUBLICATION_DESCRIPTION") or declared.get("PUBLICATION"),
        author=re.sub(r"^(?:par|by|von|de)\s+", "", line(byline), flags=re.I),
        section=declared.get("SECTION"),
        language={"french": "fr", "german": "de", "english": "en", "italian": "it"}.get(
            declared.get("LANGUAGE", "").lower()
        ),
    )


def _lines(parts: list[Any]) -> Iterator[tuple[str, list[str]]]:
    """The paragraphs, each with the name of the element it stands in, as lines."""
    for part in parts:
        for primitive in part.iter("{*}Primitive"):
            kind = name(primitive.getparent())
            if _LEFT_OUT.search(kind):
                continue
            lines: list[str] = []
            for start, text in _printed(primitive):
                if start and lines:
                    yield kind, lines
                    lines = []
                if text:
                    lines.append(text)
            if lines:
                yield kind, lines


def _printed(primitive: Any) -> Iterator[tuple[bool, str]]:
    """The lines of a primitive, each with whether a paragraph begins with it."""
    wholes = {each.get("QID"): _whole(primitive, each) for each in primitive.iter("{*}QW")}
    start, right = True, 0.0
    pieces: list[str] = []
    written: set[str | None] = set()
    for each in primitive:
        kind, text = name(each), (each.text or "").strip()
        if kind == "L":
            yield start, "".join(pieces)
            start, pieces, right = each.get("P") is not None, [], 0.0
        elif kind in ("W", "Q", "q") and text:
            left, top, end, bottom = _box(each)
            quoted = each.get("QID") if kind != "W" else None
            if quoted in wholes:
                if quoted not in written:
                    written.add(quoted)
                    pieces.append((" " if pieces else "") + wholes[quoted])
                right = end
                continue
            near = left - right < 0.15 * (bottom - top)
            tight = text[0] in ".,)" or pieces[-1:] == ["("] or (near and (kind != "W" or not text[0].isalnum()))
            pieces.append(text if not pieces or tight else f" {text}")
            right = end
    yield start, "".join(pieces)


def _whole(primitive: Any, word: Any) -> str:
    """A word in pieces: as its QW says, except for its hyphen at a line end, of which QW knows nothing (`peutêtre`)."""
    lines = [""]
    for each in primitive.iter("{*}L", "{*}Q", "{*}q"):
        if name(each) == "L" and lines[-1]:
            lines.append("")
        elif each.get("QID") == word.get("QID"):
            lines[-1] += (each.text or "").strip()
    lines = [line for line in lines if line]
    if len(lines) == 2 and lines[0][-1] in ocr.HARD + ocr.SOFT:
        return ocr.joined(lines)
    return (word.text or "").strip()


def _box(element: Any) -> tuple[float, float, float, float]:
    numbers = [float(each) for each in re.findall(r"-?\d+(?:\.\d+)?", element.get("BOX") or "")[:4]]
    left, top, right, bottom = (*numbers, 0.0, 0.0, 0.0, 0.0)[:4]
    return left, top, right, bottom


def _listed(source: Source) -> bool:
    """Whether a table of contents near this entity reads it."""
    if source.content is not None:
        return False
    stem = os.path.splitext(os.path.basename(source.path))[0]
    for path in _CONTENTS:
        contents = source.beside(path)
        if contents is not None and stem in _entries(contents.path, os.stat(contents.path).st_mtime_ns):
            return True
    return False


@lru_cache(maxsize=64)
def _entries(path: str, _changed: int) -> frozenset[str]:
    """The entities that a table of contents names. Kept: every entity of an issue asks."""
    try:
        with Source(path, os.path.basename(path)).open() as stream:
            root = parse(stream)
    except (Unreadable, OSError):
        return frozenset()  # reported in its own turn; the entities are read by themselves
    return frozenset((each.get("HREF") or "").rsplit("/", 1)[-1] for each in root.iter("{*}Entity", "{*}Page"))
