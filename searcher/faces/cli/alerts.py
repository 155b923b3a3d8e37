"""The commands around saved searches: `searcher save`, `saved`, `new`, `match`, `feed`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import searcher
from searcher.faces.cli.answer import colored, width
from searcher.faces.cli.options import (
    ASKED,
    ASKING,
    COLOR,
    INDEX,
    LIMIT,
    MATCH,
    Argument,
    Color,
    Option,
    takes,
)
from searcher.faces.cli.printing import TABLE, TableFormat, show_rows
from searcher.faces.cli.running import NOTHING_FOUND, echo
from searcher.messages import Message, say
from searcher.render import json as as_json
from searcher.render import plain, tables, terminal
from searcher.values import replace as replaced

NAMES = Argument("names", metavar="[NAME…]", many=True, required=False)


@takes(
    Argument("name", metavar="NAME"),
    ASKED,
    INDEX,
    Option("--note", str, "", "TEXT"),
    Option("--replace", bool, False),
    Option("--remove", bool, False),
    *ASKING,
)
def save(ask: searcher.Ask, *, name: str, index: Path | None, note: str, replace: bool, remove: bool) -> int:
    """Saves a search under a name."""
    searches = searcher.SavedSearches()
    if remove:
        searches.forget(name)
        echo(say("saved.removed", name=plain.line(name)), err=True)
        return 0
    if not ask.query.strip() and not ask.filters:
        raise searcher.UsageError(Message("cli.no-words-save"))
    if isinstance(ask.variants, Path):
        ask = replaced(ask, variants=ask.variants.absolute())
    saved = searches.save(name, replaced(ask, timeout=searcher.TIMEOUT), index=index, note=note, again=replace)
    echo(say("saved.saved", name=plain.line(saved.name)), err=True)
    return 0


@takes(TABLE)
def saved(form: TableFormat) -> int:
    """Lists the saved searches."""
    rows = (
        (each.name, each.ask.query, _filters(each.ask), each.index, each.note, each.created)
        for each in searcher.SavedSearches()
    )
    count = show_rows(form, ("name", "query", "filters", "index", "note", "created"), rows, text=_line)
    if not count:
        echo(say("saved.none"), err=True)
        return NOTHING_FOUND
    return 0


def _line(name: str, query: str, filters: str, index: str, note: str, created: str) -> str:
    parts = [say("saved.line", name=plain.line(name), query=plain.line(query))]
    if filters:
        parts.append(f"  {plain.line(filters)}")
    if note:
        parts.append(say("saved.note", note=plain.line(note)))
    return "".join(parts)


@takes(NAMES, Option("--peek", bool, False), TABLE, COLOR)
def new(names: list[str], *, peek: bool, form: TableFormat, color: Color) -> int:
    """Shows what came since it was shown last; exit status 0 when there is something, 1 when there is not."""
    found = 0
    news: list[dict[str, object]] = []
    painted, columns = colored(color, sys.stdout), width()
    if form is TableFormat.CSV:
        echo(tables.row(("search", *tables.COLUMNS, "changed")))
    for each in searcher.SavedSearches().news(names, peek=peek):
        found += len(each.hits)
        if each.restarted:
            echo(say("saved.anew", name=plain.line(each.saved.name)), err=True)
        match form:
            case TableFormat.TEXT:
                if each.hits:
                    echo(say("saved.new", name=plain.line(each.saved.name), count=len(each.hits)))
                for hit in each.hits:
                    if hit.article.id in each.changed:
                        echo(say("saved.changed"))
                    for line in terminal.hit(hit, color=painted, width=columns):
                        echo(line)
                    echo("")
            case TableFormat.JSON:
                news.append({"search": each.saved.name, "hits": [_told(each, hit) for hit in each.hits]})
            case TableFormat.JSONL:
                for hit in each.hits:
                    echo(as_json.dumps({"search": each.saved.name, **_told(each, hit)}))
            case TableFormat.CSV:
                for hit, row in zip(each.hits, tables.rows(each.hits), strict=True):
                    changed = "changed" if hit.article.id in each.changed else ""
                    echo(tables.row((each.saved.name, *row, changed)))
        sys.stdout.flush()  # what was not printed must not count as shown
    if form is TableFormat.JSON:
        echo(as_json.dumps(news))
    return 0 if found else NOTHING_FOUND


def _told(news: searcher.News, hit: searcher.Hit) -> dict[str, object]:
    """A hit as JSON has it, with whether the article was in the archive before."""
    return {**hit.as_dict(), "changed": hit.article.id in news.changed}


@takes(
    Argument("files", metavar="FILE…", many=True),
    Option("--only", str, metavar="NAME", key="names", many=True),
    TABLE,
)
def match(files: list[str], *, names: list[str], form: TableFormat) -> int:
    """Says which saved searches a text meets."""
    rows = ((search, hit.article.id, hit.article.title) for search, hit in _met(files, names))
    found = show_rows(
        form,
        ("search", "id", "title"),
        rows,
        text=lambda search, id, title: plain.line(say("saved.line", name=search, query=title or id)),
    )
    return 0 if found else NOTHING_FOUND


def _met(files: list[str], names: list[str]) -> Iterator[tuple[str, searcher.Hit]]:
    for search, hit in searcher.SavedSearches().matching(files, names):
        yield search.name, hit


@takes(
    ASKED,
    INDEX,
    LIMIT.of(default=50, help="limit.feed"),
    Option("--address", str, metavar="URL"),
    MATCH.of(default=searcher.Required.ALL),
    *ASKING[1:],
)
def feed(ask: searcher.Ask, *, index: Path | None, limit: int, address: str | None) -> int:
    """Prints an Atom feed of the articles of an answer that came into the archive last."""
    ask = replaced(ask, timeout=searcher.TIMEOUT)
    from searcher.render import atom

    with searcher.open(index) as opened, opened.pinned() as pinned:
        for line in atom.feed(pinned.latest(ask, limit=limit), query=ask.query, about=pinned.about, address=address):
            echo(line)
    return 0


def _filters(ask: searcher.Ask) -> str:
    return " ".join(f"{field}={value or ''}" for field, values in ask.filters for value in values)
