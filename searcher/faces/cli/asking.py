"""The options of `options` as Typer's annotations, for commands that are not declared with `takes` yet."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import searcher
from searcher.faces.cli import options
from searcher.faces.cli.question import chosen, parsed_filters, question
from searcher.faces.cli.typed import WORDS, argument, option
from searcher.faces.cli.words import spoken as _spoken

__all__ = ["WORDS", "chosen", "parsed_filters", "question", "spoken"]

QueryArgument = Annotated[list[str] | None, argument(options.ASKED)]
MatchOption = Annotated[searcher.Required, option(options.MATCH)]
SinceOption = Annotated[str | None, option(options.SINCE)]
UntilOption = Annotated[str | None, option(options.UNTIL)]
FilterOption = Annotated[list[str] | None, option(options.FILTER)]
VariantsOption = Annotated[Path | None, option(options.VARIANTS)]
NoVariantsOption = Annotated[bool, option(options.NO_VARIANTS)]
TimeoutOption = Annotated[float, option(options.TIMEOUT)]
IndexOption = Annotated[Path | None, option(options.INDEX)]
ColorOption = Annotated[options.Color, option(options.COLOR)]
LangOption = Annotated[str | None, option(options.LANG)]
VersionOption = Annotated[bool, option(options.VERSION)]


def spoken(words: list[str], context: typer.Context) -> list[str]:
    """The words of a query; see `words.spoken`."""
    return _spoken(words, [name for parameter in context.command.params for name in parameter.opts])
