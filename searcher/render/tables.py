"""Hits → CSV, TSV and Markdown."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import Literal

from searcher.render.plain import line
from searcher.render.terminal import about
from searcher.results.values import Hit, Passage

_LIST = re.compile(r"^(\s*\d*)([-+]|(?<=\d)[.)])(?=\s|$)")
"""What would begin a list at the beginning of a line."""

COLUMNS = ("rank", "score", "id", "title", "date", "source", "author", "url", "path", "passage")

FIELDS = (
    *COLUMNS,
    "place",
    "section",
    "pages",
    "language",
    "format",
    "standfirst",
    "copies",
    "text",
    "query",
    "missing",
)
"""What a column can hold; `query` is the one that the hit answers, `missing` the words of the query that the hit lacks."""


def separated(hits: Iterable[Hit], delimiter: Literal[",", "\t"]) -> Iterator[str]:
    """A line of names, then a line a hit."""
    yield row(COLUMNS, delimiter)
    for cells in rows(hits):
        yield row(cells, delimiter)


def row(cells: Iterable[object], delimiter: str = ",") -> str:
    """A line of CSV. A value that a spreadsheet would take for a formula is given an apostrophe."""
    written = StringIO()
    csv.writer(written, delimiter=delimiter, lineterminator="").writerow(map(_cell, cells))
    return written.getvalue()


def rows(hits: Iterable[Hit], fields: Sequence[str] = COLUMNS, *, query: str = "") -> Iterator[list[object]]:
    """The values of some of `FIELDS`, hit by hit."""
    for hit in hits:
        yield [_value(hit, field, query) for field in fields]


def _value(hit: Hit, field: str, query: str) -> object:
    match field:
        case "rank":
            return hit.rank
        case "score":
            return round(hit.score, 6)
        case "passage":
            return " … ".join(each.text for each in hit.passages)
        case "missing":
            return " | ".join(hit.missing)
        case "copies":
            return " | ".join(hit.article.copies)
        case "query":
            return query
        case _:  # a field of the article: `FIELDS` has no other
            return getattr(hit.article, field) or ""


def _cell(value: object) -> str:
    written = line(str(value))
    return f"'{written}" if written[:1] in ("=", "+", "-", "@") and not isinstance(value, float) else written


def markdown(hits: Iterable[Hit]) -> Iterator[str]:
    """A numbered list, what matched in bold: for notes and reports."""
    for hit in hits:
        title = escaped(hit.article.title or "(no title)")
        url = hit.article.url
        safe_url = url if url and url.startswith(("http://", "https://")) and not set(url) & set("() <>\n\"'") else None
        yield f"{hit.rank}. {f'[{title}]({safe_url})' if safe_url else f'**{title}**'}  "
        yield f"   {escaped(about(hit.article))}{'  ' if hit.missing else ''}"
        if hit.missing:
            yield f"   missing: {escaped(', '.join(hit.missing))}"
        for passage in hit.passages:
            yield ""
            yield f"   > {_bold(passage)}"
        yield ""


def _bold(passage: Passage) -> str:
    pieces, at = [], 0
    text = line(passage.text)
    for start, end in passage.highlights:
        pieces += [escaped(text[at:start]), f"**{escaped(text[start:end])}**"]
        at = end
    return "".join(pieces) + escaped(text[at:])


def escaped(text: str) -> str:
    """A text on one line of Markdown, of which nothing is a sign of Markdown."""
    signs = "".join(f"\\{each}" if each in "\\`*_[]<>#|~&" else each for each in line(text))
    return _LIST.sub(r"\1\\\2", signs)
