"""CSV and TSV → articles: a row of names, then a record a row; also the “Unicode text” of Excel, and its line `sep=;`."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from io import TextIOWrapper
from itertools import chain, islice
from typing import IO

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers import MAX_ARTICLE, tables
from searcher.readers.encoding import encoding_of, repair
from searcher.readers.problems import Problem
from searcher.readers.records import field_of
from searcher.sources import Source, fault_of

DELIMITERS = ",;\t|"
LOOKED_AT = 30  # lines that tell the delimiter

csv.field_size_limit(MAX_ARTICLE)


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    encoding, errors = encoding_of(source)
    with TextIOWrapper(stream, encoding, errors=errors, newline="") as lines:
        first = lines.readline(1 << 16)
        if "\0" in first:
            raise Unreadable("not text (it holds zero bytes)")
        said = re.fullmatch(r"\"?sep=(.)\"?\s*", first)
        head = [first if said is None else lines.readline(1 << 16), *islice(lines, LOOKED_AT)]
        delimiter = said[1] if said is not None else delimiter_of(head)
        rows = _rows(chain(head, lines), delimiter, stream, skipped=said is not None)
        yield from tables.read(source, rows, separator=delimiter)


def _rows(lines: Iterable[str], delimiter: str, stream: IO[bytes], *, skipped: int) -> Iterator[tables.Row]:
    """The rows with the number of the line that each ends on; not the row that a damaged `stream` ends in. Raises Unreadable at
    a field that is far too long."""
    held: list[str] = []  # the lines of a row
    rows = csv.reader(_held(map(repair, lines), held), delimiter=delimiter)
    try:
        for row in rows:
            if fault_of(stream) is not None and not _ended("".join(held)):
                return
            held.clear()
            yield rows.line_num + skipped, row
    except csv.Error as error:
        long = f"a field of more than {MAX_ARTICLE >> 20} million characters; is the quote before it closed?"
        why = long if "field limit" in str(error) else str(error)
        raise Unreadable(f"line {rows.line_num + skipped}: {why}") from error


def _held(lines: Iterable[str], held: list[str]) -> Iterator[str]:
    for each in lines:
        held.append(each)
        yield each


def _ended(row: str) -> bool:
    """Whether a row has its end: no quote of it is open."""
    return row.endswith(("\n", "\r")) and row.count('"') % 2 == 0


def delimiter_of(lines: list[str]) -> str:
    """The separator: of the candidates the one that stands most often in the line of names, or else in the first line."""
    for line in lines[: tables.PREAMBLE]:
        found = max(DELIMITERS, key=line.count)
        cells = {field_of(cell.strip(' "')) for cell in line.rstrip("\r\n").split(found)}
        if found in line and cells & {"title", "text"}:
            return found
    return max(DELIMITERS, key=lines[0].count)
