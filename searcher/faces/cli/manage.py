"""The command line of `searcher`: every command of the table, as one Typer application."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Annotated

import typer

from searcher.faces.cli.options import COMMANDS, LANG, VERSION
from searcher.faces.cli.typed import Verbs, add, option

MODULES = (
    "answer",
    "indexing",
    "counting",
    "alerts",
    "concordance",
    "people",
    "quoting",
    "reading",
    "comparing",
    "looking",
    "habits",
    "mcp",
    "serving",
)
"""The modules of this folder that declare commands, in the order in which help lists them."""

for _module in MODULES:
    import_module(f"searcher.faces.cli.{_module}")


def managing(words: Sequence[str] = ()) -> typer.Typer:
    """The application for a command line: with the command alone that `words` begin with, else with every command. Typer takes
    4 ms for a command."""
    made = typer.Typer(
        cls=Verbs, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False, no_args_is_help=True
    )
    made.callback()(_managing)
    for name in words[:1] if words and words[0] in COMMANDS else COMMANDS:
        add(made, COMMANDS[name])
    return made


def _managing(
    version: Annotated[bool, option(VERSION)] = False, lang: Annotated[str | None, option(LANG)] = None
) -> None:
    """Takes the options that stand before a command."""
