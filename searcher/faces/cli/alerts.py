"""The commands around saved searches: `searcher save`, `saved`, `new`, `match`, `feed`."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from typing import Annotated

import typer

import searcher
from searcher.faces.cli.answer import Color, colored, width
from searcher.faces.cli.asking import (
    FilterOption,
    MatchOption,
    NoVariantsOption,
    QueryArgument,
    SinceOption,
    UntilOption,
    VariantsOption,
    question,
)
from searcher.faces.cli.counting import FacetFormat as Format
from searcher.faces.cli.running import NOTHING_FOUND, echo
from searcher.faces.cli.search import ColorOption, IndexOption, spoken
from searcher.render import json as as_json
from searcher.render import plain, tables, terminal

FormatOption = Annotated[Format, typer.Option("--format", help="How to print them.")]
NamesArgument = Annotated[
    list[str] | None, typer.Argument(metavar="[NAME…]", help="Saved searches; all of them, without names.")
]


def save(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call the search.")],
    words: QueryArgument = None,
    index: IndexOption = None,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="What it is for.", show_default=False)] = "",
    replace: Annotated[bool, typer.Option("--replace", help="Replace the search of that name.")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Remove the search of that name.")] = False,
    match: MatchOption = searcher.Required.AUTO,
    since: SinceOption = None,
    until: UntilOption = None,
    filters: FilterOption = None,
    variants: VariantsOption = None,
    no_variants: NoVariantsOption = False,
) -> None:
    """Save a search under a name, to be told what is new."""
    searches = searcher.SavedSearches()
    if remove:
        searches.forget(name)
        echo(f"removed {plain.line(name)}", err=True)
        return
    ask = question(
        spoken(words or [], context),
        match=match,
        since=since,
        until=until,
        filters=filters,
        variants=variants and variants.absolute(),
        no_variants=no_variants,
        timeout=searcher.TIMEOUT,
    )
    if not ask.query.strip() and not ask.filters:
        raise searcher.UsageError("no words to save; try: searcher save budget budget de la ville")
    saved = searches.save(name, ask, index=index, note=note, again=replace)
    echo(f"saved {plain.line(saved.name)}; what is new from now on: searcher new {plain.line(name)}", err=True)


def saved(form: FormatOption = Format.TEXT) -> None:
    """List the saved searches."""
    searches = list(searcher.SavedSearches())
    rows = [(each.name, each.ask.query, _filters(each.ask), each.index, each.note, each.created) for each in searches]
    columns = ("name", "query", "filters", "index", "note", "created")
    match form:
        case Format.TEXT:
            for each in searches:
                note = f"  ({plain.line(each.note)})" if each.note else ""
                filters = f"  {plain.line(_filters(each.ask))}" if each.ask.filters else ""
                echo(f"{plain.line(each.name)}: {plain.line(each.ask.query)}{filters}{note}")
        case Format.JSON:
            echo(as_json.dumps([dict(zip(columns, row, strict=True)) for row in rows]))
        case Format.JSONL:
            for row in rows:
                echo(as_json.dumps(dict(zip(columns, row, strict=True))))
        case Format.CSV:
            for cells in (columns, *rows):
                echo(tables.row(cells))
    if not searches:
        echo("no search is saved; save one with: searcher save NAME WORDS…", err=True)
        raise typer.Exit(NOTHING_FOUND)


def new(
    names: NamesArgument = None,
    form: FormatOption = Format.TEXT,
    peek: Annotated[bool, typer.Option("--peek", help="Show it again next time.")] = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Show what came since it was shown last; exit status 0 when there is something, 1 when there is not."""
    found = 0
    news: list[dict[str, object]] = []
    painted, columns = colored(color, sys.stdout), width()
    if form is Format.CSV:
        echo(tables.row(("search", *tables.COLUMNS)))
    for each in searcher.SavedSearches().news(names or (), peek=peek):
        found += len(each.hits)
        if each.restarted:
            echo(f"{plain.line(each.saved.name)}: its index was made anew; all that it finds is shown", err=True)
        match form:
            case Format.TEXT:
                if each.hits:
                    echo(f"{plain.line(each.saved.name)}: {len(each.hits)} new")
                for hit in each.hits:
                    for line in terminal.hit(hit, color=painted, width=columns):
                        echo(line)
                    echo("")
            case Format.JSON:
                news.append({"search": each.saved.name, "hits": [hit.as_dict() for hit in each.hits]})
            case Format.JSONL:
                for hit in each.hits:
                    echo(as_json.dumps({"search": each.saved.name, **hit.as_dict()}))
            case Format.CSV:
                for row in tables.rows(each.hits):
                    echo(tables.row((each.saved.name, *row)))
        sys.stdout.flush()  # what was not printed must not count as shown
    if form is Format.JSON:
        echo(as_json.dumps(news))
    if not found:
        raise typer.Exit(NOTHING_FOUND)


def match(
    files: Annotated[list[str], typer.Argument(metavar="FILE…", help="Articles, in any format; - for standard input.")],
    names: Annotated[
        list[str] | None, typer.Option("--only", metavar="NAME", help="Only these searches.", show_default=False)
    ] = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Say which saved searches a text meets."""
    met = _met(files, names or [])
    found: Counter[str] = Counter()
    if form is Format.CSV:
        echo(tables.row(("search", "id", "title")))
    records = []
    for search, hit in met:
        found[search] += 1
        record = {"search": search, "id": hit.article.id, "title": hit.article.title}
        match form:
            case Format.TEXT:
                echo(plain.line(f"{search}: {hit.article.title or hit.article.id}"))
            case Format.JSON:
                records.append(record)
            case Format.JSONL:
                echo(as_json.dumps(record))
            case Format.CSV:
                echo(tables.row(record.values()))
    if form is Format.JSON:
        echo(as_json.dumps(records))
    if not found:
        raise typer.Exit(NOTHING_FOUND)


def _met(files: list[str], names: list[str]) -> Iterator[tuple[str, searcher.Hit]]:
    for search, hit in searcher.SavedSearches().matching(files, names):
        yield search.name, hit


def feed(
    context: typer.Context,
    words: QueryArgument = None,
    index: IndexOption = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", help="Articles, those that came last.")] = 50,
    address: Annotated[
        str | None, typer.Option("--address", metavar="URL", help="Where the feed will be.", show_default=False)
    ] = None,
    match: MatchOption = searcher.Required.ALL,
    since: SinceOption = None,
    until: UntilOption = None,
    filters: FilterOption = None,
    variants: VariantsOption = None,
    no_variants: NoVariantsOption = False,
) -> None:
    """Print an Atom feed of the articles of an answer that came into the archive last."""
    ask = question(
        spoken(words or [], context),
        match=match,
        since=since,
        until=until,
        filters=filters,
        variants=variants,
        no_variants=no_variants,
        timeout=searcher.TIMEOUT,
    )
    from searcher.render import atom

    with searcher.open(index) as opened, opened.pinned() as pinned:
        for line in atom.feed(pinned.latest(ask, limit=limit), query=ask.query, about=pinned.about, address=address):
            echo(line)


def _filters(ask: searcher.Ask) -> str:
    return " ".join(f"{field}={value or ''}" for field, values in ask.filters for value in values)


def register(application: typer.Typer, words: dict[str, object]) -> None:
    """Adds these commands to the command line of `searcher`; `words`: the settings of commands that take words."""
    application.command(context_settings=words)(save)
    application.command()(saved)
    application.command()(new)
    application.command()(match)
    application.command(context_settings=words)(feed)
