"""Full-text search over news archives, French first.

import searcher

searcher.update("index", ["seeds"])
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
    IndexReplaced,
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
    from searcher.archive.check import Check, check
    from searcher.archive.index import Index, open
    from searcher.archive.language import analyze, syntax
    from searcher.archive.live import Live, live
    from searcher.archive.locate import locate
    from searcher.archive.repair import Repair, repair
    from searcher.archive.watch import watch
    from searcher.article import Article
    from searcher.engines.protocol import Contribution, Counts
    from searcher.evaluation import Evaluation, Measures, evaluate
    from searcher.extras import install_command
    from searcher.indexing.update import Change, Failure, Progress, Report, build, changes, update
    from searcher.query.ask import BUILT_IN, TIMEOUT, Ask, Filters, Required, Sort, Variants
    from searcher.query.notes import Note
    from searcher.results.values import About, Help, Hit, Passage, Results, Why

__version__ = "0.1.0"

__all__ = [
    "BUILT_IN",
    "TIMEOUT",
    "About",
    "Article",
    "Ask",
    "Change",
    "Check",
    "Contribution",
    "Counts",
    "DateError",
    "Evaluation",
    "Failure",
    "Filters",
    "Help",
    "Hit",
    "Index",
    "IndexClosed",
    "IndexDamaged",
    "IndexForeign",
    "IndexLocked",
    "IndexMissing",
    "IndexReplaced",
    "IndexUntrusted",
    "IndexUnusable",
    "InputsFailed",
    "Live",
    "Measures",
    "NotFound",
    "Note",
    "Passage",
    "Progress",
    "QueryError",
    "ReadFailed",
    "Repair",
    "Report",
    "Required",
    "Results",
    "SearcherError",
    "Sort",
    "Unreadable",
    "UsageError",
    "Variants",
    "Why",
    "WriteFailed",
    "__version__",
    "analyze",
    "build",
    "changes",
    "check",
    "evaluate",
    "install_command",
    "live",
    "locate",
    "open",
    "repair",
    "syntax",
    "update",
    "watch",
]

_HOMES = {
    name: module
    for module, names in {
        "searcher.archive.check": "Check check",
        "searcher.archive.index": "Index open",
        "searcher.archive.live": "Live live",
        "searcher.archive.language": "analyze syntax",
        "searcher.archive.locate": "locate",
        "searcher.archive.repair": "Repair repair",
        "searcher.archive.watch": "watch",
        "searcher.article": "Article",
        "searcher.engines.protocol": "Contribution Counts",
        "searcher.evaluation": "Evaluation Measures evaluate",
        "searcher.extras": "install_command",
        "searcher.indexing.update": "Change Failure Progress Report build changes update",
        "searcher.query.ask": "BUILT_IN TIMEOUT Ask Filters Required Sort Variants",
        "searcher.query.notes": "Note",
        "searcher.results.values": "About Help Hit Passage Results Why",
    }.items()
    for name in names.split()
}


def __getattr__(name: str) -> object:
    """Imports a public name on first use, so that a search never loads the indexing code."""
    if name not in _HOMES:
        raise AttributeError(f"module 'searcher' has no attribute {name!r}")
    from importlib import import_module

    value = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
