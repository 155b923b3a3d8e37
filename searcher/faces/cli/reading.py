"""The commands that give articles to read: `searcher show`, one of them; `searcher sample`, some drawn at random."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import assert_never

import searcher
from searcher.faces.cli.answer import colored, paging, width
from searcher.faces.cli.options import (
    ASKED,
    ASKING,
    COLOR,
    FORMAT,
    IDENTIFIER,
    INDEX,
    JSON,
    LIMIT,
    PAGER,
    PASSAGES,
    SEED,
    Color,
    Format,
    Option,
    When,
    takes,
)
from searcher.faces.cli.running import NOTHING_FOUND, echo
from searcher.messages import Message, say
from searcher.render import json as as_json
from searcher.render import plain, tables, terminal
from searcher.values import replace


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


class By(StrEnum):
    FORMAT = "format"
    SOURCE = "source"
    AUTHOR = "author"
    SECTION = "section"
    LANGUAGE = "language"


_COLUMNS = ("id", "title", "date", "source", "author", "url", "path", "text")


@takes(
    IDENTIFIER,
    INDEX,
    Option("--query", str, metavar="Q"),
    FORMAT.of(ArticleFormat, default=ArticleFormat.TEXT, help="format.article"),
    JSON,
    COLOR,
    PAGER,
)
def show(
    identifier: str,
    *,
    index: Path | None,
    query: str | None,
    form: ArticleFormat,
    json: bool,
    color: Color,
    pager: When,
) -> int:
    """Prints an article, or a reference to it."""
    with searcher.open(index) as opened:
        article = opened.get(identifier)
        marks = opened.highlights(query, identifier, timeout=None) if query is not None else None
        about = opened.about
    form = ArticleFormat.JSON if json else form
    with paging(form is ArticleFormat.TEXT and pager is When.AUTO):
        for line in _shown(article, query, marks, about, form, color):
            echo(line)
    return 0


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


@takes(
    ASKED,
    INDEX,
    LIMIT.of(help="limit.sample"),
    SEED,
    Option("--by", By, metavar="FIELD", help="by.sample"),
    *ASKING,
    PASSAGES,
    FORMAT.of(SampleFormat, default=SampleFormat.TEXT),
    COLOR,
)
def sample(
    ask: searcher.Ask,
    *,
    index: Path | None,
    limit: int,
    seed: int,
    by: By | None,
    passages: int,
    form: SampleFormat,
    color: Color,
) -> int:
    """Prints hits drawn at random, the same ones for the same seed on every engine; with `by`, of each value of a field."""
    with searcher.open(index) as opened:
        if by is not None:
            return _sample_by(opened, ask, by, limit, seed, passages, form, color)
        results = opened.sample(ask, limit, seed=seed, passages=passages)
        if form is not SampleFormat.JSON:  # which holds the notes
            for note in results.notes:
                if not note.quiet:
                    echo(terminal.note(note), err=True)
        for line in _drawn(results, form, color):
            echo(line)
    if form is SampleFormat.TEXT:
        sys.stdout.flush()
        drawn = say("found.drawn", count=results.total, drawn=len(results), seed=f"{seed}")
        echo(drawn if results.total else say("found.none"), err=True)
    return 0 if results.total else NOTHING_FOUND


def _sample_by(
    opened: searcher.Index,
    ask: searcher.Ask,
    by: By,
    limit: int,
    seed: int,
    passages: int,
    form: SampleFormat,
    color: Color,
) -> int:
    """Prints a sample of the hits with each value of a field, the value of most hits first."""
    if form is SampleFormat.JSON:
        raise searcher.UsageError(Message("sample.by-json"))
    counted = opened.counts(ask, by.value)
    values = counted.values[by.value]
    for number, value in enumerate(sorted(values, key=lambda each: (-values[each], each or ""))):
        chosen = dict(ask.filters) | {by.value: (value,)}
        results = opened.sample(replace(ask, filters=tuple(chosen.items())), limit, seed=seed, passages=passages)
        if form is SampleFormat.TEXT:
            heading = say("sample.by", field=by.value, value=value or "?", count=values[value], drawn=len(results))
            for line in [*[""] * (number > 0), plain.line(heading), ""]:
                echo(line)
        header = form in (SampleFormat.CSV, SampleFormat.TSV) and number > 0
        for line in islice(_drawn(results, form, color), int(header), None):
            echo(line)
    return 0 if counted.total else NOTHING_FOUND


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
