"""The command line of `searcher kwic`: every occurrence of a query with the words around it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Annotated, assert_never

import typer

import searcher
from searcher.faces.cli.answer import Color, colored, width
from searcher.faces.cli.asking import (
    FilterOption,
    MatchOption,
    NoVariantsOption,
    QueryArgument,
    SinceOption,
    UntilOption,
    VariantsOption,
    question,
)
from searcher.faces.cli.running import NOTHING_FOUND, echo
from searcher.faces.cli.search import ColorOption, IndexOption, spoken
from searcher.render import concordance, terminal


class LineFormat(StrEnum):
    TEXT = "text"
    CSV = "csv"
    TSV = "tsv"
    JSON = "json"
    JSONL = "jsonl"
    HTML = "html"


def kwic(
    command: typer.Context,
    words: QueryArgument = None,
    index: IndexOption = None,
    context: Annotated[int, typer.Option("--context", metavar="N", help="Words on each side, 0 to 100.")] = 8,
    order: Annotated[
        str,
        typer.Option(
            "--sort",
            metavar="KEYS",
            help="1L, 1R, 2R …, hit, date, source, text, with commas; - before one reverses it.",
            show_default=False,
        ),
    ] = "",
    sample: Annotated[
        int | None, typer.Option("--sample", metavar="N", help="N lines drawn at random.", show_default=False)
    ] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="S", help="Another seed draws another sample.")] = 0,
    match: MatchOption = searcher.Required.AUTO,
    since: SinceOption = None,
    until: UntilOption = None,
    filters: FilterOption = None,
    form: Annotated[LineFormat, typer.Option("--format", help="How to print the lines.")] = LineFormat.TEXT,
    color: ColorOption = Color.AUTO,
    variants: VariantsOption = None,
    no_variants: NoVariantsOption = False,
) -> None:
    """Print every occurrence of a query in context: reference, left, node, right."""
    ask = question(
        spoken(words or [], command),
        match=match,
        since=since,
        until=until,
        filters=filters,
        variants=variants,
        no_variants=no_variants,
        timeout=None,
    )
    if not ask.query.strip():
        raise searcher.UsageError("no words to look for; try: searcher kwic Erdoğan")
    with searcher.open(index) as opened:
        counted = _Counted(opened.kwic(ask, context=context, order=order, sample=sample, seed=seed))
        results = opened.search(ask, limit=1, passages=0)
        for note in results.notes:
            if not note.quiet:
                echo(terminal.note(note), err=True)
        for line in _printed(results, counted, form, context, color):
            echo(line)
    if form is LineFormat.TEXT:
        sys.stdout.flush()
        echo(f"{terminal.count(counted.lines, 'line')} in {terminal.count(len(counted.articles), 'article')}", err=True)
    if not counted.lines:
        raise typer.Exit(NOTHING_FOUND)


class _Counted:
    """The lines passed on, counted, with the articles that they are of."""

    def __init__(self, lines: Iterator[searcher.Line]) -> None:
        self._given = lines
        self.lines = 0
        self.articles: set[str] = set()

    def __iter__(self) -> Iterator[searcher.Line]:
        for line in self._given:
            self.lines += 1
            self.articles.add(line.id)
            yield line


def _printed(
    results: searcher.Results, lines: Iterable[searcher.Line], form: LineFormat, context: int, color: Color
) -> Iterator[str]:
    match form:
        case LineFormat.TEXT:
            return concordance.text(lines, context=context, color=colored(color, sys.stdout), width=width())
        case LineFormat.CSV:
            return concordance.separated(lines, ",")
        case LineFormat.TSV:
            return concordance.separated(lines, "\t")
        case LineFormat.JSON:
            return concordance.json(results, lines)
        case LineFormat.JSONL:
            return concordance.json_lines(lines)
        case LineFormat.HTML:
            return concordance.page(results, lines)
        case _:
            assert_never(form)
