"""Spreadsheets (Excel .xlsx, .xlsb and .xls, OpenDocument .ods) → an article a row, sheet by sheet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from io import BytesIO
from typing import IO

from python_calamine import CalamineError, CalamineWorkbook

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers import tables
from searcher.readers.problems import Problem, note, problem
from searcher.sources import Source

MAX_BYTES = 200 << 20
MAX_CELLS = 20_000_000  # of one sheet

Cell = int | float | str | bool | time | date | datetime | object


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    """The articles of all sheets. A sheet without a column that can be a title or a text is named, and the others are read."""
    try:
        yield from _sheets(source, stream)
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # of PyO3, which makes it no Exception
            raise
        raise Unreadable("a damaged spreadsheet") from error


def _sheets(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    raw = stream.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise Unreadable(f"a spreadsheet of more than {MAX_BYTES >> 20} MB; save it as CSV")
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(raw))
    except CalamineError as error:
        raise Unreadable(f"a damaged spreadsheet ({error})") from error
    without: list[str] = []
    made = damaged = False
    for name in book.sheet_names:
        try:
            sheet = book.get_sheet_by_name(name)
            if sheet.total_height * sheet.total_width > MAX_CELLS:
                raise Unreadable(f"sheet {name}: more than {MAX_CELLS:,} cells; save it as CSV")
            cells = ((number, [_written(cell) for cell in row]) for number, row in enumerate(sheet.to_python(), 1))
            rows = ((number, row) for number, row in cells if any(cell.strip() for cell in row))
            prefix = f"sheet {name}, " if len(book.sheet_names) > 1 else ""
            for each in tables.read(source, rows, unit="row", prefix=prefix):
                made = True
                yield each
        except (Unreadable, CalamineError) as error:
            if str(error) in (tables.NO_COLUMNS, "empty"):
                without.append(name)
            else:
                damaged = True
                yield problem(source, f"sheet {name}: {error}")
    if not made and not damaged:
        raise Unreadable(tables.NO_COLUMNS)
    if without:
        yield note(source, f"sheets without a title or a text: {', '.join(without[:5])}{', …' if without[5:] else ''}")


def _written(cell: Cell) -> str:
    """A cell as text: dates in ISO 8601, whole numbers without a fraction."""
    match cell:
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case datetime() | date() | time():
            return cell.isoformat()
        case float() if cell.is_integer():
            return str(int(cell))
        case _:  # text, numbers, booleans, durations
            return str(cell)
