"""Values → JSON on one line, in the published form of `results.published`."""

from __future__ import annotations

from searcher.article import Article
from searcher.results import published
from searcher.results.published import dumps

__all__ = ["article", "dumps"]


def article(found: Article) -> str:
    """An article with its text."""
    return dumps(published.article(found))
