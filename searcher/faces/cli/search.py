"""The command line of `search`: words, and options that begin with two dashes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

import searcher
from searcher.faces.cli.answer import CITING, Color, Format, answer
from searcher.faces.cli.asking import (
    FilterOption,
    NoVariantsOption,
    SinceOption,
    TimeoutOption,
    UntilOption,
    VariantsOption,
    question,
)
from searcher.faces.cli.running import read_standard_input

IndexOption = Annotated[
    Path | None, typer.Option("--index", metavar="DIR", help="The index to use.", show_default=False)
]
ColorOption = Annotated[Color, typer.Option("--color", help="Colour: on a terminal, always, or never.")]

OutputOption = Annotated[
    Path | None, typer.Option("--output", metavar="DIR", help="The folder that txm makes.", show_default=False)
]
FacetsOption = Annotated[
    str | None,
    typer.Option("--facets", metavar="FIELDS", help="With --json: counts by these fields.", show_default=False),
]

WORDS = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": ["--help"]}

searching = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"searcher {searcher.__version__}")
        raise typer.Exit


VersionOption = Annotated[
    bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
]


@searching.command(context_settings=WORDS)
def search(
    context: typer.Context,
    words: Annotated[list[str] | None, typer.Argument(help="What to look for; - reads it from standard input.")] = None,
    index: IndexOption = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", help="Hits a page, 1 to 1000.")] = 10,
    page: Annotated[int, typer.Option("--page", metavar="N", help="Which page, from 1.")] = 1,
    match: Annotated[
        searcher.Required,
        typer.Option("--match", help="Required: all words, else some (auto); all of them; any of them."),
    ] = searcher.Required.AUTO,
    sort: Annotated[
        searcher.Sort, typer.Option("--sort", help="Best first, oldest first (date) or newest first (-date).")
    ] = searcher.Sort.RELEVANCE,
    since: SinceOption = None,
    until: UntilOption = None,
    filters: FilterOption = None,
    facets: FacetsOption = None,
    passages: Annotated[int, typer.Option("--passages", metavar="N", help="Passages a hit.")] = 2,
    form: Annotated[Format, typer.Option("--format", help="How to print the hits.")] = Format.TEXT,
    json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    color: ColorOption = Color.AUTO,
    variants: VariantsOption = None,
    no_variants: NoVariantsOption = False,
    explain: Annotated[bool, typer.Option("--explain", help="Show what matched and how the score adds up.")] = False,
    timeout: TimeoutOption = searcher.TIMEOUT,
    everything: Annotated[bool, typer.Option("--all", help="Every hit, not a page of them.")] = False,
    fields: Annotated[
        str | None,
        typer.Option("--fields", metavar="NAMES", help="The columns of csv, tsv, json, jsonl.", show_default=False),
    ] = None,
    no_header: Annotated[bool, typer.Option("--no-header", help="No line of names in csv and tsv.")] = False,
    null: Annotated[bool, typer.Option("--null", help="Identifiers, a null behind each; so does -0.")] = False,
    excel: Annotated[bool, typer.Option("--excel", help="CSV as a French Excel opens it.")] = False,
    queries: Annotated[
        Path | None,
        typer.Option("--queries", metavar="FILE", help="Queries, one a line; - is standard input.", show_default=False),
    ] = None,
    output: OutputOption = None,
    version: VersionOption = False,
) -> None:
    """Search the archive: words, "phrases", -exclusions, titre: auteur: source: date: filters."""

    def asked(words: list[str]) -> searcher.Ask:
        return question(
            words,
            match=match,
            sort=sort,
            since=since,
            until=until,
            filters=filters,
            variants=variants,
            no_variants=no_variants,
            timeout=None if everything else timeout,
        )

    given = list(words or [])
    if _ZERO in given[: len(given) - _literal()]:
        given.remove(_ZERO)
        null = True
    said = spoken(given, context)
    form = Format.JSON if json else form
    if (
        everything
        or fields is not None
        or no_header
        or null
        or excel
        or queries is not None
        or output
        or form in CITING
    ):
        if facets is not None:
            raise searcher.UsageError("--facets goes with a page of JSON; to print counts: searcher facets WORDS")
        from searcher.faces.cli.exporting import Layout, export  # here: most searches export nothing

        status = export(
            said,
            asked,
            queries=queries,
            index=index,
            limit=None if everything else limit,
            page=page,
            passages=passages,
            layout=Layout.of(
                form,
                fields=fields,
                header=not no_header,
                null=null,
                excel=excel,
                batch=queries is not None,
                output=output,
            ),
            color=color,
            explain=explain,
        )
        raise typer.Exit(status)
    ask = asked(said)
    status = answer(
        ask,
        index=index,
        limit=limit,
        page=page,
        passages=passages,
        form=form,
        color=color,
        explain=explain,
        facets=facets,
    )
    raise typer.Exit(status)


def spoken(words: list[str], context: typer.Context) -> list[str]:
    """The words of a query, `-` being what standard input says. Raises UsageError for a word that looks like a mistyped option
    of the command, rather than searching for it."""
    for word in words[: len(words) - _literal()]:
        if word.startswith("--") and len(word) > 2:
            from difflib import get_close_matches  # here: only mistakes need it

            known = [name for parameter in context.command.params for name in parameter.opts if name.startswith("--")]
            near = get_close_matches(word.partition("=")[0], known, 1)
            hint = f"; did you mean {near[0]}?" if near else "; quote it to search for it"
            raise searcher.UsageError(f"no option is called {word.partition('=')[0]}{hint}")
    return [read_standard_input().decode("utf-8", "replace").strip() if word == "-" else word for word in words]


_ZERO = "-0"
"""The one option of a letter, known from `xargs -0`: a word of its own, so that `-007` still leaves out a word."""


def _literal() -> int:
    """How many words were typed behind `--`, where everything is a word."""
    return len(sys.argv) - sys.argv.index("--") - 1 if "--" in sys.argv else 0
