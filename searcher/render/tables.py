"""Results → CSV, TSV and Markdown."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Literal

from searcher.render.plain import line
from searcher.render.terminal import about
from searcher.results.values import Hit, Passage, Results

_LIST = re.compile(r"^(\s*\d*)([-+]|(?<=\d)[.)])(?=\s|$)")
"""What would begin a list at the beginning of a line."""

COLUMNS = ("rank", "score", "id", "title", "date", "source", "author", "url", "path", "passage")


def separated(results: Results, delimiter: Literal[",", "\t"]) -> Iterator[str]:
    """A line of names, then a line a hit."""
    for cells in (COLUMNS, *rows(results)):
        yield row(cells, delimiter)


def row(cells: Iterable[object], delimiter: str = ",") -> str:
    """A line of CSV. A value that a spreadsheet would take for a formula is given an apostrophe."""
    written = StringIO()
    csv.writer(written, delimiter=delimiter, lineterminator="").writerow(map(_cell, cells))
    return written.getvalue()


def rows(hits: Iterable[Hit]) -> Iterator[list[object]]:
    """The values of `COLUMNS`, hit by hit."""
    for hit in hits:
        found = hit.article
        passage = " … ".join(each.text for each in hit.passages)
        known = (found.id, found.title, found.date, found.source, found.author, found.url, found.path, passage)
        yield [hit.rank, round(hit.score, 6), *(value or "" for value in known)]


def _cell(value: object) -> str:
    written = line(str(value))
    return f"'{written}" if written[:1] in ("=", "+", "-", "@") and not isinstance(value, float) else written


def markdown(results: Results) -> Iterator[str]:
    """A numbered list, what matched in bold: for notes and reports."""
    for hit in results:
        title = _escaped(hit.article.title or "(no title)")
        url = hit.article.url
        safe_url = url if url and url.startswith(("http://", "https://")) and not set(url) & set("() <>\n\"'") else None
        yield f"{hit.rank}. {f'[{title}]({safe_url})' if safe_url else f'**{title}**'}  "
        yield f"   {_escaped(about(hit.article))}"
        for passage in hit.passages:
            yield ""
            yield f"   > {_bold(passage)}"
        yield ""


def _bold(passage: Passage) -> str:
    pieces, at = [], 0
    text = line(passage.text)
    for start, end in passage.highlights:
        pieces += [_escaped(text[at:start]), f"**{_escaped(text[start:end])}**"]
        at = end
    return "".join(pieces) + _escaped(text[at:])


def _escaped(text: str) -> str:
    escaped = "".join(f"\\{each}" if each in "\\`*_[]<>#|~&" else each for each in line(text))
    return _LIST.sub(r"\1\\\2", escaped)
