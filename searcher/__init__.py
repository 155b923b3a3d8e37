"""Full-text search over news archives, French first.

import searcher

searcher.build("index", ["seeds"])
with searcher.open("index") as index:
    for hit in index.search("Erdoğan Assad", limit=5):
        print(hit.score, hit.article.title, hit.passages)
"""

import typing

from searcher.errors import (
    DateError,
    IndexClosed,
    IndexDamaged,
    IndexForeign,
    IndexLocked,
    IndexMissing,
    IndexUntrusted,
    IndexUnusable,
    InputsFailed,
    NotFound,
    QueryError,
    ReadFailed,
    SearcherError,
    Unreadable,
    UsageError,
    WriteFailed,
)

if typing.TYPE_CHECKING:
    from searcher.archive.index import BUILT_IN, TIMEOUT, Index, analyze, locate, open, syntax
    from searcher.archive.repair import recorded, restore
    from searcher.article import Article
    from searcher.engines.protocol import Contribution
    from searcher.extras import install_command
    from searcher.indexing.update import Change, Failure, Progress, Report, build, changes, update
    from searcher.query.notes import Note
    from searcher.results.values import Help, Hit, Passage, Results, Why

__version__ = "0.1.0"

__all__ = [
    "BUILT_IN",
    "TIMEOUT",
    "Article",
    "Change",
    "Contribution",
    "DateError",
    "Failure",
    "Help",
    "Hit",
    "Index",
    "IndexClosed",
    "IndexDamaged",
    "IndexForeign",
    "IndexLocked",
    "IndexMissing",
    "IndexUntrusted",
    "IndexUnusable",
    "InputsFailed",
    "NotFound",
    "Note",
    "Passage",
    "Progress",
    "QueryError",
    "ReadFailed",
    "Report",
    "Results",
    "SearcherError",
    "Unreadable",
    "UsageError",
    "Why",
    "WriteFailed",
    "__version__",
    "analyze",
    "build",
    "changes",
    "install_command",
    "locate",
    "open",
    "recorded",
    "restore",
    "syntax",
    "update",
]

_HOMES = {
    name: module
    for module, names in {
        "searcher.article": "Article",
        "searcher.archive.index": "BUILT_IN TIMEOUT Index analyze locate open syntax",
        "searcher.indexing.update": "Change Failure Progress Report build changes update",
        "searcher.archive.repair": "recorded restore",
        "searcher.engines.protocol": "Contribution",
        "searcher.extras": "install_command",
        "searcher.query.notes": "Note",
        "searcher.results.values": "Help Hit Passage Results Why",
    }.items()
    for name in names.split()
}


def __getattr__(name: str) -> object:
    """A name of the API, from the module that defines it: who only searches does not wait for what builds an index."""
    if name not in _HOMES:
        raise AttributeError(f"module 'searcher' has no attribute {name!r}")
    from importlib import import_module

    value = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
