"""The commands about who stands in an answer, and about what is like an article: `names`, `pairs`, `similar`."""

from __future__ import annotations

from pathlib import Path

import searcher
from searcher.faces.cli.options import (
    ASKED,
    ASKING,
    FILTER,
    INDEX,
    LIMIT,
    SINCE,
    TIMEOUT,
    UNTIL,
    Argument,
    Option,
    takes,
)
from searcher.faces.cli.printing import TABLE, TableFormat, say_incomplete, show
from searcher.faces.cli.question import parsed_filters
from searcher.faces.cli.running import NOTHING_FOUND, echo, read_standard_input
from searcher.messages import say

_RANK = Option("--rank", searcher.NameOrder, searcher.NameOrder.RATIO, key="order")
_SIZE = Option("--size", int, 20, "N", help="size.names")


@takes(
    ASKED,
    INDEX,
    Option("--kind", str, "", "KINDS", joined=True),
    _RANK,
    _SIZE,
    *ASKING,
    TABLE,
    TIMEOUT,
)
def names(
    ask: searcher.Ask, *, index: Path | None, kind: str, order: searcher.NameOrder, size: int, form: TableFormat
) -> int:
    """Prints the names that an answer has more often than the rest of the archive."""
    kinds = tuple(filter(None, (each.strip() for each in kind.split(","))))
    with searcher.open(index) as opened:
        made = opened.names(ask, kinds=kinds, order=order, size=size)
    from searcher.render import names as rendered

    show(rendered, form, made)
    say_incomplete(made.complete)
    return _found(made, "names.none")


@takes(
    ASKED,
    INDEX,
    _RANK,
    _SIZE.of(help="size.pairs"),
    Option("--examples", int, 0, "N"),
    *ASKING,
    TABLE,
    TIMEOUT,
)
def pairs(
    ask: searcher.Ask, *, index: Path | None, order: searcher.NameOrder, size: int, examples: int, form: TableFormat
) -> int:
    """Prints the persons who stand in one sentence more often than elsewhere, or than chance has it."""
    with searcher.open(index) as opened:
        made = opened.pairs(ask, order=order, size=size, examples=examples)
    from searcher.render import names as rendered

    show(rendered, form, made)
    say_incomplete(made.complete)
    return _found(made, "pairs.none")


def _found(made: searcher.Names | searcher.Pairs, none: str) -> int:
    """The status; an empty table is told as the message `none`, or as an answer without articles."""
    if made.rows:
        return 0
    if made.complete:
        echo(say(none if made.total else "found.none"), err=True)
    return NOTHING_FOUND


@takes(
    Argument("identifiers", metavar="ID…", many=True, help="likes"),
    INDEX,
    LIMIT,
    SINCE,
    UNTIL,
    FILTER,
    TABLE,
)
def similar(
    *,
    identifiers: list[str],
    index: Path | None,
    limit: int,
    since: str | None,
    until: str | None,
    filters: list[str],
    form: TableFormat,
) -> int:
    """Prints the articles most like some articles, or like the text on standard input, and what they share."""
    text = read_standard_input().decode("utf-8", "replace") if "-" in identifiers else ""
    wanted = [each for each in identifiers if each != "-"]
    with searcher.open(index) as opened:
        made = opened.similar(
            *wanted, text=text, limit=limit, since=since, until=until, filters=parsed_filters(filters)
        )
    from searcher.render import similar as rendered

    show(rendered, form, made)
    if made.hits:
        return 0
    echo(say("similar.none"), err=True)
    return NOTHING_FOUND
