"""What several commands print alike: a table in four formats, found things that are counted as they pass, an answer that the
time cut short."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from searcher.faces.cli.options import FORMAT
from searcher.faces.cli.running import echo
from searcher.messages import say
from searcher.render import json as as_json
from searcher.render import tables


class TableFormat(StrEnum):
    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


TABLE = FORMAT.of(TableFormat, default=TableFormat.TEXT)
"""`--format` of a command that prints one table."""


class Renderer(Protocol):
    """A module of `render` whose functions are called like the formats."""

    text: Any
    json: Any
    jsonl: Any
    csv: Any


def show(renderer: Renderer, form: TableFormat, made: object, **layout: object) -> None:
    """Prints what a command found, in a format; `layout` is what the text takes besides."""
    lines: Iterable[str]
    match form:
        case TableFormat.TEXT:
            lines = renderer.text(made, **layout)
        case TableFormat.JSON:
            lines = renderer.json(made)
        case TableFormat.JSONL:
            lines = renderer.jsonl(made)
        case TableFormat.CSV:
            lines = renderer.csv(made)
    for line in lines:
        echo(line)


def show_rows(
    form: TableFormat, columns: Sequence[str], rows: Iterable[Sequence[object]], *, text: Callable[..., str]
) -> int:
    """Prints rows as they come, each with a cell a column, and gives how many there were. `text` makes a line of the cells;
    JSON is a list of objects."""
    records = []
    count = 0
    if form is TableFormat.CSV:
        echo(tables.row(columns))
    for row in rows:
        count += 1
        match form:
            case TableFormat.TEXT:
                echo(text(*row))
            case TableFormat.JSON:
                records.append(dict(zip(columns, row, strict=True)))
            case TableFormat.JSONL:
                echo(as_json.dumps(dict(zip(columns, row, strict=True))))
            case TableFormat.CSV:
                echo(tables.row(map(_flat, row)))
    if form is TableFormat.JSON:
        echo(as_json.dumps(records))
    return count


def _flat(cell: object) -> object:
    """A cell of CSV: nothing for None, a list with bars between."""
    return "" if cell is None else " | ".join(map(str, cell)) if isinstance(cell, list) else cell


def say_incomplete(complete: bool) -> None:
    """Says on standard error that the time was up before everything was looked at."""
    if not complete:
        echo(say("incomplete"), err=True)


class OfArticle(Protocol):
    @property
    def id(self) -> str: ...


Found = TypeVar("Found", bound=OfArticle)


class Counted(Generic[Found]):
    """Things found in articles, passed on and counted, with the articles that they are of."""

    def __init__(self, found: Iterator[Found]) -> None:
        self._found = found
        self.count = 0
        self.articles: set[str] = set()

    def __iter__(self) -> Iterator[Found]:
        for each in self._found:
            self.count += 1
            self.articles.add(each.id)
            yield each
