"""Full-text search over news archives, French first.

import searcher

searcher.update("index", ["seeds"])
with searcher.open("index") as index:
    for hit in index.search("Erdoğan Assad", limit=5):
        print(hit.score, hit.article.title, hit.passages)
"""

from importlib import import_module as _import

__version__ = "0.1.0"

_NAMES = {
    "searcher.archive.alerts": "News Saved SavedSearches",
    "searcher.archive.check": "Check check",
    "searcher.archive.index": "Index open",
    "searcher.archive.language": "analyze syntax",
    "searcher.archive.live": "Live live",
    "searcher.archive.locate": "locate",
    "searcher.archive.repair": "Repair repair",
    "searcher.archive.watch": "watch",
    "searcher.article": "Article",
    "searcher.engines.opensearch.target": "OpenSearch",
    "searcher.engines.protocol": "Contribution Counts",
    "searcher.errors": """
        DateError EngineUnreachable IndexClosed IndexDamaged IndexForeign IndexLocked IndexMissing IndexReplaced
        IndexUntrusted IndexUnusable InputsFailed NotFound QueryError ReadFailed SearcherError Unreadable
        UsageError WriteFailed
    """,
    "searcher.evaluation": "Evaluation Measures evaluate",
    "searcher.extras": "install_command",
    "searcher.indexing.update": "Change Failure FormatCount Progress Report build changes update",
    "searcher.query.ask": "BUILT_IN TIMEOUT Ask Filters Required Sort Variants",
    "searcher.query.notes": "Note",
    "searcher.results.citations": "csl_item",
    "searcher.results.concordance": "Line",
    "searcher.results.diff": "Diff Piece",
    "searcher.results.fragments": "text_fragment",
    "searcher.results.facets": "FACETS Facet FacetValue",
    "searcher.results.names": "ArticleName KeyName KeyPair NameOrder Names Pairs Sentence",
    "searcher.results.quotes": "Quote",
    "searcher.results.similar": "Similar",
    "searcher.results.timeline": "Bucket Burst Imprecise Step Timeline",
    "searcher.results.values": "About Absent Evidence Help Hit Passage Results Why",
}
"""The public names, by the module that defines them. `__init__.pyi` says the same to type checkers."""

_HOMES = {name: module for module, names in _NAMES.items() for name in names.split()}

__all__ = sorted([*_HOMES, "__version__"])


def __getattr__(name: str) -> object:
    """Imports a public name on first use, so that a search never loads the indexing code."""
    if name not in _HOMES:
        raise AttributeError(f"module 'searcher' has no attribute {name!r}")
    value = globals()[name] = getattr(_import(_HOMES[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
