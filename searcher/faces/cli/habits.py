"""The commands for a shell: `searcher config`, what holds; `searcher completion`, the scripts of three shells."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import searcher
from searcher.faces.cli import completing
from searcher.faces.cli.language import origin as language_origin
from searcher.faces.cli.options import SETTINGS, Argument, takes
from searcher.faces.cli.printing import TABLE, TableFormat, show_rows
from searcher.faces.cli.running import echo
from searcher.faces.cli.settings import path, settings
from searcher.messages import Message, say, spoken
from searcher.render import plain

_VARIABLES = {"index": "SEARCHER_INDEX"}


@takes(TABLE)
def config(form: TableFormat) -> int:
    """Prints each setting, its value and where the value is from."""
    show_rows(form, ("key", "value", "origin"), _settings(), text=_setting)
    return 0


def _settings() -> Iterator[tuple[str, str | None, str]]:
    given = settings()
    for key, option in SETTINGS.items():
        value, origin = given.get(key), str(path())
        variable = _VARIABLES.get(key)
        if variable and os.environ.get(variable):
            value, origin = os.environ[variable], f"${variable}"
        elif key == "lang":
            value, origin = spoken(), language_origin(sys.argv[1:]) or say("config.default")
        elif value is None:
            value, origin = option.default, say("config.default")
        yield key, None if value is None else str(getattr(value, "value", value)), origin


def _setting(key: str, value: str | None, origin: str) -> str:
    return plain.line(say("config.line", key=key, value=say("config.unset") if value is None else value, origin=origin))


@takes(Argument("shell", metavar="SHELL"))
def completion(shell: str) -> int:
    """Prints a script; nobody's own files are written."""
    if shell not in completing.SCRIPTS:
        raise searcher.UsageError(Message("completion.shell", shells=", ".join(completing.SCRIPTS), shell=shell))
    echo(completing.SCRIPTS[shell]().rstrip("\n"))
    return 0
