"""The command line of `searcher`: every command of the table, as one Typer application."""

from __future__ import annotations

from importlib import import_module

import typer

from searcher.faces.cli.asking import LangOption, VersionOption
from searcher.faces.cli.options import COMMANDS
from searcher.faces.cli.typed import Verbs, add

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

managing = typer.Typer(
    cls=Verbs, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False, no_args_is_help=True
)


@managing.callback()
def _managing(version: VersionOption = False, lang: LangOption = None) -> None:
    """Takes the options that stand before a command."""


for _module in MODULES:
    import_module(f"searcher.faces.cli.{_module}")
for _command in COMMANDS.values():
    add(managing, _command)
