"""The command line of `search`: words, and options that begin with two dashes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

import searcher
from searcher.faces.cli.answer import Color, Format, answer
from searcher.faces.cli.running import read_standard_input

IndexOption = Annotated[
    Path | None, typer.Option("--index", metavar="DIR", help="The index to use.", show_default=False)
]
ColorOption = Annotated[Color, typer.Option("--color", help="Colour: on a terminal, always, or never.")]

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
    words: Annotated[list[str] | None, typer.Argument(help="What to look for; - reads it from standard input.")] = None,
    index: IndexOption = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", help="Hits a page, 1 to 1000.")] = 10,
    page: Annotated[int, typer.Option("--page", metavar="N", help="Which page, from 1.")] = 1,
    match: Annotated[
        searcher.Required,
        typer.Option("--match", help="Required: all words, else most (auto); all of them; any of them."),
    ] = searcher.Required.AUTO,
    sort: Annotated[
        searcher.Sort, typer.Option("--sort", help="Best first, oldest first (date) or newest first (-date).")
    ] = searcher.Sort.RELEVANCE,
    since: Annotated[
        str | None, typer.Option("--since", metavar="D", help="From this date on.", show_default=False)
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="D", help="Up to this date, included.", show_default=False)
    ] = None,
    passages: Annotated[int, typer.Option("--passages", metavar="N", help="Passages a hit.")] = 2,
    form: Annotated[Format, typer.Option("--format", help="How to print the hits.")] = Format.TEXT,
    json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    color: ColorOption = Color.AUTO,
    variants: Annotated[
        Path | None, typer.Option("--variants", metavar="FILE", help="More spellings of names.", show_default=False)
    ] = None,
    no_variants: Annotated[bool, typer.Option("--no-variants", help="Search names only as they are typed.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Show what matched and how the score adds up.")] = False,
    timeout: Annotated[
        float, typer.Option("--timeout", metavar="S", help="Seconds after which to stop and show what was found.")
    ] = searcher.TIMEOUT,
    version: VersionOption = False,
) -> None:
    """Search the archive: words, "phrases", -exclusions, titre: auteur: source: date: filters."""
    query = " ".join(
        read_standard_input().decode("utf-8", "replace").strip() if word == "-" else word
        for word in _spoken(words or [])
    )
    ask = searcher.Ask(
        query,
        match=match,
        sort=sort,
        since=since,
        until=until,
        variants=chosen(variants, no_variants),
        timeout=timeout,
    )
    status = answer(
        ask,
        index=index,
        limit=limit,
        page=page,
        passages=passages,
        form=Format.JSON if json else form,
        color=color,
        explain=explain,
    )
    raise typer.Exit(status)


def chosen(file: Path | None, none: bool) -> Path | str | None:
    """What --variants and --no-variants say together."""
    if none and file is not None:
        raise searcher.UsageError("--variants and --no-variants contradict each other; give one of them")
    return None if none else file or searcher.BUILT_IN


_OPTIONS = """
    index limit page match sort since until passages format json color variants no-variants explain timeout version help
""".split()


def _spoken(words: list[str]) -> list[str]:
    """The words of a query; one that looks like a mistyped option is refused rather than searched for."""
    literal = len(sys.argv) - sys.argv.index("--") - 1 if "--" in sys.argv else 0  # typed behind --
    for word in words[: len(words) - literal]:
        if word.startswith("--") and len(word) > 2:
            from difflib import get_close_matches  # here: only mistakes need it

            known = [f"--{name}" for name in _OPTIONS]
            near = get_close_matches(word.partition("=")[0], known, 1)
            hint = f"; did you mean {near[0]}?" if near else "; quote it to search for it"
            raise searcher.UsageError(f"no option is called {word.partition('=')[0]}{hint}")
    return words
