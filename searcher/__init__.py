"""Full-text search over news archives, French first.

import searcher

searcher.build("index", ["seeds"])
with searcher.open("index") as index:
    for hit in index.search("Erdoğan Assad", limit=5):
        print(hit.score, hit.article.title, hit.passages)
"""

from searcher.article import Article
from searcher.errors import (
    DateError,
    IndexDamaged,
    IndexForeign,
    IndexLocked,
    IndexMissing,
    IndexUnusable,
    NotFound,
    QueryError,
    SearcherError,
    Unreadable,
    UsageError,
    WriteFailed,
)
from searcher.index import BUILT_IN, Failure, Index, Progress, Report, analyze, build, locate, open, syntax
from searcher.results import Help, Hit, Note, Part, Passage, Results, Why

__version__ = "0.1.0"

__all__ = [
    "BUILT_IN",
    "Article",
    "DateError",
    "Failure",
    "Help",
    "Hit",
    "Index",
    "IndexDamaged",
    "IndexForeign",
    "IndexLocked",
    "IndexMissing",
    "IndexUnusable",
    "NotFound",
    "Note",
    "Part",
    "Passage",
    "Progress",
    "QueryError",
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
    "locate",
    "open",
    "syntax",
]
