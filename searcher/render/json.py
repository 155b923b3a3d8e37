"""Values → JSON in the published form of `results.published`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from searcher.article import Article, Range
from searcher.results import published
from searcher.results.published import dumps
from searcher.results.values import Hit, Results, Why

__all__ = ["answer", "article", "dumps", "hit", "why"]


def article(found: Article, marks: tuple[tuple[Range, ...], tuple[Range, ...]] | None = None) -> str:
    """An article with its text, and the ranges of title and text that a query asks for."""
    whole = published.article(found)
    return dumps(whole if marks is None else {**whole, "title_highlights": marks[0], "highlights": marks[1]})


def hit(found: Hit, fields: Sequence[str] = (), query: str = "") -> dict[str, Any]:
    """A hit, or some `fields` of it (of `tables.FIELDS`); `passage` stands for `passages`."""
    whole = published.hit(found)
    if not fields:
        return whole
    whole |= {"text": found.article.text, "format": found.article.format, "query": query}
    return {name: whole[name] for name in ("passages" if field == "passage" else field for field in fields)}


def answer(results: Results, hits: Iterable[Hit], fields: Sequence[str] = ()) -> Iterator[str]:
    """An answer with these hits, each on a line of the output; together one JSON object."""
    head = {name: value for name, value in published.results(results).items() if name != "hits"}
    yield f'{dumps(head)[:-1]}, "hits": ['
    before = ""
    for found in hits:
        yield f"{before}{dumps(hit(found, fields, results.query))}"
        before = ","
    yield "]}"


def why(reasons: Why) -> dict[str, Any]:
    """Why an article is, or is not, in an answer; `hit` is None when it is not."""
    return {
        "id": reasons.article.id,
        "title": reasons.article.title,
        "rank": reasons.rank,
        "total": reasons.total,
        "relaxed": reasons.relaxed,
        "parts": [{"part": each.label, "held": each.held, "words": each.words} for each in reasons.found],
        "hit": hit(reasons.hit) if reasons.hit is not None else None,
    }
