"""The values of the options that say what is asked → the `Ask` they make."""

from __future__ import annotations

from pathlib import Path

import searcher
from searcher.faces.cli.settings import settings
from searcher.messages import Message


def question(
    words: list[str],
    *,
    match: searcher.Required,
    since: str | None,
    until: str | None,
    filters: list[str] | None,
    variants: Path | None,
    no_variants: bool,
    timeout: float | None = None,
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
            raise searcher.UsageError(Message("cli.filter", written=each))
        filters.setdefault(field.strip(), []).append(value.strip() or None)
    return filters


def chosen(file: Path | None, none: bool) -> Path | str | None:
    """What --variants and --no-variants say together."""
    if none and file is not None and file != settings().get("variants"):
        raise searcher.UsageError(Message("cli.contradiction", first="--variants", second="--no-variants"))
    return None if none else file or searcher.BUILT_IN
