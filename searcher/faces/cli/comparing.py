"""The command line of `searcher diff`: what one outlet printed of a dispatch, and another did not."""

from __future__ import annotations

import sys
from pathlib import Path

import searcher
from searcher.faces.cli.answer import colored
from searcher.faces.cli.options import COLOR, INDEX, Argument, Color, takes
from searcher.faces.cli.printing import TABLE, TableFormat, show
from searcher.faces.cli.running import echo


@takes(
    Argument("left", metavar="A", help="left"),
    Argument("right", metavar="B", help="right"),
    INDEX,
    TABLE.of(help="format.diff"),
    COLOR,
)
def diff(left: str, right: str, *, index: Path | None, form: TableFormat, color: Color) -> int:
    """Prints how the text of one article differs from that of another, by words."""
    from searcher.render import diff as rendered  # here: other commands compare nothing

    with searcher.open(index) as opened:
        found = opened.diff(left, right)
    show(rendered, form, found, color=colored(color, sys.stdout))
    if form is TableFormat.TEXT:
        sys.stdout.flush()
        echo(rendered.summary(found), err=True)
    return 0
