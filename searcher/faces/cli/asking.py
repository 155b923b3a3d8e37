"""The options that say what is asked, as commands share them, and the question they make."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import searcher

QueryArgument = Annotated[
    list[str] | None, typer.Argument(metavar="[WORDS…]", help="What to look for; everything, without words.")
]
MatchOption = Annotated[searcher.Required, typer.Option("--match", help="As for search.")]
SinceOption = Annotated[str | None, typer.Option("--since", metavar="D", help="From this date on.", show_default=False)]
UntilOption = Annotated[
    str | None, typer.Option("--until", metavar="D", help="Up to this date, included.", show_default=False)
]
FilterOption = Annotated[
    list[str] | None,
    typer.Option(
        "--filter",
        metavar="FIELD=VALUE",
        help="Only articles with this whole value; again for another value or field.",
        show_default=False,
    ),
]
VariantsOption = Annotated[
    Path | None, typer.Option("--variants", metavar="FILE", help="More spellings of names.", show_default=False)
]
NoVariantsOption = Annotated[bool, typer.Option("--no-variants", help="Search names and words only as they are typed.")]
TimeoutOption = Annotated[
    float, typer.Option("--timeout", metavar="S", help="Seconds after which to stop and show what was found.")
]


def question(
    words: list[str],
    *,
    match: searcher.Required,
    since: str | None,
    until: str | None,
    filters: list[str] | None,
    variants: Path | None,
    no_variants: bool,
    timeout: float | None,
    sort: searcher.Sort = searcher.Sort.RELEVANCE,
) -> searcher.Ask:
    """The question that words and options make. Raises UsageError, DateError."""
    return searcher.Ask(
        " ".join(words),
        match=match,
        sort=sort,
        since=since,
        until=until,
        filters=parsed_filters(filters or []),
        variants=chosen(variants, no_variants),
        timeout=timeout,
    )


def parsed_filters(written: list[str]) -> dict[str, list[str | None]]:
    """`source=Le Monde` … → field → values; nothing behind = stands for articles without a value. Raises UsageError."""
    filters: dict[str, list[str | None]] = {}
    for each in written:
        field, equals, value = each.partition("=")
        if not equals:
            raise searcher.UsageError(f"--filter takes FIELD=VALUE, such as --filter 'source=Le Monde', not {each!r}")
        filters.setdefault(field.strip(), []).append(value.strip() or None)
    return filters


def chosen(file: Path | None, none: bool) -> Path | str | None:
    """What --variants and --no-variants say together."""
    if none and file is not None:
        raise searcher.UsageError("--variants and --no-variants contradict each other; give one of them")
    return None if none else file or searcher.BUILT_IN
