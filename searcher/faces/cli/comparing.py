"""The command line of `searcher diff`: what one outlet printed of a dispatch, and another did not."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import assert_never

import searcher
from searcher.faces.cli.answer import colored
from searcher.faces.cli.options import COLOR, FORMAT, INDEX, Argument, Color, takes
from searcher.faces.cli.running import echo


class DiffFormat(StrEnum):
    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


@takes(
    Argument("left", metavar="A", help="left"),
    Argument("right", metavar="B", help="right"),
    INDEX,
    FORMAT.of(DiffFormat, default=DiffFormat.TEXT, help="format.diff"),
    COLOR,
)
def diff(left: str, right: str, *, index: Path | None, form: DiffFormat, color: Color) -> int:
    """Prints how the text of one article differs from that of another, by words."""
    from searcher.render import diff as rendered  # here: other commands compare nothing

    with searcher.open(index) as opened:
        found = opened.diff(left, right)
    lines: Iterable[str]
    match form:
        case DiffFormat.TEXT:
            lines = rendered.text(found, color=colored(color, sys.stdout))
        case DiffFormat.JSON:
            lines = rendered.json(found)
        case DiffFormat.JSONL:
            lines = rendered.jsonl(found)
        case DiffFormat.CSV:
            lines = rendered.csv(found)
        case _:
            assert_never(form)
    for line in lines:
        echo(line)
    if form is DiffFormat.TEXT:
        sys.stdout.flush()
        echo(rendered.summary(found), err=True)
    return 0
