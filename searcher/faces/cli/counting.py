"""The commands that count an answer: `searcher facets` and `searcher timeline`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

import searcher
from searcher.faces.cli.answer import colored, width
from searcher.faces.cli.options import ASKED, ASKING, COLOR, FORMAT, INDEX, TIMEOUT, Color, Option, takes
from searcher.faces.cli.printing import TABLE, TableFormat, say_incomplete, show
from searcher.faces.cli.running import NOTHING_FOUND, echo
from searcher.messages import say


class TimelineFormat(StrEnum):
    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    SVG = "svg"


@takes(
    ASKED,
    INDEX,
    Option("--by", str, "source,year", "FIELDS", joined=True),
    Option("--size", int, 20, "N"),
    *ASKING,
    TABLE,
    TIMEOUT,
)
def facets(ask: searcher.Ask, *, index: Path | None, by: str, size: int, form: TableFormat) -> int:
    """Prints how many articles of an answer there are by source, author, section, language, format or year."""
    fields = [field.strip() for field in by.split(",") if field.strip()]
    with searcher.open(index) as opened:
        made = opened.facets(ask, *fields, size=size)
    from searcher.render import facets as rendered

    show(rendered, form, made)
    say_incomplete(all(facet.complete for facet in made))
    return 0 if any(value.articles for facet in made for value in facet.values) else NOTHING_FOUND


@takes(
    ASKED,
    INDEX,
    Option("--step", searcher.Step, searcher.Step.AUTO),
    Option("--share", bool, False),
    *ASKING,
    FORMAT.of(TimelineFormat, default=TimelineFormat.TEXT),
    COLOR,
    TIMEOUT,
)
def timeline(
    ask: searcher.Ask, *, index: Path | None, step: searcher.Step, share: bool, form: TimelineFormat, color: Color
) -> int:
    """Draws how many articles of an answer appeared when, beside the archive's own volume."""
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
            lines = rendered.svg(made, title=ask.query or say("timeline.all"), share=share)
    for line in lines:
        echo(line)
    say_incomplete(made.complete)
    return 0 if made.total else NOTHING_FOUND
