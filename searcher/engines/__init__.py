"""Engines: they store entries and answer plans, and have never heard of French."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from searcher.errors import UsageError
from searcher.messages import Message

if TYPE_CHECKING:
    from searcher.engines.opensearch.target import OpenSearch
    from searcher.engines.protocol import Engine

LOCAL = ("whoosh", "tantivy")
"""Engines whose index is files in a generation."""

ENGINES = (*LOCAL, "opensearch")
DEFAULT = "whoosh"
EXTRAS = {"tantivy": "fast"}
"""Package that an engine needs → the extra that installs it."""


def load(name: str | OpenSearch) -> Engine:
    """The engine called `name`, imported when asked for; with a cluster, the engine that puts an index there.

    Raises UsageError for a name that is none of `ENGINES`, for an engine whose package is not installed, and for a cluster that
    cannot be one.
    """
    if not isinstance(name, str):
        from searcher.engines.opensearch import OpenSearchEngine
        from searcher.engines.opensearch.target import checked

        return OpenSearchEngine(checked(name))
    if name not in ENGINES:
        raise UsageError(Message("engine.unknown", name=name, engines=", ".join(ENGINES)))
    try:
        engine: Engine = importlib.import_module(f"searcher.engines.{name}").ENGINE
    except ModuleNotFoundError as error:
        if error.name not in EXTRAS:
            raise
        from searcher.extras import install_command  # here: a search that finds its engine needs no hint

        command = install_command(EXTRAS[error.name])
        raise UsageError(Message("engine.extra", name=name, command=command)) from error
    return engine
