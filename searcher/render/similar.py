"""Articles like others → text, JSON, JSON Lines and CSV."""

from __future__ import annotations

from collections.abc import Iterator

from searcher.messages import say
from searcher.render.json import dumps
from searcher.render.plain import line
from searcher.render.tables import row
from searcher.render.terminal import about
from searcher.results.published import similar_dict
from searcher.results.similar import Similar

COLUMNS = ("rank", "score", "id", "title", "date", "source", "shared")


def text(found: Similar) -> Iterator[str]:
    """Three lines an article: its rank and title, where and when it appeared, the words and names it shares."""
    for hit in found.hits:
        yield f"{hit.rank}. {line(hit.article.title or say('hit.untitled'))}"
        if said := about(hit.article):
            yield f"   {line(said)}"
        yield f"   {hit.article.id}: {line(', '.join(hit.matched))}"


def json(found: Similar) -> Iterator[str]:
    """One object."""
    yield dumps(similar_dict(found))


def jsonl(found: Similar) -> Iterator[str]:
    """An object an article."""
    for each in similar_dict(found)["hits"]:
        yield dumps(each)


def csv(found: Similar) -> Iterator[str]:
    """A line of heads, then a line an article; the shared words stand in one column, bars between."""
    yield row(COLUMNS)
    for hit in found.hits:
        told = hit.article
        shared = " | ".join(hit.matched)
        yield row((hit.rank, round(hit.score, 6), told.id, told.title, told.date or "", told.source or "", shared))
