"""Engines: they store entries and answer plans, and have never heard of French."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from searcher.errors import UsageError

if TYPE_CHECKING:
    from searcher.engines.protocol import Engine

ENGINES = ("whoosh", "tantivy")
DEFAULT = "whoosh"
EXTRAS = {"tantivy": "fast"}
"""Package that an engine needs → the extra that installs it."""


def load(name: str) -> Engine:
    """The engine called `name`, imported when asked for.

    Raises UsageError for a name that is none of `ENGINES`, and for an engine whose package is not installed.
    """
    if name not in ENGINES:
        raise UsageError(f"no engine is called {name!r}; choose one of: {', '.join(ENGINES)}")
    try:
        engine: Engine = importlib.import_module(f"searcher.engines.{name}").ENGINE
    except ModuleNotFoundError as error:
        if error.name not in EXTRAS:
            raise
        from searcher.extras import install_command  # here: a search that finds its engine needs no hint

        command = install_command(EXTRAS[error.name])
        raise UsageError(f"the {name} engine is an extra; install it with: {command}") from error
    return engine
