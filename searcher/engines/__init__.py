"""Engines: they store entries and answer plans, and have never heard of French."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from searcher.errors import UsageError

if TYPE_CHECKING:
    from searcher.engines.protocol import Engine

ENGINES = ("whoosh", "tantivy")
DEFAULT = "whoosh"


def load(name: str) -> Engine:
    """The engine called `name`, imported when asked for. Raises UsageError for a name that is none of `ENGINES`."""
    if name not in ENGINES:
        raise UsageError(f"no engine is called {name!r}; choose one of: {', '.join(ENGINES)}")
    engine: Engine = importlib.import_module(f"searcher.engines.{name}").ENGINE
    return engine
