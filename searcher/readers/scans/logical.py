"""The logical structure of a METS file and its ALTO pages → the parts, title and text of each article."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from searcher.errors import Unreadable
from searcher.readers.fields import line
from searcher.readers.scans import alto, ocr
from searcher.readers.xml import first, flat, name, parse
from searcher.sources import Source

MAX_PAGES = 24  # pages whose lines are held at a time
_MAX_DEPTH = 200
_MASTHEAD = re.compile(r"title_?section|masthead|headline|publishing_?stmt|imprint|title_?page|colophon", re.I)
_CONTAINER = re.compile(
    r"|newspaper.*|volume|issue|content|set|group|object|supplement|periodical|monograph|year|month|day|document|serial",
    re.I,
)
_UNIT = re.compile(
    r"article|ad|advert.*|death.*|obituary|letter|review|editorial|news.*|poem|feuilleton|chapter|interview|announcement|classified|"
    r"weather.*|sport.*|entertainment.*|cartoon|essay|recipe",
    re.I,
)
_CAPTION = re.compile(
    r"caption|illustration|image|picture|photo.*|graphic.*|credit|ornament|page_?number|running_?title", re.I
)
_TITLE = re.compile(r"title|main_?title|headline", re.I)
_HEADING = re.compile(r"heading|head", re.I)
_AUTHOR = re.compile(r"author|byline|creator", re.I)
_CUT = re.compile(r"\s*(?:\.\.\.|…)\s*$")


@dataclass(frozen=True, slots=True)
class Record:
    """What a bibliographic record (MODS or Dublin Core) says."""

    title: str = ""
    author: str = ""
    date: str | None = None
    language: str | None = None
    url: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Area:
    """A place on a page that a part of an article names: blocks from `begin` to `end`, or the page where there is no begin.

    `kind` is `title`, `heading`, `author` or `text`; parts with the same `paragraph` are pieces of one.
    """

    file: str
    begin: str | None
    end: str | None
    kind: str
    paragraph: int


@dataclass(slots=True)
class Unit:
    """An article of the logical structure."""

    id: str
    label: str
    section: str
    record: Record
    parts: list[Area] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Text:
    title: str
    author: str
    paragraphs: list[str]
    place: str | None


class Pages:
    """The pages of an issue, opened as they are needed."""

    def __init__(self, source: Source, files: dict[str, str], numbers: dict[str, str]) -> None:
        self._source, self._files, self.numbers = source, files, numbers
        self.order = list(files)
        there = {each for each, path in files.items() if source.beside(path) is not None}
        self.present = len(there)
        self.missing = [path for each, path in files.items() if each not in there]
        self.damaged: list[str] = []
        self._read: OrderedDict[str, tuple[list[alto.Block], set[str]]] = OrderedDict()

    def page(self, file: str) -> list[str]:
        """The paragraphs of a page."""
        found, known = self._open(file)
        return alto.page(found, known)

    def language(self, file: str) -> str | None:
        return alto.language(self._open(file)[0])

    def known(self, file: str) -> set[str]:
        return self._open(file)[1]

    def blocks(self, part: Area) -> list[alto.Block]:
        """The text blocks of a part; a line's or a composed block's id will do too."""
        found = self._open(part.file)[0]
        if part.begin is None:
            return [block for block in found if not block.margin] or found
        at = [n for n, block in enumerate(found) if part.begin == block.id or part.begin in block.within]
        if at and part.end and part.end != part.begin:
            end = [n for n, block in enumerate(found) if part.end == block.id or part.end in block.within]
            at = list(range(at[0], max(end, default=at[-1]) + 1))
        return [found[n] for n in at]

    def _open(self, file: str) -> tuple[list[alto.Block], set[str]]:
        if file in self._read:
            self._read.move_to_end(file)
            return self._read[file]
        found: list[alto.Block] = []
        path = self._files.get(file)
        page = self._source.beside(path) if path else None
        if page is not None:
            try:
                with page.open() as stream:
                    found = alto.blocks(parse(stream))
            except (Unreadable, OSError) as error:
                self.damaged.append(f"{path}: {error}")
        self._read[file] = (found, ocr.words(each.text for block in found for each in block.lines))
        if len(self._read) > MAX_PAGES:
            self._read.popitem(last=False)
        return self._read[file]


def text(unit: Unit, pages: Pages) -> Text | None:
    """What can be read of an article; None when nothing can."""
    titles: list[str] = []
    authors: list[str] = []
    body: list[tuple[int, list[ocr.Line]]] = []
    known: set[str] = set()
    place = None
    for part in unit.parts:
        lines = [each for block in pages.blocks(part) for each in block.lines]
        if not lines:
            continue
        place = place or f"page {pages.numbers[part.file]}"
        known |= pages.known(part.file)
        if part.kind == "title":
            titles.append(ocr.joined((each.text for each in lines), known))
        elif part.kind == "author":
            authors.append(ocr.joined((each.text for each in lines), known))
        elif body and body[-1][0] == part.paragraph:
            body[-1][1].extend(lines)
        else:
            body.append((part.paragraph, list(lines)))
    if place is None:
        return None
    paragraphs = ocr.stitched((each for _, lines in body for each in ocr.paragraphs(lines, known)), known)
    title = _title(unit, " ".join(titles))
    if _CUT.search(title) and paragraphs and len(paragraphs[0]) <= 200:
        whole, start = re.sub(r"\W+", "", paragraphs[0]), re.sub(r"\W+", "", title)
        if whole[: max(len(start) - 2, 1)] == start[:-2]:
            title, paragraphs = paragraphs[0], paragraphs[1:]
    author = "" if unit.record.author else " ".join(authors)
    if len(author) > 80:
        author, paragraphs = "", [*paragraphs, author]
    return Text(title, author, paragraphs, place)


def _title(unit: Unit, printed: str) -> str:
    if unit.record.title:
        return unit.record.title
    label = line(unit.label)
    if printed and (not label or _CUT.search(label)):
        return printed
    return label if re.search(r"[^\W\d_]{2}", label) and "placeholder" not in label.lower() else printed


def headline(root: Any, pages: Pages) -> str:
    """The newspaper's name as it is printed: the headline of the title section."""
    for div in root.iterfind(".//{*}structMap//{*}div"):
        if re.fullmatch(r"title_?section|masthead", div.get("TYPE") or "", re.I):
            for each in div.iterfind(".//{*}div"):
                if (each.get("TYPE") or "").upper() == "HEADLINE":
                    parts = list(_parts(each, "text", 0, [0], pages.order))
                    lines = [found.text for part in parts for block in pages.blocks(part) for found in block.lines]
                    if lines and len(" ".join(lines)) <= 80:
                        return ocr.joined(lines)
    return ""


def units(root: Any, files: dict[str, str]) -> list[Unit]:
    """The articles of the logical structure, in its order; none when it has none, or its articles share whole pages."""
    known = records(root)
    targets = _targets(root, files)
    found: list[Unit] = []
    for structure in root.iterfind(".//{*}structMap"):
        if (structure.get("TYPE") or "").lower() in ("physical", "toc", "singlefile"):
            continue
        for div in structure.iterfind("{*}div"):
            _collect(div, "", known, files, found, 0)
    for unit in found:
        if not unit.parts:
            unit.parts = targets.get(unit.id, [])
    found = [unit for unit in found if unit.parts]
    pages = [file for unit in found for file in {part.file for part in unit.parts if part.begin is None}]
    return [] if len(pages) != len(set(pages)) else found


def _collect(
    div: Any, section: str, known: dict[str, Record], files: dict[str, str], found: list[Unit], depth: int
) -> None:
    """Adds the articles in a division; a container has none of its own, a section gives its name to those in it."""
    kind = _kind(div)
    if depth > _MAX_DEPTH or _MASTHEAD.fullmatch(kind) or kind.lower() == "page":
        return
    if _CONTAINER.fullmatch(kind):
        for child in div.iterfind("{*}div"):
            _collect(child, section, known, files, found, depth + 1)
        return
    record = Record()
    for identifier in (div.get("DMDID") or "").split():
        record = _merged(record, known.get(identifier, Record()))
    unit = Unit(div.get("ID", ""), div.get("LABEL") or "", section, record)
    found.append(unit)
    inner = section
    if kind.lower() == "section":
        inner = record.title or line(unit.label) or section
    counter = [0]
    for child in (div, *div.iterfind("{*}div")) if div.find("{*}fptr") is not None else div.iterfind("{*}div"):
        if child is not div and _nested(child):
            _collect(child, inner, known, files, found, depth + 1)
        else:
            unit.parts += _parts(child, "text", depth, counter, files, own=child is div)
    for child in div.iterfind(".//{*}div"):
        if _nested(child) and child.getparent() is not div and _owner(child) is div:
            _collect(child, inner, known, files, found, depth + 1)
    if kind.lower() == "section" and all(part.kind == "title" for part in unit.parts):
        unit.parts = []  # the heading of a section is the section of its articles


def _kind(div: Any) -> str:
    """The type of a division, without the prefix that some profiles give it (`np:page`)."""
    return str(div.get("TYPE") or "").strip().rpartition(":")[2]


def _nested(div: Any) -> bool:
    kind = _kind(div)
    return _UNIT.fullmatch(kind) is not None or kind.lower() == "section"


def _owner(div: Any) -> Any:
    """The nearest division around this one that is an article or a section of its own."""
    parent = div.getparent()
    while parent is not None and not _nested(parent):
        parent = parent.getparent()
    return parent


def _parts(div: Any, kind: str, depth: int, counter: list[int], files: Any, *, own: bool = False) -> Iterator[Area]:
    """The places that a division names, those of the articles nested in it excepted."""
    named = _kind(div)
    if _CAPTION.fullmatch(named) or depth > _MAX_DEPTH:
        return
    if not own:
        if _AUTHOR.fullmatch(named):
            kind = "author"
        elif _TITLE.fullmatch(named) or (_HEADING.fullmatch(named) and div.find("{*}div") is None):
            kind = "title"
        elif named.upper() in ("SUBTITLE", "OVERLINE", "MOTTO", "INSIDEHEADING"):
            kind = "heading"
        if named.upper() in ("PARAGRAPH", "TITLE", "SUBTITLE") or counter[0] == 0:
            counter[0] += 1
    for child in div:
        if name(child) == "fptr":
            for pointer in (child, *child.iterfind(".//{*}area")):
                file = pointer.get("FILEID")
                if file in files and (pointer is not child or child.find(".//{*}area") is None):
                    if named.upper() not in ("PARAGRAPH", "TEXT", "TITLE", "SUBTITLE"):
                        counter[0] += 1
                    yield Area(file, pointer.get("BEGIN"), pointer.get("END"), kind, counter[0])
        elif name(child) == "div" and not own and not _nested(child):
            yield from _parts(child, kind, depth + 1, counter, files)


def _targets(root: Any, files: dict[str, str]) -> dict[str, list[Area]]:
    """Logical division → the places its structural links lead to, by way of physical divisions.

    A link is an smLink, or the locators of an smLinkGrp of which the first is the logical division. A physical division that
    names a file but no block stands for the block that bears its own id.
    """
    href = "{http://www.w3.org/1999/xlink}"
    divs = {div.get("ID"): div for div in root.iterfind(".//{*}structMap//{*}div[@ID]")}
    found: dict[str, list[Area]] = {}
    pairs = [
        (link.get(f"{href}from", ""), link.get(f"{href}to", "")) for link in root.iterfind(".//{*}structLink/{*}smLink")
    ]
    for group in root.iterfind(".//{*}structLink/{*}smLinkGrp"):
        located = [each.get(f"{href}href", "") for each in group.iterfind("{*}smLocatorLink")]
        pairs += [(located[0], each) for each in located[1:]]
    for start, end in ((one.lstrip("#"), other.lstrip("#")) for one, other in pairs):
        if end in divs:
            parts = found.setdefault(start, [])
            own = None if _kind(divs[end]).lower() == "page" else end
            parts += [
                replace(part, begin=part.begin or own, paragraph=len(parts))
                for part in _parts(divs[end], "text", 0, [0], files)
            ]
    return found


def records(root: Any) -> dict[str, Record]:
    """The bibliographic records of a METS file by their ids."""
    return {each.get("ID", ""): _record(each) for each in root.iterfind("{*}dmdSec")}


def described(root: Any) -> set[str]:
    """The ids of the records that describe a part of the issue: an article, a section, a page."""
    found: set[str] = set()
    for div in root.iterfind(".//{*}structMap//{*}div[@DMDID]"):
        if not _CONTAINER.fullmatch(_kind(div)):
            found.update(div.get("DMDID").split())
    for div in root.iterfind(".//{*}structMap//{*}div[@DMDID]"):
        if _CONTAINER.fullmatch(_kind(div)):
            found.difference_update(div.get("DMDID").split())
    return found


def _record(section: Any) -> Record:
    """MODS (https://www.loc.gov/standards/mods/) or Dublin Core."""
    record = section.find(".//{*}mods")
    if record is None:
        return Record(
            first(section, ".//{http://purl.org/dc/elements/1.1/}title"),
            first(section, ".//{http://purl.org/dc/elements/1.1/}creator"),
            _date(first(section, ".//{http://purl.org/dc/elements/1.1/}date")),
            first(section, ".//{http://purl.org/dc/elements/1.1/}language") or None,
        )
    titles = []
    for each in record.iterfind("{*}titleInfo"):
        if each.get("type") in ("alternative", "uniform", "abbreviated", "translated"):
            continue
        lead, main = flat(each.find("{*}nonSort")), flat(each.find("{*}title"))
        glue = "" if lead.endswith(("'", "’")) else " "
        written = " ".join(filter(None, (f"{lead}{glue}{main}".strip(), flat(each.find("{*}subTitle")))))
        if re.search(r"[^\W\d_]|\d", written):
            titles.append(written)
    return Record(
        " ".join(dict.fromkeys(titles)),
        ", ".join(dict.fromkeys(filter(None, map(_person, record.iterfind("{*}name"))))),
        _date(first(record, "{*}originInfo/{*}dateIssued", "{*}originInfo/{*}dateCreated", "{*}part/{*}date")),
        first(record, "{*}language/{*}languageTerm[@type='code']", "{*}language/{*}languageTerm") or None,
        next((flat(each) for each in record.iterfind("{*}location/{*}url")), None),
        first(record, "{*}classification") or None,
    )


def _person(element: Any) -> str:
    roles = [flat(role).lower() for role in element.iterfind("{*}role/{*}roleTerm")]
    if roles and not any(role in ("aut", "author", "auteur", "creator", "cre", "jrn", "journalist") for role in roles):
        return ""
    parts = {each.get("type") or "": flat(each) for each in element.iterfind("{*}namePart")}
    written = " ".join(filter(None, (parts.get("given"), parts.get("family"))))
    written = written or parts.get("", "") or flat(element.find("{*}displayForm"))
    return re.sub(r"(?<=\w{3})\.$|[,;]+$", "", written)


def _date(written: str) -> str | None:
    return ocr.dated(written) or (written.strip("[]() ?") or None)


def _merged(one: Record, other: Record) -> Record:
    return Record(
        one.title or other.title,
        one.author or other.author,
        one.date or other.date,
        one.language or other.language,
        one.url or other.url,
        one.kind or other.kind,
    )
