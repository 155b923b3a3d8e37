"""The commands that count an answer: `searcher facets` and `searcher timeline`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated

import typer

import searcher
from searcher.faces.cli.answer import Color, colored, width
from searcher.faces.cli.asking import (
    FilterOption,
    MatchOption,
    NoVariantsOption,
    QueryArgument,
    SinceOption,
    TimeoutOption,
    UntilOption,
    VariantsOption,
    question,
)
from searcher.faces.cli.running import NOTHING_FOUND, echo
from searcher.faces.cli.search import ColorOption, IndexOption, spoken


class FacetFormat(StrEnum):
    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


class TimelineFormat(StrEnum):
    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    SVG = "svg"


def facets(
    context: typer.Context,
    words: QueryArgument = None,
    index: IndexOption = None,
    by: Annotated[
        str, typer.Option("--by", metavar="FIELDS", help="source, author, section, language, format, year, when.")
    ] = "source,year",
    size: Annotated[int, typer.Option("--size", metavar="N", help="Values a field.")] = 20,
    match: MatchOption = searcher.Required.AUTO,
    since: SinceOption = None,
    until: UntilOption = None,
    filters: FilterOption = None,
    form: Annotated[FacetFormat, typer.Option("--format", help="How to print them.")] = FacetFormat.TEXT,
    variants: VariantsOption = None,
    no_variants: NoVariantsOption = False,
    timeout: TimeoutOption = searcher.TIMEOUT,
) -> None:
    """Count the answer by source, author, section, language, format or year."""
    ask = question(
        spoken(words or [], context),
        match=match,
        since=since,
        until=until,
        filters=filters,
        variants=variants,
        no_variants=no_variants,
        timeout=timeout,
    )
    fields = [field.strip() for field in by.split(",") if field.strip()]
    with searcher.open(index) as opened:
        made = opened.facets(ask, *fields, size=size)
    from searcher.render import facets as rendered

    lines: Iterable[str]
    match form:
        case FacetFormat.TEXT:
            lines = rendered.text(made)
        case FacetFormat.JSON:
            lines = rendered.json(made)
        case FacetFormat.JSONL:
            lines = rendered.jsonl(made)
        case FacetFormat.CSV:
            lines = rendered.csv(made)
    for line in lines:
        echo(line)
    _say_incomplete(all(facet.complete for facet in made))
    if not any(value.articles for facet in made for value in facet.values):
        raise typer.Exit(NOTHING_FOUND)


def timeline(
    context: typer.Context,
    words: QueryArgument = None,
    index: IndexOption = None,
    step: Annotated[searcher.Step, typer.Option("--step", help="The width of a bar.")] = searcher.Step.AUTO,
    share: Annotated[
        bool, typer.Option("--share", help="Draw the share of the archive's articles, not their number.")
    ] = False,
    match: MatchOption = searcher.Required.AUTO,
    since: SinceOption = None,
    until: UntilOption = None,
    filters: FilterOption = None,
    form: Annotated[TimelineFormat, typer.Option("--format", help="How to print it.")] = TimelineFormat.TEXT,
    color: ColorOption = Color.AUTO,
    variants: VariantsOption = None,
    no_variants: NoVariantsOption = False,
    timeout: TimeoutOption = searcher.TIMEOUT,
) -> None:
    """Draw how many articles of the answer appeared when, beside the archive's own volume."""
    ask = question(
        spoken(words or [], context),
        match=match,
        since=since,
        until=until,
        filters=filters,
        variants=variants,
        no_variants=no_variants,
        timeout=timeout,
    )
    with searcher.open(index) as opened:
        made = opened.timeline(ask, step=step)
    from searcher.render import timeline as rendered

    lines: Iterable[str]
    match form:
        case TimelineFormat.TEXT:
            lines = rendered.text(made, share=share, color=colored(color, sys.stdout), width=width())
        case TimelineFormat.JSON:
            lines = rendered.json(made)
        case TimelineFormat.JSONL:
            lines = rendered.jsonl(made)
        case TimelineFormat.CSV:
            lines = rendered.csv(made)
        case TimelineFormat.SVG:
            lines = rendered.svg(made, title=ask.query or "all articles", share=share)
    for line in lines:
        echo(line)
    _say_incomplete(made.complete)
    if not made.total:
        raise typer.Exit(NOTHING_FOUND)


def _say_incomplete(complete: bool) -> None:
    if not complete:
        echo("the time was up: every number is at least so much; give it longer with --timeout", err=True)
