"""Factiva's XML (`ppsarticle`, as its services deliver it) → what it says of each article."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from searcher.readers.agencies import wire
from searcher.readers.press.record import Record, byline
from searcher.readers.xml import first, flat, name

ROOTS = frozenset(("PPSResponse", "ppsArticleResponse", "ppsarticleResultSet", "ppsarticle"))


def records(root: Any) -> Iterator[Record | None]:
    """The articles below a root element, in order."""
    found = [
        each
        for each in root.iter("{*}article")
        if each.find("{*}headline") is not None or each.find("{*}leadParagraph") is not None
    ]
    for each in found:
        paragraphs = [*_paragraphs(each.find("{*}leadParagraph")), *_paragraphs(each.find("{*}tailParagraphs"))]
        paragraphs += _paragraphs(each.find("{*}corrections"))
        title = " ".join(_paragraphs(each.find("{*}headline")))
        if not title and not paragraphs:
            yield None
            continue
        pages = [flat(page) for page in each.iterfind("{*}pages/{*}page")]
        reference = first(each, "{*}reference").rpartition("::Article/")[2]
        yield Record(
            title=title,
            text="\n\n".join(paragraphs),
            date=_date(each),
            source=first(each, "{*}sourceName"),
            author=byline(first(each, "{*}byline")),
            section=first(each, "{*}sectionName", "{*}columnName"),
            pages=", ".join(filter(None, pages)),
            id=first(each, "{*}accessionNo") or reference,
            language=first(each, "{*}baseLanguage").lower(),
        )


def _paragraphs(holder: Any) -> list[str]:
    """The paragraphs in an element; where it holds bare lines, indented ones begin a paragraph."""
    if holder is None:
        return []
    inner = [flat(each) for each in holder if name(each) == "paragraph"]
    if inner:
        return [each for each in inner if each]
    return [each for each in wire.unwrapped("".join(holder.itertext())).split("\n\n") if each.strip()]


def _date(article: Any) -> str:
    """The day of publication, with its time where one is told."""
    day = first(article, "{*}publicationDate/{*}dateTime", "{*}publicationDate/{*}date", "{*}publicationDate")
    time = first(article, "{*}publicationTime/{*}time", "{*}publicationTime")
    return f"{day}T{time}" if len(day) == 10 and time[2:3] == ":" else day
