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
from searcher.readers import MAX_ARTICLE, repairs, tables
from searcher.readers.encoding import encoding_of
from searcher.readers.mojibake import repair
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
    """The rows with the number of the line that each ends on; not the row that a damaged `stream` ends in. A quote that no
    other closes is read as a mark, and told to `repairs`. Raises Unreadable at a field that is far too long."""
    ahead = _Ahead(map(repair, lines))
    rows = csv.reader(ahead, delimiter=delimiter)
    width = 0  # cells of the row before
    try:
        for row in rows:
            held = ahead.taken
            if fault_of(stream) is not None and not _ended("".join(held)):
                return
            if _unclosed(held, delimiter, width):
                ahead.give_back(held[1:])
                row = next(csv.reader(held[:1], delimiter=delimiter, quoting=csv.QUOTE_NONE))
                repairs.mended("quotes", 1, place=f"line {ahead.number + skipped}", shown=held[0].strip()[:40])
            held.clear()
            width = len(row) or width
            yield ahead.number + skipped, row
    except csv.Error as error:
        long = f"a field of more than {MAX_ARTICLE >> 20} million characters; is the quote before it closed?"
        why = long if "field limit" in str(error) else str(error)
        raise Unreadable(f"line {ahead.number + skipped}: {why}") from error


class _Ahead:
    """Lines, numbered and held until their row is known; lines that belong to another row are given back."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._again: list[str] = []  # lines that were given back, the last first
        self.taken: list[str] = []
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else next(self._lines)
        self.taken.append(line)
        self.number += 1
        return line

    def give_back(self, lines: list[str]) -> None:
        self._again += reversed(lines)
        self.number -= len(lines)


def _unclosed(held: list[str], delimiter: str, width: int) -> bool:
    """Whether a row of several lines is several rows behind a quote that none closes: the file ends in it, or the quote that
    ends it stands in the middle of a cell; and its first two lines have as many cells as the row before."""
    if len(held) < 2 or width < 3 or any(each.count(delimiter) != width - 1 for each in held[:2]):
        return False
    if not _ended("".join(held).rstrip() + "\n"):
        return True
    try:
        next(csv.reader(held, delimiter=delimiter, strict=True))
    except csv.Error:
        return True
    return False


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
