"""Quotes → text, JSON, JSON Lines and CSV."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import wrap
from typing import Any

from searcher.render.json import dumps
from searcher.render.plain import line
from searcher.render.tables import row
from searcher.render.terminal import DIM, MATCH, PLAIN
from searcher.results.published import SCHEMA, quote_dict
from searcher.results.quotes import Quote

COLUMNS = (
    "id",
    "date",
    "source",
    "title",
    "speaker",
    "mention",
    "confidence",
    "kind",
    "start",
    "end",
    "text",
    "cue",
)
WIDEST = 100


def text(quotes: Iterable[Quote], *, color: bool, width: int | None) -> Iterator[str]:
    """A quote in its lines; below it the speaker, as the article names it there, and the class; then date, source, title and
    identifier. `width`: columns of the terminal, None for a pipe, where nothing is broken."""
    for quote in quotes:
        said = f"« {' '.join(line(quote.text).split())} »"
        yield from wrap(said, min(width, WIDEST), break_on_hyphens=False) if width else (said,)
        who = line(quote.speaker or quote.mention or "?")
        beside = quote.mention and quote.speaker and line(quote.mention) != who
        named = f" ({line(quote.mention or '')})" if beside else ""
        strong, faint, plain = (MATCH, DIM, PLAIN) if color else ("", "", "")
        yield f"    {strong}{who}{plain}{named} · {quote.confidence}{' · indirect' if quote.kind == 'indirect' else ''}"
        about = filter(None, ((quote.date or "")[:10], quote.source, quote.title, quote.id))
        yield f"    {faint}{' · '.join(map(line, about))}{plain}"
        yield ""


def json(quotes: Iterable[Quote], asked: dict[str, Any]) -> Iterator[str]:
    """One object: what was asked, and the quotes, each on a line of the output."""
    yield f'{dumps({"schema": SCHEMA, **asked})[:-1]}, "quotes": ['
    before = ""
    for quote in quotes:
        yield f"{before}{dumps(quote_dict(quote))}"
        before = ","
    yield "]}"


def jsonl(quotes: Iterable[Quote]) -> Iterator[str]:
    """An object a quote."""
    return (dumps(quote_dict(quote)) for quote in quotes)


def csv(quotes: Iterable[Quote]) -> Iterator[str]:
    """A line of names, then a line a quote."""
    yield row(COLUMNS)
    for quote in quotes:
        yield row("" if value is None else value for value in (getattr(quote, name) for name in COLUMNS))
