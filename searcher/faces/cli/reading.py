"""The commands that give articles to read: `searcher show`, one of them; `searcher sample`, some drawn at random."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, assert_never

import typer

import searcher
from searcher.faces.cli.answer import Color, Format, colored, width
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
from searcher.render import json as as_json
from searcher.render import tables, terminal


class ArticleFormat(StrEnum):
    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    CSL = "csl"
    RIS = "ris"
    BIBTEX = "bibtex"
    IRAMUTEQ = "iramuteq"


class SampleFormat(StrEnum):
    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    TSV = "tsv"


_COLUMNS = ("id", "title", "date", "source", "author", "url", "path", "text")


def show(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="The identifier that search prints.")],
    index: IndexOption = None,
    query: Annotated[
        str | None, typer.Option("--query", metavar="Q", help="Mark what this query asks for.", show_default=False)
    ] = None,
    form: Annotated[ArticleFormat, typer.Option("--format", help="How to print the article.")] = ArticleFormat.TEXT,
    json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Print an article, or a reference to it."""
    with searcher.open(index) as opened:
        article = opened.get(identifier)
        marks = opened.highlights(query, identifier, timeout=None) if query is not None else None
        about = opened.about
    for line in _shown(article, query, marks, about, ArticleFormat.JSON if json else form, color):
        echo(line)


Marks = tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]
"""Ranges of the title and of the text."""


def _shown(
    article: searcher.Article,
    query: str | None,
    marks: Marks | None,
    about: searcher.About,
    form: ArticleFormat,
    color: Color,
) -> Iterator[str]:
    match form:
        case ArticleFormat.TEXT:
            title, text = marks or ((), ())
            yield from terminal.article(
                article, color=colored(color, sys.stdout), width=width(), title=title, text=text
            )
        case ArticleFormat.JSON | ArticleFormat.JSONL:
            yield as_json.article(article, marks)
        case ArticleFormat.CSV:
            yield tables.row(_COLUMNS)
            yield tables.row(getattr(article, name) or "" for name in _COLUMNS)
        case ArticleFormat.CSL | ArticleFormat.RIS | ArticleFormat.BIBTEX | ArticleFormat.IRAMUTEQ:
            from searcher.faces.cli.exporting import references  # here: other formats do not need it

            yield from references([(article, query or "", about)], Format(form.value), None)
        case _:
            assert_never(form)


def sample(
    context: typer.Context,
    words: QueryArgument = None,
    index: IndexOption = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", help="Hits to draw, 1 to 1000.")] = 10,
    seed: Annotated[int, typer.Option("--seed", metavar="S", help="Another seed draws another sample.")] = 0,
    match: MatchOption = searcher.Required.AUTO,
    since: SinceOption = None,
    until: UntilOption = None,
    filters: FilterOption = None,
    passages: Annotated[int, typer.Option("--passages", metavar="N", help="Passages a hit.")] = 2,
    form: Annotated[SampleFormat, typer.Option("--format", help="How to print the hits.")] = SampleFormat.TEXT,
    color: ColorOption = Color.AUTO,
    variants: VariantsOption = None,
    no_variants: NoVariantsOption = False,
) -> None:
    """Draw hits at random, the same ones for the same seed on every engine."""
    ask = question(
        spoken(words or [], context),
        match=match,
        since=since,
        until=until,
        filters=filters,
        variants=variants,
        no_variants=no_variants,
        timeout=None,
    )
    with searcher.open(index) as opened:
        results = opened.sample(ask, limit, seed=seed, passages=passages)
        if form is not SampleFormat.JSON:  # which holds the notes
            for note in results.notes:
                if not note.quiet:
                    echo(terminal.note(note), err=True)
        for line in _drawn(results, form, color):
            echo(line)
    if form is SampleFormat.TEXT:
        sys.stdout.flush()
        found = terminal.count(results.total, "article")
        echo(f"{found}, {len(results)} of them drawn with seed {seed}" if results.total else "no article", err=True)
    if not results.total:
        raise typer.Exit(NOTHING_FOUND)


def _drawn(results: searcher.Results, form: SampleFormat, color: Color) -> Iterator[str]:
    match form:
        case SampleFormat.TEXT:
            last = max((hit.rank for hit in results), default=1)
            for number, hit in enumerate(results):
                if number and hit.rank == 1:  # else the hit itself begins with an empty line
                    yield ""
                rows = terminal.hits([hit], last=last, color=colored(color, sys.stdout), width=width())
                if not number and hit.rank > 1:
                    next(rows)
                yield from rows
        case SampleFormat.JSON:
            yield results.to_json()
        case SampleFormat.JSONL:
            yield from (hit.to_json() for hit in results)
        case SampleFormat.CSV:
            yield from tables.separated(results, ",")
        case SampleFormat.TSV:
            yield from tables.separated(results, "\t")
        case _:
            assert_never(form)
