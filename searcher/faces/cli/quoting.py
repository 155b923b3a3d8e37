"""The command line of `searcher quotes`: who said what, and where."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, assert_never

import searcher
from searcher.faces.cli.answer import colored, width
from searcher.faces.cli.options import ASKED, ASKING, COLOR, INDEX, SORT, Color, Option, takes
from searcher.faces.cli.printing import TABLE, Counted, TableFormat
from searcher.faces.cli.running import NOTHING_FOUND, echo
from searcher.messages import say
from searcher.render import quotes as rendered


@takes(
    ASKED,
    INDEX,
    Option("--by", str, "", "NAME", help="by.quotes"),
    Option("--about", str, "", "WORDS"),
    Option("--indirect", bool, False),
    SORT,
    *ASKING,
    TABLE,
    COLOR,
)
def quotes(
    ask: searcher.Ask,
    *,
    index: Path | None,
    by: str,
    about: str,
    indirect: bool,
    form: TableFormat,
    color: Color,
) -> int:
    """Prints the quotes in the articles of an answer: what was said, who said it, where it stands."""
    with searcher.open(index) as opened:
        counted = Counted(opened.quotes(ask, by=by, about=about, indirect=indirect))
        asked: dict[str, Any] = {"query": ask.query, "by": by or None, "about": about or None, "indirect": indirect}
        for line in _printed(counted, form, asked, color):
            echo(line)
    if form is TableFormat.TEXT:
        sys.stdout.flush()
        echo(say("found.quotes", quotes=counted.count, articles=len(counted.articles)), err=True)
    return 0 if counted.count else NOTHING_FOUND


def _printed(quotes: Iterable[searcher.Quote], form: TableFormat, asked: dict[str, Any], color: Color) -> Iterator[str]:
    match form:
        case TableFormat.TEXT:
            return rendered.text(quotes, color=colored(color, sys.stdout), width=width())
        case TableFormat.JSON:
            return rendered.json(quotes, asked)
        case TableFormat.JSONL:
            return rendered.jsonl(quotes)
        case TableFormat.CSV:
            return rendered.csv(quotes)
        case _:
            assert_never(form)
