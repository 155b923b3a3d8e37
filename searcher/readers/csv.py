"""CSV and TSV → articles: a first line of names, then a record a line."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import TextIOWrapper
from typing import IO

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers import Problem
from searcher.readers.encoding import decode
from searcher.readers.records import KEYS, article
from searcher.sources import Source

csv.field_size_limit(64 << 20)


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    head = stream.read(1 << 16)
    text = decode(head[: head.rfind(b"\n") + 1] or head, source.name)
    delimiter = _delimiter(text)
    stream.seek(0)
    rows = csv.DictReader(TextIOWrapper(stream, _encoding(source), errors="replace", newline=""), delimiter=delimiter)
    names = [str(name).strip().lower() for name in rows.fieldnames or ()]
    if not {KEYS.get(name) for name in names} & {"text", "title"}:
        raise Unreadable(f"{source.name}: no column called title, text, body, article or content; name them in line 1")
    failed, first = 0, ""
    try:
        for row in rows:
            try:
                yield article(row, f"{source.stem}-{rows.line_num}", source.name, f"line {rows.line_num}")
            except Unreadable as error:
                failed, first = failed + 1, first or f"line {rows.line_num}: {error}"
    except csv.Error as error:
        failed, first = failed + 1, first or f"line {rows.line_num}: {error}"
    if failed:
        yield Problem(source.name, first + (f", and {failed - 1} more lines" if failed > 1 else ""))


def _delimiter(text: str) -> str:
    """The separator of the first line: the candidate that stands there most often."""
    line = text.partition("\n")[0]
    return max(",;\t|", key=line.count)


def _encoding(source: Source) -> str:
    """UTF-8 when the whole file is, Windows-1252 otherwise."""
    with source.open() as stream:
        if stream.read(3) in (b"\xef\xbb\xbf",):
            return "utf-8-sig"
        stream.seek(0)
        try:
            for _ in TextIOWrapper(stream, "utf-8"):
                pass
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"
