"""METS (any profile) and the ALTO pages it lists → the articles of a newspaper issue.

Specification: https://www.loc.gov/standards/mets/. One issue is many files: the METS file is read for all of them,
and its pages are opened through `Source.beside`; a page that a METS file beside it or up to two folders above lists
gives nothing by itself (`heads.covered`).

- With a logical structure, each ARTICLE (or ADVERTISEMENT, CHAPTER, … whatever is no container) is an article: its
  title from its MODS record, its LABEL or its heading blocks, its section from the SECTION around it, its text from
  the blocks its areas name, its place the page it begins on. Mastheads (TITLE_SECTION) and captions are left out.
- Without one, each page is an article, titled with the issue's label.
- BnF's two heads: `manifest.xml` gives way to the table of contents (`toc/`) that lists the same pages.
- The issue's name comes from MODS or DC, the LABEL, or the headline of the title section; its date from MODS or DC,
  else the LABEL, else the file's name in the form docWorks gives it (`18451228_01-METS.xml`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers.fields import iso, line, make
from searcher.readers.problems import Problem, problem
from searcher.readers.scans import logical
from searcher.readers.scans.heads import page_files, superseded
from searcher.readers.scans.ocr import dated
from searcher.readers.xml import first, parse
from searcher.sources import Source
from searcher.sources.refusals import NotAnArticle

_DOCWORKS = re.compile(r"(?:^|_)((?:1[6-9]|20)\d\d)(\d\d)(\d\d)_\d{1,2}[-_.]?mets", re.I)
_PLACEHOLDER = re.compile(r"placeholder|^untitled|^[\W\d_]*$", re.I)
_NUMBERED = re.compile(r"^\d{4}[-/]\d\d[-/]\d\d\b")  # BnF: an issue's own title is its date
_NUMBER_FOLLOWS = re.compile(
    r"(.+?)[\s,;:(–—-]*(?:\bn(?:[o°º]|um[ée]ro|r|[o°r]?\.)[\s.]*\d|[\s(\[]\d|"
    r"\b(?:lun|mar|mercre|jeu|vendre|same)di\b|\bdimanche\b|"
    r"\b(?:mon|diens|donners|frei|sams|sonn)tag\b|\bmittwoch\b)",
    re.I,
)
_NAME = re.compile(r"[^\W\d_]{2}")


@dataclass(frozen=True, slots=True)
class Issue:
    """What is true of every article of an issue."""

    label: str
    name: str
    date: str | None
    language: str | None
    url: str | None


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    if source.content is not None:  # in an archive, where its pages do not know of it
        raise NotAnArticle("no article: a METS record apart from its pages, which are read one by one")
    root = parse(stream, source.encoding)
    files = page_files(root)
    if not files:
        raise NotAnArticle("no article: a METS record that lists no page texts")
    units = logical.units(root, files)
    if not units and superseded(source, files):
        return
    pages = logical.Pages(source, files, _numbers(root, files))
    issue = _issue(source, root, units, pages)
    if pages.present == 0:
        raise Unreadable(f"none of the {len(files)} page files it lists is beside it (the first: {_first(files)})")
    left_out = written = 0
    for number, unit in enumerate(units, 1):
        found = logical.text(unit, pages)
        if found is None:
            left_out += 1
            continue
        written += 1
        record = unit.record
        yield make(
            source,
            id=f"{source.stem}-{unit.id}" if unit.id else None,
            number=number,
            place=found.place,
            title=found.title,
            text="\n\n".join(found.paragraphs),
            date=record.date or issue.date,
            source=issue.name,
            author=record.author or found.author,
            section=unit.section or record.kind,
            language=record.language or issue.language,
            url=record.url or issue.url,
        )
    if not written:
        left_out = 0
        yield from _pages(source, pages, issue)
    for reason in pages.damaged:
        yield problem(source, reason)
    if pages.missing:
        count = len(pages.missing)
        lost = f"; {left_out} article{'s' * (left_out > 1)} on them left out" if left_out else ""
        yield problem(source, f"{count} of the {len(files)} page files it lists missing ({pages.missing[0]}){lost}")


def _pages(source: Source, pages: logical.Pages, issue: Issue) -> Iterator[Article]:
    """An article a page, for an issue that nobody divided."""
    for at, number in enumerate(pages.order, 1):
        paragraphs = pages.page(number)
        if paragraphs:
            printed = pages.numbers[number]
            yield make(
                source,
                number=at,
                place=f"page {printed}",
                title=f"{issue.label}, page {printed}" if issue.label else "",
                text="\n\n".join(paragraphs),
                date=issue.date,
                source=issue.name,
                language=issue.language or pages.language(number),
                url=issue.url,
            )


def _first(files: dict[str, str]) -> str:
    return next(iter(files.values()))


def _numbers(root: Any, files: dict[str, str]) -> dict[str, str]:
    """The page number of each page text: as the physical structure labels it, else by the order of the files."""
    numbers = {identifier: str(at) for at, identifier in enumerate(files, 1)}
    for at in root.iterfind(".//{*}structMap"):
        if (at.get("TYPE") or "").lower() == "logical":
            continue
        for div in at.iter("{*}div"):
            printed = div.get("ORDERLABEL") or div.get("ORDER") or ""
            for pointer in (*div.iterfind("{*}fptr"), *div.iterfind("{*}fptr//{*}area")):
                if pointer.get("FILEID") in numbers and re.search(r"\w", printed):
                    numbers[pointer.get("FILEID")] = printed.strip()
    return numbers


def _issue(source: Source, root: Any, units: list[logical.Unit], pages: logical.Pages) -> Issue:
    records = logical.records(root)
    parts = logical.described(root)
    named = [record for key, record in records.items() if key not in parts]
    label = line(root.get("LABEL") or "")
    if not label:
        label = next((line(div.get("LABEL")) for div in root.iterfind(".//{*}structMap//{*}div[@LABEL]")), "")
        label = "" if (units and any(label == unit.label for unit in units)) or "structure" in label.lower() else label
    label = "" if _PLACEHOLDER.search(label) else label
    titles = [record.title for record in named if _NAME.search(record.title) and not _NUMBERED.match(record.title)]
    host = first(root, ".//{*}relatedItem[@type='host']/{*}titleInfo/{*}title")
    title = host or (titles[0] if titles else "")
    dates = [record.date for record in named if record.date and iso(record.date)]
    date = max(dates, key=lambda each: len(iso(each) or ""), default=None) or dated(label)
    if date is None and (found := _DOCWORKS.search(os.path.basename(source.path))) is not None:
        date = "-".join(found.groups())
    if not title and label:
        title = _unnumbered(label)
    if not title or _NUMBERED.match(title):
        title = logical.headline(root, pages)
    url = root.get("OBJID") or ""
    return Issue(
        label or ", ".join(filter(None, (title, date))),
        title,
        date,
        next((record.language for record in named if record.language), None),
        url if url.startswith(("http://", "https://")) else None,
    )


def _unnumbered(label: str) -> str:
    """The newspaper's name in an issue's label: what stands before a date or a number."""
    found = _NUMBER_FOLLOWS.match(label)
    return found.group(1).strip() if found else label
