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
    book, lost = _opened(raw)
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
            if isinstance(error, CalamineError) and lost:
                lost += f"; sheet {name} is missing"
            elif str(error) in (tables.NO_COLUMNS, "empty"):
                without.append(name)
            else:
                damaged = True
                yield problem(source, f"sheet {name}: {error}")
    if not made and not damaged:
        raise Unreadable(lost or tables.NO_COLUMNS)
    if lost:
        yield problem(source, lost)
    if without:
        yield note(source, f"sheets without a title or a text: {', '.join(without[:5])}{', …' if without[5:] else ''}")


def _opened(raw: bytes) -> tuple[CalamineWorkbook, str]:
    """A workbook, and what is lost of one whose package is cut short; empty for nothing."""
    try:
        return CalamineWorkbook.from_filelike(BytesIO(raw)), ""
    except CalamineError as error:
        reason = f"a damaged spreadsheet ({error})"
        if not raw.startswith(b"PK"):
            raise Unreadable(reason) from error
    try:
        from searcher.readers.documents import salvage  # here: needs another extra
    except ModuleNotFoundError:
        raise Unreadable(reason) from None
    held, lost = salvage.workbook(raw)
    try:
        return CalamineWorkbook.from_filelike(BytesIO(held)), lost
    except CalamineError:
        raise Unreadable(lost or reason) from None


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
