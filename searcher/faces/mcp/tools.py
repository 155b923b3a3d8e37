"""The public API → the answers of tools. Each function takes an index and what a model asked for, checked by its types."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice

import searcher
from searcher.faces.mcp.answers import (
    ArchiveAnswer,
    FacetAnswer,
    FacetsAnswer,
    FacetValueAnswer,
    FoundArticle,
    FoundName,
    FoundPassage,
    FoundQuote,
    NamesAnswer,
    QuotesAnswer,
    ReadAnswer,
    SearchAnswer,
    SimilarAnswer,
    TimelineAnswer,
    TimelineBucket,
    TimelineBurst,
)
from searcher.faces.mcp.wording import PASSAGE, QUOTE, cut

SOURCES = 30
"""Sources of an archive that are named."""


def search(index: searcher.Index, ask: searcher.Ask, *, limit: int, page: int, group: bool) -> SearchAnswer:
    """A page of hits with at most two passages each; `group`: copies of one dispatch are one hit."""
    results = index.search(ask, limit=limit, page=page, passages=2, group=group)
    pages = results.total if results.groups is None else results.groups
    return SearchAnswer(
        query=results.parsed or ask.query,
        total=results.total,
        groups=results.groups,
        complete=results.complete,
        hits=[_found(hit) for hit in results.hits],
        notes=[note.message for note in results.notes],
        help=list(_advice(results.help)) if results.help is not None else [],
        page=page,
        next_page=page + 1 if page * limit < pages else None,
    )


def _found(hit: searcher.Hit) -> FoundArticle:
    article = hit.article
    return FoundArticle(
        rank=hit.rank,
        id=article.id,
        title=article.title,
        date=article.date,
        source=article.source,
        passages=[FoundPassage(cut(each.text, PASSAGE), each.start) for each in hit.passages],
        position=hit.passages[0].start if hit.passages else None,
        copies=len(hit.group),
        missing=list(hit.missing),
    )


def similar(index: searcher.Index, identifier: str, *, limit: int) -> SimilarAnswer:
    """The articles most like an article, without itself and its copies."""
    found = index.similar(identifier, limit=limit)
    hits = [replace(_found(hit), shared=list(hit.matched)) for hit in found.hits]
    return SimilarAnswer(identifier, list(found.words), hits)


def quotes(index: searcher.Index, ask: searcher.Ask, *, by: str, about: str, limit: int) -> QuotesAnswer:
    """The first quotes of an answer."""
    found = list(islice(index.quotes(ask, by=by, about=about), limit + 1))
    return QuotesAnswer(
        [
            FoundQuote(
                each.id, each.date, each.source, each.start, cut(each.text, QUOTE), each.speaker, each.confidence
            )
            for each in found[:limit]
        ],
        more=len(found) > limit,
    )


def names(index: searcher.Index, ask: searcher.Ask, *, size: int) -> NamesAnswer:
    """The names that an answer has more often than the rest of the archive."""
    found = index.names(ask, size=size)
    rows = [FoundName(each.name, each.kind, each.articles, each.elsewhere, each.ratio) for each in found.rows]
    return NamesAnswer(found.total, found.complete, rows)


def _advice(help: searcher.Help) -> Iterable[str]:
    for word, count in help.counts:
        yield f"{word}: in {count} articles"
    for word, nearest in help.nearest:
        if nearest:
            yield f"no article has {word}; near it: {', '.join(nearest)}"
    if help.emptied is not None:
        yield f"without {help.emptied}: {help.without} articles"
    for absent in help.absent:
        yield f"no article passes {absent.label}; the archive has {', '.join(absent.values)}"
    if help.suggestion is not None:
        yield f"this finds something: {help.suggestion}"


def read(index: searcher.Index, identifier: str, *, start: int, length: int, around: int | None) -> ReadAnswer:
    """A part of an article: from `start`, or with the position `around` in its middle."""
    article = index.get(identifier)
    text = article.text
    begin = start if around is None else max(min(around, len(text)) - length // 2, 0)
    begin = min(begin, len(text))
    part = text[begin : begin + length]
    return ReadAnswer(
        id=article.id,
        title=article.title,
        date=article.date,
        source=article.source,
        author=article.author,
        section=article.section,
        url=article.url,
        text=part,
        start=begin,
        length=len(text),
        next_start=begin + len(part) if begin + len(part) < len(text) else None,
    )


def timeline(index: searcher.Index, ask: searcher.Ask, *, step: str) -> TimelineAnswer:
    """The answer to a question over time."""
    made = index.timeline(ask, step=step)
    return TimelineAnswer(
        step=str(made.step),
        total=made.total,
        complete=made.complete,
        buckets=[
            TimelineBucket(
                label=each.label,
                start=each.start.isoformat(),
                end=each.end.isoformat(),
                articles=each.articles,
                volume=each.volume,
                share=each.share,
                partial=each.partial,
            )
            for each in made.buckets
        ],
        imprecise=sum(each.articles for each in made.imprecise),
        undated=made.undated,
        bursts=[TimelineBurst(each.label, each.articles, each.headline, each.identifier) for each in made.bursts],
    )


def facets(index: searcher.Index, ask: searcher.Ask, *, fields: list[str], size: int) -> FacetsAnswer:
    """The values of some fields among the articles of the answer."""
    return FacetsAnswer(
        [
            FacetAnswer(each.field, each.distinct, each.complete, _values(each))
            for each in index.facets(ask, *fields, size=size)
        ]
    )


def _values(facet: searcher.Facet) -> list[FacetValueAnswer]:
    return [FacetValueAnswer(each.value, each.articles) for each in facet.values]


def archive(index: searcher.Index) -> ArchiveAnswer:
    """What the archive holds, and the query language in short."""
    with index.pinned() as pinned:
        about = pinned.about
        everything = searcher.Ask("", timeout=None)
        sources, languages = pinned.facets(everything, "source", "language", size=SOURCES)
        days = pinned.counts(everything, "when").values["when"]
    dated = sorted(day for day in days if day is not None)
    return ArchiveAnswer(
        articles=about.articles,
        first_date=dated[0] if dated else None,
        last_date=dated[-1] if dated else None,
        undated=days.get(None, 0),
        sources=_values(sources),
        distinct_sources=sources.distinct,
        languages=_values(languages),
        updated=about.created,
        syntax=SYNTAX,
    )


SYNTAX = """\
How to ask:
- words: all of them are wanted; if no article has them all, articles with some of them are found, and a note says so
- "words in order", with another order or gaps of at most 3 words: "guerre Syrie"~3
- -word leaves out; a | b is either; +word is wanted whatever happens
- =word exactly as written; word* begins with it; accents, plurals and conjugation do not matter otherwise
- titre:word, source:"Le Monde", auteur:name, langue:fr, date:2020-03, date:2019..2020, since and until in French or ISO
- names in Latin or Cyrillic letters find their other spellings"""
