"""Parquet → an article a row, of the columns that `records` knows; a few rows are in memory at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

import pyarrow as pa
from pyarrow import parquet

from searcher.article import Article
from searcher.errors import Unreadable
from searcher.readers import tables
from searcher.readers.problems import Problem, and_more, note, problem
from searcher.readers.records import article, field_of, part_of
from searcher.sources import Source, refuse_bomb

ROWS = 64  # read at a time

_WRAPPED = ("_source", "attributes", "fields", "article", "document")


def read(source: Source, stream: IO[bytes]) -> Iterator[Article | Problem]:
    try:
        with parquet.ParquetFile(stream, pre_buffer=False) as file:
            yield from _rows(source, file)
    except pa.ArrowException as error:
        raise Unreadable(f"damaged Parquet ({' '.join(str(error).split())[:150]})") from error


def _rows(source: Source, file: Any) -> Iterator[Article | Problem]:
    names = [name for name in file.schema_arrow.names if field_of(name) or part_of(name) or name in _WRAPPED]
    known = {field_of(name) for name in names} | ({"text"} if set(names) & set(_WRAPPED) else set())
    guessed = None if "text" in known else _unknown_text(file)
    if guessed is not None:
        yield note(source, f"the column “{guessed}” is read as the text: it holds most of the characters")
        names.append(guessed)
    elif not known & {"text", "title"}:
        raise Unreadable(tables.NO_COLUMNS.partition(";")[0])
    if left := [name for name in file.schema_arrow.names if name not in names and name[:2] != "__"]:
        yield note(source, f"columns that are not read: {', '.join(left[:10])}{', …' if left[10:] else ''}")
    for group in range(file.num_row_groups):
        refuse_bomb(file.metadata.row_group(group).total_byte_size, max(source.size, 1))
    number = failed = 0
    first = ""
    for batch in file.iter_batches(ROWS, columns=names, use_threads=False):
        columns = {
            "text" if name == guessed else name: _values(column)
            for name, column in zip(batch.schema.names, batch.columns, strict=True)
        }
        for row in range(batch.num_rows):
            number += 1
            try:
                record = {name: values[row] for name, values in columns.items()}
                yield article(source, record, number=number, place=f"row {number}")
            except Unreadable as error:
                failed, first = failed + 1, first or f"row {number}: {error}"
    if failed:
        yield problem(source, and_more(first, failed, "row"))


def _unknown_text(file: Any) -> str | None:
    """The column of an unknown name that holds most of the characters in the first rows; None for none."""
    kinds = file.schema_arrow
    texts = [each.name for each in kinds if pa.types.is_string(each.type) or pa.types.is_large_string(each.type)]
    batch = next(file.iter_batches(tables.SAMPLE, columns=texts, use_threads=False), None) if texts else None
    if batch is None:
        return None
    rows = [[str(row[name] or "") for name in texts] for row in batch.to_pylist()]
    at = tables.unknown_text(texts, rows)
    return None if at is None else texts[at]


def _values(column: Any) -> list[Any]:
    """The values of a column. Points in time are written out in their own zone and precision; days stay days."""
    if pa.types.is_timestamp(column.type):
        seconds = pa.timestamp("s", column.type.tz)
        try:
            return [
                None if value is None else value.isoformat() for value in column.cast(seconds, safe=False).to_pylist()
            ]
        except (ValueError, OverflowError):  # outside of the years 1 to 9999, or a zone that is unknown here
            return [None] * len(column)
    return list(column.to_pylist())
