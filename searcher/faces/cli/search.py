"""The command line of `search` when it needs Typer: help, and mistakes."""

from __future__ import annotations

import typer

from searcher.faces.cli import answer as _answer  # noqa: F401  which declares the command
from searcher.faces.cli.options import COMMANDS
from searcher.faces.cli.typed import add

searching = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
add(searching, COMMANDS["search"])
