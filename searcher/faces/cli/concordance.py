"""The command line of `searcher kwic`: every occurrence of a query with the words around it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import assert_never

import searcher
from searcher.faces.cli.answer import colored, paging, width
from searcher.faces.cli.options import (
    ASKED,
    ASKING,
    COLOR,
    FORMAT,
    GROUP,
    INDEX,
    PAGER,
    SEED,
    Color,
    Option,
    When,
    takes,
)
from searcher.faces.cli.printing import Counted
from searcher.faces.cli.running import NOTHING_FOUND, echo
from searcher.messages import Message, say
from searcher.render import concordance, terminal


class LineFormat(StrEnum):
    TEXT = "text"
    CSV = "csv"
    TSV = "tsv"
    JSON = "json"
    JSONL = "jsonl"
    HTML = "html"


@takes(
    ASKED,
    INDEX,
    Option("--context", int, 8, "N"),
    Option("--sort", str, "", "KEYS", key="order", help="sort.kwic", joined=True),
    Option("--sort-strict", bool, False),
    Option("--sample", int, metavar="N"),
    SEED,
    GROUP.of(help="group.kwic"),
    *ASKING,
    FORMAT.of(LineFormat, default=LineFormat.TEXT),
    COLOR,
    PAGER,
)
def kwic(
    ask: searcher.Ask,
    *,
    index: Path | None,
    context: int,
    order: str,
    sort_strict: bool,
    sample: int | None,
    seed: int,
    group: bool,
    form: LineFormat,
    color: Color,
    pager: When,
) -> int:
    """Prints every occurrence of a query in context: reference, left, node, right."""
    if not ask.query.strip():
        raise searcher.UsageError(Message("cli.no-words-kwic"))
    with searcher.open(index) as opened:
        counted = Counted(
            opened.kwic(ask, context=context, order=order, strict=sort_strict, sample=sample, seed=seed, group=group)
        )
        results = opened.search(ask, limit=1, passages=0)
        for note in results.notes:
            if not note.quiet:
                echo(terminal.note(note), err=True)
        with paging(form is LineFormat.TEXT and pager is When.AUTO):
            for line in _printed(results, counted, form, context, color):
                echo(line)
    if form is LineFormat.TEXT:
        sys.stdout.flush()
        echo(say("found.lines", lines=counted.count, articles=len(counted.articles)), err=True)
    return 0 if counted.count else NOTHING_FOUND


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
