"""CSV and TSV → articles: a first line of names, then a record a line."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from io import TextIOWrapper
from itertools import chain
from typing import IO

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers import MAX_ARTICLE
from searcher.readers.encoding import repair
from searcher.readers.problems import Problem, problem
from searcher.readers.records import KEYS, article, key_of
from searcher.sources import Source

csv.field_size_limit(MAX_ARTICLE)


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    with TextIOWrapper(stream, encoding(source), errors="replace", newline="") as lines:
        yield from _rows(source, lines)


def _rows(source: Source, lines: TextIOWrapper) -> Iterator[Article | Problem]:
    head = lines.readline(1 << 16)
    if "\0" in head:
        raise Unreadable("not text (it holds zero bytes)")
    rows = csv.DictReader(map(repair, chain([head], lines)), delimiter=_delimiter(head))
    if not {KEYS.get(key_of(str(name))) for name in rows.fieldnames or ()} & {"text", "title"}:
        raise Unreadable("no column called title, text, body, article or content; name them in line 1")
    failed, first = 0, ""
    try:
        for row in rows:
            try:
                yield article(source, row, number=rows.line_num, place=f"line {rows.line_num}")
            except Unreadable as error:
                failed, first = failed + 1, first or f"line {rows.line_num}: {error}"
    except csv.Error as error:
        long = f"a field of more than {MAX_ARTICLE >> 20} million characters; is the quote before it closed?"
        why = long if "field limit" in str(error) else str(error)
        failed, first = failed + 1, first or f"line {rows.line_num}: {why}"
    if failed:
        yield problem(source, first + (f", and {failed - 1} more lines" if failed > 1 else ""))


def _delimiter(text: str) -> str:
    """The separator of the first line: the candidate that stands there most often."""
    line = text.partition("\n")[0]
    return max(",;\t|", key=line.count)


def encoding(source: Source) -> str:
    """UTF-8 when the whole file is, Windows-1252 otherwise."""
    with source.open() as stream, TextIOWrapper(stream, "utf-8") as lines:
        head = stream.read(4)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if head.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        stream.seek(0)
        try:
            for _ in lines:
                pass
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"
